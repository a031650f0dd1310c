"""The example's releases: their archives can be downloaded wherever the cache answers this time."""

from packit_worker.sandbox.example import example_github, example_pagure
from packit_worker.sandbox.example_downstream import example_lookaside


def test_a_sandbox_that_is_started_again_names_its_new_address(tmp_path):
    for url in ("http://127.0.0.1:1111", "http://127.0.0.1:2222"):
        project = example_github(tmp_path, url).world.projects["meadow-tools/hedgehog"]
        assert project.releases == ["1.4.0"]
        for tag in ("1.4.0", "1.5.0rc1"):
            spec = project.git.read(f"refs/tags/{tag}", "hedgehog.spec").decode()
            assert f"Source0:        {url}/released/hedgehog-%{{version}}.tar.gz\n" in spec


def test_each_release_has_its_archive():
    released = example_lookaside().world.released
    assert sorted(released) == ["hedgehog-1.4.0.tar.gz", "hedgehog-1.5.0~rc1.tar.gz"]
    assert len(set(released.values())) == 2


def test_the_package_has_the_branches_of_the_job(tmp_path):
    for _ in range(2):
        git = example_pagure(tmp_path).world.projects["rpms/hedgehog"].git
        assert git.branches() == ["f44", "rawhide"]
        assert b"Version:        1.0\n" in git.read("f44", "hedgehog.spec")
