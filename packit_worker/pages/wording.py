"""States, times and durations in words; text of others made fit to be shown."""

import re
from datetime import datetime
from typing import Any

from markupsafe import Markup

# What would break a page or turn its text around: controls, marks of direction, lone surrogates.
# https://www.unicode.org/reports/tr9/#Explicit_Directional_Embeddings
_UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)

# By state of a run: its word, the colour of its badge, and whose turn it is.
RUN_STATES = {
    "submitting": ("being submitted", "open", ""),
    "submitted": ("waiting to start", "open", ""),
    "running": ("running", "open", ""),
    "success": ("succeeded", "good", ""),
    "failure": ("failed", "bad", "Something in this change is at fault."),
    "error": ("could not be finished", "bad", "This change is not at fault."),
    "canceled": ("canceled", "neutral", ""),
    "gave-up": ("given up", "bad", "This change is not at fault: no result came for too long."),
    "unknown-if-submitted": (
        "unknown",
        "bad",
        "This change is not at fault: nobody can tell whether this run was accepted.",
    ),
}
# How the text of an error begins that acquits the change; others are about the package config, or
# about nobody.
NOT_AT_FAULT = ("Not your change", "packit-worker failed, not your change")
KINDS = {
    "srpm-build": "Source package build",
    "copr-build": "Copr build",
    "koji-build": "Koji build",
    "test-run": "Test run",
    "downstream": "Pull request in dist-git",
}
# What a commit status ends with, and the page need not say.
ON_THE_PAGE = re.compile(r" The page shows (?:the first error|the log|why)\.\Z")
EVENTS = {
    "CoprBuildEvent": "Message of Copr",
    "InstallationEvent": "Installation of the GitHub App",
    "IssueCommentEvent": "Comment on an issue",
    "KojiBuildEvent": "Message of Koji",
    "PullRequestCommentGHEvent": "Comment on a pull request",
    "PullRequestCommentPagureEvent": "Comment on a pull request",
    "PullRequestGHEvent": "Pull request",
    "PullRequestPagureEvent": "Pull request",
    "PushGithubGHEvent": "Push",
    "PushPagureEvent": "Push",
    "ReleaseEvent": "Release",
    "TestingFarmResultEvent": "Message of Testing Farm",
}
# By outcome of an event or a handler: the colour of its badge.
OUTCOME_COLOURS = {
    "done": "good",
    "failed": "bad",
    "gave-up": "bad",
    "bug": "bad",
    "denied": "bad",
    "unknown-if-submitted": "bad",
}


def shown(value: Any) -> Any:
    """Return text without what would break a page; anything else as it is."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return _UNFIT.sub("\ufffd", value)


def moment(value: datetime) -> str:
    """Return a time as people read it: `2026-03-01 12:00:05 UTC`; it is in UTC already."""
    return f"{value:%Y-%m-%d %H:%M:%S} UTC"


def duration(start: datetime, end: datetime) -> str:
    """Return how long it is from one time to another: `4 min 12 s`."""
    seconds = max(0, round((end - start).total_seconds()))
    days, seconds = divmod(seconds, 86_400)
    hours, seconds = divmod(seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    parts = [(days, "d"), (hours, "h"), (minutes, "min"), (seconds, "s")]
    used = [f"{number} {unit}" for number, unit in parts if number]
    return " ".join(used[:2]) or "0 s"
