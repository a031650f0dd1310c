"""The real payloads beside the checkout, and what an independent reader found in each.

They are not ours to publish: PACKIT_WORKER_PAYLOADS names another folder, and without one the tests
are skipped. INDEX.tsv has a row a payload.
"""

import csv
import json
import os
from pathlib import Path

_BESIDE_THE_CHECKOUT = Path(__file__).parents[2].parent / "shared" / "payloads"
FOLDER = Path(os.environ.get("PACKIT_WORKER_PAYLOADS") or _BESIDE_THE_CHECKOUT)

COMMAND = "/packit"
SIBLINGS = ("packit", "packit-as-a-service", "packit-as-a-service[bot]")
NEW_CODE = ("opened", "reopened", "synchronize")
INSTALLATION = ("created", "deleted", "suspend", "unsuspend", "added", "removed")
TASK_STATES = {"OPEN": "open", "CLOSED": "closed", "CANCELED": "canceled"}
BUILD_STATES = {"0": "building", "1": "complete"}


def rows():
    index = FOLDER / "INDEX.tsv"
    if not index.exists():
        return []
    with index.open(newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def body_of(row):
    return json.loads((FOLDER / row["path"]).read_bytes())


def hints(row):
    source = "github" if row["source"] == "github" else None
    return {"source": source, "event_type": row["event_header_or_topic"] or None}


def expected(row, body):
    """Return what the reader's columns and our rules say: a skip's code, or event and fields.

    A field that the reader has not found is left out.
    """
    if row["expected"] == "not handled":
        return "not handled"
    extra = json.loads(row["extra"] or "{}")
    found = _BY_KIND[row["kind"]](row, extra, body)
    if isinstance(found, str):
        return found
    event, fields = found
    return event, {key: value for key, value in fields.items() if value not in (None, "")}


def _number(text):
    return int(text) if text else None


def _installation(row, extra, _body):
    if row["action"] not in INSTALLATION:
        return "action-not-handled"
    return "InstallationEvent", {
        "action": row["action"],
        "account_login": row["namespace"],
        "sender_login": row["actor"],
        **extra,
    }


def _push(row, _extra, _body):
    if row["status"] == "deleted":
        return "ref-deleted"
    if row["tag"]:
        return "tag-push"
    return "PushGithubGHEvent", {
        "repo_namespace": row["namespace"],
        "repo_name": row["repo"],
        "git_ref": row["branch"],
        "commit_sha": row["commit_sha"],
        "user_login": row["actor"],
    }


def _release(row, _extra, _body):
    if row["action"] != "published":
        return "action-not-handled"
    return "ReleaseEvent", {
        "repo_namespace": row["namespace"],
        "repo_name": row["repo"],
        "tag_name": row["tag"],
        "user_login": row["actor"],
    }


def _pull_request(row, extra, body):
    if row["action"] not in NEW_CODE:
        return "action-not-handled"
    namespace, _, name = (extra.get("head_repo") or "").rpartition("/")
    return "PullRequestGHEvent", {
        "action": row["action"],
        "pr_id": _number(row["number"]),
        "base_repo_namespace": namespace,
        "base_repo_name": name,
        "base_ref": extra.get("head_ref"),
        "target_repo_namespace": row["namespace"],
        "target_repo_name": row["repo"],
        "target_branch": row["branch"],
        "commit_sha": row["commit_sha"],
        # The reader's actor is the sender.
        "user_login": (body["pull_request"].get("user") or {}).get("login"),
    }


def _comment(row, extra, _body):
    if row["action"] not in ("created", "edited"):
        return "action-not-handled"
    if row["actor"] in SIBLINGS:
        return "own-bot"
    if not any(line.strip().startswith(COMMAND) for line in row["comment"].splitlines()):
        return "no-command"
    event, number, prefix = (
        ("PullRequestCommentGHEvent", "pr_id", "target_")
        if row["kind"].endswith(".pr")
        else ("IssueCommentEvent", "issue_id", "")
    )
    return event, {
        "action": row["action"],
        number: _number(row["number"]),
        "comment": row["comment"],
        "comment_id": extra.get("comment_id"),
        f"{prefix}repo_namespace": row["namespace"],
        f"{prefix}repo_name": row["repo"],
        "user_login": row["actor"],
    }


def _pagure_push(row, extra, _body):
    if "fork_of" in extra:
        return "fork-push"
    return "PushPagureEvent", {
        "repo_namespace": row["namespace"],
        "repo_name": row["repo"],
        "git_ref": row["branch"],
        "commit_sha": row["commit_sha"],
        "start_commit": extra.get("start_commit"),
        "user_login": row["actor"],
        "pr_id": _number(row["number"]),
    }


def _pagure_pull_request(row, extra, _body):
    comment = row["kind"].endswith(".comment")
    return "PullRequestCommentPagureEvent" if comment else "PullRequestPagureEvent", {
        "pr_id": _number(row["number"]),
        "base_ref": extra.get("branch_from"),
        "base_repo_owner": (extra.get("repo_from") or "//").split("/")[1],
        "target_repo_namespace": row["namespace"],
        "target_repo_name": row["repo"],
        "target_branch": row["branch"],
        "commit_sha": row["commit_sha"],
        "comment": row["comment"],
        "comment_id": extra.get("comment_id"),
        "user_login": extra.get("comment_author" if comment else "pr_author"),
    }


def _copr(row, extra, _body):
    return "CoprBuildEvent", {
        "topic": row["event_header_or_topic"].removeprefix("org.fedoraproject.prod."),
        "build_id": _number(row["build_id"]),
        "status": _number(row["status"]),
        "owner": row["namespace"],
        "project_name": row["repo"],
        "user": row["actor"],
        **extra,
    }


def _koji(row, extra, _body):
    states = TASK_STATES if row["kind"] == "koji.task_state_change" else BUILD_STATES
    return "KojiBuildEvent", {
        "task_id": _number(row["task_id"]),
        "build_id": _number(row["build_id"]),
        "state": states[row["status"]],
        "owner": row["actor"],
        "nvr": extra.get("nvr"),
    }


def _testing_farm(row, extra, _body):
    return "TestingFarmResultEvent", {
        "pipeline_id": row["task_id"],
        "result": row["status"],
        "summary": extra.get("message"),
        "copr_chroot": extra.get("chroot"),
        "commit_sha": row["commit_sha"],
    }


_BY_KIND = {
    "github.installation": _installation,
    "github.push": _push,
    "github.release": _release,
    "github.pull_request": _pull_request,
    "github.issue_comment.pr": _comment,
    "github.issue_comment.issue": _comment,
    "pagure.git_receive": _pagure_push,
    "pagure.pull_request.new": _pagure_pull_request,
    "pagure.pull_request.updated": _pagure_pull_request,
    "pagure.pull_request.comment": _pagure_pull_request,
    "copr.build_start": _copr,
    "copr.build_end": _copr,
    "koji.task_state_change": _koji,
    "koji.build_state_change": _koji,
    "testing_farm.notification": _testing_farm,
    "testing_farm.results": _testing_farm,
}
