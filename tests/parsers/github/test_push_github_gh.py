import pytest

from parsers import MalformedError, Parsed, Skip

BRANCH = {
    "repo_namespace": "meadow-tools",
    "repo_name": "hedgehog",
    "git_ref": "main",
    "https_url": "https://github.com/meadow-tools/hedgehog",
    "commit_sha": "f0d3ab7a23e5415fa2c76c4fd5e50fb8a3fa5b03",
    "user_login": "brindle-fox",
}


@pytest.mark.parametrize(
    ("case", "kwargs"),
    [
        ("branch", BRANCH),
        ("branch_with_slashes", {**BRANCH, "git_ref": "release/1.x"}),
        ("new_branch", {**BRANCH, "git_ref": "stable-order"}),
        ("without_sender", BRANCH),
        ("without_after", BRANCH),
        ("owner_name_only", BRANCH),
        ("full_name_only", BRANCH),
    ],
)
def test_parsed(parse_saved, case, kwargs):
    assert parse_saved(f"push_github_gh/{case}") == Parsed("PushGithubGHEvent", kwargs)


@pytest.mark.parametrize(
    ("case", "code", "ref"),
    [
        ("deleted_branch", "ref-deleted", "refs/heads/stable-order"),
        ("deleted_branch_without_flag", "ref-deleted", "refs/heads/stable-order"),
        (
            "deleted_branch_without_sender",
            "ref-deleted",
            # The detail is cut at 80 characters.
            "refs/heads/gh-readonly-queue/main/pr-217-f0d3ab7a23e5415fa2c76c4fd5e50fb8a3fa5b0",
        ),
        ("tag_deleted", "ref-deleted", "refs/tags/1.4.0"),
        ("tag", "tag-push", "refs/tags/1.4.0"),
    ],
)
def test_skipped(parse_saved, case, code, ref):
    assert parse_saved(f"push_github_gh/{case}") == Skip(code, ref)


def test_a_deleted_ref_needs_no_commit(parse_saved):
    outcome = parse_saved("push_github_gh/branch", lambda b: b.update(deleted=True, after=None))
    assert outcome.code == "ref-deleted"


def test_without_sender_and_pusher_nobody_is_named(parse_saved):
    def change(body):
        del body["sender"], body["pusher"]

    outcome = parse_saved("push_github_gh/branch", change)
    assert outcome.kwargs["user_login"] is None


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda b: b.update(ref=None), "$.ref"),
        (lambda b: b.update(ref="refs/heads/a\x07"), "$.ref"),
        (lambda b: b.update(deleted="no"), "$.deleted"),
        (lambda b: b.update(after=12), "$.after"),
        (lambda b: b.update(after="", head_commit=None), "$.after"),
        (lambda b: b.update(after=None, head_commit={"id": []}), "$.head_commit.id"),
        (lambda b: b.update(repository=None), "$.repository"),
        (lambda b: b.update(repository={"name": "hedgehog"}), "$.repository.full_name"),
        (lambda b: b.update(sender="brindle-fox"), "$.sender"),
        (lambda b: b.update(sender=None, pusher={"name": 1}), "$.pusher.name"),
    ],
)
def test_malformed(parse_saved, change, path):
    with pytest.raises(MalformedError) as caught:
        parse_saved("push_github_gh/branch", change)
    assert caught.value.path == path
