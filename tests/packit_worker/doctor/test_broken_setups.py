"""Set-ups that are broken on purpose: each is named, with what to do about it."""

import socket
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import redis
from doctor_secret import SECRET
from servers.koji_stand_ins import PASSWORD
from servers.process import free_port
from servers.rabbitmq_server import virtual_host
from servers.sentry_server import SentryServer
from servers.worker_process import WorkerProcess

from packit_worker.sandbox.bodhi import BodhiStandIn
from packit_worker.sandbox.fasjson import TOKEN, FasjsonStandIn
from packit_worker.sandbox.faults import Fault
from packit_worker.sandbox.github_auth import APP_ID, new_app
from packit_worker.sandbox.negotiate import Acceptor
from packit_worker.sandbox.server import Server
from packit_worker.store import schema
from packit_worker.store.claims import Delivery, claim
from packit_worker.store.database import Database
from packit_worker.store.lease import release


def forge(host="github.com", **access):
    return {"authentication": {host: access}}


# Broker.


def test_redis_refuses_the_password(doctor, redis_url):
    with redis.Redis.from_url(redis_url) as client:
        client.acl_setuser("doctor", enabled=True, passwords=["+another"], commands=["+@all"])
    place = redis_url.partition("://")[2]
    told = doctor("broker", broker=f"redis://doctor:{SECRET}@{place}")
    assert told.verdicts == {"wrong"}
    assert told.of("broker") == (
        f"wrong: redis://{place} does not answer: invalid username-password pair or user is "
        "disabled. -> mend user and password in the URL"
    )


def test_rabbitmq_refuses_the_password(doctor, rabbitmq_url):
    port = urlsplit(rabbitmq_url).port
    told = doctor("broker", broker=f"amqp://guest:{SECRET}@127.0.0.1:{port}//")
    assert told.verdicts == {"wrong"}
    said = told.of("broker")
    assert "ACCESS_REFUSED" in said
    assert said.endswith(" -> mend user and password in the URL")


def test_rabbitmq_has_no_such_virtual_host(doctor, rabbitmq_url):
    port = urlsplit(rabbitmq_url).port
    told = doctor("broker", broker=f"amqp://guest:guest@127.0.0.1:{port}/nowhere")
    said = told.of("broker")
    assert "vhost nowhere not found" in said
    assert "rabbitmqctl add_vhost" in said


def test_no_broker_is_there(doctor):
    port = free_port()
    told = doctor("broker", broker=f"redis://:{SECRET}@127.0.0.1:{port}/0")
    assert told.verdicts == {"wrong"}
    assert "Connection refused" in told.of("broker")
    assert "start it, or mend host and port in the URL" in told.of("broker")


def test_no_broker_is_there_that_the_file_names(doctor):
    """Its address is told, and only the password is not."""
    place = f"127.0.0.1:{free_port()}/0"
    told = doctor("broker", config={"broker": f"redis://:{SECRET}@{place}"})
    assert told.of("broker").startswith(f"wrong: redis://{place} does not answer: ")
    told = doctor("broker", config={"broker": f"redis://{place}"})
    assert told.of("broker").startswith(f"wrong: redis://{place} does not answer: ")


def test_the_broker_is_frozen(doctor):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        told = doctor("broker", broker=f"redis://127.0.0.1:{port}/0", seconds=3)
    assert told.of("broker").startswith("wrong: no answer within 3 s -> it is frozen")


def test_the_address_of_the_broker_cannot_be_read(doctor):
    told = doctor("broker", broker=f"redis://:{SECRET}#/@h:6379/0")
    assert told.verdicts == {"wrong"}
    assert "write each sign of the password but letters and digits as %XX" in told.of("broker")


def test_redis_drops_messages_when_it_is_full(doctor, private_redis):
    with redis.Redis.from_url(private_redis.url) as client:
        client.config_set("maxmemory", "100mb")
        client.config_set("maxmemory-policy", "allkeys-lru")
    told = doctor("broker", broker=private_redis.url)
    assert "drops messages when its memory is full: allkeys-lru" in told.of("broker")
    assert told.of("broker").endswith("set its maxmemory-policy to noeviction")


def test_a_queue_has_no_worker(doctor, redis_broker, rabbitmq_url, request, tmp_path):
    with virtual_host(request, rabbitmq_url) as rabbitmq:
        for broker in (redis_broker, rabbitmq):
            told = doctor("workers", broker=broker)
            assert told.of("workers").startswith("wrong: no worker serves any queue")
            worker = WorkerProcess(tmp_path, broker, ["--queues", "parse_message"])
            try:
                worker.start()
                told = doctor("workers", broker=broker)
            finally:
                worker.stop()
            said = told.of("workers")
            assert said.startswith("wrong: no worker serves default, ")
            assert "packit-worker worker --queues default," in said
            assert "parse_message" not in said


# Database.


def test_the_schema_is_too_old(doctor, postgres_database_url, empty_database_url):
    database = Database(empty_database_url)
    schema.upgrade(database, "0002")
    database.close()
    told = doctor("database", environment={"PACKIT_WORKER_DATABASE": empty_database_url})
    said = told.of("database")
    assert told.verdicts == {"wrong"}
    assert f"the schema is 0002, {schema.head()} is needed" in said
    assert said.endswith("-> stop the workers and run `packit-worker db upgrade`")
    told = doctor("database", environment={"PACKIT_WORKER_DATABASE": postgres_database_url})
    assert "wrong" not in told.verdicts


def test_no_database_is_there(doctor):
    url = f"postgresql://worker:{SECRET}@127.0.0.1:{free_port()}/ledger"
    told = doctor("database", "sweep", environment={"PACKIT_WORKER_DATABASE": url})
    assert "onnection refused" in told.of("database")
    assert "start it, or mend host and port in the URL" in told.of("database")
    assert told.of("sweep").startswith("note: not known")


def test_the_database_has_another_name(doctor, postgres_url):
    url = postgres_url.replace("/postgres?", "/nowhere?")
    told = doctor("database", environment={"PACKIT_WORKER_DATABASE": url})
    assert 'database "nowhere" does not exist' in told.of("database")
    assert "make it with createdb" in told.of("database")


def test_nothing_sweeps(doctor, database_url):
    database = Database(database_url)
    now = datetime.now(UTC) - timedelta(hours=2)
    with database.write() as session:
        held = claim(session, Delivery(event_id="e", task="t", kwargs={}), owner="o", now=now).lease
        release(session, held, next_attempt_at=now, decision={})
    database.close()
    told = doctor("sweep", environment={"PACKIT_WORKER_DATABASE": database_url})
    assert told.verdicts == {"wrong"}
    assert "1 events should have been sent again, the first at" in told.of("sweep")
    assert "run `packit-worker beat`" in told.of("sweep")


# Forges.


def test_a_forge_does_not_take_the_token(doctor, github, pagure):
    told = doctor("forge", config=forge(api_url=github.url, token=SECRET))
    assert told.verdicts == {"wrong"}
    assert told.of("forge github.com") == (
        "wrong: it does not take the token: GitHub answered 401: Bad credentials -> set a new one "
        "in authentication.github.com.token"
    )
    told = doctor("forge", config=forge("src.example.org", api_url=pagure.url, token=SECRET))
    assert told.of("forge src.example.org").startswith(
        "wrong: it does not take the token: Pagure answered 401: Invalid or expired token."
    )


def test_a_forge_is_not_blamed_for_the_file_of_copr(doctor, github, tmp_path):
    broken = {"bots": ["wilma"], "copr": {"config_file": str(tmp_path / "none")}}
    told = doctor("forge", config=forge(api_url=github.url, token="ghp_writer") | broken)
    assert told.of("forge github.com").startswith("ok: it answers, and knows us as wilma")


def test_our_own_account_is_not_among_the_bots(doctor, github, pagure, app_key, tmp_path):
    told = doctor("forge", config=forge(api_url=github.url, token="ghp_writer"))
    assert told.of("forge github.com") == (
        "wrong: it answers, and knows us as wilma, which is none of our own accounts -> "
        "add wilma to bots"
    )
    named = forge(api_url=github.url, token="ghp_writer") | {"bots": ["Wilma"]}
    said = "ok: it answers, and knows us as wilma -> "
    assert doctor("forge", config=named).of("forge github.com") == said
    key = tmp_path / "app.pem"
    key.write_text(app_key)
    access = {"github_app_id": APP_ID, "github_app_private_key_path": str(key)}
    told = doctor("forge", config=forge(api_url=github.url, **access))
    assert told.of("forge github.com").endswith(" -> add packit-sandbox[bot] to bots")
    told = doctor("forge", config=forge("src.example.org", api_url=pagure.url, token="bot-token"))
    assert told.of("forge src.example.org").endswith(" -> add bot to bots")


def test_the_key_of_the_app_is_another_ones(doctor, github, tmp_path):
    key = tmp_path / "app.pem"
    key.write_text(new_app().private_key)
    access = {"github_app_id": APP_ID, "github_app_private_key_path": str(key)}
    told = doctor("forge", config=forge(api_url=github.url, **access))
    said = told.of("forge github.com")
    assert said.startswith(f"wrong: it does not take the key of App {APP_ID}: GitHub answered 401")
    assert "must be of one App; is the clock right?" in said


def test_the_key_of_the_app_is_none(doctor, github, tmp_path):
    key = tmp_path / "app.pem"
    access = {"github_app_id": APP_ID, "github_app_private_key_path": str(key)}
    told = doctor("forge", config=forge(api_url=github.url, **access))
    assert "app.pem: No such file or directory" in told.of("forge github.com")
    key.write_text(f"-----BEGIN RSA PRIVATE KEY-----\n{SECRET}\n")
    told = doctor("forge", config=forge(api_url=github.url, **access))
    advice = " -> name the file (PEM) that GitHub gave for the App in authentication.github.com."
    said = "wrong: the private key of the App cannot be read"
    assert told.of("forge github.com").startswith(said + advice)


def test_a_forge_cannot_be_reached(doctor):
    url = f"http://127.0.0.1:{free_port()}"
    told = doctor("forge", config=forge(api_url=url, token=SECRET))
    assert told.of("forge github.com") == (
        f"wrong: {url} cannot be reached: Connection refused -> mend "
        "authentication.github.com.api_url; look at name service, proxy and firewall"
    )
    told = doctor("forge", config=forge(api_url="http://no.such.invalid", token=SECRET))
    assert "http://no.such.invalid cannot be reached: " in told.of("forge github.com")


def test_a_forge_is_down(doctor, github):
    github.faults.add(Fault(kind="unavailable", match="GET /user", count=-1))
    told = doctor("forge", config=forge(api_url=github.url, token=SECRET))
    assert told.of("forge github.com") == f"wrong: {github.url} is down: http-503 -> wait for it"


def test_the_address_of_a_forge_is_no_api(doctor, github):
    told = doctor("forge", config=forge(api_url=f"{github.url}/enterprise", token="ghp_writer"))
    said = told.of("forge github.com")
    assert said.startswith("wrong: there is no such API")
    assert said.endswith("of a GitHub Enterprise it ends with /api/v3")


# Copr and Bodhi.


def copr(url, **more):
    given = {"url": url, "username": "packit", "login": "jhqtlogin", "token": "hush-token"}
    return {"copr": given | more, "bodhi_url": f"http://127.0.0.1:{free_port()}"}


def test_copr_does_not_take_the_key(doctor, copr_stand_in):
    told = doctor("copr", config=copr(copr_stand_in.url, token=SECRET))
    said = told.of("copr")
    assert said.startswith("wrong: it does not take the key: Copr answered 401")
    assert said.endswith("get a new one at Copr's page /api/, for copr.login and copr.token")


def test_the_key_of_copr_is_another_ones(doctor, copr_stand_in):
    key = {"login": "strangerlogin", "token": "other-token"}
    told = doctor("copr", config=copr(copr_stand_in.url, **key))
    assert told.of("copr").startswith("wrong: the key is that of stranger, and not of packit -> ")


def test_the_key_of_copr_is_in_no_file(doctor, copr_stand_in, tmp_path):
    config = {"url": copr_stand_in.url, "config_file": str(tmp_path / "copr")}
    told = doctor("copr", config={"copr": config})
    assert told.verdicts == {"wrong"}
    assert f"copr.config_file: {tmp_path}/copr: No such file" in told.of("copr")


def test_the_file_of_the_key_of_copr_is_not_there(doctor, tmp_path):
    file = tmp_path / "copr"
    told = doctor("copr", config={"copr": {"config_file": str(file)}})
    assert told.of("copr") == (
        f"wrong: copr.config_file: {file}: No such file or directory -> mend that key, or what it "
        "names: a file that this user may read, or a variable"
    )


def test_copr_cannot_be_reached(doctor):
    url = f"http://127.0.0.1:{free_port()}"
    told = doctor("copr", config=copr(url))
    assert told.of("copr").startswith(f"wrong: {url} cannot be reached: Connection refused")


def test_bodhi_cannot_be_reached(doctor, copr_stand_in):
    config = copr(copr_stand_in.url)
    told = doctor("copr", "bodhi", config=config)
    assert told.of("copr") == "ok: it answers, and knows us as packit -> "
    assert told.of("bodhi").startswith(f"wrong: {config['bodhi_url']} cannot be reached")


def test_bodhi_answers(doctor, copr_stand_in):
    with Server(BodhiStandIn().stand_in) as server:
        told = doctor("bodhi", config=copr(copr_stand_in.url) | {"bodhi_url": server.url})
    assert told.of("bodhi") == f"ok: {server.url} knows 11 releases -> "


# Koji, Testing Farm, FASJSON.


def koji(url, **more):
    return {"koji": {"hub_url": url, "username": "packit", "password": PASSWORD} | more}


def test_koji_lets_us_in(doctor, koji_stand_in):
    told = doctor("koji", config=koji(koji_stand_in.url))
    assert told.of("koji") == "ok: it answers, and knows us as packit -> "


def test_koji_does_not_let_us_in(doctor, koji_stand_in):
    told = doctor("koji", config=koji(koji_stand_in.url, password=SECRET))
    said = told.of("koji")
    assert said.startswith("wrong: it does not let us in: ")
    assert said.endswith("mend koji.username (or koji_user) and the way to log in")


def test_koji_has_no_way_to_log_in(doctor):
    told = doctor("koji", config={"koji": {"username": "packit"}})
    assert told.of("koji").startswith("note: there is no way to log in, so nothing is built")


def test_koji_cannot_be_reached(doctor):
    url = f"http://127.0.0.1:{free_port()}/kojihub"
    told = doctor("koji", config=koji(url, password=SECRET))
    assert told.of("koji").startswith(f"wrong: {url} cannot be reached: ")


def test_testing_farm(doctor, farm_stand_in):
    section = {"api_url": farm_stand_in.url, "api_key": "key-hush"}
    told = doctor("testing farm", config={"testing_farm": section})
    assert told.of("testing farm").startswith("ok: it answers, and knows ")
    url = f"http://127.0.0.1:{free_port()}/v0.1"
    section = {"api_url": url, "api_key": SECRET}
    told = doctor("testing farm", config={"testing_farm": section})
    assert told.of("testing farm").startswith(f"wrong: {url} cannot be reached: Connection refused")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("octo/hello", "ok: github.com/octo/hello is public -> "),
        ("octo/nothing", "wrong: github.com/octo/nothing: repository-not-visible"),
        ("octo/secret", "wrong: github.com/octo/secret: repository-not-visible"),
    ],
)
def test_the_notifications_repository(doctor, github, name, said):
    config = forge(api_url=github.url, token="ghp_writer")
    config["approval"] = {"notifications_repository": f"github.com/{name}"}
    assert doctor("notifications", config=config).of("notifications").startswith(said)


def test_fasjson(doctor):
    stand_in = FasjsonStandIn()
    stand_in.world.user("ada", "packager", "signed_fpca")
    with Server(stand_in.stand_in) as server:
        section = {"fasjson_url": server.url, "fasjson_token": TOKEN}
        told = doctor("fasjson", config={"approval": section})
        assert told.of("fasjson") == "ok: it answers, and takes our credentials -> "
        told = doctor("fasjson", config={"approval": section | {"fas_groups": ["pakcager"]}})
        assert told.of("fasjson").startswith("note: it answers, and knows no group pakcager")
        told = doctor("fasjson", config={"approval": section | {"fasjson_token": SECRET}})
        assert told.of("fasjson").startswith("wrong: it does not take our credentials: FASJSON")


def test_kerberos_of_fasjson(doctor, kdc, monkeypatch, tmp_path):
    stand_in = FasjsonStandIn()
    stand_in.world.user("ada", "packager", "signed_fpca")
    stand_in.tickets = Acceptor(kdc.services)
    keytab = kdc.principal("doctor")

    def told(file, principal="doctor"):
        section = {"fasjson_url": url, "keytab_path": str(file), "principal": principal}
        return doctor("fasjson", config={"approval": section}).of("fasjson")

    with Server(stand_in.stand_in) as server:
        url = server.url
        assert told(keytab) == "ok: it answers, and takes our credentials -> "
        advice = "mend approval.fasjson_token, or approval.keytab_path and approval.principal"
        garbage = tmp_path / "garbage"
        garbage.write_text("garbage")
        assert told(garbage) == (
            "wrong: it does not take our credentials: no Kerberos ticket: the keytab is no keytab,"
            f" is not there, or has no key of doctor -> {advice}"
        )
        fresh = kdc.principal("fresh-doctor")
        monkeypatch.setenv("KRB5_CONFIG", str(kdc.config_for(free_port())))
        assert told(fresh, "fresh-doctor") == (
            "wrong: Kerberos cannot be reached -> look at krb5.conf, name service and firewall"
        )


def test_kerberos_of_koji(doctor, kdc, tls_stand_in, authority):
    tls_stand_in.tickets = Acceptor(kdc.services)
    keytab = kdc.principal("koji-doctor")
    section = {"hub_url": tls_stand_in.url, "server_ca_path": str(authority.file)}
    section |= {"username": "packit", "keytab_path": str(kdc.packit)}
    told = doctor("koji", config={"koji": section})
    assert told.of("koji") == "ok: it answers, and knows us as packit -> "
    told = doctor("koji", config={"koji": section | {"keytab_path": str(keytab)}})
    assert "user koji-doctor does not exist" in told.of("koji")
    kdc.admin("modprinc -expire yesterday koji-doctor")
    more = {"keytab_path": str(keytab), "principal": "koji-doctor@PACKIT.TEST"}
    told = doctor("koji", config={"koji": section | more})
    assert told.of("koji") == (
        "wrong: it does not let us in: no Kerberos ticket: koji-doctor@PACKIT.TEST has expired"
        " -> mend koji.username (or koji_user) and the way to log in"
    )


# The box, and dist-git.


def test_the_box(doctor, monkeypatch, tmp_path):
    assert doctor("box").of("box") == "ok: a step was done in the box -> "
    monkeypatch.setenv("PATH", str(tmp_path))
    said = doctor("box").of("box")
    assert said.startswith("note: there is no box: bubblewrap (bwrap) is not installed")


def test_dist_git(doctor, tmp_path, monkeypatch):
    section = {"url": "https://src.example.org", "package_tool": "pkgtool"}
    said = doctor("dist-git", config={"dist_git": section}).of("dist-git")
    assert said.startswith("wrong: no forge src.example.org is known -> add authentication.src")
    config = {"dist_git": section} | forge("src.example.org")
    said = doctor("dist-git", config=config).of("dist-git")
    assert said.startswith("wrong: pkgtool is not installed")
    (tmp_path / "pkgtool").touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert doctor("dist-git", config=config).of("dist-git").startswith("ok: pkgtool is there")


# This machine.


def test_a_queue_ends_steps_before_their_time(doctor):
    for seconds, verdict in ((780, "ok: "), (781, "note: box.seconds is 781, but should be 60")):
        said = doctor("queues.yaml", config={"box": {"seconds": seconds}}).of("queues.yaml")
        assert said.startswith(verdict)


def test_queues_yaml_is_wrong(doctor, tmp_path):
    file = tmp_path / "queues.yaml"
    file.write_text("default: one\nqueues: [one]\ntasks:\n  relese: {queue: one}\n")
    told = doctor("queues.yaml", environment={"PACKIT_WORKER_QUEUES": str(file)})
    assert told.verdicts == {"wrong"}
    assert "queues.yaml, line 4" in told.of("queues.yaml")
    assert 'did you mean "release"' in told.of("queues.yaml")


def test_a_secret_is_not_there(doctor):
    told = doctor("secret", config={"broker": "redis://h"} | forge(token={"env": "NO_SUCH_TOKEN"}))
    assert told.of("secret broker") == "ok: it can be read -> "
    assert told.of("secret authentication.github.com.token").startswith(
        "wrong: the environment has no NO_SUCH_TOKEN -> put it there"
    )


def test_everybody_may_read_a_secret(doctor, tmp_path):
    file = tmp_path / "token"
    file.write_text(SECRET)
    file.chmod(0o644)
    told = doctor("secret", config=forge(token={"file": str(file)}))
    assert "wrong" not in told.verdicts
    said = told.of("secret authentication.github.com.token")
    assert said == f"note: {file} may be read by everybody -> chmod o-r {file}"


@pytest.mark.parametrize("kind", ["file", "open"])
def test_the_state_folder_cannot_be_used(doctor, tmp_path, monkeypatch, kind):
    folder = tmp_path / "taken"
    if kind == "file":
        folder.touch()
    else:
        folder.mkdir()
        folder.chmod(0o777)
    monkeypatch.setenv("PACKIT_WORKER_STATE", str(folder))
    told = doctor("state folder", "box")
    assert told.verdicts == {"wrong"}
    for check in ("state folder", "box"):
        assert told.of(check).startswith(f"wrong: {folder}: ")
        assert told.of(check).endswith(" -> name a folder of your own in PACKIT_WORKER_STATE")


# Sentry.


def test_the_dsn_of_sentry_is_none(doctor):
    told = doctor("sentry", config={"sentry_dsn": f"https://{SECRET}.example.org/5"})
    assert told.of("sentry") == (
        "wrong: sentry_dsn: it is none (https://<key>@<host>/<number>) -> copy it from the settings"
        " of the project in Sentry; nothing starts with this one"
    )


def test_no_sentry_is_there(doctor):
    port = free_port()
    dsn = f"http://{SECRET}@127.0.0.1:{port}/42"
    told = doctor("sentry", environment={"PACKIT_WORKER_SENTRY_DSN": dsn})
    assert told.of("sentry").startswith(f"note: http://127.0.0.1:{port} cannot be reached, so ")
    assert "Connection refused" in told.of("sentry")
    with SentryServer() as server:
        told = doctor("sentry", config={"sentry_dsn": server.dsn})
        assert server.items == []
    assert told.of("sentry").startswith("ok: http://127.0.0.1:")


def test_nothing_is_reported_to_sentry(doctor):
    assert "sentry" not in doctor().findings


def test_a_key_of_packit_service_means_nothing(doctor):
    told = doctor("settings", config={"bugzilla_url": "https://bugs.example.org"})
    assert "wrong" not in told.verdicts
    assert '"bugzilla_url" means nothing here: Bugzilla is not asked' in told.of("settings")
