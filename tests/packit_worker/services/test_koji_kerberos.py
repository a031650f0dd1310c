"""Koji by Kerberos: the real client, a real KDC, and a hub that reads the tickets."""

import os

import pytest
from servers.koji_stand_ins import koji_settings
from servers.process import free_port

from packit_worker.errors import RefusedError, TransientError
from packit_worker.sandbox.faults import Fault
from packit_worker.sandbox.negotiate import Acceptor
from packit_worker.services.koji_settings import KojiKeytab


@pytest.fixture
def hub(kdc, tls_stand_in):
    tls_stand_in.tickets = Acceptor(kdc.services)
    return tls_stand_in


@pytest.fixture
def by_keytab(hub, kdc, authority, open_koji):
    """Open a client with a keytab, ours where none is given."""

    def opened(file=None, principal="packit@PACKIT.TEST"):
        login = KojiKeytab(principal=principal, file=file or kdc.packit)
        return open_koji(koji_settings(hub.url, server_ca=authority.file, login=login))

    return opened


@pytest.fixture
def srpm(tmp_path):
    file = tmp_path / "hedgehog-1-1.src.rpm"
    file.write_bytes(b"a source package" * 100_000)
    return file


def error_of(koji):
    with pytest.raises((RefusedError, TransientError)) as caught:
        koji.account()
    return caught.value


@pytest.mark.parametrize("principal", ["packit@PACKIT.TEST", None])
def test_a_build_goes_through(by_keytab, hub, srpm, principal):
    environment = dict(os.environ)
    koji = by_keytab(principal=principal)
    assert koji.account() == "packit"
    task_id = koji.submit(srpm, "f44", marker="m1")
    koji.cancel(task_id)
    (sent,) = hub.world.uploads.values()
    assert bytes(sent) == srpm.read_bytes()
    assert (hub.world.tasks[task_id].owner.name, hub.world.tasks[task_id].state) == (
        "packit",
        "CANCELED",
    )
    assert not hub.world.sessions
    logins = [str(each) for each in hub.stand_in.requests if each.path.endswith("ssllogin")]
    assert logins == ["POST /kojihub/ssllogin"] * 3
    assert dict(os.environ) == environment


def test_kerberos_is_down(by_keytab, kdc, hub, monkeypatch):
    keytab = kdc.principal("early")
    monkeypatch.setenv("KRB5_CONFIG", str(kdc.config_for(free_port())))
    error = error_of(by_keytab(keytab, "early"))
    assert (type(error), error.reason, error.service) == (TransientError, "kerberos-down", "Koji")
    assert hub.stand_in.requests == []


def test_a_wrong_keytab(by_keytab, kdc, hub, tmp_path):
    error = error_of(by_keytab(tmp_path / "none.keytab"))
    assert error.reason == "bad-credentials"
    assert error.detail.endswith("is not there, or has no key of packit@PACKIT.TEST")
    assert hub.stand_in.requests == []


def test_the_hub_knows_no_such_account(by_keytab, kdc):
    error = error_of(by_keytab(kdc.principal("newcomer"), "newcomer"))
    assert error.reason == "bad-credentials"
    assert "user newcomer does not exist" in error.detail


def test_the_hub_does_not_take_the_ticket(by_keytab, kdc, hub):
    """As where its clock is wrong, or its own keytab is not the newest."""
    hub.tickets = Acceptor(kdc.packit)  # without a key of the hub's
    error = error_of(by_keytab())
    assert (error.reason, error.detail) == (
        "bad-credentials",
        "the hub does not take our Kerberos ticket: look at its keytab, realm and clock",
    )


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("unavailable", "http-503"), ("drop", "connection"), ("timeout", "timeout")],
)
@pytest.mark.parametrize("method", ["sslLogin", "build"])
def test_an_outage(by_keytab, hub, srpm, kind, reason, method):
    hub.faults.add(Fault(kind=kind, match=f"CALL {method}", seconds=3600))
    with pytest.raises(TransientError) as caught:
        by_keytab().submit(srpm, "f44", marker="m1")
    assert caught.value.reason == reason
    assert [name for name, _ in hub.world.calls].count(method) == 1


def test_nothing_lies_in_the_users_cache(by_keytab, monkeypatch, tmp_path):
    own = tmp_path / "own-tickets"
    monkeypatch.setenv("KRB5CCNAME", f"FILE:{own}")
    assert by_keytab().account() == "packit"
    assert not own.exists()
