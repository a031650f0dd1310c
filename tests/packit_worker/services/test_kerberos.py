"""Tickets from a real KDC: what each wrong keytab, account, realm and outage is told as."""

import ctypes
import subprocess
import time
from pathlib import Path

import pytest
from servers.process import free_port

from packit_worker.errors import RefusedError, TransientError
from packit_worker.sandbox.negotiate import Acceptor
from packit_worker.services.kerberos import _PASSING, negotiation

HUB = "https://127.0.0.1:8443/kojihub"


NO_KEY = "no Kerberos ticket: the keytab is no keytab, is not there, or has no key of {}"
OLD_KEY = "no Kerberos ticket: the key in the keytab is not, or no longer, that of {}"


def error_of(keytab, principal, url=HUB):
    with pytest.raises((RefusedError, TransientError)) as caught:
        negotiation(url, keytab, principal)
    return caught.value


def told(error):
    """The code and the reason: what an operator can mend is waited for, all else is a refusal."""
    if isinstance(error, TransientError):
        return error.reason, error.detail
    return error.code, error.reason


@pytest.mark.parametrize("principal", ["packit@PACKIT.TEST", "packit", None])
def test_a_ticket_that_the_server_takes(kdc, principal):
    import requests  # noqa: PLC0415 - as the code under test does

    negotiate = negotiation(HUB, kdc.packit, principal)
    request = requests.Request("POST", HUB, auth=negotiate).prepare()
    who, answer = Acceptor(kdc.services).accept(request.headers["Authorization"])
    assert who == "packit@PACKIT.TEST"
    assert answer.startswith("Negotiate ")


@pytest.mark.parametrize(
    "header", ["", "Bearer x", "Negotiate", "Negotiate x", "Negotiate YQ==", "Basic YQ=="]
)
def test_what_is_no_ticket_is_not_taken(kdc, header):
    assert Acceptor(kdc.services).accept(header) is None


def test_a_keytab_with_an_older_key(kdc):
    old = kdc.principal("turned")
    copy = old.rename(kdc.folder / "turned-old.keytab")
    kdc.keytab("turned", "turned")
    error = error_of(copy, "turned@PACKIT.TEST")
    assert told(error) == (
        "bad-credentials",
        OLD_KEY.format("turned@PACKIT.TEST"),
    )


@pytest.mark.parametrize("case", ["missing", "no keytab", "of somebody else", "empty"])
def test_a_keytab_without_our_key(kdc, tmp_path, case):
    keytab = tmp_path / "some.keytab"
    if case == "no keytab":
        keytab.write_text("garbage\n")
    if case == "empty":
        keytab.write_bytes(b"\x05\x02")
    if case == "of somebody else":
        keytab = kdc.packit
    error = error_of(keytab, "ours@PACKIT.TEST")
    assert told(error) == (
        "bad-credentials",
        NO_KEY.format("ours@PACKIT.TEST"),
    )


@pytest.mark.parametrize(
    ("name", "change", "text"),
    [
        ("gone", "delprinc -force gone", "Kerberos knows no gone@PACKIT.TEST"),
        ("old", "modprinc -expire yesterday old", "old@PACKIT.TEST has expired"),
        (
            "stale",
            "modprinc -pwexpire yesterday stale",
            "the key of stale@PACKIT.TEST has expired",
        ),
        ("shut", "modprinc -allow_tix shut", "shut@PACKIT.TEST is locked"),
    ],
)
def test_an_account_that_gets_no_ticket(kdc, name, change, text):
    keytab = kdc.principal(name)
    kdc.admin(change)
    error = error_of(keytab, f"{name}@PACKIT.TEST")
    assert told(error) == ("bad-credentials", f"no Kerberos ticket: {text}")


def test_a_server_that_kerberos_does_not_know(kdc):
    error = error_of(kdc.packit, "packit", "https://elsewhere.example.org/kojihub")
    assert told(error) == (
        "bad-credentials",
        "no Kerberos ticket: Kerberos knows no service HTTP/elsewhere.example.org",
    )


def test_a_realm_that_nobody_serves(kdc, tmp_path):
    keytab = tmp_path / "other.keytab"
    orders = f"addent -password -p packit@OTHER.TEST -k 1 -e aes256-cts\nword\nwkt {keytab}\nq\n"
    subprocess.run(["ktutil"], input=orders, text=True, check=True, capture_output=True)
    assert error_of(keytab, "packit@OTHER.TEST").reason == "kerberos-realm"


def test_the_numbers_are_those_of_the_system():
    """No clock can be set here: what the library calls each number that we wait for."""
    library = ctypes.CDLL("libkrb5.so.3")
    library.krb5_get_error_message.restype = ctypes.c_char_p
    library.krb5_get_error_message.argtypes = [ctypes.c_void_p, ctypes.c_int32]
    context = ctypes.c_void_p()
    library.krb5_init_context(ctypes.byref(context))
    told = [
        (library.krb5_get_error_message(context, number).decode(), reason)
        for number, reason in _PASSING.items()
    ]
    assert told == [
        ("Cannot contact any KDC for requested realm", "kerberos-down"),
        ("Cannot resolve network address for KDC in requested realm", "kerberos-down"),
        ("Cannot find KDC for requested realm", "kerberos-realm"),
        ("Clock skew too great", "kerberos-clock"),
        ("Ticket not yet valid", "kerberos-clock"),
        ("Clock skew too great in KDC reply", "kerberos-clock"),
    ]


def test_no_kdc_answers_then_it_does(kdc, monkeypatch):
    keytab = kdc.principal("patient")
    monkeypatch.setenv("KRB5_CONFIG", str(kdc.config_for(free_port())))
    assert error_of(keytab, "patient").reason == "kerberos-down"
    monkeypatch.setenv("KRB5_CONFIG", str(kdc.config))
    assert negotiation(HUB, keytab, "patient")


def test_the_kdc_goes_down_between_our_ticket_and_the_servers(kdc):
    keytab = kdc.principal("halfway")
    negotiation(HUB, keytab, "halfway")
    kdc.stop()
    try:
        assert negotiation(HUB, keytab, "halfway")  # all is in the cache
        error = error_of(keytab, "halfway", "https://localhost/kojihub")
        assert error.reason == "kerberos-down"
    finally:
        kdc.start()


def test_a_ticket_that_has_run_out_is_asked_for_again(kdc):
    keytab = kdc.principal("brief", "-maxlife", "2sec")
    negotiation(HUB, keytab, "brief")
    time.sleep(2.1)  # as long as the ticket lives
    assert negotiation(HUB, keytab, "brief")


def test_nothing_is_left_behind_and_the_users_own_tickets_stay(kdc, monkeypatch, tmp_path):
    own = tmp_path / "own-tickets"
    monkeypatch.setenv("KRB5CCNAME", f"FILE:{own}")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    theirs = kdc.principal("somebody")
    subprocess.run(["kinit", "-kt", theirs, "somebody"], check=True, capture_output=True)
    before = own.read_bytes()
    defaults = {path: path.stat().st_mtime_ns for path in Path("/tmp").glob("krb5cc*")}  # noqa: S108 - where MIT keeps them
    negotiation(HUB, kdc.packit, None)
    assert own.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["own-tickets"]
    assert {p: p.stat().st_mtime_ns for p in Path("/tmp").glob("krb5cc*")} == defaults  # noqa: S108 - as above
