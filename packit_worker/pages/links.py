"""Addresses of what a page speaks of, on forges and services."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

_PATHS = {
    "github": {
        "commit": "commit/{ref}",
        "pull-request": "pull/{ref}",
        "branch": "tree/{ref}",
        "release": "releases/tag/{ref}",
        "issue": "issues/{ref}",
    },
    "pagure": {
        "commit": "c/{ref}",
        "pull-request": "pull-request/{ref}",
        "branch": "tree/{ref}",
        "release": "releases",
        "issue": "issue/{ref}",
    },
}
_WORDS = {
    "pull-request": "Pull request",
    "branch": "Branch",
    "release": "Release",
    "issue": "Issue",
}


@dataclass(frozen=True, slots=True)
class Link:
    """A word with, where it is known, an address: `http` or `https` only."""

    text: str
    url: str | None = None


def web(url: str | None) -> str | None:
    """Return an address that a browser may be sent to, else None: it may come from anywhere."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def repository(project: Any) -> Link:
    """Return a repository."""
    path = "/".join(part for part in (project.namespace, project.name) if part)
    return Link(f"{project.host}/{path}", _url_of(project))


def on_forge(project: Any, kind: str, ref: str, forges: Mapping[str, str]) -> Link:
    """Return a commit, pull request, branch, release or issue of a repository.

    Args:
        project: its row.
        kind: `commit`, or the kind of a trigger.
        ref: its hash, number or name.
        forges: which API each host speaks; one of a host that is not there has no address.
    """
    word = _WORDS.get(kind, "")
    text = f"{word} {'#' if ref.isdecimal() else ''}{ref}" if word else ref[:12]
    path = _PATHS.get(forges.get(project.host, ""), {}).get(kind)
    if path is None:
        return Link(text)
    return Link(text, f"{_url_of(project)}/{path.format(ref=quote(ref))}")


def of_details(details: Mapping[str, Any]) -> list[Link]:
    """Return the addresses that the row of a run keeps, named by their keys."""
    named = [(key, web(value)) for key, value in details.items() if isinstance(value, str)]
    return [
        Link(f"Open {key.removesuffix('_url').replace('_', ' ')}", url)
        for key, url in named
        if url and key.endswith("_url")
    ]


def logs_of_arches(details: Mapping[str, Any]) -> list[Link]:
    """Return the logs that the row of a Koji build keeps, those of what failed first."""
    failed = details.get("failed_arches", ())
    arches = details.get("arches", {})
    found = [(arch, web(arches[arch]["log_url"])) for arch in sorted(arches)]
    found.sort(key=lambda one: one[0] not in failed)
    return [Link(f"Log of {arch}", url) for arch, url in found if url]


def _url_of(project: Any) -> str:
    parts = (project.namespace, project.name)
    return f"https://{project.host}/" + "/".join(quote(part) for part in parts if part)
