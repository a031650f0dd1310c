"""`packit-worker explain`, asked about the forges of the sandbox."""

import json
import sqlite3

import pytest
import saved_messages
from servers.process import free_port

HEDGEHOG = "github.com/meadow-tools"


@pytest.fixture
def explain(run, sandbox, tmp_path):
    """Explain a pull request of the sandbox's GitHub; with the writer as author unless said."""

    def explain(
        *options, author="wendy", repository="hedgehog", sha=None, environment=None, title="x"
    ):
        event = saved_messages.load("github/pull_request_gh/opened")
        event["pull_request"]["user"] = author and {"login": author}
        event["pull_request"]["head"]["ref"] = title
        event["pull_request"]["head"]["sha"] = sha or event["pull_request"]["head"]["sha"]
        base = event["pull_request"]["base"]["repo"]
        base["name"], base["full_name"] = repository, f"meadow-tools/{repository}"
        base["html_url"] = f"https://github.com/meadow-tools/{repository}"
        event["repository"] = base
        file = tmp_path / "payload.json"
        file.write_text(json.dumps(event))
        return run("explain", *options, file, environment=environment or sandbox.environment)

    return explain


@pytest.fixture
def decide(run):
    """Approve or deny keys of the allowlist."""

    def decide(**keys):
        for verb, key in keys.items():
            assert run("allowlist", verb, key, "--by", "tester").returncode == 0

    return decide


def test_the_tree(explain, decide, tmp_path):
    decide(approve=HEDGEHOG)
    done = explain()
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == f"{tmp_path}/payload.json: run"
    assert "├── recognised as PullRequestGHEvent, task task.process_pull_request_gh_event" in lines
    assert "│   ├── target_repo_name: 'hedgehog'" in lines
    assert "├── queue pull_request_gh" in lines
    commit = "26ccb10237c07b512ed4d07d071da83d59905957"
    place = "github.com/meadow-tools/hedgehog"
    tests = "GithubTestingFarmHandler tests#1"
    job, fork = "copr_build#0", "github.com/oat-farmer/hedgehog"
    first = lines.index("├── queue pull_request_gh") + 1
    assert lines[first : first + 10] == [
        f"├── yes not-denied: no operator denied {place}, github.com/wendy, {fork}",
        "├── yes not-a-bot: wendy is none of our own accounts",
        f"├── yes not-uninstalled: we heard of nobody who took our App away from {place}",
        f"├── yes is-public: {place} is public",
        f"├── yes package-config: read from .packit.yaml of {place} at {commit}",
        f"├── yes selection: chosen: PullRequestCoprBuildHandler {job}, {tests}",
        "├── yes allowlist: github.com/meadow-tools is approved_manually",
        f"├── run PullRequestCoprBuildHandler, job {job}: job {job} has the trigger pull_request",
        "│   ├── yes starts-by-itself: the job starts by itself",
        f"│   └── yes may-write: wendy may write to {place}",
    ]
    assert "not chosen: PullRequestGithubKojiBuildHandler, job upstream_koji_build#3: trigger" in (
        done.stdout
    )


def test_json(explain, decide, tmp_path):
    decide(approve=HEDGEHOG)
    done = explain("--json", author="oat-farmer")
    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert (found["path"], found["outcome"], found["code"]) == (
        f"{tmp_path}/payload.json",
        "denied",
        "no-write-access",
    )
    assert (found["event"], found["queue"]) == ("PullRequestGHEvent", "pull_request_gh")
    assert found["kwargs"]["user_login"] == "oat-farmer"
    pair, tests = found["decision"]["pairs"]
    assert (tests["handler"], tests["code"]) == ("GithubTestingFarmHandler", "build-not-allowed")
    assert (pair["handler"], pair["job"]) == ("PullRequestCoprBuildHandler", "copr_build#0")
    assert pair["steps"] == [
        {
            "name": "starts-by-itself",
            "verdict": "go-on",
            "code": "",
            "facts": ["the job starts by itself"],
        },
        {
            "name": "may-write",
            "verdict": "stop",
            "code": "no-write-access",
            "facts": ["oat-farmer may not write to github.com/meadow-tools/hedgehog"],
        },
    ]


# What is decided, who opens a pull request where: how it ends, the rule, the fact.
RULES = {
    "a private repository": (
        {"approve": HEDGEHOG},
        {"repository": "hidden"},
        ("skipped", "private-repository", "is-public", "hidden is private"),
    ),
    "a repository that is not there": (
        {"approve": HEDGEHOG},
        {"repository": "gone"},
        ("skipped", "app-not-installed", "is-public", "on meadow-tools/gone"),
    ),
    "a namespace that nobody approved": (
        {},
        {},
        ("denied", "not-allowed", "allowlist", "github.com/meadow-tools was never approved"),
    ),
    "a denied account": (
        {"approve": HEDGEHOG, "deny": "github.com/oat-farmer"},
        {"author": "oat-farmer"},
        ("denied", "denied", "not-denied", "github.com/oat-farmer was denied by an operator"),
    ),
    "a denied repository": (
        {"approve": HEDGEHOG, "deny": "github.com/meadow-tools/hedgehog"},
        {},
        ("denied", "denied", "not-denied", "hedgehog was denied by an operator"),
    ),
    "a bot": (
        {"approve": HEDGEHOG},
        {"author": "packit-sandbox"},
        ("skipped", "own-bot", "not-a-bot", "packit-sandbox is one of our own accounts"),
    ),
    "an account that was deleted": (
        {"approve": HEDGEHOG},
        {"author": None},
        ("denied", "actor-unknown", "may-write", "a deleted account has no rights"),
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_it_names_the_rule(explain, decide, rule):
    keys, payload, (outcome, code, step, fact) = RULES[rule]
    decide(**keys)
    found = json.loads(explain("--json", **payload).stdout)
    assert (found["outcome"], found["code"]) == (outcome, code)
    pairs = found["decision"]["pairs"]
    steps = found["decision"]["steps"] + [each for pair in pairs for each in pair["steps"]]
    stopped = next(each for each in steps if each["verdict"] == "stop")
    assert (stopped["name"], stopped["code"]) == (step, code)
    assert fact in "; ".join(stopped["facts"])


def test_a_broken_config(explain, decide, sandbox):
    decide(approve=HEDGEHOG)
    config = "specfile_path: hedgehog.spec\njobs:\n  - job: copr_built\n    trigger: release\n"
    sha = sandbox.commit("meadow-tools/hedgehog", {".packit.yaml": config})
    done = explain(sha=sha)
    assert done.returncode == 0
    assert done.stdout.splitlines()[0].endswith("payload.json: failed bad-config")
    (line,) = [line for line in done.stdout.splitlines() if "no package-config" in line]
    assert '"copr_build"' in line  # the nearest valid value
    assert "line 3" in line


def test_a_forge_that_is_down(explain, sandbox, tmp_path):
    file = tmp_path / "down.yaml"
    closed = f"http://127.0.0.1:{free_port()}"
    file.write_text(sandbox.settings.read_text().replace(sandbox.github, closed))
    done = explain("--json", environment={"PACKIT_WORKER_CONFIG": str(file)})
    found = json.loads(done.stdout)
    assert (done.returncode, found["outcome"], found["code"]) == (3, "waiting", "connection")
    assert found["decision"]["steps"][-1] == {
        "name": "forge",
        "verdict": "wait",
        "code": "connection",
        "facts": [
            "github.com was asked who may see meadow-tools/hedgehog: connection: Connection refused"
        ],
    }
    offline = explain("--offline", "--json", environment={"PACKIT_WORKER_CONFIG": str(file)})
    assert json.loads(offline.stdout)["outcome"] == "offline"


def test_offline_asks_nobody(explain, decide, sandbox):
    before = sandbox.requests()
    found = json.loads(explain("--offline", "--json").stdout)
    assert (found["outcome"], found["code"], found["queue"]) == ("offline", "", "pull_request_gh")
    assert [step["name"] for step in found["decision"]["steps"]] == [
        "not-denied",
        "not-a-bot",
        "not-uninstalled",
    ]
    decide(deny="github.com/wendy")
    assert json.loads(explain("--offline", "--json").stdout)["outcome"] == "denied"
    assert sandbox.requests() == before


def test_with_nothing_configured(run, payloads, tmp_path):
    done = run("explain", "--offline", payloads / "a-release.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert not (tmp_path / "state").exists()
    assert done.stdout.startswith(f"{payloads}/a-release.json: offline\n")
    online = run("explain", payloads / "a-release.json")
    assert not (tmp_path / "state").exists()
    assert "no is-public (unknown-forge): no forge 'github.com' in the settings" in online.stdout


def test_what_is_skipped_or_malformed(run, payloads):
    done = run("explain", payloads)
    assert (done.returncode, done.stderr) == (1, "")
    assert f"{payloads}/c-broken.json: malformed\n" in done.stdout
    assert "└── malformed at $.request_id: expected a string, got a number\n" in done.stdout
    assert f"{payloads}/deeper/b-tag.json: skipped tag-push\n" in done.stdout
    assert run("explain", payloads / "deeper").returncode == 0


def test_it_writes_nothing(explain, decide, sandbox, tmp_path):
    decide(approve=HEDGEHOG, deny="github.com/orin")

    def everything():
        with sqlite3.connect(tmp_path / "state/packit-worker.db") as database:
            return list(database.iterdump())

    before, written = everything(), sandbox.writes()
    for author in ("wendy", "oat-farmer", "orin", None):
        assert explain(author=author).returncode == 0
    assert everything() == before
    assert sandbox.writes() == written
    assert any("github.com/orin" in line for line in before)  # else this shows nothing


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("[bold red]x[/]", "'[bold red]x[/]'"),
        ("\\[bold]x", r"'\\[bold]x'"),
        ("[link=http://e.test]x", "'[link=http://e.test]x'"),
        ("\u202eabc", r"'\u202eabc'"),
        (":smile:", "':smile:'"),
    ],
)
def test_words_of_others_print_as_they_are(explain, title, shown):
    done = explain("--offline", title=title)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"base_ref: {shown}\n" in done.stdout


def test_a_comment_with_control_codes(run, tmp_path):
    comment = saved_messages.load("github/issue_comment/command")
    comment["comment"]["body"] = "/packit [b]build[/b] \x1b[31m\r\n\x9b1m"
    (tmp_path / "x.json").write_text(json.dumps(comment))
    done = run("explain", "--offline", tmp_path / "x.json", "--source", "github")
    assert (done.returncode, done.stderr) == (0, "")
    assert r"comment: '/packit [b]build[/b] \x1b[31m\r\n\x9b1m'" in done.stdout
