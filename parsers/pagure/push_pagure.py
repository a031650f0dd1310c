"""Pagure's `git.receive`, and the one of dist-git before it -> PushPagureEvent.

https://docs.pagure.org/pagure/usage/using_webhooks.html
https://fedora-fedmsg.readthedocs.io/en/latest/topics.html#git-receive
"""

from parsers.fields import is_zero_sha, maybe, maybe_id, maybe_name, need_name
from parsers.message import Message, Outcome
from parsers.options import Options
from parsers.pagure.repository import branch_name, is_fork, repository_name, web_address
from parsers.result import Json, Parsed, Skip
from parsers.shapes import maybe_commit, need_commit


def parse_git_receive(message: Message, _options: Options) -> Outcome:
    """Read a push to a branch of a project; one to a fork of it starts nothing."""
    body = message.body
    skip = _skip(body, ("end_commit",), ("branch",))
    if skip:
        return skip
    if is_fork(body, "repo"):
        return Skip("fork-push", (maybe_name(body, "repo", "fullname") or "")[:80])
    namespace, name = repository_name(body, "repo")
    return Parsed(
        "PushPagureEvent",
        {
            "repo_namespace": namespace,
            "repo_name": name,
            "git_ref": branch_name(need_name(body, "branch")),
            "https_url": web_address(message, "repo"),
            "commit_sha": need_commit(body, "end_commit"),
            "start_commit": maybe_commit(body, "start_commit"),
            "user_login": maybe_name(body, "agent"),
            "pr_id": maybe_id(body, "pull_request_id"),
        },
    )


def parse_old_git_receive(message: Message, _options: Options) -> Outcome:
    """Read one commit that dist-git received, in the words it had before Pagure."""
    body = message.body
    skip = _skip(body, ("commit", "rev"), ("commit", "branch"))
    if skip:
        return skip
    # The namespace is the folder above the repository: the same for a fork and for its parent.
    path = maybe_name(body, "commit", "path") or ""
    if "/forks/" in path:
        return Skip("fork-push", path[:80])
    namespace, name = repository_name(body, "commit", key="repo")
    full_name = f"{namespace}/{name}" if namespace else name
    agent = maybe_name(body, "commit", "agent")
    return Parsed(
        "PushPagureEvent",
        {
            "repo_namespace": namespace,
            "repo_name": name,
            "git_ref": branch_name(need_name(body, "commit", "branch")),
            "https_url": f"{message.web_url}/{full_name}",
            "commit_sha": need_commit(body, "commit", "rev"),
            "start_commit": None,
            "user_login": agent or maybe_name(body, "commit", "username"),
            "pr_id": None,
        },
    )


def _skip(body: Json, sha: tuple[str, ...], branch: tuple[str, ...]) -> Skip | None:
    """Tell why a push starts nothing; nothing else is demanded of a body that is passed over."""
    commit_sha = maybe(body, str, *sha)
    ref = maybe_name(body, *branch) or ""
    if commit_sha is not None and (not commit_sha or is_zero_sha(commit_sha)):
        return Skip("ref-deleted", ref[:80])
    if ref.startswith("refs/tags/"):
        return Skip("tag-push", ref[:80])
    return None
