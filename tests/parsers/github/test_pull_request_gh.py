import pytest
from saved_messages import load

from parsers import MalformedError, Options, Parsed, Skip, parse

OPENED = {
    "action": "opened",
    "pr_id": 217,
    "base_repo_namespace": "oat-farmer",
    "base_repo_name": "hedgehog",
    "base_ref": "stable-order",
    "target_repo_namespace": "meadow-tools",
    "target_repo_name": "hedgehog",
    "target_branch": "main",
    "https_url": "https://github.com/meadow-tools/hedgehog",
    "commit_sha": "26ccb10237c07b512ed4d07d071da83d59905957",
    "user_login": "oat-farmer",
}
FORK_GONE = {**OPENED, "base_repo_namespace": None, "base_repo_name": None}


@pytest.mark.parametrize(
    ("case", "kwargs"),
    [
        ("opened", OPENED),
        ("opened_draft", OPENED),
        # Another person reopens it: the author stays.
        ("reopened", {**OPENED, "action": "reopened"}),
        ("synchronize", {**OPENED, "action": "synchronize"}),
        ("fork_deleted", {**FORK_GONE, "action": "reopened"}),
        ("fork_incomplete", FORK_GONE),
        ("ghost", {**OPENED, "user_login": None}),
        ("base_repo_missing", OPENED),
        ("base_repo_nameless", OPENED),
        ("base_repo_owner_name_only", OPENED),
        ("base_repo_full_name_only", OPENED),
        ("number_inside_only", OPENED),
    ],
)
def test_parsed(parse_saved, case, kwargs):
    assert parse_saved(f"pull_request_gh/{case}") == Parsed("PullRequestGHEvent", kwargs)


@pytest.mark.parametrize(
    "action",
    ["assigned", "closed", "converted_to_draft", "edited", "labeled", "ready_for_review"],
)
def test_actions_that_bring_no_new_code(parse_saved, action):
    outcome = parse_saved(f"pull_request_gh/{action}")
    assert outcome == Skip("action-not-handled", f"pull_request '{action}'")


def test_a_host_of_github_enterprise_must_be_named():
    body = load("github/pull_request_gh/enterprise_opened")
    assert parse(body).code == "unknown-event"
    outcome = parse(body, options=Options(github_hosts=frozenset({"git.fennel.example"})))
    assert outcome == Parsed(
        "PullRequestGHEvent",
        {**OPENED, "https_url": "https://git.fennel.example/meadow-tools/hedgehog"},
    )


@pytest.mark.parametrize("missing", ["ref", "user"])
def test_the_head_may_lack_a_field(parse_saved, missing):
    outcome = parse_saved(
        "pull_request_gh/opened", lambda b: b["pull_request"]["head"].pop(missing)
    )
    base_ref = None if missing == "ref" else "stable-order"
    assert outcome == Parsed("PullRequestGHEvent", {**OPENED, "base_ref": base_ref})


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda b, _: b.pop("action"), "$.action"),
        (lambda b, _: b.update(number=True), "$.number"),
        (lambda b, _: b.update(number=-1), "$.number"),
        (lambda b, _: b.update(number=2**63), "$.number"),
        (lambda b, p: (b.pop("number"), p.pop("number")), "$.pull_request.number"),
        (lambda b, _: b.update(pull_request=[]), "$.pull_request"),
        (lambda _, p: p.pop("head"), "$.pull_request.head"),
        (lambda _, p: p["head"].pop("sha"), "$.pull_request.head.sha"),
        (lambda _, p: p["head"].update(sha=12), "$.pull_request.head.sha"),
        (lambda _, p: p["head"].update(repo=True), "$.pull_request.head.repo"),
        (lambda _, p: p["head"].update(ref="\ud800"), "$.pull_request.head.ref"),
        (lambda _, p: p.update(base=7), "$.pull_request.base"),
        (lambda _, p: p["base"].update(repo="hedgehog"), "$.pull_request.base.repo"),
        (lambda _, p: p["base"].update(ref=["main"]), "$.pull_request.base.ref"),
        (lambda _, p: p["base"].update(repo={"name": "h"}), "$.pull_request.base.repo.full_name"),
        (lambda b, p: (b.pop("repository"), p["base"].pop("repo")), "$.repository"),
        (lambda _, p: p.update(user="oat-farmer"), "$.pull_request.user"),
        (lambda _, p: p["user"].update(login="a\nb"), "$.pull_request.user.login"),
    ],
)
def test_malformed(parse_saved, change, path):
    with pytest.raises(MalformedError) as caught:
        parse_saved("pull_request_gh/opened", lambda b: change(b, b["pull_request"]))
    assert caught.value.path == path
