"""Who may start what: every handler, event, role and situation against the lines of `grid.txt`."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from event_kwargs import SHA, event_of
from fake_forge import FORGES, SERVICES, FakeForge, context_of

from packit_worker import deciding
from packit_worker.deciding import decide
from packit_worker.decision import PairDecision
from packit_worker.facts import Known, Origin
from packit_worker.forge import Repository, Visibility
from packit_worker.installations import InstallationRow
from packit_worker.ledger import recall
from packit_worker.package_config import Job, PackageConfig
from packit_worker.policy import Policy
from packit_worker.registry import EVENTS, HANDLERS
from packit_worker.store import allowlist
from packit_worker.store.database import Database
from packit_worker.store.schema import upgrade
from packit_worker.subject import Subject, subject_of

LOGINS = {
    "author": "anton",
    "outsider": "olaf",
    "writer": "wendy",
    "admin": "adele",
    "bot": "packit",
    "nobody": None,
}
ROLES = list(LOGINS)
SITUATIONS = ["waiting", "never", "denied", "account-denied", "private", "unknown"]
# One namespace a situation; each begins like the approved one, which must help none of them.
NAMESPACES = {"waiting": "acme-waiting", "never": "acme-never", "denied": "acme-denied"}
VISIBILITIES = {"private": Visibility.PRIVATE, "unknown": Visibility.UNKNOWN}
DENIED = "bad-"  # what the login of a denied account begins with
POLICY = Policy(
    forges=FORGES,
    admins=frozenset(f"{host}/{login}" for host in FORGES for login in ("adele", f"{DENIED}adele")),
    bots=frozenset({"packit", f"{DENIED}packit"}),
)
WAITING = InstallationRow(
    id=901,
    account_key="github.com/newcomers",
    account_login="newcomers",
    account_type="Organization",
    installer="anton",
    installer_id=17,
    installed_at=datetime(2026, 3, 1, tzinfo=UTC),
    is_over=False,
    status="waiting",
)
CONFIG = PackageConfig(
    path=".packit.yaml",
    jobs=tuple(
        Job(index=index, type=type_, trigger=trigger, skip_build=skip_build)
        for index, (type_, trigger, skip_build) in enumerate(
            [
                ("copr_build", "pull_request", False),
                ("copr_build", "commit", False),
                ("copr_build", "release", False),
                ("tests", "pull_request", False),
                ("tests", "pull_request", True),
                ("tests", "commit", True),
                ("tests", "release", True),
                ("upstream_koji_build", "pull_request", False),
                ("upstream_koji_build", "commit", False),
                ("upstream_koji_build", "release", False),
                ("propose_downstream", "release", False),
                ("sync_from_downstream", "commit", False),
            ]
        )
    ),
)


class EveryJob:
    """Reads a package config with every type of job, whatever the text."""

    def read(self, path, text, *, repository):
        return CONFIG


@dataclass(frozen=True)
class Line:
    """A line of the grid: `what` is a handler in the first table, a situation in the second."""

    forge: str
    event: str
    what: str
    cells: dict[str, str]


def read_grid():
    tables = []
    for line in Path(__file__).with_name("grid.txt").read_text().splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if words[0] == "forge":
            assert words[3:] == ROLES
            tables.append([])
            continue
        assert len(words) == 3 + len(ROLES), line
        tables[-1].append(Line(*words[:3], dict(zip(ROLES, words[3:], strict=True))))
    return tables


APPROVED, OTHERWISE = read_grid()


def cells_of(lines):
    return [
        pytest.param(line, role, id=f"{line.event}-{line.what}-{role}")
        for line in lines
        for role in ROLES
        if line.cells[role] != "-"
    ]


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """A database with what the operators decided."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('grid')}/grid.db")
    upgrade(database)
    decided = {"acme": "approved_manually", "acme-waiting": "waiting", "acme-denied": "denied"}
    decided |= {f"{DENIED}{login}": "denied" for login in LOGINS.values() if login}
    with database.write() as session:
        for host in FORGES:
            for name, status in decided.items():
                allowlist.decide(
                    session,
                    f"{host}/{name}",
                    allowlist.AllowStatus(status),
                    by="the test",
                    now=datetime(2026, 3, 1, tzinfo=UTC),
                )
    yield database
    database.close()


def event_for(line, login, namespace):
    """Return the event of a line, by an account, in a namespace."""
    name, _, topic = line.event.partition("/")
    if topic == "verify-fas":
        about = {"comment": "/packit verify-fas ada", "user_login": login}
        return event_of(name, repo_namespace=namespace, **about)
    if line.forge != "bus":
        if name == "InstallationEvent":
            return event_of(name, account_login=namespace, sender_login=login)
        of_pull_request = name.startswith("PullRequest")
        place = "target_repo_namespace" if of_pull_request else "repo_namespace"
        return event_of(name, **{place: namespace, "user_login": login})
    if name == "CoprBuildEvent":
        return event_of(name, topic=f"copr.build.{topic}", user=login)
    return event_of(name, owner=login) if name == "KojiBuildEvent" else event_of(name)


def recalled(database, event, namespace):
    """Return what the store knows of an event; of a result also that it is ours."""
    subject = subject_of(event)
    with database.read() as session:
        if subject.outside is None:
            return recall(session, subject)
        repository = Repository("github.com", namespace, "hello")
        known = recall(session, Subject(kind="branch", repository=repository))
    origin = Origin(run_id=1, repository=repository, commit=SHA, trigger="pull-request", ref="7")
    return Known(repository=known.repository, origin=origin)


def outcomes(database, line, role, situation=""):
    """Return how each handler of a line ends: {handler: `run` or a code}."""
    login = LOGINS[role]
    if situation == "account-denied" and login:
        login = f"{DENIED}{login}"
    namespace = NAMESPACES.get(situation, "acme")
    event = event_for(line, login, namespace)
    forge = FakeForge(
        writers=frozenset({"wendy", f"{DENIED}wendy"}),
        visible=VISIBILITIES.get(situation, Visibility.PUBLIC),
    )
    known = recalled(database, event, namespace)
    policy = POLICY
    if line.event.endswith("/verify-fas"):
        known = replace(known, installation=WAITING)
        policy = replace(POLICY, notifications=Repository("github.com", namespace, "hello"))
    context = context_of(event, forge, known=known, policy=policy)
    verdict = decide(event, context, HANDLERS, EveryJob())
    assert [step for step in context.decision.steps if not step.facts] == []
    if verdict.stop is not None:
        names = [each.what for each in APPROVED if each.event == line.event]
        return dict.fromkeys(names, verdict.stop.code)
    ended = {}
    for pair in verdict.pairs:
        code = first_no(pair, event, verdict.context)
        # Of two jobs with tests, the one that starts nothing yet.
        if code in ("after-build", "build-not-allowed"):
            assert (code == "after-build") is (role in ("writer", "admin"))
            continue
        # The jobs of one handler differ in nothing that matters here.
        assert ended.setdefault(pair.spec.name, code) == code
    return ended


def first_no(pair, event, context):
    decided = PairDecision(pair.spec.name, pair.job_name, pair.why)
    skip = deciding.first_no(
        pair, event, replace(context, job=pair.job, services=SERVICES), decided
    )
    assert [step for step in decided.steps if not step.facts] == []  # nothing is said without why
    return skip.code if skip else "run"


@pytest.mark.parametrize(("line", "role"), cells_of(APPROVED))
def test_a_handler_on_approved_ground(database, line, role):
    assert outcomes(database, line, role)[line.what] == line.cells[role]


@pytest.mark.parametrize(("line", "role"), cells_of(OTHERWISE))
def test_all_handlers_of_an_event_elsewhere(database, line, role):
    cell = line.cells[role]
    expected = {
        each.what: each.cells[role] if cell == "=" else cell
        for each in APPROVED
        if each.event == line.event
    }
    ended = outcomes(database, line, role, line.what)
    # Of Copr's two messages each is shown to the handlers of the other, whose checks refuse it.
    assert {name: ended[name] for name in expected} == expected
    assert {ended[name] for name in ended.keys() - expected.keys()} <= {"other-topic"}


@pytest.mark.parametrize("name", ["acme-denied", "Acme-Denied", "ACME-DENIED"])
@pytest.mark.parametrize("event", ["ReleaseEvent", "PushPagureEvent"])
def test_a_denied_namespace_is_denied_in_any_case(database, event, name):
    line = next(line for line in APPROVED if line.event == event)
    found = recalled(database, event_for(line, "wendy", name), name)
    assert found.repository.is_denied


@pytest.mark.parametrize("login", ["bad-olaf", "Bad-Olaf"])
def test_a_denied_account_is_denied_in_any_case(database, login):
    line = next(line for line in APPROVED if line.event == "PullRequestGHEvent")
    assert recalled(database, event_for(line, login, "acme"), "acme").actor.is_denied


@pytest.mark.parametrize("name", ["acm", "acme-never", "acme.git", "acme2", "x/acme", "acmé"])
def test_what_looks_like_an_approved_namespace_is_not(database, name):
    line = next(line for line in APPROVED if line.event == "ReleaseEvent")
    found = recalled(database, event_for(line, "wendy", name), name)
    assert found.repository.status in (None, "no-name")


def without_a_line(lines, handlers, events):
    """Return what the first table does not say: handlers with their events, and events."""
    there = {(line.event.partition("/")[0], line.what) for line in lines}
    wanted = {(event.__name__, spec.name) for spec in handlers for event in spec.events}
    silent = {event.__name__ for event in events} - {event for event, _ in there}
    return (wanted ^ there) | {(event, "") for event in silent}


def test_every_event_and_every_handler_has_a_line():
    assert without_a_line(APPROVED, HANDLERS, EVENTS) == set()


@pytest.mark.parametrize("line", APPROVED, ids=lambda line: f"{line.event}-{line.what}")
def test_a_line_that_is_gone_is_missed(line):
    rest = [each for each in APPROVED if each != line]
    assert without_a_line(rest, HANDLERS, EVENTS)


def test_a_row_or_an_event_that_is_new_is_missed():
    row = replace(HANDLERS[0], name="NewHandler")
    assert without_a_line(APPROVED, (*HANDLERS, row), EVENTS) == {("ReleaseEvent", "NewHandler")}

    class NewEvent: ...

    assert without_a_line(APPROVED, HANDLERS, (*EVENTS, NewEvent)) == {("NewEvent", "")}


def test_every_event_has_a_line_for_each_situation():
    pairs = [(line.event, line.what) for line in OTHERWISE]
    events = {line.event for line in APPROVED}
    assert sorted(pairs) == sorted((event, what) for event in events for what in SITUATIONS)
