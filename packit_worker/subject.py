"""What an event is about: the same few words for every event, forge-independent.

The one accessor for "which repository, whose code, who asks": checks never look at the fields of a
single event type for it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from packit_worker.events.base import Event
from packit_worker.forge import Repository, Thread, host_of

Kind = Literal["pull-request", "branch", "release", "issue", "result", "account"]


@dataclass(frozen=True, slots=True)
class Outside:
    """The build or test run that a result is about.

    Attributes:
        kind: as the store names it: `copr-build`, …
        id: the service's number of it.
        target: its chroot; None: it has one target only.
        users: who submitted it, as far as the service tells; None: it tells only our own results.
    """

    kind: Literal["srpm-build", "copr-build", "koji-build", "test-run"]
    id: str
    target: str | None = None
    users: tuple[str | None, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What an event is about.

    Attributes:
        kind: what something would be done for; `result`: of a build or test run, whose row tells.
        repository: where it happened; None for an account, and for a result before it is looked up.
        actor: whose rights count: the author of a pull request, a comment, a push; None: unknown.
        account: the allowlist key of an account that is no repository's: `github.com/acme`.
        commit: the commit it is about, where the event tells it.
        ref: the number, branch or tag.
        thread: where people can be answered.
        source: the repository that a pull request comes from, where the config lies there.
        sources: the paths, on the forge, of the accounts and repositories whose code it is.
        comment: the text that holds commands; None: nobody asked for anything.
        outside: what a result is about.
        config_trigger: the `trigger` of the jobs that it wakes; None: the row of a result tells.
    """

    kind: Kind
    repository: Repository | None = None
    actor: str | None = None
    account: str | None = None
    commit: str | None = None
    ref: str = ""
    thread: Thread | None = None
    source: Repository | None = None
    sources: tuple[str, ...] = ()
    comment: str | None = None
    outside: Outside | None = None
    config_trigger: str | None = None


def subject_of(event: Event) -> Subject:
    """Return what an event is about."""
    return _READERS[type(event).__name__](event)


def _repository(event: Any, prefix: str) -> Repository:
    namespace = getattr(event, f"{prefix}_namespace")
    return Repository(host_of(event.https_url), namespace, getattr(event, f"{prefix}_name"))


def _pull_request(event: Any) -> Subject:
    return Subject(
        kind="pull-request",
        repository=_repository(event, "target_repo"),
        actor=event.user_login,
        commit=getattr(event, "commit_sha", None),
        ref=str(event.pr_id),
        thread=Thread("pull-request", event.pr_id),
        source=_pagure_fork(event) if hasattr(event, "base_repo_owner") else None,
        sources=_sources(event),
        comment=getattr(event, "comment", None),
        config_trigger="pull_request",
    )


def _pagure_fork(event: Any) -> Repository | None:
    """Return the fork that a pull request on Pagure comes from: its config lies there."""
    if not (event.base_repo_owner and event.base_repo_name):
        return None
    parts = ("fork", event.base_repo_owner, event.base_repo_namespace)
    namespace = "/".join(part for part in parts if part)
    return Repository(_repository(event, "target_repo").host, namespace, event.base_repo_name)


def _sources(event: Any) -> tuple[str, ...]:
    """Return whose code a pull request is, as far as its event tells: account, then repository."""
    if hasattr(event, "base_repo_owner"):
        fork = _pagure_fork(event)
        return (event.base_repo_owner, fork.path) if fork else ()
    namespace = getattr(event, "base_repo_namespace", None)
    name = getattr(event, "base_repo_name", None)
    # The account is a part of the path.
    return (f"{namespace}/{name}",) if namespace and name else ()


def _push(event: Any) -> Subject:
    return Subject(
        kind="branch",
        repository=_repository(event, "repo"),
        actor=event.user_login,
        commit=event.commit_sha,
        ref=event.git_ref,
        config_trigger="commit",
    )


def _release(event: Any) -> Subject:
    return Subject(
        kind="release",
        repository=_repository(event, "repo"),
        actor=event.user_login,
        ref=event.tag_name,
        config_trigger="release",
    )


def _issue_comment(event: Any) -> Subject:
    return Subject(
        kind="issue",
        repository=_repository(event, "repo"),
        actor=event.user_login,
        ref=str(event.issue_id),
        thread=Thread("issue", event.issue_id),
        comment=event.comment,
        config_trigger="release",
    )


def _copr_build(event: Any) -> Subject:
    users = (event.user, event.owner)
    if event.chroot == "srpm-builds":
        outside = Outside("srpm-build", str(event.build_id), "", users)
    else:
        outside = Outside("copr-build", str(event.build_id), event.chroot, users)
    return Subject(kind="result", outside=outside)


def _koji_build(event: Any) -> Subject:
    number = event.build_id if event.task_id is None else event.task_id
    return Subject(kind="result", outside=Outside("koji-build", str(number), None, (event.owner,)))


def _test_run(event: Any) -> Subject:
    # Only what we asked for comes here, with our token.
    return Subject(kind="result", outside=Outside("test-run", event.pipeline_id))


def _installation(event: Any) -> Subject:
    account = f"{_api_host(event.account_url)}/{event.account_login}"
    return Subject(kind="account", actor=event.sender_login, account=account)


def _api_host(url: str) -> str:
    """Return the GitHub whose API an address is of; "" if it is none.

    `https://api.github.com/…` and `https://api.acme.ghe.com/…`, but of a GitHub Enterprise Server
    `https://github.example.org/api/v3/…`:
    https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api
    """
    host = host_of(url)
    is_server = host != "" and urlsplit(url).path.startswith("/api/")
    return host if is_server else host.removeprefix("api.")


_READERS: Mapping[str, Callable[[Any], Subject]] = {
    "InstallationEvent": _installation,
    "ReleaseEvent": _release,
    "PushGithubGHEvent": _push,
    "PullRequestGHEvent": _pull_request,
    "PullRequestCommentGHEvent": _pull_request,
    "IssueCommentEvent": _issue_comment,
    "PushPagureEvent": _push,
    "PullRequestPagureEvent": _pull_request,
    "PullRequestCommentPagureEvent": _pull_request,
    "CoprBuildEvent": _copr_build,
    "KojiBuildEvent": _koji_build,
    "TestingFarmResultEvent": _test_run,
}
