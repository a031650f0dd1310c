"""What proves that somebody on GitHub is a Fedora contributor, and what does not."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packit_worker.fas import Evidence, FasAccount, Proof, is_account_name, prove

GROUPS = ("packager", "signed_fpca")


@dataclass
class Book:
    """Accounts and their groups, written by hand; `asked` says what was asked."""

    accounts: dict[str, FasAccount]
    memberships: dict[str, set[str]] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def account(self, name):
        self.asked.append(name)
        return self.accounts.get(name)

    def accounts_of(self, github_login):
        return [
            account
            for account in self.accounts.values()
            if (self.hidden.get(account.name) or account.github or "").lower()
            == github_login.lower()
        ]

    def groups(self, name):
        return frozenset(self.memberships.get(name, ()))


BOOK = Book(
    {
        "ada": FasAccount("ada", "ada-codes"),
        "fred": FasAccount("fred", "fred-hub"),
        "hana": FasAccount("hana", None, is_private=True),
        "nils": FasAccount("nils"),
        "petra": FasAccount("petra", "petra-hub", is_private=True),
        "twin1": FasAccount("twin1", "twins"),
        "twin2": FasAccount("twin2", "twins"),
    },
    {
        "ada": {"packager"},
        "petra": {"signed_fpca"},
        "twin2": {"packager", "other"},
        "hana": {"packager"},
    },
    {"hana": "hana-hub"},
)


@pytest.mark.parametrize(
    ("login", "proof", "account"),
    [
        ("ada-codes", Proof.PROVED, "ada"),
        ("Ada-Codes", Proof.PROVED, "ada"),
        ("fred-hub", Proof.NO_GROUP, "fred"),
        ("hana-hub", Proof.PRIVATE, "hana"),
        ("petra-hub", Proof.PROVED, "petra"),
        ("twins", Proof.PROVED, "twin2"),
        ("ada", Proof.NOT_SET, None),
        ("ada-codes2", Proof.NOT_SET, None),
    ],
)
def test_a_login_is_searched_for(login, proof, account):
    assert prove(BOOK, login, GROUPS) == Evidence(proof, account)


@pytest.mark.parametrize(
    ("login", "name", "proof"),
    [
        ("ada-codes", "ada", Proof.PROVED),
        ("ADA-CODES", "ada", Proof.PROVED),
        ("mallory", "ada", Proof.OTHER),
        ("ada", "ada", Proof.OTHER),
        ("fred-hub", "fred", Proof.NO_GROUP),
        ("nils", "nils", Proof.NOT_SET),
        ("hana-hub", "hana", Proof.PRIVATE),
        ("nobody", "nobody", Proof.UNKNOWN),
    ],
)
def test_a_named_account_is_looked_at(login, name, proof):
    assert prove(BOOK, login, GROUPS, name) == Evidence(proof, name)


@pytest.mark.parametrize(
    "name", ["../groups/packager", "ada/", "a b", "", "1ada", "ada\n", "adä", "a" * 65, "ada?x"]
)
def test_what_is_no_name_is_never_asked_for(name):
    book = Book(dict(BOOK.accounts))
    assert prove(book, "ada-codes", GROUPS, name).proof == Proof.UNKNOWN
    assert book.asked == []


@given(st.text())
def test_a_name_never_leaves_its_part_of_the_address(text):
    if is_account_name(text):
        assert not set(text) & set("/?#%\\ \n\r\t")
        assert text.strip(".")


@given(st.text(min_size=1), st.sampled_from([None, "fred", "nils", "hana"]))
def test_without_a_group_nothing_is_proved(login, name):
    assert prove(Book(BOOK.accounts, {}), login, GROUPS, name).proof != Proof.PROVED


@pytest.mark.parametrize("name", ["ADA", "Ada"])
def test_a_name_is_asked_for_in_lower_case(name):
    found = prove(BOOK, "ada-codes", GROUPS, name)
    assert found == prove(BOOK, "ada-codes", GROUPS, "ada")
    assert found.proof == Proof.PROVED
