"""What people are told about the proof that they are Fedora contributors. No full stops."""

from collections.abc import Iterable

from packit_worker.fas import Evidence, Proof, is_account_name

CANNOT_ASK = "Fedora's accounts could not be asked"
TAKEN = "the Fedora account {account} already speaks for another account on GitHub"


def why_not(evidence: Evidence, login: str, groups: Iterable[str], *, is_named: bool) -> str:
    """Return what is missing.

    Args:
        evidence: what was found out.
        login: of the person on GitHub.
        groups: membership of one of them is needed.
        is_named: the person named the Fedora account; else nothing is told of a hidden profile.
    """
    account = f"the Fedora account {evidence.account}"
    if evidence.proof == Proof.PRIVATE:
        if not is_named:
            account = f"a Fedora account that names {login}"
        return f"{account} has a private profile, in which a GitHub username cannot be seen"
    if evidence.proof == Proof.NOT_SET:
        if evidence.account is None:
            return f"no Fedora account names {login} as its GitHub username"
        return f"{account} names no GitHub username"
    if evidence.proof == Proof.OTHER:
        return f"{account} names another GitHub username than {login}"
    if evidence.proof == Proof.NO_GROUP:
        return f"{account} is in none of these groups: {', '.join(sorted(groups))}"
    # What is no name is not repeated: it may be anything.
    is_name = is_account_name(evidence.account or "")
    return f"there is no Fedora account {evidence.account}" if is_name else "that is no account"
