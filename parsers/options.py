"""The choices of an operator that stage 1 needs. Stage 1 reads no files: they are handed in."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Literal, get_args

EditedComments = Literal["new-commands", "never"]

# The accounts of the two public deployments. Each must ignore the other's comments too, or they
# answer each other for ever.
SIBLING_BOTS = frozenset(
    {
        "packit",
        "packit-stg",
        "packit-as-a-service",
        "packit-as-a-service[bot]",
        "packit-as-a-service-stg",
        "packit-as-a-service-stg[bot]",
    }
)

# Where a repository lies when its payload does not say: the forge that speaks from each source.
WEB_URLS = {
    "github": "https://github.com",
    "fedora-messaging": "https://src.fedoraproject.org",
    "pagure": "https://pagure.io",
}


# What a hub calls itself in its messages:
# https://github.com/fedora-infra/koji-fedoramessaging/blob/develop/koji_fedoramessaging/plugin.py
KOJI_INSTANCE = "primary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What parsing depends on besides the payload.

    Attributes:
        command_prefix: the word that begins a command line in a comment.
        edited_comments: `new-commands`: an edit counts for the command lines that the old text did
            not hold; `never`: edits are skipped.
        bots: logins (lower case) whose comments are never commands: our own and sibling bots.
        github_hosts: hosts whose bodies are GitHub's when no `source` says so.
        web_url: by source, the address of the forge, without a slash at its end.
        koji_instance: what our Koji hub calls itself; messages of others are none of ours.
    """

    command_prefix: str = "/packit"
    edited_comments: EditedComments = "new-commands"
    bots: frozenset[str] = SIBLING_BOTS
    github_hosts: frozenset[str] = frozenset({"github.com"})
    web_url: Mapping[str, str] = field(default_factory=lambda: WEB_URLS)
    koji_instance: str = KOJI_INSTANCE

    def __post_init__(self) -> None:
        """Refuse what would make every comment, or none, a command.

        Raises:
            ValueError: which value, and why.
        """
        prefix = self.command_prefix
        if not isinstance(prefix, str) or prefix.split() != [prefix]:
            raise ValueError(f"command_prefix: {prefix!r} is not one word")
        if self.edited_comments not in get_args(EditedComments):
            raise ValueError(
                f"edited_comments: {self.edited_comments!r} is neither new-commands nor never"
            )
        for name in ("bots", "github_hosts"):
            _check_set(name, getattr(self, name))
        for login in self.bots:
            if login != login.lower():
                raise ValueError(f"bots: {login!r} is not lower case")
        _check_addresses(self.web_url)


def _check_set(name: str, values: object) -> None:
    if not isinstance(values, AbstractSet) or not all(isinstance(each, str) for each in values):
        raise ValueError(f"{name}: expected a set of texts")


def _check_addresses(addresses: object) -> None:
    if not isinstance(addresses, Mapping) or not all(
        isinstance(address, str) for address in addresses.values()
    ):
        raise ValueError("web_url: expected addresses by source")
    for address in addresses.values():
        if address.endswith("/"):
            raise ValueError(f"web_url: {address!r} ends with a slash")
