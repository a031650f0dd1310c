"""What reading a package config does besides: nothing."""

import subprocess
import sys

from packit_worker.services.package_config import PackitConfigReader

PATH = ".packit.yaml"


def read(text, repository="lantern"):
    return PackitConfigReader().read(PATH, text, repository=repository)


USUAL = """\
specfile_path: fedora/lantern.spec
upstream_package_name: lantern
downstream_package_name: lantern-light
upstream_tag_template: v{version}
files_to_sync:
  - fedora/lantern.spec
  - src: [docs/]
    dest: docs/
    delete: true
actions:
  get-current-version: [git describe]
srpm_build_deps: [make]
jobs:
  - job: copr_build
    trigger: pull_request
    identifier: fast
    labels: [a, b]
    targets: [fedora-all, epel-9-x86_64]
    env: {DEPTH: 3}
  - job: tests
    trigger: pull_request
    skip_build: true
    tmt_plan: /plans/small
  - job: copr_build
    trigger: commit
    branch: stable
  - job: propose_downstream
    trigger: release
    dist_git_branches: [fedora-rawhide, f42]
"""


def test_reading_logs_nothing(caplog):
    caplog.set_level("DEBUG")
    read(USUAL + "dist_git_url: x\n")
    read("jobs: [{job: build, trigger: commit, metadata: {targets: centos-stream-x86_64}}]")
    assert caplog.records == []


def test_packit_is_imported_at_the_first_use():
    code = """
import sys
from packit_worker.services.package_config import PackitConfigReader
reader = PackitConfigReader()
heavy = {"packit", "ogr", "marshmallow", "requests"}
assert not heavy & sys.modules.keys(), heavy & sys.modules.keys()
reader.read("p", "{}", repository="r")
assert "packit" in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_reading_opens_no_file_no_connection_and_no_process():
    code = """
import sys
from packit_worker.services.package_config import PackitConfigReader
reader = PackitConfigReader()
reader.read("p", "{}", repository="r")
seen = []
def hook(event, arguments):
    if event.split(".")[0] in {"open", "os", "socket", "subprocess", "glob", "exec", "import"}:
        seen.append((event, arguments))
sys.addaudithook(hook)
reader.read("p", sys.argv[1], repository="r")
open("/dev/null").close()  # the hook is awake
assert [event for event, _ in seen] == ["open"], seen
"""
    text = USUAL.replace("targets: [", "targets: [/etc/*, ").replace("fedora/", "/etc/")
    text = text.replace("specfile_path: /etc/lantern.spec", "config_file_path: /etc/passwd")
    subprocess.run([sys.executable, "-c", code, text], check=True, timeout=60)
