"""Installations of our GitHub App: kept, approved, told of, ended; and `verify-fas`."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from engine_side import BUILD_JOB, EngineSide
from event_kwargs import event_of
from servers.patience import PATIENCE

from packit_worker.forge import Repository
from packit_worker.handlers.approving import keep_installation, verify_fas
from packit_worker.registry import HANDLERS
from packit_worker.sandbox.fasjson import TOKEN, FasjsonStandIn
from packit_worker.sandbox.faults import Fault
from packit_worker.sandbox.server import Server
from packit_worker.service_access import Services
from packit_worker.services.fasjson import Fasjson
from packit_worker.services.fasjson_settings import FasjsonSettings
from packit_worker.store import allowlist, fas_links, installations, listing
from packit_worker.store.models import Installation

APPROVED = (
    "`github.com/acme` is approved. What happens there from now on is taken care of; for a pull"
    " request that is open already a comment there is enough, with the command for what its package"
    " config asks for: `/packit build`, `/packit test` or `/packit upstream-koji-build`."
)
HIDDEN = "private profile, in which a GitHub username cannot be seen"
NOTES = Repository("github.com", "packit", "notifications")
ROWS = tuple(spec for spec in HANDLERS if spec.run in (keep_installation, verify_fas))


@pytest.fixture(scope="module")
def fas_server():
    stand_in = FasjsonStandIn()
    with Server(stand_in.stand_in) as server:
        stand_in.url = server.url
        yield stand_in


@pytest.fixture
def fas(fas_server):
    fas_server.faults.clear()
    fas_server.stand_in.forget()
    fas_server.world.users.clear()
    fas_server.world.user("ada", "packager", github="ada-codes")
    fas_server.world.user("fred", "wheel", github="fred-hub")
    fas_server.world.user("hana", "packager", github="hana-hub", private=True)
    return fas_server


@pytest.fixture
def side(engine_side, fas):
    """Nothing is approved; the notifications repository is there, and Fedora's accounts."""
    engine_side.github.world.project("packit/notifications", roles={"wilma": "write"})
    engine_side.approve(status="waiting")  # octo
    client = Fasjson(FasjsonSettings(url=fas.url, token=TOKEN, timeout=PATIENCE))
    usual = tuple(row for row in engine_side.engine.handlers if row.name != "Install")
    engine_side.change(
        services=Services(fedora_accounts=lambda: client),
        policy=replace(
            engine_side.engine.policy,
            notifications=NOTES,
            fas_groups=frozenset({"packager", "signed_fpca"}),
            app_hosts=frozenset({"github.com"}),
        ),
        handlers=(*usual, *ROWS),
    )
    yield engine_side
    client.close()


def installation(action="created", login="ada-codes", number=901, account="acme", **more):
    about = {"account_login": account, "account_id": 12, "installation_id": number}
    about |= {"account_url": f"https://api.github.com/users/{account}", "sender_login": login}
    return event_of("InstallationEvent", action=action, **(about | more))


def comment(side, text, login, issue=1, event_id="c-1"):
    about = {"repo_namespace": "packit", "repo_name": "notifications"}
    about |= {"https_url": "https://github.com/packit/notifications", "issue_id": issue}
    event = event_of("IssueCommentEvent", comment=text, user_login=login, **about)
    end = side.process(event, event_id)
    return end.outcome, end.code


def status_of(side: EngineSide, key="github.com/acme"):
    with side.database.read() as session:
        return allowlist.look_up(session, key).status


def row_of(side, number=901):
    with side.database.read() as session:
        return session.get(Installation, number)


def issues(side):
    return side.writes("issue")


def test_a_fedora_packager_is_approved_at_once_and_no_issue_is_opened(side):
    end = side.process(installation())
    assert (end.outcome, end.detail) == ("done", "github.com/acme is approved")
    assert status_of(side) == "approved_automatically"
    with side.database.read() as session:
        (entry,) = allowlist.list_entries(session, status=allowlist.AllowStatus(status_of(side)))
        assert (entry.changed_by, entry.account_id) == ("packit-worker", 12)
        assert entry.note == "the Fedora account ada of ada-codes, who installed it"
        assert fas_links.linked_to(session, "github.com", 13).fas_account == "ada"
        assert installations.repositories_of(session, 901) == ["acme/hello"]
    assert side.writes() == []


@pytest.mark.parametrize(
    ("login", "missing"),
    [
        ("stranger", "no Fedora account names stranger as its GitHub username"),
        ("fred-hub", "the Fedora account fred is in none of these groups: packager, signed_fpca"),
        (
            "hana-hub",
            f"a Fedora account that names hana-hub has a {HIDDEN}",
        ),
    ],
)
def test_others_are_told_what_is_missing_in_one_issue(side, login, missing):
    end = side.process(installation(login=login))
    assert end.outcome == "done"
    assert status_of(side) == "waiting"
    (issue,) = issues(side)
    assert issue["title"] == "acme needs approval"
    assert f"It is not approved yet: {missing}." in issue["body"]
    assert f"@{login} installed" in issue["body"]
    assert "packager or signed_fpca" in issue["body"]
    row = row_of(side)
    assert (row.issue_repository, row.issue_number) == ("github.com/packit/notifications", 1)
    # The hidden account is not told.
    assert "hana " not in issue["body"]


def test_no_line_of_the_issue_is_a_command(side):
    side.process(installation(login="stranger"))
    (issue,) = issues(side)
    assert not [line for line in issue["body"].splitlines() if line.strip().startswith("/packit")]


def test_fedora_being_down_is_no_answer_and_is_tried_again(side, fas):
    fas.faults.add(Fault(kind="unavailable", count=1))
    assert side.process(installation()).outcome == "waiting"
    assert (status_of(side), issues(side)) == ("waiting", [])
    side.make_due()
    assert side.process(installation()).outcome == "done"
    assert status_of(side) == "approved_automatically"


def test_fedora_being_down_for_good_is_told_and_leaves_it_waiting(side, fas):
    fas.faults.add(Fault(kind="unavailable", count=-1))
    for _ in range(2):
        assert side.process(installation()).outcome == "waiting"
        assert issues(side) == []
        side.make_due()
    assert side.process(installation()).outcome == "done"
    assert status_of(side) == "waiting"
    (issue,) = issues(side)
    assert "not approved yet: Fedora's accounts could not be asked." in issue["body"]


@pytest.mark.parametrize("kind", ["unauthorized", "forbidden"])
def test_fedora_refusing_us_is_no_fault_of_the_user(side, fas, kind):
    fas.faults.add(Fault(kind=kind, count=-1))
    for _ in range(2):
        assert side.process(installation()).outcome == "waiting"
        side.make_due()
    assert side.process(installation()).outcome == "done"
    (issue,) = issues(side)
    assert "Fedora's accounts could not be asked" in issue["body"]


def test_without_fedora_in_the_settings_an_operator_decides(side):
    side.change(services=Services())
    assert side.process(installation()).outcome == "done"
    assert len(issues(side)) == 1


def test_without_a_notifications_repository_it_waits_silently(side):
    side.change(policy=replace(side.engine.policy, notifications=None))
    end = side.process(installation(login="stranger"))
    assert (end.outcome, status_of(side)) == ("done", "waiting")
    assert side.writes() == []


def test_a_forge_that_takes_the_issue_later_gets_one(side):
    side.github.faults.add(Fault(kind="unavailable", match="POST .*/issues"))
    event = installation(login="stranger")
    assert side.process(event).outcome == "waiting"
    side.make_due()
    assert side.process(event).outcome == "done"
    assert len(issues(side)) == 1


def test_an_issue_whose_answer_was_lost_is_found_again(side):
    side.github.faults.add(Fault(kind="drop", match="POST .*/issues$", after=True))
    event = installation(login="stranger")
    assert side.process(event).outcome == "waiting"
    assert len(issues(side)) == 1
    assert row_of(side).issue_number is None
    side.make_due()
    assert side.process(event).outcome == "done"
    assert len(issues(side)) == 1
    assert row_of(side).issue_number == 1


def test_a_mark_that_somebody_else_wrote_is_not_ours(side):
    project = side.github.world.projects["packit/notifications"]
    mark = "<!-- packit-worker: approval of installation 901 on github.com -->"
    side.github.world.issue(project, author="mallory", title="hello", body=mark)
    side.process(installation(login="stranger"))
    assert len(issues(side)) == 1
    assert row_of(side).issue_number == 2


def test_the_same_message_twice_is_one_issue(side):
    for event_id in ("e-1", "e-2", "e-1"):
        side.process(installation(login="stranger"), event_id)
    assert len(issues(side)) == 1


def test_who_was_approved_by_hand_is_asked_nothing(side, fas):
    side.approve("github.com/acme")
    end = side.process(installation(login="stranger"))
    assert (end.outcome, status_of(side)) == ("done", "approved_manually")
    assert (side.writes(), fas.stand_in.requests) == ([], [])


def decide(side, key="github.com/acme", status=allowlist.AllowStatus.APPROVED_MANUALLY):
    """Decide as `packit-worker allowlist` does; return which issue is said to be closed."""
    now = datetime.now(UTC)
    with side.database.write() as session:
        allowlist.decide(session, key, status, by="joan", now=now)
        return listing.requeue_beginning(session, key, now=now)


def test_an_approval_by_hand_is_told_in_the_issue_and_closes_it(side):
    side.process(installation(login="stranger"))
    (issue,) = issues(side)
    assert decide(side) == "https://github.com/packit/notifications/issues/1"
    # The sweep sends what is due.
    assert side.event_row().next_attempt_at <= datetime.now(UTC)
    end = side.process(installation(login="stranger"))
    assert (end.outcome, end.detail) == ("done", "github.com/acme is approved")
    assert [one["body"].splitlines()[0] for one in side.writes("comment")] == [APPROVED]
    assert side.writes("issue-close") == [{"id": issue["id"], "state": "closed"}]
    assert len(issues(side)) == 1
    # Approved once more: it is said already.
    decide(side)
    side.process(installation(login="stranger"))
    assert len(side.writes("comment")) == 1


def test_an_approval_by_hand_where_nobody_asked(side):
    assert decide(side, "github.com/somebody") is None
    side.process(installation())  # approved at once
    assert decide(side) is None
    assert side.event_row().next_attempt_at is None


@pytest.mark.parametrize("action", ["deleted", "renamed"])
def test_an_approval_by_hand_brings_back_no_end_and_no_old_name(side, action):
    side.process(installation(login="stranger"))
    if action == "deleted":
        side.process(installation("deleted", login="stranger"), "e-2")
        assert decide(side) is None
    else:
        side.process(installation("added", login="stranger", account="acme-new"), "e-2")
        assert decide(side, "github.com/acme-new") is None
        assert row_of(side).account_login == "acme-new"
    assert side.event_row().next_attempt_at is None


@pytest.mark.parametrize("key", ["github.com/acme", "github.com/stranger", "github.com"])
def test_who_was_denied_gets_silence(side, fas, key):
    side.approve(key, "denied")
    assert side.process(installation(login="stranger")).code == "denied"
    assert (side.requests(), fas.stand_in.requests) == ([], [])


def test_a_name_that_another_account_took_over_is_not_approved(side):
    assert side.process(installation()).outcome == "done"
    side.process(installation("deleted"), "e-2")
    side.process(installation(login="stranger", number=902, account_id=66), "e-3")
    assert status_of(side) == "waiting"
    assert len(issues(side)) == 1


@pytest.mark.parametrize("is_again", [False, True], ids=["goes on", "installs again"])
def test_an_approval_goes_with_an_account_that_is_renamed(side, is_again):
    side.process(installation())
    action, number = ("created", 902) if is_again else ("added", 901)
    new = installation(action, login="stranger", number=number, account="acme-new")
    assert side.process(new, "e-2").outcome == "done"
    assert status_of(side, "github.com/acme-new") == "approved_automatically"
    with side.database.read() as session:
        entry = allowlist.get_entry(session, "github.com/acme-new")
        assert (entry.account_id, entry.note) == (12, "its account 12 was github.com/acme")
    assert issues(side) == []


def test_a_denial_goes_with_an_account_that_is_renamed(side, fas):
    side.process(installation(login="stranger"))
    decide(side, status=allowlist.AllowStatus.DENIED)
    side.forget()
    fas.stand_in.forget()
    # By a packager, whose word would approve it.
    end = side.process(installation(number=902, account="acme-new"), "e-2")
    assert (end.outcome, end.code) == ("denied", "denied")
    assert status_of(side, "github.com/acme-new") == "denied"
    assert (side.requests(), fas.stand_in.requests) == ([], [])


def test_what_waits_or_was_decided_about_a_new_name_stays(side):
    side.process(installation(login="stranger"))
    side.process(installation("added", login="stranger", account="acme-new"), "e-2")
    assert status_of(side, "github.com/acme-new") is None
    decide(side)
    side.approve("github.com/acme-3", "denied")
    side.process(installation("removed", login="stranger", account="acme-3"), "e-3")
    assert status_of(side, "github.com/acme-3") == "denied"


def test_a_fedora_account_speaks_for_one_person(side, fas):
    side.process(installation())
    fas.world.user("ada", "packager", github="friend-of-ada")
    about = {"account": "other", "account_id": 13, "sender_id": 14}
    second = installation(login="friend-of-ada", number=902, **about)
    side.process(second, "e-2")
    assert status_of(side, "github.com/other") == "waiting"
    (issue,) = issues(side)
    assert "the Fedora account ada already speaks for another account" in issue["body"]


def test_an_installation_of_a_github_of_ones_own(side):
    url = "https://github.example.org/api/v3/users/acme"
    side.change(
        policy=replace(
            side.engine.policy, forges={**side.engine.policy.forges, "github.example.org": "github"}
        )
    )
    side.process(installation(account_url=url))
    assert status_of(side, "github.example.org/acme") == "approved_automatically"
    assert status_of(side) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://api.github.com.evil.example/users/acme",
        "https://evil.example/api/v3/users/acme",
        "http://[",
        "acme",
    ],
)
def test_an_installation_of_an_unknown_forge_is_not_kept(side, url):
    assert side.process(installation(account_url=url)).code in ("unknown-forge", "no-name")
    assert row_of(side) is None


# What begins, changes and ends.


def test_repositories_come_and_go(side):
    side.process(installation(), "e-1")
    side.process(installation("added", repositories=["acme/two", "acme/three"]), "e-2")
    side.process(installation("removed", repositories=["acme/hello"]), "e-3")
    with side.database.read() as session:
        assert installations.repositories_of(session, 901) == ["acme/three", "acme/two"]


def test_what_comes_before_the_beginning_opens_no_issue(side):
    side.process(installation("added", login="stranger", repositories=["acme/two"]), "e-1")
    assert (issues(side), status_of(side)) == ([], None)
    side.process(installation(), "e-2")
    assert status_of(side) == "approved_automatically"


def test_an_end_that_comes_first_leaves_nobody_waiting(side):
    side.process(installation("deleted", login="stranger"), "e-1")
    side.process(installation(login="stranger"), "e-2")
    assert (issues(side), status_of(side)) == ([], None)


def test_uninstalling_closes_the_issue(side):
    side.process(installation(login="stranger"), "e-1")
    side.process(installation("deleted", login="stranger"), "e-2")
    assert side.writes("issue-close") == [{"id": 1, "state": "closed"}]


@pytest.mark.parametrize("action", ["deleted", "suspend"])
def test_after_the_end_nothing_runs_though_it_was_approved(side, action):
    octo = {"account": "octo", "repositories": ["octo/hello"]}
    side.approve()
    side.process(installation(**octo), "e-1")
    event = side.pull_event(side.pull(BUILD_JOB))
    assert side.process(event, "e-2").outcome == "done"
    side.process(installation(action, **octo), "e-3")
    side.forget()
    end = side.process(event, "e-4")
    assert (end.outcome, end.code) == ("skipped", "uninstalled")
    assert (side.calls, side.requests()) == ([], [])


def test_a_suspension_ends(side):
    octo = {"account": "octo", "repositories": ["octo/hello"]}
    side.approve()
    for number, action in enumerate(("created", "suspend", "unsuspend")):
        side.process(installation(action, **octo), f"e-{number}")
    event = side.pull_event(side.pull(BUILD_JOB))
    assert side.process(event, "e-9").outcome == "done"


def test_a_repository_that_was_taken_away_gets_nothing(side):
    octo = {"account": "octo", "repositories": ["octo/hello"]}
    side.approve()
    side.process(installation(**octo), "e-1")
    side.process(installation("removed", **octo), "e-2")
    assert side.process(side.pull_event(side.pull(BUILD_JOB)), "e-3").code == "uninstalled"


def test_without_an_app_nothing_can_be_uninstalled(side):
    octo = {"account": "octo", "repositories": ["octo/hello"]}
    side.approve()
    side.process(installation(**octo), "e-1")
    side.process(installation("deleted", **octo), "e-2")
    side.change(policy=replace(side.engine.policy, app_hosts=frozenset()))
    assert side.process(side.pull_event(side.pull(BUILD_JOB)), "e-3").outcome == "done"


def test_the_waiting_are_told_why_and_where(side):
    octo = {"account": "octo", "repositories": ["octo/hello"]}
    side.process(installation(login="stranger", **octo), "e-1")
    end = side.process(side.pull_event(side.pull(BUILD_JOB)), "e-2")
    assert (end.outcome, end.code) == ("denied", "waiting-for-approval")
    ((context, state, text),) = side.statuses()
    assert (context, state) == ("packit/permission", "error")
    assert text == (
        "Not allowed yet: github.com/octo waits for approval, see"
        " https://github.com/packit/notifications/issues/1."
    )
    assert side.calls == []


def test_the_status_of_those_who_waited_is_taken_back_once_they_are_approved(side):
    pull = side.pull(BUILD_JOB)
    assert side.process(side.pull_event(pull), "e-1").code == "waiting-for-approval"
    side.approve()
    assert side.process(side.comment_event(pull), "e-2").outcome == "done"
    assert [(context, state, text) for context, state, text in side.statuses()][1:] == [
        ("packit/permission", "success", "Allowed.")
    ]
    # Said once: whatever else happens to the commit says it no more.
    assert side.process(side.comment_event(pull), "e-3").outcome == "done"
    assert side.process(side.pull_event(pull, action="reopened"), "e-4").outcome == "done"
    assert len(side.statuses()) == 2


# verify-fas


@pytest.fixture
def waiting(side, fas):
    """An installation by ada-codes, whose Fedora account does not say so yet."""
    fas.world.user("ada", "packager")
    side.process(installation())
    side.forget()
    return side


def answers(side):
    return [one["body"].splitlines()[0] for one in side.writes("comment")]


def test_the_installer_verifies_and_is_approved(waiting, fas):
    fas.world.user("ada", "packager", github="Ada-Codes")
    assert comment(waiting, "/packit verify-fas ada", "ada-codes") == ("done", "")
    assert status_of(waiting) == "approved_automatically"
    assert answers(waiting) == [APPROVED]
    assert waiting.writes("issue-close") == [{"id": 1, "state": "closed"}]


@pytest.mark.parametrize("login", ["mallory", "wilma2", "adele", "ada"])
def test_nobody_else_verifies(waiting, fas, login):
    fas.world.user("ada", "packager", github="ada-codes")
    fas.world.user("mallory", "packager", github="mallory")
    for name in ("ada", "mallory"):
        end = comment(waiting, f"/packit verify-fas {name}", login, event_id=f"c-{name}")
        assert end == ("denied", "not-the-installer")
    assert status_of(waiting) == "waiting"
    assert answers(waiting) == [
        "Not allowed: only ada-codes, who installed it, may say who they are in Fedora."
    ]


@pytest.mark.parametrize(
    ("text", "code", "answer"),
    [
        (
            "/packit verify-fas ada",
            "fas-not-set",
            "the Fedora account ada names no GitHub username. Write it there, at",
        ),
        (
            "/packit verify-fas hana",
            "fas-private",
            f"the Fedora account hana has a {HIDDEN}. Make the profile public at",
        ),
        (
            "/packit verify-fas fred",
            "fas-other-login",
            "the Fedora account fred names another GitHub username than ada-codes.",
        ),
        (
            "/packit verify-fas nobody",
            "fas-unknown-account",
            "there is no Fedora account nobody.",
        ),
        (
            "/packit verify-fas ../groups/packager",
            "fas-unknown-account",
            "that is no account.",
        ),
        (
            "/packit verify-fas",
            "bad-command",
            'write "/packit verify-fas" and the name of the account.',
        ),
        (
            "/packit verify-fas ada fred",
            "bad-command",
            'write "/packit verify-fas" and the name of the account.',
        ),
    ],
)
def test_what_is_missing_is_told(waiting, text, code, answer):
    assert comment(waiting, text, "ada-codes")[1] == code
    (told,) = answers(waiting)
    assert told.removeprefix("Not approved: ").startswith(answer)
    assert (status_of(waiting), waiting.writes("issue-close")) == ("waiting", [])


def test_a_member_of_no_group_is_not_approved(waiting, fas):
    fas.world.user("ada", "wheel", github="ada-codes")
    assert comment(waiting, "/packit verify-fas ada", "ada-codes") == ("denied", "fas-not-in-group")


def test_fedora_down_is_tried_again_and_then_approves(waiting, fas):
    fas.world.user("ada", "packager", github="ada-codes")
    fas.faults.add(Fault(kind="timeout", seconds=60))
    assert comment(waiting, "/packit verify-fas ada", "ada-codes")[0] == "waiting"
    assert answers(waiting) == []
    waiting.make_due("c-1")
    assert comment(waiting, "/packit verify-fas ada", "ada-codes") == ("done", "")


def test_fedora_down_for_good_is_told_once(waiting, fas):
    fas.faults.add(Fault(kind="unavailable", count=-1))
    for _ in range(3):
        end = comment(waiting, "/packit verify-fas ada", "ada-codes")
        waiting.make_due("c-1")
    assert end == ("gave-up", "http-503")
    (answer,) = answers(waiting)
    assert answer.startswith("Not your change: ")
    assert status_of(waiting) == "waiting"


def test_the_issue_is_of_this_installation_and_of_no_other(waiting, fas):
    fas.world.user("ada", "packager", github="ada-codes")
    assert comment(waiting, "/packit verify-fas ada", "ada-codes", issue=2)[1] == "no-installation"
    assert status_of(waiting) == "waiting"


def test_in_another_repository_it_verifies_nothing(waiting, fas):
    fas.world.user("ada", "packager", github="ada-codes")
    waiting.github.world.issue(waiting.hello, author="ada-codes", title="Hello")
    event = waiting.issue_event(1, text="/packit verify-fas ada", login="ada-codes")
    assert waiting.process(event, "c-1").code == "no-installation"
    assert answers(waiting) == ["Nobody waits for approval in this issue."]


def test_the_repository_may_be_spelled_otherwise_in_the_settings(waiting, fas):
    fas.world.user("ada", "packager", github="ada-codes")
    projects = waiting.github.world.projects
    projects["Packit/Notifications"] = projects["packit/notifications"]
    notes = Repository("github.com", "Packit", "Notifications")
    waiting.change(policy=replace(waiting.engine.policy, notifications=notes))
    assert comment(waiting, "/packit verify-fas ada", "ada-codes") == ("done", "")
    assert answers(waiting) == [APPROVED]
    assert [one["id"] for one in waiting.writes("issue-close")] == [1]


def test_a_denied_account_gets_no_answer(waiting):
    waiting.approve("github.com/acme", "denied")
    assert comment(waiting, "/packit verify-fas ada", "ada-codes")[1] == "denied"
    assert waiting.writes() == []


def test_after_the_end_there_is_nothing_to_verify(waiting, fas):
    fas.world.user("ada", "packager", github="ada-codes")
    waiting.process(installation("deleted"), "e-2")
    assert comment(waiting, "/packit verify-fas ada", "ada-codes")[1] == "no-installation"
    assert status_of(waiting) == "waiting"


def test_who_was_approved_meanwhile_is_told_so(waiting):
    waiting.approve("github.com/acme")
    assert comment(waiting, "/packit verify-fas ada", "ada-codes") == ("done", "")
    assert waiting.writes("issue-close") == [{"id": 1, "state": "closed"}]
    assert status_of(waiting) == "approved_manually"


def test_other_commands_beside_it_need_a_comment_of_their_own(waiting, fas):
    fas.world.user("ada", "packager", github="ada-codes")
    text = "/packit verify-fas ada\n/packit propose-update"
    assert comment(waiting, text, "ada-codes") == ("done", "")
    assert sorted(answers(waiting)) == [
        "`/packit propose-update`: it needs a comment of its own.",
        APPROVED,
    ]


def test_no_config_and_no_allowlist_is_asked_for(waiting, fas):
    fas.world.user("ada", "packager", github="ada-codes")
    comment(waiting, "/packit verify-fas ada", "ada-codes")
    assert waiting.steps("c-1") == [
        ("not-denied", "go-on", ""),
        ("not-a-bot", "go-on", ""),
        ("not-uninstalled", "go-on", ""),
        ("is-public", "go-on", ""),
        ("selection", "go-on", ""),
    ]
    assert not [one for one in waiting.requests() if "contents" in one]
