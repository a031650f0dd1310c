"""The Fedora account system over HTTP: what it says, and the ways in which it does not answer."""

import subprocess
import time
from contextlib import ExitStack, closing

import pytest
import requests
from servers.patience import PATIENCE
from servers.process import free_port

from packit_worker.errors import RefusedError, TransientError
from packit_worker.fas import FasAccount, Proof, prove
from packit_worker.sandbox.fasjson import TOKEN, FasjsonStandIn
from packit_worker.sandbox.faults import Fault
from packit_worker.sandbox.negotiate import Acceptor
from packit_worker.sandbox.server import Server
from packit_worker.services.fasjson import Fasjson
from packit_worker.services.fasjson_settings import FasjsonSettings

GROUPS = ("packager", "signed_fpca")


@pytest.fixture(scope="module")
def running():
    stand_in = FasjsonStandIn()
    world = stand_in.world
    world.user("ada", "packager", "signed_fpca", github="ada-codes")
    world.user("fred", "wheel", github="fred-hub")
    world.user("hana", "packager", github="hana-hub", private=True)
    world.user("nils", "packager")
    world.user("lost", "packager", github="lost-hub", locked=True)
    world.user("many", *(f"group-{number}" for number in range(90)), "packager", github="many-hub")
    with Server(stand_in.stand_in) as server:
        stand_in.url = server.url
        yield stand_in


@pytest.fixture
def fasjson(running):
    running.faults.clear()
    running.stand_in.forget()
    return running


@pytest.fixture
def client(fasjson):
    client = Fasjson(FasjsonSettings(url=f"{fasjson.url}/", token=TOKEN, timeout=PATIENCE))
    yield client
    client.close()


def lines(fasjson):
    return [str(request) for request in fasjson.stand_in.requests]


def test_an_account_is_read(client, fasjson):
    assert client.account("ada") == FasAccount("ada", "ada-codes", is_private=False)
    assert lines(fasjson) == ["GET /v1/users/ada/"]


@pytest.mark.parametrize(
    ("name", "account"),
    [
        ("nils", FasAccount("nils", None)),
        ("hana", FasAccount("hana", None, is_private=True)),
        ("lost", None),
        ("nobody", None),
    ],
)
def test_not_set_hidden_and_absent_are_told_apart(client, name, account):
    assert client.account(name) == account


@pytest.mark.parametrize("name", ["../groups/packager", "a b", "", "ada?x=1", "ada#"])
def test_what_is_no_name_makes_no_call(client, fasjson, name):
    assert client.account(name) is None
    assert lines(fasjson) == []


@pytest.mark.parametrize(
    ("login", "names"),
    [
        ("ada-codes", ["ada"]),
        ("ADA-codes", ["ada"]),
        ("hana-hub", ["hana"]),
        ("lost-hub", []),
        ("ada-code", []),
        ("ad", []),
    ],
)
def test_accounts_are_found_by_their_github_login(client, login, names):
    assert [account.name for account in client.accounts_of(login)] == names


def test_a_search_of_a_hidden_profile_does_not_tell_the_login(client):
    assert client.accounts_of("hana-hub") == [FasAccount("hana", None, is_private=True)]


def test_groups_come_from_all_pages(client, fasjson):
    assert client.groups("ada") == {"packager", "signed_fpca"}
    fasjson.stand_in.forget()
    groups = client.groups("many")
    assert len(groups) == 91
    assert "packager" in groups
    assert lines(fasjson) == ["GET /v1/users/many/groups/"] * 3


def test_an_account_that_is_gone_meanwhile_has_no_groups(client):
    assert client.groups("nobody") == frozenset()


def test_only_what_is_needed_leaves_the_service(client, fasjson):
    fasjson.world.masks.clear()
    client.account("ada")
    client.groups("ada")
    assert fasjson.world.masks == ["username,github_username,is_private,locked", "groupname"]


@pytest.mark.parametrize(
    ("login", "name", "proof"),
    [
        ("ada-codes", None, Proof.PROVED),
        ("ada-codes", "ada", Proof.PROVED),
        ("fred-hub", None, Proof.NO_GROUP),
        ("hana-hub", None, Proof.PRIVATE),
        ("hana-hub", "hana", Proof.PRIVATE),
        ("nils", None, Proof.NOT_SET),
        ("nils", "nils", Proof.NOT_SET),
        ("mallory", "ada", Proof.OTHER),
        ("lost-hub", "lost", Proof.UNKNOWN),
        ("many-hub", "many", Proof.PROVED),
    ],
)
def test_proofs_over_the_wire(client, login, name, proof):
    assert prove(client, login, GROUPS, name).proof == proof


@pytest.mark.parametrize(
    ("kind", "reason", "retry_after"),
    [
        ("unavailable", "http-503", None),
        ("broken", "http-502", None),
        ("too-many-requests", "rate-limit", 60),
        ("timeout", "timeout", None),
        ("html", "unexpected-answer", None),
    ],
)
@pytest.mark.parametrize("ask", ["account", "accounts_of", "groups"])
def test_down_is_neither_yes_nor_no(client, fasjson, kind, reason, retry_after, ask):
    fasjson.faults.add(Fault(kind=kind, count=-1))
    with pytest.raises(TransientError) as caught:
        getattr(client, ask)("ada")
    assert (caught.value.reason, caught.value.retry_after) == (reason, retry_after)


def test_a_connection_that_breaks_once_is_tried_again(client, fasjson):
    fasjson.faults.add(Fault(kind="drop", count=1))
    assert client.account("ada").github == "ada-codes"


def test_a_connection_that_stays_broken_is_down(client, fasjson):
    fasjson.faults.add(Fault(kind="drop", count=-1))
    with pytest.raises(TransientError, match="connection"):
        client.account("ada")


@pytest.mark.parametrize("body", [{}, {"result": {}}, {"result": None}, {"result": []}])
def test_an_answer_that_is_not_as_documented_is_no_answer(client, fasjson, body):
    fasjson.faults.add(Fault(kind="answer", body=body))
    with pytest.raises(TransientError, match="unexpected-answer"):
        client.account("ada")


def test_a_wrong_address_says_nothing_about_a_person(running):
    wrong = Fasjson(FasjsonSettings(url=f"{running.url}/elsewhere", token=TOKEN, timeout=PATIENCE))
    with pytest.raises(TransientError, match="unexpected-answer"):
        wrong.account("ada")
    wrong.close()


def test_a_refusal_of_ours_is_no_answer_about_people(client, fasjson):
    fasjson.faults.add(Fault(kind="unprocessable"))
    with pytest.raises(RefusedError, match="refused: "):
        client.account("ada")


@pytest.mark.parametrize("kind", ["unauthorized", "forbidden"])
def test_our_credentials_are_waited_for(client, fasjson, kind):
    fasjson.faults.add(Fault(kind=kind))
    with pytest.raises(TransientError, match="bad-credentials"):
        client.account("ada")


def test_a_wrong_token_is_refused_and_never_told(fasjson):
    client = Fasjson(FasjsonSettings(url=fasjson.url, token="hush-hush", timeout=PATIENCE))
    with pytest.raises(TransientError, match="bad-credentials") as caught:
        client.account("ada")
    client.close()
    assert "hush" not in str(caught.value)
    assert "hush" not in repr(FasjsonSettings(url=fasjson.url, token="hush-hush"))


@pytest.fixture
def by_keytab(fasjson, kdc, monkeypatch, tmp_path):
    """Open a client with a keytab; the user's own tickets would show."""
    monkeypatch.setenv("KRB5CCNAME", f"FILE:{tmp_path}/own-tickets")
    fasjson.tickets = Acceptor(kdc.services)
    with ExitStack() as stack:

        def opened(keytab, principal=None):
            more = {"keytab": keytab, "principal": principal, "timeout": PATIENCE}
            return stack.enter_context(closing(Fasjson(FasjsonSettings(url=fasjson.url, **more))))

        yield opened
    fasjson.tickets = None
    assert not (tmp_path / "own-tickets").exists()


def test_our_account_is_let_in_by_kerberos(by_keytab, fasjson, kdc):
    client = by_keytab(kdc.packit)
    assert client.account("ada") == FasAccount("ada", "ada-codes")
    assert client.groups("ada") == {"packager", "signed_fpca"}
    assert {request.login for request in fasjson.stand_in.requests} == {"packit"}
    assert len(fasjson.stand_in.requests) == 2  # the ticket comes with the first request


def test_a_ticket_runs_out_while_the_client_is_open(by_keytab, kdc):
    client = by_keytab(kdc.principal("fas-brief", "-maxlife", "2sec"))
    assert client.account("ada")
    time.sleep(2.1)  # as long as the ticket lives
    assert client.account("ada")


def test_kerberos_is_down(by_keytab, kdc, monkeypatch):
    keytab = kdc.principal("fas-early")
    monkeypatch.setenv("KRB5_CONFIG", str(kdc.config_for(free_port())))
    with pytest.raises(TransientError, match=r"^kerberos-down$") as caught:
        by_keytab(keytab).account("ada")
    assert caught.value.service == "FASJSON"


def test_a_wrong_keytab(by_keytab, fasjson, tmp_path):
    with pytest.raises(TransientError, match="bad-credentials") as caught:
        by_keytab(tmp_path / "none.keytab").account("ada")
    assert caught.value.detail.startswith("no Kerberos ticket: the keytab is no")
    assert fasjson.stand_in.requests == []


def test_the_environment_has_no_ticket(by_keytab, kdc, tmp_path):
    with pytest.raises(TransientError, match="bad-credentials") as caught:
        by_keytab(None).account("ada")
    assert "the environment has none, and no keytab is set" in caught.value.detail


def test_the_environment_has_a_ticket(by_keytab, fasjson, kdc, monkeypatch, tmp_path):
    cache = f"FILE:{tmp_path}/tickets-of-kinit"
    monkeypatch.setenv("KRB5CCNAME", cache)
    subprocess.run(["kinit", "-kt", kdc.packit, "packit"], check=True, capture_output=True)
    assert by_keytab(None).account("ada")
    assert {request.login for request in fasjson.stand_in.requests} == {"packit"}


def test_people_come_and_go_as_ordered(client, fasjson):
    address = f"{fasjson.url}/_sandbox/users/zoe"
    zoe = {"github": "zoe-hub", "groups": ["packager"]}
    assert requests.put(address, json=zoe, timeout=5).status_code == 204
    assert client.account("zoe").github == "zoe-hub"
    assert client.groups("zoe") == {"packager"}
    assert requests.put(address, json={"gitlab": "x"}, timeout=5).status_code == 400
    assert requests.delete(address, timeout=5).status_code == 204
    assert client.account("zoe") is None
