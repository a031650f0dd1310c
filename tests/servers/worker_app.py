"""A worker with handlers of the tests' own: `celery -A servers.worker_app worker`.

Configured by the environment as every worker is, and by one variable more: RECORDS names the folder
that `Records` reads.

The event itself says what a handler does about it, in its `repositories`:

    Second=wait         wait until `Records.let_go` is called for the event
    First=transient:40  the other side is down, and asks for 40 seconds, the first time
    First=down:40       ... each time
    First=stuck         catch everything, and never end
    First=bug           raise what nobody expects
    First=leak:text     ... whose text, and that of its cause, quotes this

Of a pull request each handler does what its name says: Flaky fails twice and then does it, Lost
always fails, Refused is refused, and Skipping is for no pull request.

Of a release nothing but the tag is said: Build does what it is there for, Propose, which is slow,
waits.
"""

import os
import time
from pathlib import Path

import pytest

from packit_worker.app import create_app
from packit_worker.errors import RefusedError, TransientError
from packit_worker.events.installation import InstallationEvent
from packit_worker.events.pull_request_gh import PullRequestGHEvent
from packit_worker.events.release import ReleaseEvent
from packit_worker.handler import Done, HandlerSpec
from packit_worker.settings import Settings
from parsers.result import Skip

TASK = "task.process_installation_event"
POLL_SECONDS = 0.02


class Records:
    """What the handlers of all workers did, in the order in which they did it."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._file = folder / "records"
        self._file.touch()

    def write(self, *words) -> None:
        """Add a line; many processes may do so at a time."""
        descriptor = os.open(self._file, os.O_WRONLY | os.O_APPEND)
        try:
            os.write(descriptor, (" ".join(map(str, words)) + "\n").encode())
        finally:
            os.close(descriptor)

    def of(self, login) -> list[str]:
        """Return what was done about one event: `First begin`, `First end`, …"""
        lines = (line.split() for line in self._file.read_text().splitlines())
        return [f"{handler} {what}" for handler, what, about, _pid in lines if about == login]

    def order(self) -> list[str]:
        """Return what ended, in order: `First login`."""
        lines = (line.split() for line in self._file.read_text().splitlines())
        return [f"{handler} {login}" for handler, what, login, _pid in lines if what == "end"]

    def pid(self, login) -> int:
        """Return the process that did the last thing about an event."""
        lines = (line.split() for line in self._file.read_text().splitlines())
        return [int(pid) for _handler, _what, about, pid in lines if about == login][-1]

    def wait_for(self, login, line, count=1, seconds=30) -> None:
        """Return as soon as `line` is there for an event, `count` times."""
        deadline = time.monotonic() + seconds
        while self.of(login).count(line) < count:
            if time.monotonic() > deadline:
                pytest.fail(f"{line!r} did not come; there are {self.of(login)}")
            time.sleep(POLL_SECONDS)

    def let_go(self, login) -> None:
        """Let the handlers that wait about an event go on."""
        (self.folder / f"go-{login}").touch()

    def wait_to_go(self, login) -> None:
        """Wait for that."""
        while not (self.folder / f"go-{login}").exists():
            time.sleep(POLL_SECONDS)


def event(login, *orders) -> dict:
    """Return the kwargs of an event that tells the handlers what to do."""
    return {
        "action": "created",
        "installation_id": 5,
        "account_login": login,
        "account_id": 6,
        "account_url": f"https://api.github.com/users/{login}",
        "account_type": "Organization",
        "created_at": None,
        "repositories": list(orders),
        "sender_id": 8,
        "sender_login": "jane",
    }


def _told(about) -> tuple[str, dict[str, str]]:
    """Return the name by which an event is recorded, and what each handler does about it."""
    if isinstance(about, ReleaseEvent):
        return about.tag_name, {"Propose": "wait"}
    return about.account_login, dict(
        order.split("=", 1) for order in about.repositories if "=" in order
    )


def _recording(name, records):
    def run(about, _context):
        login, orders = _told(about)
        first_time = f"{name} begin" not in records.of(login)
        records.write(name, "begin", login, os.getpid())
        _obey(orders.get(name, ""), login, records, first_time=first_time)
        records.write(name, "end", login, os.getpid())
        return Done(f"{name} did it")

    return run


def _obey(order, login, records, *, first_time):
    what, _, seconds = order.partition(":")
    if what == "wait":
        records.wait_to_go(login)
    elif what == "down" or (what == "transient" and first_time):
        raise TransientError("http-503", float(seconds))
    elif what == "bug":
        raise ZeroDivisionError
    elif what == "leak":
        leak(seconds)
    while what == "stuck":
        try:
            time.sleep(60)
        except Exception:  # noqa: S112, BLE001 - this is what it is there for
            continue


def leak(text):
    """Raise what a careless library would."""
    secrets = {"token": text, "deep": [{"password": text}]}
    try:
        {}[f"no {text} in {secrets}"]
    except KeyError as error:
        raise RuntimeError(f"{text}\n{secrets}") from error


def _table(records):
    accounts = [
        HandlerSpec(
            name=name,
            events=(InstallationEvent,),
            job="add_to_whitelist",
            needs_config=False,
            checks=(),
            run=_recording(name, records),
        )
        for name in ("First", "Second")
    ]
    releases = [
        HandlerSpec(
            name=name,
            events=(ReleaseEvent,),
            job=job,
            job_types=frozenset({job}),
            slow=slow,
            checks=(),
            run=_recording(name, records),
        )
        for name, job, slow in (
            ("Propose", "propose_downstream", True),
            ("Build", "copr_build", False),
        )
    ]
    return (*accounts, *releases, *_pulls(records))


def _pulls(records):
    def flaky(event, _context):
        records.write("Flaky", "begin", event.pr_id, os.getpid())
        if records.of(str(event.pr_id)).count("Flaky begin") < 3:
            raise TransientError("http-503")
        return Done("at last")

    def lost(_event, _context):
        raise TransientError("http-502")

    def refused(_event, _context):
        raise RefusedError("no-permission", "may not build")

    def row(name, run, *, checks=(), status=""):
        return HandlerSpec(
            name=name,
            events=(PullRequestGHEvent,),
            job="copr_build",
            job_types=frozenset({"copr_build"}),
            status=status,
            checks=checks,
            run=run,
        )

    return (
        row("Flaky", flaky),
        row("Lost", lost, status="lost-build"),
        row("Refused", refused, status="refused-build"),
        row(
            "Skipping",
            flaky,
            checks=(lambda _event, _context: Skip("other-branch", "is for none"),),
        ),
    )


if "RECORDS" in os.environ:
    app = create_app(Settings.from_environ(), _table(Records(Path(os.environ["RECORDS"]))))
