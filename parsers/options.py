"""The choices of an operator that stage 1 needs. Stage 1 reads no files: they are handed in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

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
    """

    command_prefix: str = "/packit"
    edited_comments: EditedComments = "new-commands"
    bots: frozenset[str] = SIBLING_BOTS
    github_hosts: frozenset[str] = frozenset({"github.com"})
    web_url: Mapping[str, str] = field(default_factory=lambda: WEB_URLS)
