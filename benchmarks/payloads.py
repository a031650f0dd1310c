"""The payloads that benchmarks read: our own, and where present real ones."""

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).parents[1]
OWN = _ROOT / "tests" / "messages"
# A folder with an INDEX.tsv (columns path, source, event_header_or_topic, …) of real payloads.
_REAL = Path(os.environ.get("PACKIT_WORKER_PAYLOADS") or _ROOT.parent / "shared" / "payloads")

# GitHub's header of the folders of our own; elsewhere the topic lies in the payload.
_HEADERS = {
    "pull_request_gh": "pull_request",
    "push_github_gh": "push",
    "pull_request_comment_gh": "issue_comment",
    "issue_comment": "issue_comment",
    "release": "release",
}


@dataclass(frozen=True, slots=True)
class Payload:
    """A payload's text, and what a door would have known of it."""

    name: str
    text: str
    source: str | None
    event_type: str | None


def own() -> list[Payload]:
    """Return the payloads of the test suite."""
    found = []
    for path in sorted(OWN.rglob("*.json")):
        source, folder = path.relative_to(OWN).parts[:2]
        header = _HEADERS.get(folder) if source == "github" else None
        found.append(Payload(str(path.relative_to(OWN)), path.read_text(), source, header))
    return found


def real() -> list[Payload]:
    """Return the real payloads; none where there are none."""
    index = _REAL / "INDEX.tsv"
    return list(_listed(index)) if index.is_file() else []


def _listed(index: Path) -> Iterator[Payload]:
    with index.open(newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            text = (index.parent / row["path"]).read_text()
            yield Payload(row["path"], text, row["source"], row["event_header_or_topic"] or None)


def pull_request() -> Payload:
    """Return an opened pull request of GitHub, about as large as real ones."""
    name = "github/pull_request_gh/opened.json"
    return Payload(name, (OWN / name).read_text(), "github", "pull_request")
