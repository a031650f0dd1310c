"""Repositories of the sandbox are real: git itself reads them."""

import subprocess

import pytest

from packit_worker.sandbox.git import Entry, GitRepository

MADE_UP = "26ccb10237c07b512ed4d07d071da83d59905957"


@pytest.fixture
def repository(tmp_path):
    git = GitRepository(tmp_path / "hello.git")
    git.commit({"a.txt": "one\n", "docs/b.txt": "two\n"})
    return git


def test_git_clones_it(repository, tmp_path):
    subprocess.run(
        ["git", "clone", "--quiet", repository.path, tmp_path / "clone"], check=True, timeout=20
    )
    assert (tmp_path / "clone/docs/b.txt").read_text() == "two\n"


def test_a_commit_keeps_the_files_of_its_parent(repository):
    old = repository.resolve("main")
    new = repository.commit({"a.txt": "1\n"})
    assert repository.resolve("main") == new != old
    assert (repository.read(new, "a.txt"), repository.read(old, "a.txt")) == (b"1\n", b"one\n")
    assert repository.read(new, "docs/b.txt") == b"two\n"


def test_a_branch_starts_where_it_is_told(repository):
    start = repository.resolve("main")
    repository.commit({"a.txt": "1\n"})
    branch = repository.commit({"c.txt": "3\n"}, ref="refs/heads/next", start=start)
    assert repository.read(branch, "a.txt") == b"one\n"
    assert repository.branches() == ["main", "next"]
    assert repository.default_branch() == "main"


def test_what_a_folder_holds(repository):
    commit = repository.resolve("main")
    assert [(one.path, one.type) for one in repository.entries(commit)] == [
        ("a.txt", "blob"),
        ("docs", "tree"),
    ]
    [entry] = repository.entries(commit, "docs")
    assert entry == Entry("docs/b.txt", "blob", "f719efd430d52bcfc8566a43b2eb655688d38871")


@pytest.mark.parametrize("name", ["no-such-branch", MADE_UP, "--all", ""])
def test_what_names_no_commit(repository, name):
    assert repository.resolve(name) is None


def test_a_lenient_one_takes_any_hash(repository):
    repository.lenient = True
    assert repository.resolve(MADE_UP) == repository.resolve("main")
    assert repository.resolve("no-such-branch") is None


def test_a_folder_of_before_keeps_its_commits(repository):
    assert GitRepository(repository.path).resolve("main") == repository.resolve("main")
