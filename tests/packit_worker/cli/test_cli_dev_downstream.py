"""A release of the sandbox, through real workers: a pull request in a real dist-git repository."""

from hashlib import sha512

import requests
import yaml
from saved_messages import MESSAGES

from packit_worker.sandbox.git import GitRepository

RELEASE = MESSAGES / "github/release/published.json"
PUSH = MESSAGES / "fedora-messaging/push_pagure/dist_git_by_packager.json"
SECONDS = 90


def pulls(url):
    writes = requests.get(f"{url}/_sandbox/writes", timeout=5).json()
    return {
        (each["repository"], each["data"]["base"]): each["data"]
        for each in writes
        if each["kind"] == "pull"
    }


def test_a_release_goes_down_and_a_push_comes_back(dev, run):
    dev.start()
    folder = dev.folder / "state/sandbox"
    settings = yaml.safe_load((folder / "packit-worker.yaml").read_text())
    access = settings["authentication"]
    done = run("replay", "--timeout", SECONDS, RELEASE, PUSH, timeout=2 * SECONDS)
    assert (done.returncode, done.stderr) == (0, "")
    log = dev.log.read_text()
    (github, pagure) = (access[host]["api_url"] for host in ("github.com", "src.fedoraproject.org"))
    opened = pulls(pagure)
    assert sorted(opened) == [("rpms/hedgehog", "f44"), ("rpms/hedgehog", "rawhide")], log[-3000:]
    package = GitRepository(folder / "pagure/rpms/hedgehog.git")
    archive = requests.get(f"{lookaside_of(settings)}/released/hedgehog-1.4.0.tar.gz", timeout=5)
    digest = sha512(archive.content).hexdigest()
    for (_, branch), pull in opened.items():
        assert pull["title"] == f"Update {branch} to upstream release 1.4.0"
        head = f"refs/pull/{pull['id']}/head"
        spec = package.read(head, "hedgehog.spec").decode()
        assert "Version:        1.4.0\n" in spec
        assert "- 1.4.0-1\n- Update to version 1.4.0\n" in spec
        assert "Version:        1.0\n" in package.read(branch, "hedgehog.spec").decode()
        sources = package.read(head, "sources").decode()
        assert sources == f"SHA512 (hedgehog-1.4.0.tar.gz) = {digest}\n"
    stored = f"{settings['dist_git']['lookaside_url']}/rpms/hedgehog/hedgehog-1.4.0.tar.gz"
    address = f"{stored}/sha512/{digest}/hedgehog-1.4.0.tar.gz"
    assert requests.get(address, timeout=5).content == archive.content
    back = pulls(github)
    assert list(back) == [("meadow-tools/teapot", "main")], log[-3000:]
    assert back["meadow-tools/teapot", "main"]["head"] == "rawhide-downstream-sync-dev"
    shown = run("sandbox", "--writes", "--wait", "30", environment={"COLUMNS": "300"}).stdout
    assert "Update f44 to upstream release 1.4.0" in shown
    assert "upload hedgehog-1.4.0.tar.gz" in shown
    assert dev.end() == 0
    assert "Traceback" not in dev.log.read_text()


def lookaside_of(settings):
    return settings["dist_git"]["lookaside_url"].removesuffix("/pkgs")
