"""Plain git outside of the box, on real repositories: it runs nothing, and tells what is wrong."""

import base64
import os
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from packit_worker.errors import RefusedError, TransientError
from packit_worker.sandbox.git import GitRepository
from packit_worker.services.git import Git, Remote

ALL = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
TOKEN = "glpat-hush-token"


@pytest.fixture
def upstream(tmp_path):
    repository = GitRepository(tmp_path / "upstream.git")
    repository.author = "Ada <ada@mail.example>"
    repository.commit({"hello.spec": "Name: hello\n", "docs/x": "y"})
    return repository


@pytest.fixture
def bare(tmp_path):
    return tmp_path / "work" / "bare.git"


def remote(repository, **more):
    return Remote(url=repository.path.as_uri(), service="forge.example", **more)


def refusal(call, *arguments):
    with pytest.raises(RefusedError) as caught:
        call(*arguments)
    return caught.value


@pytest.fixture
def git():
    return Git(2**20)


def test_what_is_fetched_is_read(git, upstream, bare):
    tip = upstream.commit({"hello.spec": "Name: hello\nVersion: 1\n"})
    upstream.tag("1.0", tip)
    git.fetch(remote(upstream), bare, ALL)
    assert git.resolve(bare, "refs/heads/main") == tip
    assert git.resolve(bare, "refs/tags/1.0") == tip
    assert git.resolve(bare, "refs/tags/2.0") is None
    assert git.resolve(bare, "--upload-pack=touch /tmp/x") is None
    assert git.names(bare, tip) == ["docs", "hello.spec"]
    assert git.read(bare, tip, "hello.spec") == "Name: hello\nVersion: 1"
    assert refusal(git.read, bare, tip, "absent").code == "not-found"
    assert git.default_branch(remote(upstream), bare) == "main"


def test_a_repository_without_a_default_branch(git, tmp_path, bare):
    empty = GitRepository(tmp_path / "empty.git")
    git.fetch(remote(empty), bare, ALL)
    assert git.default_branch(remote(empty), bare) is None


def test_who_wrote(git, upstream, bare):
    start = upstream.resolve("main")
    upstream.author = "Bea <bea@mail.example>"
    upstream.commit({"a": "1"})
    upstream.author = "Cid <cid@mail.example>"
    end = upstream.commit({"a": "2"})
    git.fetch(remote(upstream), bare, ALL)
    assert git.authors(bare, start, end) == {"bea@mail.example", "cid@mail.example"}
    for unknown in (None, "0" * 40):  # a new branch; a start that was forced away
        assert git.authors(bare, unknown, end) == {"cid@mail.example"}


def merged(repository, ours, theirs, resolved=None, author="Mia <mia@mail.example>"):
    """Merge a branch into another by hand; `resolved` are files that the merge itself writes."""
    repository.author = author
    words = ["merge-tree", "--write-tree", ours, theirs]
    tree = run(repository, *words)
    if resolved:
        run(repository, "read-tree", tree)
        for path, text in resolved.items():
            blob = run(repository, "hash-object", "-w", "--stdin", given=text)
            run(repository, "update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")
        tree = run(repository, "write-tree")
    heads = ["-p", run(repository, "rev-parse", ours), "-p", run(repository, "rev-parse", theirs)]
    who, _, mail = author.rstrip(">").partition(" <")
    merge = run(repository, "commit-tree", tree, *heads, "-m", "Merge", who=(who, mail))
    run(repository, "update-ref", f"refs/heads/{ours}", merge)
    return merge


def run(repository, *words, given=None, who=("x", "x@mail.example")):
    names = dict(zip(("NAME", "EMAIL"), who, strict=True))
    people = {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in names.items()
    }
    ended = subprocess.run(
        ["git", *words],
        cwd=repository.path,
        input=given,
        env=os.environ | people,
        capture_output=True,
        text=True,
        check=True,
        timeout=20,
    )
    return ended.stdout.strip()


@pytest.mark.parametrize(
    ("resolved", "authors"),
    [
        (None, {"bot@mail.example"}),
        ({"slipped": "in"}, {"bot@mail.example", "mia@mail.example"}),  # an evil merge
        ({"a": "0"}, {"bot@mail.example", "mia@mail.example"}),  # it undoes what it merges
    ],
)
def test_a_merge_is_its_authors_only_if_it_changes_something_itself(
    git, upstream, bare, resolved, authors
):
    start = upstream.commit({"a": "0"})
    upstream.author = "Bot <bot@mail.example>"
    upstream.commit({"a": "1"}, ref="refs/heads/update", start="main")
    end = merged(upstream, "main", "update", resolved)
    git.fetch(remote(upstream), bare, ALL)
    assert git.authors(bare, start, end) == authors
    # Where the start is not there, what the merge brought is looked at.
    assert git.authors(bare, None, end) == authors


def test_a_merge_of_what_did_not_fit_is_its_authors(git, upstream, bare):
    upstream.author = "Bot <bot@mail.example>"
    upstream.commit({"hello.spec": "Name: of the bot\n"}, ref="refs/heads/update", start="main")
    start = upstream.commit({"hello.spec": "Name: of somebody\n"})
    upstream.author = "Mia <mia@mail.example>"
    end = upstream.commit({"hello.spec": "Name: of both\n"})
    tree = run(upstream, "rev-parse", f"{end}^{{tree}}")
    who = ("Mia", "mia@mail.example")
    heads = ("-p", start, "-p", upstream.resolve("update"))
    end = run(upstream, "commit-tree", tree, *heads, "-m", "Merge", who=who)
    run(upstream, "update-ref", "refs/heads/main", end)
    git.fetch(remote(upstream), bare, ALL)
    assert git.authors(bare, start, end) == {"bot@mail.example", "mia@mail.example"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files to another user")
def test_a_repository_of_another_user_is_refused_in_gits_words(git, upstream, bare):
    for path in (upstream.path, *upstream.path.rglob("*")):
        os.chown(path, 64990, 64990)
    error = refusal(git.fetch, remote(upstream), bare, ALL)
    assert error.code == "git-refused"
    assert error.reason.startswith(
        "forge.example: fatal: detected dubious ownership in repository at"
    )


def test_a_push_replaces_what_the_branch_was(git, upstream, tmp_path, bare):
    git.fetch(remote(upstream), bare, ALL)
    fork = GitRepository(tmp_path / "fork.git")
    fork.commit({"other": "history"}, ref="refs/heads/update")
    tip = upstream.resolve("main")
    git.push(remote(fork), bare, tip, "update")
    assert fork.resolve("refs/heads/update") == tip


def test_hooks_and_configuration_of_a_repository_count_for_nothing(
    git, upstream, bare, tmp_path, monkeypatch
):
    loot = tmp_path / "loot"
    script = f"#!/bin/sh\ntouch {loot}\n"
    config = tmp_path / "gitconfig"
    config.write_text(f"[core]\n\tsshCommand = touch {loot}\n\tfsmonitor = touch {loot}\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    git.fetch(remote(upstream), bare, ALL)
    for name in ("post-checkout", "pre-push", "reference-transaction"):
        hook = bare / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(script)
        hook.chmod(0o755)
    git.fetch(remote(upstream), bare, ALL)
    git.push(remote(upstream), bare, upstream.resolve("main"), "again")
    assert upstream.resolve("refs/heads/again") == upstream.resolve("main")
    assert not loot.exists()


@pytest.mark.parametrize(
    "url", ["ext::sh -c touch% loot", "fd::0", "git://forge.example/x", "ftp://forge.example/x"]
)
def test_protocols_that_run_something_are_refused(git, bare, url):
    error = refusal(git.fetch, Remote(url=url), bare, ALL)
    assert error.code == "bad-address"


def test_an_option_is_no_address(git, bare, tmp_path):
    with pytest.raises((RefusedError, TransientError)):
        git.fetch(Remote(url=f"--upload-pack=touch {tmp_path}/loot"), bare, ALL)
    assert not (tmp_path / "loot").exists()


def test_what_is_not_there(git, tmp_path, upstream, bare):
    gone = Remote(url=(tmp_path / "gone.git").as_uri(), service="forge.example")
    assert refusal(git.fetch, gone, bare, ALL).code == "repository-not-visible"
    absent = ("+refs/heads/absent:refs/heads/absent",)
    assert refusal(git.fetch, remote(upstream), bare, absent).code == "ref-not-found"


def test_a_repository_that_is_too_large(upstream, bare):
    # What cannot be compressed: the size of the pack is that of the file.
    noise = subprocess.run(["openssl", "rand", "300000"], capture_output=True, check=True).stdout
    upstream.commit({"large": noise})
    assert refusal(Git(100_000).fetch, remote(upstream), bare, ALL).code == "too-large"
    Git(2**20).fetch(remote(upstream), bare, ALL)


def test_a_bundle(git, upstream, bare, tmp_path):
    git.fetch(remote(upstream), bare, ALL)
    base = upstream.resolve("main")
    other = GitRepository(tmp_path / "box.git")
    other.take(upstream, "refs/heads/main", "refs/heads/main")
    tip = other.commit({"hello.spec": "changed"}, ref="refs/heads/f44-update", start="main")
    bundle = tmp_path / "commits.bundle"
    words = ["bundle", "create", "--quiet", str(bundle), f"^{base}", "refs/heads/f44-update"]
    subprocess.run(["git", *words], cwd=other.path, check=True)
    assert git.take(bare, bundle, "f44-update") == tip
    assert git.is_ancestor(bare, base, tip)
    assert not git.is_ancestor(bare, tip, base)
    assert refusal(git.take, bare, bundle, "main").code == "bad-bundle"
    elsewhere = tmp_path / "elsewhere.git"
    git.fetch(remote(GitRepository(tmp_path / "none.git")), elsewhere, ALL)
    assert refusal(git.take, elsewhere, bundle, "f44-update").code == "bad-bundle"
    bundle.write_bytes(b"# v2 git bundle\nno bundle")
    assert refusal(git.take, bare, bundle, "f44-update").code == "bad-bundle"


class Forge:
    """Answers every request of git by http with one status."""

    def __init__(self, status):
        self.seen = seen = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                seen.append(self.headers.get("Authorization"))
                self.send_response(status)
                self.send_header("Location", "http://127.0.0.1:9/stolen")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/octo/hello.git"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "no-permission"), (403, "no-permission"), (404, "repository-not-visible")],
)
def test_what_a_forge_refuses(git, bare, status, code):
    with Forge(status) as forge:
        asked = Remote(url=forge.url, user="x-access-token", token=TOKEN, service="github.com")
        error = refusal(git.fetch, asked, bare, ALL)
    assert error.code == code
    pair = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
    assert forge.seen[0] == f"Basic {pair}"
    assert TOKEN not in str(error)
    assert pair not in str(error)
    assert TOKEN not in repr(asked)
    # What stays on the disk names neither.
    assert not any(
        pair in path.read_text(errors="replace") for path in bare.rglob("*") if path.is_file()
    )


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_forge_that_is_down(git, bare, status):
    with Forge(status) as forge, pytest.raises(TransientError) as caught:
        git.fetch(Remote(url=forge.url, service="github.com"), bare, ALL)
    assert (caught.value.reason, caught.value.service) == ("git", "github.com")


def test_a_forge_that_is_not_there(git, bare):
    with pytest.raises(TransientError):
        git.fetch(Remote(url="http://127.0.0.1:9/octo/hello.git", service="f"), bare, ALL)


def test_a_push_that_a_hook_of_the_forge_declines(git, upstream, bare, tmp_path):
    git.fetch(remote(upstream), bare, ALL)
    fork = GitRepository(tmp_path / "fork.git")
    hook = fork.path / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'not a packager' >&2\nexit 1\n")
    hook.chmod(0o755)
    error = refusal(git.push, remote(fork), bare, upstream.resolve("main"), "update")
    assert error.code == "no-permission"
    assert fork.resolve("refs/heads/update") is None
