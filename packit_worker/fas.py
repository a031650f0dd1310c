"""What Fedora accounts tell of people on GitHub, as plain data, and the Protocol of who asks.

A person writes the GitHub login into their own profile at https://accounts.fedoraproject.org, and
nobody else can. So a login in the profile of a packager is the packager's own word for it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

# What FASJSON takes for the name of an account; anything else is none.
_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9_.-]{0,63}")


class Proof(StrEnum):
    """What a Fedora account says about a GitHub login. Only `PROVED` is a yes."""

    PROVED = "fas-proved"
    UNKNOWN = "fas-unknown-account"
    NOT_SET = "fas-not-set"
    PRIVATE = "fas-private"
    OTHER = "fas-other-login"
    NO_GROUP = "fas-not-in-group"


@dataclass(frozen=True, slots=True)
class FasAccount:
    """A Fedora account.

    Attributes:
        github: the GitHub login in its profile; None: it names none, or hides it.
        is_private: the profile is hidden from others, us among them.
    """

    name: str
    github: str | None = None
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found out, and about which Fedora account; None: about none."""

    proof: Proof
    account: str | None = None


class FedoraAccounts(Protocol):
    """Asks the Fedora account system.

    Every method raises `TransientError` (down, slow, rate limit) or `RefusedError`
    (`bad-credentials`: ours; `refused`: any other no).
    """

    def account(self, name: str) -> FasAccount | None:
        """Return an account that may be used; None: there is none of that name."""

    def accounts_of(self, github_login: str) -> list[FasAccount]:
        """Return the accounts in whose profile the GitHub login stands, hidden ones included."""

    def groups(self, name: str) -> frozenset[str]:
        """Return the groups of an account, those it is in through others included."""


def is_account_name(text: str) -> bool:
    """Whether a text can be the name of a Fedora account."""
    return _NAME.fullmatch(text) is not None


def prove(
    accounts: FedoraAccounts, github_login: str, groups: Iterable[str], name: str | None = None
) -> Evidence:
    """Find out whether somebody on GitHub is a Fedora contributor.

    Args:
        accounts: who is asked.
        github_login: of the person.
        groups: membership of one of them is needed.
        name: the Fedora account that the person names; None: it is searched for.

    Raises:
        TransientError, RefusedError: it could not be asked.
    """
    wanted = frozenset(groups)
    if name is None:
        found = [
            _judge(accounts, each, github_login, wanted)
            for each in accounts.accounts_of(github_login)
        ]
        return min(found, key=_nearness, default=Evidence(Proof.NOT_SET))
    # The names of Fedora accounts are lower case; people write them as they like.
    account = accounts.account(name.lower()) if is_account_name(name) else None
    if account is None:
        return Evidence(Proof.UNKNOWN, name)
    return _judge(accounts, account, github_login, wanted)


def _judge(
    accounts: FedoraAccounts, account: FasAccount, github_login: str, wanted: frozenset[str]
) -> Evidence:
    if account.github is None:
        return Evidence(Proof.PRIVATE if account.is_private else Proof.NOT_SET, account.name)
    # GitHub tells logins apart without their case.
    if account.github.lower() != github_login.lower():
        return Evidence(Proof.OTHER, account.name)
    is_member = bool(wanted & accounts.groups(account.name))
    return Evidence(Proof.PROVED if is_member else Proof.NO_GROUP, account.name)


def _nearness(evidence: Evidence) -> int:
    """Order what is said of several accounts: the yes first, then what is the easiest to mend."""
    order = (Proof.PROVED, Proof.NO_GROUP, Proof.PRIVATE, Proof.NOT_SET, Proof.OTHER)
    return order.index(evidence.proof)
