import copy

import pytest
from saved_messages import load

from parsers import MalformedError, Parsed, parse
from parsers.shapes import check_segments, maybe_commit, need_chroot, need_commit

SHA = "0123456789abcdef0123456789abcdef01234567"
SHA_256 = SHA + "89abcdef0123456789abcdef"


@pytest.mark.parametrize("value", [SHA, SHA_256, SHA.upper()])
def test_the_hash_of_a_commit(value):
    assert need_commit({"a": {"b": value}}, "a", "b") == value
    assert maybe_commit({"a": {"b": value}}, "a", "b") == value


@pytest.mark.parametrize(
    "value",
    [SHA[1:], SHA + "0", SHA_256[1:], "main", "g" + SHA[1:], SHA + "\n", " " + SHA, "\u0660" * 40],
)
def test_what_is_no_hash(value):
    for read in (need_commit, maybe_commit):
        with pytest.raises(MalformedError) as raised:
            read({"sha": value}, "sha")
        assert str(raised.value) == (
            "$.sha: expected the hash of a commit, 40 or 64 hexadecimal digits"
        )


@pytest.mark.parametrize("holder", [{}, {"sha": None}, {"sha": ""}])
def test_no_hash_at_all(holder):
    assert maybe_commit(holder, "sha") is None
    with pytest.raises(MalformedError):
        need_commit(holder, "sha")


@pytest.mark.parametrize("value", ["a", "a/b", "...", ".a", "a..b", ".github"])
def test_a_path_of_names(value):
    assert check_segments(value, "name") == value


@pytest.mark.parametrize("value", ["", ".", "..", "a/..", "../a", "a/./b", "/a", "a/", "a//b"])
def test_what_is_no_path_of_names(value):
    with pytest.raises(MalformedError) as raised:
        check_segments(value, "repository", "name")
    assert raised.value.path == "$.repository.name"


def test_a_chroot_holds_no_slash():
    assert need_chroot({"chroot": "fedora-40-x86_64"}, "chroot") == "fedora-40-x86_64"
    for bad in ("fedora/40", "/", "../x"):
        with pytest.raises(MalformedError) as raised:
            need_chroot({"chroot": bad}, "chroot")
        assert str(raised.value) == "$.chroot: the name of a chroot holds no slash"


def changed(name, path, value):
    """A saved message with another value somewhere; the hints that it came with."""
    message = copy.deepcopy(load(name))
    holder = message
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return message, name.partition("/")[0]


PAGURE_PR = ("pagure/pull_request_pagure/opened", ("msg", "pullrequest"))
NAMES = [
    ("github/push_github_gh/branch", ("repository", "name")),
    ("github/push_github_gh/branch", ("repository", "owner", "login")),
    ("github/push_github_gh/full_name_only", ("repository", "full_name")),
    ("github/pull_request_gh/opened", ("pull_request", "base", "repo", "name")),
    ("github/pull_request_gh/opened", ("pull_request", "head", "repo", "name")),
    ("github/pull_request_gh/opened", ("pull_request", "head", "repo", "owner", "login")),
    ("github/release/published", ("repository", "name")),
    ("github/issue_comment/command", ("repository", "name")),
    ("github/installation/repositories_added", ("repositories_added", 0, "full_name")),
    ("pagure/push_pagure/branch", ("msg", "repo", "name")),
    ("pagure/push_pagure/branch", ("msg", "repo", "namespace")),
    (PAGURE_PR[0], (*PAGURE_PR[1], "project", "name")),
    (PAGURE_PR[0], (*PAGURE_PR[1], "project", "namespace")),
    (PAGURE_PR[0], (*PAGURE_PR[1], "repo_from", "name")),
    (PAGURE_PR[0], (*PAGURE_PR[1], "repo_from", "user", "name")),
]
COMMITS = [
    ("github/push_github_gh/branch", ("after",)),
    ("github/push_github_gh/without_after", ("head_commit", "id")),
    ("github/pull_request_gh/opened", ("pull_request", "head", "sha")),
    ("pagure/push_pagure/branch", ("msg", "end_commit")),
    ("pagure/push_pagure/branch", ("msg", "start_commit")),
    ("fedora-messaging/push_pagure/old_dist_git", ("msg", "commit", "rev")),
    (PAGURE_PR[0], (*PAGURE_PR[1], "commit_stop")),
    ("testing-farm/testing_farm_result/passed", ("artifact", "commit-sha")),
]


@pytest.mark.parametrize(("name", "path"), NAMES)
@pytest.mark.parametrize("value", [".", ".."])
def test_no_repository_leads_elsewhere(name, path, value):
    message, source = changed(name, path, f"a/{value}" if path[-1] == "full_name" else value)
    with pytest.raises(MalformedError):
        parse(message, source=source)


@pytest.mark.parametrize(("name", "path"), COMMITS)
@pytest.mark.parametrize("value", ["abc123", "--upload-pack=x", "../" + SHA])
def test_no_commit_is_anything_but_a_hash(name, path, value):
    message, source = changed(name, path, value)
    with pytest.raises(MalformedError) as raised:
        parse(message, source=source)
    assert raised.value.path == "$." + ".".join(path)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("fedora-messaging/copr_build/start", ("body", "chroot")),
        ("testing-farm/testing_farm_result/passed", ("artifact", "copr-chroot")),
    ],
)
def test_no_chroot_is_a_path(name, path):
    message, source = changed(name, path, "fedora-40/x86_64")
    with pytest.raises(MalformedError, match="holds no slash"):
        parse(message, source=source)


@pytest.mark.parametrize("name", sorted({name for name, _ in NAMES + COMMITS}))
def test_unchanged_they_are_events(name):
    assert isinstance(parse(load(name), source=name.partition("/")[0]), Parsed)
