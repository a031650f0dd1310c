"""The forge service on GitHub, through the real ogr and PyGithub."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from servers.forge_stand_ins import CONFIG, HELLO, SECRET, github_settings

from packit_worker.errors import RefusedError, TransientError
from packit_worker.forge import Issue, PullRequest, Repository, Thread, Visibility
from packit_worker.sandbox.faults import Fault
from packit_worker.sandbox.things import now


def asked(github):
    return [str(seen) for seen in github.stand_in.requests]


def test_visibility_is_one_call(github, writer):
    assert writer.visibility(HELLO) is Visibility.PUBLIC
    assert asked(github) == ["GET /repos/octo/hello"]


def test_files_and_a_file_at_a_ref(writer):
    assert writer.files_at(HELLO, "main") == {".packit.yaml", "hello.spec"}
    assert writer.file_at(HELLO, "main", ".packit.yaml") == CONFIG
    assert writer.file_at(HELLO, "main", "packit.yaml") is None
    assert writer.file_at(HELLO, "main", "docs") is None


def test_an_unknown_ref_is_no_missing_file(writer):
    with pytest.raises(RefusedError) as refused:
        writer.file_at(HELLO, "no-such-branch", ".packit.yaml")
    assert refused.value.code == "ref-not-found"


def test_an_app_gets_a_token_once(github, as_app):
    github.auth.install("octo/hello")
    assert as_app.visibility(HELLO) is Visibility.PUBLIC
    assert as_app.visibility(HELLO) is Visibility.PUBLIC
    assert asked(github) == [
        "GET /repos/octo/hello/installation",
        "POST /app/installations/501/access_tokens",
        "GET /repos/octo/hello",
        "GET /repos/octo/hello",
    ]


def test_an_app_that_is_not_installed(as_app):
    with pytest.raises(RefusedError) as refused:
        as_app.visibility(HELLO)
    assert refused.value.code == "app-not-installed"


def test_a_status(github, writer):
    sha = github.world.projects["octo/hello"].git.resolve("main")
    writer.set_status(
        HELLO, sha, context="rpm", state="pending", text="Accepted.", url="https://e.test/runs/1"
    )
    [write] = github.world.writes
    assert (write.kind, write.by, write.data["description"]) == ("status", "wilma", "Accepted.")
    assert asked(github) == [f"POST /repos/octo/hello/statuses/{sha}"]


def test_the_default_branch(writer):
    assert writer.default_branch(HELLO) == "main"


def test_an_answer_that_does_not_say_who_may_see_is_not_public(github, writer):
    body = {"name": "hello", "owner": {"login": "octo"}, "url": f"{github.url}/repos/octo/hello"}
    github.faults.add(Fault(kind="answer", body=body, count=2))
    with pytest.raises(TransientError) as error:
        writer.visibility(HELLO)
    assert error.value.reason == "unexpected-answer"


def test_who_sees_a_private_repository(github, open_forges):
    admin = open_forges(github_settings(github.url, token="ghp_admin"))
    assert admin.visibility(SECRET) == "private"
    with pytest.raises(RefusedError) as refused:
        open_forges(github_settings(github.url, token=None)).visibility(SECRET)
    assert refused.value.code == "repository-not-visible"


def test_a_repository_that_becomes_private(github, writer):
    project = github.world.projects["octo/hello"]
    assert writer.visibility(HELLO) == "public"
    project.private = True
    assert writer.visibility(HELLO) == "private"


def test_a_file_that_is_too_large_and_one_that_is_no_text(github, writer):
    git = github.world.projects["octo/hello"].git
    git.commit({"large": "x" * (1024 * 1024 + 1), "odd": b"one\ntwo\nthree \xff\n"})
    with pytest.raises(RefusedError) as refused:
        writer.file_at(HELLO, "main", "large")
    assert refused.value.code == "too-large"
    with pytest.raises(RefusedError) as refused:
        writer.file_at(HELLO, "main", "odd")
    assert (refused.value.code, refused.value.reason) == (
        "not-text",
        "odd line 3: no UTF-8 (invalid start byte)",
    )


def test_an_empty_repository(github, writer):
    github.world.project("octo/empty")
    with pytest.raises(RefusedError) as refused:
        writer.files_at(Repository("github.com", "octo", "empty"), "main")
    assert refused.value.code == "ref-not-found"


@pytest.mark.parametrize(
    ("login", "may"),
    [
        ("octo", True),
        ("wilma", True),
        ("olaf", False),
        ("robot[bot]", False),
        ("nobody-we-know", False),
    ],
)
def test_who_can_merge(writer, login, may):
    assert writer.can_merge(HELLO, login) is may


def test_who_may_not_ask_for_permissions(github, open_forges):
    outsider = open_forges(github_settings(github.url, token="ghp_outsider"))
    with pytest.raises(RefusedError) as refused:
        outsider.can_merge(HELLO, "octo")
    assert refused.value.code == "no-permission"


def test_a_pull_request(github, writer):
    world = github.world
    world.project("olaf/hello", files={"a": "b"}, parent="octo/hello")
    project = world.projects["octo/hello"]
    pull = world.pull(project, author="olaf", files={"a": "c"}, source="olaf/hello")
    world.pull(project, author="olaf", files={"a": "d"}, source=None)
    assert writer.pull_request(HELLO, 1) == PullRequest(
        id=1,
        state="open",
        head_sha=pull.head_sha,
        source_branch="change-1",
        target_branch="main",
        author="olaf",
        source=Repository("github.com", "olaf", "hello"),
        url="https://github.com/octo/hello/pull/1",
        target_sha=project.git.resolve("main"),
    )
    assert writer.pull_request(HELLO, 2).source is None
    project.pulls[2].state = "merged"
    assert writer.pull_request(HELLO, 2).state == "merged"
    assert writer.file_at(HELLO, pull.head_sha, "a") == "c"
    with pytest.raises(RefusedError) as refused:
        writer.pull_request(HELLO, 3)
    assert refused.value.code == "not-found"


def test_all_facts_of_a_pull_request_are_one_call_each(github, writer):
    project = github.world.projects["octo/hello"]
    pull = github.world.pull(project, author="olaf", files={"a": "c"})
    writer.visibility(HELLO)
    writer.files_at(HELLO, pull.head_sha)
    writer.file_at(HELLO, pull.head_sha, ".packit.yaml")
    writer.can_merge(HELLO, "olaf")
    writer.set_status(
        HELLO, pull.head_sha, context="rpm", state="pending", text="T", url="https://e.test"
    )
    writer.comment(HELLO, Thread("pull-request", 1), "Hello.")
    assert asked(github) == [
        "GET /repos/octo/hello",
        "GET /repos/octo/hello/contents/",
        "GET /repos/octo/hello/contents/.packit.yaml",
        "GET /repos/octo/hello/collaborators/olaf/permission",
        f"POST /repos/octo/hello/statuses/{pull.head_sha}",
        "POST /repos/octo/hello/issues/1/comments",
    ]


def test_comments_are_added_listed_and_edited(github, writer):
    project = github.world.projects["octo/hello"]
    github.world.pull(project, author="olaf", files={"a": "c"})
    thread = Thread("pull-request", 1)
    for number in range(101):
        github.world.note(project, 1, author="olaf", body=f"Number {number}")
    comment = writer.comment(HELLO, thread, "Built.")
    writer.edit_comment(HELLO, comment.id, "Built again.")
    found = writer.comments(HELLO, thread)
    assert len(found) == 102
    assert (found[0].body, found[0].author) == ("Number 0", "olaf")
    assert (found[-1].body, found[-1].author) == ("Built again.", "wilma")
    assert found[-1].id == comment.id
    assert found[-1].created.tzinfo is not None


def test_the_comment_of_another_is_not_edited(github, writer):
    project = github.world.projects["octo/hello"]
    github.world.issue(project, author="olaf", title="Help")
    note = github.world.note(project, 1, author="olaf", body="Mine.")
    with pytest.raises(RefusedError) as refused:
        writer.edit_comment(HELLO, note.id, "Yours.")
    assert refused.value.code == "no-permission"


def test_an_issue_from_its_opening_to_its_end(github, writer):
    assert writer.open_issue(HELLO, "Broken", "It is.") == Issue(
        id=1, url="https://github.com/octo/hello/issues/1"
    )
    writer.close_issue(HELLO, 1)
    writer.close_issue(HELLO, 1)
    assert github.world.projects["octo/hello"].issues[1].state == "closed"


def test_issues_may_be_switched_off(github, writer):
    github.world.projects["octo/hello"].has_issues = False
    with pytest.raises(RefusedError) as refused:
        writer.open_issue(HELLO, "Broken", "It is.")
    assert refused.value.code == "issues-disabled"


def set_status(forges, github, **more):
    sha = github.world.projects["octo/hello"].git.resolve("main")
    given = {"context": "rpm", "state": "pending", "text": "T", "url": "https://e.test"} | more
    forges.set_status(HELLO, given.pop("sha", sha), **given)


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        ({"text": "x" * 141}, "invalid", "maximum is 140"),
        ({"state": "green"}, "invalid", "not included in the list"),
        ({"url": "runs/1"}, "invalid", "http(s)"),
        ({"sha": "0" * 40}, "not-found", "No commit found"),
    ],
)
def test_a_status_that_github_refuses(github, writer, more, code, words):
    with pytest.raises(RefusedError) as refused:
        set_status(writer, github, **more)
    assert refused.value.code == code
    assert words in refused.value.reason


def test_a_status_of_140_characters(github, writer):
    set_status(writer, github, text="x" * 140)
    assert len(github.world.writes) == 1


def test_a_body_over_the_limit(writer):
    with pytest.raises(RefusedError) as refused:
        writer.open_issue(HELLO, "Broken", "x" * 65_536)
    assert refused.value.code == "invalid"
    assert writer.open_issue(HELLO, "Broken", "x" * 65_535).id == 1


def test_the_thousand_and_first_status(github, writer):
    project = github.world.projects["octo/hello"]
    set_status(writer, github)
    project.statuses *= 1000
    with pytest.raises(RefusedError) as refused:
        set_status(writer, github)
    assert refused.value.code == "too-many-statuses"


def test_a_status_without_the_right_to_push(github, open_forges):
    with pytest.raises(RefusedError) as refused:
        set_status(open_forges(github_settings(github.url, token="ghp_outsider")), github)
    # GitHub does not tell a person more.
    assert refused.value.code == "not-found"


def test_an_app_writes_under_its_own_name(github, as_app):
    github.auth.install("octo/hello")
    set_status(as_app, github)
    assert github.world.writes[0].by == "packit-sandbox[bot]"


def test_an_app_installed_anew_gets_another_token(github, as_app):
    first = github.auth.install("octo/hello")
    assert as_app.visibility(HELLO) == "public"
    github.auth.uninstall(first)
    with pytest.raises(RefusedError) as refused:
        as_app.visibility(HELLO)
    assert refused.value.code == "app-not-installed"
    github.auth.install("octo/hello")
    assert as_app.visibility(HELLO) == "public"


def test_a_suspended_app(github, as_app):
    github.auth.install("octo/hello").suspended = True
    with pytest.raises(RefusedError) as refused:
        as_app.visibility(HELLO)
    assert refused.value.code == "app-suspended"


def test_a_token_about_to_end_is_replaced(github, as_app):
    installation = github.auth.install("octo/hello")
    as_app.visibility(HELLO)
    [token] = github.github_app.tokens
    github.github_app.tokens[token] = (installation.id, now())
    assert as_app.visibility(HELLO) == "public"
    assert len(github.github_app.tokens) == 2


def test_a_renamed_repository(github, writer):
    project = github.world.projects["octo/hello"]
    github.world.rename("octo/hello", "octopus/greeting")
    assert writer.visibility(HELLO) == "public"
    assert writer.file_at(HELLO, project.git.resolve("main"), ".packit.yaml") == CONFIG
    assert writer.open_issue(HELLO, "Broken", "It is.").id == 1
    writer.set_status(
        HELLO,
        project.git.resolve("main"),
        context="rpm",
        state="pending",
        text="T",
        url="https://e.test",
    )
    assert [(write.kind, write.repository) for write in github.world.writes] == [
        ("issue", "octopus/greeting"),
        ("status", "octopus/greeting"),
    ]


def test_no_token_in_a_log(writer, caplog):
    caplog.set_level("DEBUG")
    writer.visibility(HELLO)
    writer.open_issue(HELLO, "Broken", "It is.")
    assert "octo/hello" in caplog.text
    assert "ghp_writer" not in caplog.text


def test_accounts_that_are_deleted(github, writer):
    project = github.world.projects["octo/hello"]
    github.world.pull(project, author=None, files={"a": "b"})
    github.world.note(project, 1, author=None, body="Farewell.")
    assert writer.pull_request(HELLO, 1).author is None
    assert [one.author for one in writer.comments(HELLO, Thread("pull-request", 1))] == [None]


def pulled(github, source):
    pull = github.world.pull(
        github.world.projects["octo/hello"], author="octo", files={"a": "b"}, source=source
    )
    return pull.source_branch, pull.head_sha, pull.id


def test_the_last_push_of_the_head_counts_and_the_app_is_not_on_the_fork(github, as_app):
    fork = github.world.project("cat/hello", parent="octo/hello")
    github.auth.install("octo/hello")
    branch, head, number = pulled(github, "cat/hello")
    first, later = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
    fork.pushes += [(branch, head, first), (branch, "b" * 40, later), (branch, head, later)]
    fork.pushes += [("other", head, now())]
    assert as_app.pushed_at(HELLO, as_app.pull_request(HELLO, number)) == later
    assert asked(github)[-1] == "GET /repos/cat/hello/activity"


def test_a_head_that_github_did_not_see_pushed(github, writer):
    _branch, _head, number = pulled(github, "octo/hello")
    pull = writer.pull_request(HELLO, number)
    assert writer.pushed_at(HELLO, pull) is None
    github.faults.add(Fault(kind="forbidden", match="activity"))
    assert writer.pushed_at(HELLO, pull) is None
    assert writer.pushed_at(HELLO, replace(pull, source=None)) is None


def test_a_symbolic_link_is_the_file_it_leads_to(github, writer):
    git = github.world.projects["octo/hello"].git
    links = {
        ".packit.yaml": "dist/packit.yaml",
        "dist/up": "../real.yaml",
        "out": "../../etc/passwd",
        "nowhere": "missing",
    }
    files = {"dist/packit.yaml": "jobs: []\n", "real.yaml": "real\n"}
    commit = git.commit(files, ref="refs/heads/links", links=links)
    assert writer.file_at(HELLO, commit, ".packit.yaml") == "jobs: []\n"
    assert writer.file_at(HELLO, commit, "dist/up") == "real\n"
    # GitHub answers with an object of type symlink.
    assert writer.file_at(HELLO, commit, "out") is None
    assert writer.file_at(HELLO, commit, "nowhere") is None
