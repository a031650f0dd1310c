"""Old spellings of a package config are read, and noted."""

import pytest

from packit_worker.package_config import ConfigError
from packit_worker.services.package_config import PackitConfigReader

PATH = ".packit.yaml"


def read(text, repository="lantern"):
    return PackitConfigReader().read(PATH, text, repository=repository)


def brief(config):
    return [(job.type, job.trigger, job.targets) for job in config.jobs]


def test_a_key_near_an_old_name_is_told_as_it_is_called_today():
    with pytest.raises(ConfigError, match=r'"synced_fles"\. Did you mean "files_to_sync"\?'):
        read("synced_fles: [a.spec]\njobs: []\n")


def test_old_names_are_read_and_noted():
    config = read("""\
upstream_project_name: light
synced_files: [a.spec]
dist_git_url: https://git.example.org/rpms/light
jobs:
  - job: build
    trigger: pull_request
    metadata:
      targets: fedora-all
  - job: production_build
    trigger: release
    metadata:
      scratch: true
      dist-git-branch: f42
  - job: propose_downstream
    trigger: release
    dist_git_branch: epel9
""")
    assert [(job.type, job.targets, job.dist_git_branches) for job in config.jobs] == [
        ("copr_build", ("fedora-all",), ()),
        ("upstream_koji_build", (), ("f42",)),
        ("propose_downstream", (), ("epel9",)),
    ]
    assert config.jobs[1].values["scratch"] is True
    assert config.jobs[0].values["upstream_package_name"] == "light"
    assert config.jobs[0].values["files_to_sync"][0]["dest"] == "a.spec"
    upstream = 'is called "upstream_package_name" today.'
    koji = 'is called "upstream_koji_build" today.'
    metadata = '"metadata" is not needed: its keys belong to the job itself.'
    assert config.notes == (
        f'.packit.yaml line 1: the key "upstream_project_name" {upstream}',
        '.packit.yaml line 2: the key "synced_files" is called "files_to_sync" today.',
        '.packit.yaml line 3: the key "dist_git_url" does nothing any more.',
        '.packit.yaml line 5: the job type "build" is called "copr_build" today.',
        f".packit.yaml line 7: {metadata}",
        f'.packit.yaml line 9: the job type "production_build" {koji}',
        '.packit.yaml line 13: the key "dist-git-branch" is called "dist_git_branches" today.',
        f".packit.yaml line 11: {metadata}",
        '.packit.yaml line 16: the key "dist_git_branch" is called "dist_git_branches" today.',
    )


@pytest.mark.parametrize("flat", ["fedora-42", "[fedora-42]"])
def test_metadata_may_be_mixed_with_keys_of_the_job(flat):
    config = read(f"""\
jobs:
  - job: build
    trigger: commit
    targets: {flat}
    owner: me
    metadata: {{targets: [fedora-42], branch: main}}
""")
    job = config.jobs[0]
    assert (job.targets, job.branch, job.values["owner"]) == (("fedora-42",), "main", "me")


@pytest.mark.parametrize("metadata", ["{}", "null"])
def test_empty_metadata_is_none(metadata):
    text = f"jobs: [{{job: tests, trigger: commit, metadata: {metadata}}}]"
    assert brief(read(text)) == [("tests", "commit", ())]
