"""From the installation of the GitHub App to a build, and to its end, with everything that runs."""

import json
import time

import pytest
import requests
import yaml
from test_cli_dev import Dev

ACCOUNT = {"login": "orchard-lab", "id": 90314111, "type": "Organization"}
ACCOUNT["url"] = "https://api.github.com/users/orchard-lab"
PEAR = {
    "name": "pear",
    "full_name": "orchard-lab/pear",
    "owner": ACCOUNT,
    "html_url": "https://github.com/orchard-lab/pear",
}
NOTIFICATIONS = {
    "name": "notifications",
    "full_name": "packit-sandbox/notifications",
    "owner": {"login": "packit-sandbox"},
    "html_url": "https://github.com/packit-sandbox/notifications",
}


class World:
    """`dev` with its sandbox, and messages from GitHub to it."""

    def __init__(self, folder, run):
        self.folder = folder
        self.run = run
        self.count = 0

    def settings(self):
        file = next((self.folder / "state").rglob("sandbox/packit-worker.yaml"))
        return yaml.safe_load(file.read_text())

    def send(self, event_type, payload):
        """Replay a payload as a new delivery; return the outcome and the code."""
        self.count += 1
        file = self.folder / f"payload-{self.count}.json"
        file.write_text(json.dumps(payload))
        done = self.run(
            "replay", "--json", "--no-wait", "--timeout", "90", "--source", "github",
            "--event-type", event_type, file, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        (ended,) = [json.loads(line) for line in done.stdout.splitlines()]
        return ended["outcome"], ended["code"]

    def install(self, action, login):
        installation = {"id": 501, "account": ACCOUNT, "created_at": 1772366400}
        return self.send(
            "installation",
            {
                "action": action,
                "installation": installation,
                "repositories": [{"full_name": "orchard-lab/pear"}],
                "sender": {"login": login, "id": 17},
            },
        )

    def pull(self):
        """Send the pull request of wendy, who writes to the repository, as it stands."""
        github = self.settings()["authentication"]["github.com"]["api_url"]
        headers = {"Authorization": "token sandbox-wendy", "User-Agent": "test"}
        address = f"{github}/repos/orchard-lab/pear/pulls/6"
        pull = requests.get(address, headers=headers, timeout=5).json()
        self.head = pull["head"]["sha"]
        about = {"action": "opened", "number": 6, "pull_request": pull, "repository": PEAR}
        return self.send("pull_request", about | {"sender": {"login": "wendy"}})

    def comment(self, issue, text, login):
        about = {"action": "created", "issue": {"number": issue}, "repository": NOTIFICATIONS}
        comment = {"id": 1, "body": text, "user": {"login": login}}
        sender = {"login": login}
        return self.send("issue_comment", about | {"comment": comment, "sender": sender})

    def writes(self, kind):
        github = self.settings()["authentication"]["github.com"]["api_url"]
        found = requests.get(f"{github}/_sandbox/writes", timeout=5).json()
        return [each["data"] for each in found if each["kind"] == kind]

    def told(self):
        """Return every status but those of tests, which go on by themselves."""
        return [one for one in self.writes("status") if "testing-farm" not in one["context"]]

    def statuses(self):
        """Return the newest state and text of each context on wendy's commit."""
        found = [one for one in self.writes("status") if one["sha"] == self.head]
        return {one["context"]: (one["state"], one["description"]) for one in found}

    def final(self):
        """Wait until every build of the commit has ended; return the state by chroot."""
        deadline = time.monotonic() + 60
        while True:
            builds = {
                context.rpartition(":")[2]: state
                for context, (state, _) in self.statuses().items()
                if "rpm-build:" in context
            }
            if builds and "pending" not in builds.values():
                return builds
            assert time.monotonic() < deadline, self.statuses()
            time.sleep(0.2)

    def closed_issue(self):
        """Wait for the sweep, which has what was approved by hand told and closed."""
        deadline = time.monotonic() + 60
        while not (closed := self.writes("issue-close")):
            assert time.monotonic() < deadline
            time.sleep(0.2)
        return closed[0]

    def allowlist(self, *arguments):
        assert self.run("allowlist", *arguments).returncode == 0


@pytest.fixture
def world(tmp_path, run):
    dev = Dev(tmp_path)
    dev.start()
    yield World(tmp_path, run)
    dev.end()


def test_a_fedora_packager_installs_and_a_pull_request_ends_in_a_build(world):
    assert world.pull() == ("denied", "not-allowed")
    assert world.statuses()["packit-dev/permission"][0] == "error"
    assert world.install("created", "wendy") == ("done", "")
    assert world.writes("issue") == []
    assert world.pull() == ("done", "")
    assert world.final() == {
        "fedora-43-x86_64": "success",
        "fedora-44-x86_64": "success",
        "fedora-45-x86_64": "success",
        "fedora-rawhide-x86_64": "failure",  # as the sandbox has it
    }
    assert world.statuses()["packit-dev/permission"] == ("success", "Allowed.")
    before = world.told()
    assert world.install("deleted", "wendy") == ("done", "")
    assert world.pull() == ("skipped", "uninstalled")
    assert world.told() == before


def test_who_waits_is_told_why_until_an_operator_approves_and_who_is_denied_is_not(world):
    assert world.install("created", "oat-farmer") == ("done", "")
    (issue,) = world.writes("issue")
    assert "no Fedora account names oat-farmer as its GitHub username" in issue["body"]
    assert world.pull() == ("denied", "waiting-for-approval")
    state, text = world.statuses()["packit-dev/permission"]
    assert state == "error"
    assert text.startswith("Not allowed yet: github.com/orchard-lab waits for approval, see")
    assert world.comment(issue["id"], "/packit verify-fas wendy", "wendy") == (
        "denied",
        "not-the-installer",
    )
    assert world.comment(issue["id"], "/packit verify-fas farmer", "oat-farmer") == (
        "denied",
        "fas-not-set",
    )
    world.allowlist("deny", "github.com/orchard-lab")
    before = world.writes("status")
    assert world.pull() == ("denied", "denied")
    assert world.writes("status") == before
    world.allowlist("approve", "github.com/orchard-lab")
    assert world.pull() == ("done", "")
    closed = world.closed_issue()
    assert closed == {"id": issue["id"], "state": "closed"}
    assert "`github.com/orchard-lab` is approved." in world.writes("comment")[-1]["body"]
    assert set(world.final().values()) == {"success", "failure"}
