"""Each way in which Koji fails ends as a named error, at once, and without a secret in it."""

import ssl
import time
import traceback
from datetime import UTC, datetime, timedelta
from xmlrpc.client import Fault as RpcFault

import pytest
from servers.koji_stand_ins import PASSWORD, koji_settings, new_koji
from servers.patience import PATIENCE

from packit_worker.errors import RefusedError, TransientError
from packit_worker.sandbox.certificates import Authority
from packit_worker.sandbox.faults import Fault
from packit_worker.sandbox.server import Server
from packit_worker.services.koji_settings import KojiCertificate, KojiPassword

MEBIBYTE = 1 << 20


@pytest.fixture
def srpm(tmp_path):
    file = tmp_path / "hedgehog-1.0-1.src.rpm"
    file.write_bytes(b"x" * (2 * MEBIBYTE + 5))
    return file


@pytest.fixture
def acts(koji, koji_stand_in, srpm):
    """One call of each kind."""
    task_id = koji.submit(srpm, "f44", marker="m0")
    since = datetime.now(UTC) - timedelta(minutes=1)
    return {
        "read": lambda: koji.task(task_id),
        "find": lambda: koji.find_task("m0", since=since),
        "submit": lambda: koji.submit(srpm, "f44", marker="m1"),
        "cancel": lambda: koji.cancel(task_id),
    }


ACTS = ["read", "find", "submit", "cancel"]


def error_of(call):
    begin = time.monotonic()
    with pytest.raises((TransientError, RefusedError)) as caught:
        call()
    assert time.monotonic() - begin < PATIENCE + 2
    text = "".join(traceback.format_exception(caught.value))
    assert PASSWORD not in text
    return caught.value


@pytest.mark.parametrize(
    ("kind", "reason", "retry_after"),
    [
        ("unavailable", "http-503", None),
        ("broken", "http-502", None),
        ("too-many-requests", "rate-limit", 3600),
        ("timeout", "timeout", None),
        ("drop", "connection", None),
        ("html", "unexpected-answer", None),
        ("answer", "unexpected-answer", None),
        ("gone", "unexpected-answer", None),
    ],
)
@pytest.mark.parametrize("act", ACTS)
def test_what_may_pass_is_transient(acts, koji_stand_in, act, kind, reason, retry_after):
    koji_stand_in.faults.add(Fault(kind=kind, count=-1, seconds=3600))
    error = error_of(acts[act])
    assert isinstance(error, TransientError)
    assert (error.reason, error.retry_after) == (reason, retry_after)


@pytest.mark.parametrize("act", ACTS)
def test_what_will_not_pass_is_refused(acts, koji_stand_in, act):
    koji_stand_in.faults.add(Fault(kind="forbidden", count=-1))
    error = error_of(acts[act])
    assert isinstance(error, RefusedError)
    assert error.code == "no-permission"


@pytest.mark.parametrize("act", ACTS)
def test_our_credentials_are_waited_for(acts, koji_stand_in, act):
    """An operator mends them, and nobody's build is lost meanwhile."""
    koji_stand_in.faults.add(Fault(kind="unauthorized", count=-1))
    error = error_of(acts[act])
    assert isinstance(error, TransientError)
    assert (error.reason, error.service) == ("bad-credentials", "Koji")


@pytest.mark.parametrize("act", ACTS)
def test_a_hub_that_says_it_is_offline_is_transient(acts, koji_stand_in, act):
    koji_stand_in.world.offline = True
    assert error_of(acts[act]).reason == "offline"


def test_a_read_is_tried_again_where_the_connection_breaks(acts, koji_stand_in):
    koji_stand_in.faults.add(Fault(kind="drop", count=2))
    assert acts["read"]().id == 117000001


@pytest.mark.parametrize("kind", ["drop", "timeout"])
def test_a_hub_that_accepts_and_falls_silent_has_one_build(koji, koji_stand_in, srpm, kind):
    """The library by itself sends the call again, and a hub of these days would build twice."""
    since = datetime.now(UTC) - timedelta(minutes=1)
    koji_stand_in.faults.add(Fault(kind=kind, match="CALL build$", seconds=3600, after=True))
    assert isinstance(error_of(lambda: koji.submit(srpm, "f44", marker="m1")), TransientError)
    assert list(koji_stand_in.world.tasks) == [117000001]
    assert koji.find_task("m1", since=since).id == 117000001


@pytest.mark.parametrize("lost", ["CALL rawUpload 1048576", "CALL checkUpload"])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("kind", ["drop", "timeout"])
def test_a_hub_that_is_lost_in_mid_upload_has_one_build(
    koji, koji_stand_in, srpm, kind, after, lost
):
    since = datetime.now(UTC) - timedelta(minutes=1)
    koji_stand_in.faults.add(Fault(kind=kind, match=lost, seconds=3600, after=after))
    assert isinstance(error_of(lambda: koji.submit(srpm, "f44", marker="m1")), TransientError)
    assert koji_stand_in.world.tasks == {}
    assert koji.find_task("m1", since=since) is None
    assert koji.submit(srpm, "f44", marker="m1") == 117000001
    [arrived] = koji_stand_in.world.uploads.values()
    assert bytes(arrived) == srpm.read_bytes()
    assert len(koji_stand_in.world.tasks) == 1


def test_a_piece_that_is_damaged_builds_nothing(koji, koji_stand_in, srpm):
    damaged = {"size": MEBIBYTE, "hexdigest": "00000001"}
    koji_stand_in.faults.add(Fault(kind="answer", match="rawUpload 1048576", body=damaged))
    assert error_of(lambda: koji.submit(srpm, "f44", marker="m1")).reason == "unexpected-answer"
    assert koji_stand_in.world.tasks == {}


@pytest.mark.parametrize("damage", [lambda file: file.pop(), lambda file: file.reverse()])
def test_a_file_that_is_damaged_builds_nothing(koji, koji_stand_in, srpm, damage):
    table = koji_stand_in._table
    check = table["checkUpload"]

    def spoiled(folder, name, verify=None):
        file = koji_stand_in.world.uploads[f"{folder}/{name}"]
        file[0] = 17
        damage(file)
        return check(folder, name, verify=verify)

    table["checkUpload"] = spoiled
    assert error_of(lambda: koji.submit(srpm, "f44", marker="m1")).reason == "unexpected-answer"
    assert koji_stand_in.world.tasks == {}


def test_a_wrong_password(koji_stand_in, open_koji, srpm):
    wrong = open_koji(koji_settings(koji_stand_in.url, login=KojiPassword(password="guessed-it")))
    error = error_of(lambda: wrong.submit(srpm, "f44", marker="m"))
    assert (error.reason, error.detail) == (
        "bad-credentials",
        "Koji says: invalid username or password",
    )
    assert koji_stand_in.world.uploads == {}


def test_a_blocked_account(koji, koji_stand_in, srpm):
    koji_stand_in.world.users["packit"].blocked = True
    assert error_of(lambda: koji.submit(srpm, "f44", marker="m")).reason == "bad-credentials"


def test_an_account_that_may_not_build(koji, koji_stand_in, srpm):
    koji_stand_in.world.permissions = set()
    error = error_of(lambda: koji.submit(srpm, "f44", marker="m"))
    assert (error.code, error.reason) == (
        "no-permission",
        "Koji says: policy violation (build_from_srpm)",
    )


def test_a_folder_of_somebody_else(koji, koji_stand_in, srpm):
    koji_stand_in.world.folders["cli-build/packit-worker-m"] = "stranger"
    assert error_of(lambda: koji.submit(srpm, "f44", marker="m")).code == "no-permission"


def test_an_unknown_account_has_no_tasks(koji_stand_in, open_koji):
    koji = open_koji(koji_settings(koji_stand_in.url, username="nobody"))
    error = error_of(lambda: koji.find_task("m", since=datetime.now(UTC)))
    assert (error.reason, error.detail) == ("bad-credentials", "Koji knows no account nobody")


@pytest.mark.parametrize("what", ["ended", "expired"])
def test_a_session_that_ends_meanwhile(koji, koji_stand_in, srpm, what):
    world = koji_stand_in.world

    def end():
        # Before the second piece of the upload.
        if ("rawUpload", "packit") in world.calls:
            world.expired.update(world.sessions) if what == "expired" else world.sessions.clear()

    koji_stand_in.stand_in.app.before_request(end)
    error = error_of(lambda: koji.submit(srpm, "f44", marker="m"))
    assert str(error).startswith("session-expired" if what == "expired" else "bad-credentials")
    assert world.tasks == {}


@pytest.mark.parametrize(
    ("code", "text", "kind", "named"),
    [
        (1, "<class 'psycopg2.OperationalError'>: server closed", TransientError, "hub-error"),
        (1000, "Invalid method: build", RefusedError, "bad-request"),
        (1000, "No such task: 5", RefusedError, "no-such-task"),
        (1000, "Something else", RefusedError, "refused"),
        (1001, "locked", TransientError, "locked"),
        (1004, "not allowed", RefusedError, "no-permission"),
        (1006, "User locked by another session", TransientError, "locked"),
        (1008, "5 > 4 (session 7)", TransientError, "answer-lost"),
        (1009, "unable to retry call 5", TransientError, "answer-lost"),
        (1014, "database outage", TransientError, "offline"),
        (1019, "unexpected arguments", RefusedError, "bad-request"),
        (4711, "from the future", TransientError, "hub-error"),
    ],
)
def test_the_faults_of_the_hub(koji, koji_stand_in, srpm, code, text, kind, named):
    def refuse(*_arguments, **_options):
        raise RpcFault(code, text)

    koji_stand_in._table["build"] = refuse
    error = error_of(lambda: koji.submit(srpm, "f44", marker="m"))
    assert isinstance(error, kind)
    assert (error.reason if kind is TransientError else error.code) == named


def test_a_hub_that_is_not_trusted(tls_stand_in, open_koji, srpm):
    koji = open_koji(koji_settings(tls_stand_in.url))
    error = error_of(lambda: koji.task(1))
    assert str(error) == "bad-certificate: the certificate of the hub is not trusted"
    with pytest.raises(RefusedError):
        koji.submit(srpm, "f44", marker="m")
    assert tls_stand_in.world.calls == []


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_certificate_of_another_authority(authority, open_koji, tmp_path, srpm, version):
    stand_in, context = new_koji(), authority.server_context()
    context.maximum_version = version
    login = KojiCertificate(file=Authority(tmp_path / "other").issue("packit"))
    with Server(stand_in.stand_in, tls=context) as server:
        url = f"{server.url}/kojihub"
        koji = open_koji(koji_settings(url, server_ca=authority.file, login=login))
        error = error_of(lambda: koji.submit(srpm, "f44", marker="m"))
    assert ("sslLogin", None) not in stand_in.world.calls
    if version is ssl.TLSVersion.TLSv1_2:
        assert error.reason == "bad-credentials"
        assert error.detail == "the hub does not take our certificate"
    else:  # the client has sent its call before it hears of the no, and may find the line dead
        assert isinstance(error, TransientError)


def test_a_certificate_of_an_account_that_is_unknown(tls_stand_in, authority, open_koji, srpm):
    login = KojiCertificate(file=authority.issue("nobody"))
    settings = koji_settings(tls_stand_in.url, server_ca=authority.file, login=login)
    error = error_of(lambda: open_koji(settings).submit(srpm, "f44", marker="m"))
    assert error.reason == "bad-credentials"
    assert "nobody" in error.detail


def test_a_certificate_that_is_not_there(tls_stand_in, authority, open_koji, tmp_path, srpm):
    login = KojiCertificate(file=tmp_path / "missing.pem")
    settings = koji_settings(tls_stand_in.url, server_ca=authority.file, login=login)
    error = error_of(lambda: open_koji(settings).submit(srpm, "f44", marker="m"))
    assert error.reason == "bad-credentials"


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("unavailable", "http-503"), ("drop", "connection"), ("timeout", "timeout")],
)
def test_an_outage_at_a_login_by_certificate(koji_by_certificate, tls_stand_in, srpm, kind, reason):
    tls_stand_in.faults.add(Fault(kind=kind, match="CALL sslLogin", seconds=3600))
    error = error_of(lambda: koji_by_certificate.submit(srpm, "f44", marker="m"))
    assert error.reason == reason


def test_nobody_listens(open_koji):
    koji = open_koji(koji_settings("http://127.0.0.1:9/kojihub"))
    assert error_of(lambda: koji.task(1)).reason == "connection"
