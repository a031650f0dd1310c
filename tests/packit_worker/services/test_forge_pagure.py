"""The forge service on Pagure, through the real ogr."""

import pytest
from servers.forge_stand_ins import CONFIG, FORK, RPM, pagure_settings

from packit_worker.errors import RefusedError, TransientError
from packit_worker.forge import Comment, Issue, PullRequest, Repository, Thread


def asked(pagure):
    return [str(seen) for seen in pagure.stand_in.requests]


def head(pagure):
    return pagure.world.projects["rpms/hello"].git.resolve("rawhide")


def test_visibility_cannot_be_told_and_needs_no_call(pagure, bot):
    assert bot.visibility(RPM) == "unknown"
    assert asked(pagure) == []


def test_a_declared_forge_is_public(pagure, open_forges):
    forges = open_forges(pagure_settings(pagure.url, declared_public=True))
    assert forges.visibility(RPM) == "public"


def test_files_and_a_file_at_a_ref(pagure, bot):
    assert bot.files_at(RPM, "rawhide") == {".packit.yaml", "hello.spec"}
    assert bot.file_at(RPM, head(pagure), ".packit.yaml") == CONFIG
    assert bot.file_at(RPM, "rawhide", "packit.yaml") is None
    assert asked(pagure)[:2] == [
        "GET /api/0/rpms/hello/tree/rawhide",
        f"GET /rpms/hello/raw/{head(pagure)}/f/.packit.yaml",
    ]


def test_an_unknown_ref_and_an_unknown_project_are_no_missing_file(bot):
    with pytest.raises(RefusedError) as refused:
        bot.file_at(RPM, "f99", ".packit.yaml")
    assert refused.value.code == "ref-not-found"
    with pytest.raises(RefusedError) as refused:
        bot.file_at(Repository("src.example.org", "rpms", "secret"), "main", ".packit.yaml")
    assert refused.value.code == "repository-not-visible"


def test_a_file_that_is_no_text(pagure, bot):
    git = pagure.world.projects["rpms/hello"].git
    git.commit({".packit.yaml": b"jobs:\n\xff\xfe"}, ref="refs/heads/rawhide")
    with pytest.raises(RefusedError) as refused:
        bot.file_at(RPM, "rawhide", ".packit.yaml")
    assert refused.value.code == "not-text"
    assert refused.value.reason == ".packit.yaml line 2: no UTF-8 (invalid start byte)"


def test_the_default_branch(pagure, bot):
    assert bot.default_branch(RPM) == "rawhide"
    pagure.world.project("rpms/odd").git.commit({"a": "b"}, ref="refs/heads/rawhide")
    with pytest.raises(RefusedError) as refused:
        bot.default_branch(Repository("src.example.org", "rpms", "odd"))
    assert refused.value.code == "not-found"


@pytest.mark.parametrize(
    ("login", "may"),
    [
        ("anna", True),
        ("carl", True),
        ("gina", True),
        ("otto", False),
        ("nobody-we-know", False),
    ],
)
def test_who_can_merge(bot, login, may):
    assert bot.can_merge(RPM, login) is may


def test_a_fork_has_its_own_files(pagure, bot):
    git = pagure.world.projects["fork/otto/rpms/hello"].git
    git.commit({".packit.yaml": "theirs: true\n"}, ref="refs/heads/rawhide")
    assert bot.file_at(FORK, "rawhide", ".packit.yaml") == "theirs: true\n"


def test_a_pull_request_from_a_fork(pagure, bot):
    project = pagure.world.projects["rpms/hello"]
    pull = pagure.world.pull(
        project, author="otto", files={"hello.spec": "x"}, source="fork/otto/rpms/hello"
    )
    assert bot.pull_request(RPM, 1) == PullRequest(
        id=1,
        state="open",
        head_sha=pull.head_sha,
        source_branch="change-1",
        target_branch="rawhide",
        author="otto",
        source=FORK,
        url=f"{pagure.url}/rpms/hello/pull-request/1",
    )
    assert asked(pagure) == ["GET /api/0/rpms/hello/pull-request/1"]


def test_a_pull_request_whose_fork_is_deleted(pagure, bot):
    project = pagure.world.projects["rpms/hello"]
    pagure.world.pull(project, author="otto", files={"a": "b"}, source=None)
    assert bot.pull_request(RPM, 1).source is None


def test_a_status_changes_its_flag(pagure, bot):
    sha = head(pagure)
    for state in ("pending", "success"):
        bot.set_status(
            RPM, sha, context="rpm", state=state, text="Text.", url="https://bot.example/runs/1"
        )
    [flag] = pagure.world.projects["rpms/hello"].statuses
    assert (flag.context, flag.state, flag.author) == ("rpm", "success", "bot")
    assert asked(pagure) == [f"POST /api/0/rpms/hello/c/{sha}/flag"] * 2


def test_a_status_that_pagure_refuses(pagure, bot):
    with pytest.raises(RefusedError) as refused:
        bot.set_status(RPM, head(pagure), context="rpm", state="pending", text="T", url="runs/1")
    assert refused.value.code == "invalid"
    assert "Invalid URL" in refused.value.reason


def test_comments_where_times_have_a_fraction(pagure, bot):
    pagure.json.float_times = True
    project = pagure.world.projects["rpms/hello"]
    pagure.world.pull(project, author="otto", files={"a": "b"})
    thread = Thread("pull-request", 1)
    assert bot.comment(RPM, thread, "Hello.") == Comment(
        id=None, body="Hello.", author=None, created=None
    )
    [comment] = bot.comments(RPM, thread)
    assert (comment.body, comment.author) == ("Hello.", "bot")
    assert asked(pagure) == [
        "POST /api/0/rpms/hello/pull-request/1/comment",
        "GET /api/0/rpms/hello/pull-request/1",
    ]


def test_a_comment_cannot_be_edited(bot):
    with pytest.raises(RefusedError) as refused:
        bot.edit_comment(RPM, 1, "Other.")
    assert refused.value.code == "not-supported"


def test_an_issue_from_its_opening_to_its_end(pagure, bot):
    assert bot.open_issue(RPM, "Broken", "It is.") == Issue(
        id=1, url=f"{pagure.url}/rpms/hello/issue/1"
    )
    bot.comment(RPM, Thread("issue", 1), "Still.")
    bot.close_issue(RPM, 1)
    assert pagure.world.projects["rpms/hello"].issues[1].state == "closed"
    assert [(write.kind, write.by) for write in pagure.world.writes] == [
        ("issue", "bot"),
        ("comment", "bot"),
        ("issue-close", "bot"),
    ]


def test_issues_may_be_switched_off(pagure, bot):
    pagure.world.projects["rpms/hello"].has_issues = False
    with pytest.raises(RefusedError) as refused:
        bot.open_issue(RPM, "Broken", "It is.")
    assert refused.value.code == "issues-disabled"


def test_a_token_without_the_right(pagure, bot):
    pagure.acls["bot-token"] = {"issue_create"}
    with pytest.raises(RefusedError) as refused:
        bot.set_status(
            RPM, head(pagure), context="rpm", state="pending", text="T", url="https://a.example"
        )
    assert refused.value.code == "no-permission"


def test_bad_credentials_are_told_without_the_token(pagure, open_forges):
    forges = open_forges(pagure_settings(pagure.url, token="tr0ub4dor"))
    with pytest.raises(TransientError) as refused:
        forges.comment(RPM, Thread("issue", 1), "Hello.")
    assert refused.value.reason == "bad-credentials"
    assert "tr0ub4dor" not in f"{refused.value}{refused.value.detail}"


def test_no_token_in_a_log(bot, caplog):
    caplog.set_level("DEBUG")
    bot.can_merge(RPM, "anna")
    bot.open_issue(RPM, "Broken", "It is.")
    assert "rpms/hello" in caplog.text
    assert "bot-token" not in caplog.text


def test_accounts_that_are_deleted(pagure, bot):
    project = pagure.world.projects["rpms/hello"]
    pagure.world.pull(project, author=None, files={"a": "b"})
    pagure.world.note(project, 1, author=None, body="Farewell.")
    assert bot.pull_request(RPM, 1).author is None
    assert [one.author for one in bot.comments(RPM, Thread("pull-request", 1))] == [None]


def test_a_missing_file_of_a_commit_lists_the_others_once(pagure, bot):
    sha = head(pagure)
    assert bot.file_at(RPM, sha, "packit.yaml") is None
    assert ".packit.yaml" in bot.files_at(RPM, sha)
    assert asked(pagure) == [
        f"GET /rpms/hello/raw/{sha}/f/packit.yaml",
        f"GET /api/0/rpms/hello/tree/{sha}",
    ]


def test_a_branch_is_listed_afresh(pagure, bot):
    assert "new" not in bot.files_at(RPM, "rawhide")
    pagure.world.projects["rpms/hello"].git.commit({"new": ""}, ref="refs/heads/rawhide")
    assert "new" in bot.files_at(RPM, "rawhide")
