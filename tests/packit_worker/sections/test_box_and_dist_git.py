"""No box only where the settings ask for it in words; dist-git may lie anywhere."""

import pytest

from packit_worker.boxed_assembly import box_settings, dist_git_settings
from packit_worker.forge import Repository
from packit_worker.settings import ServiceFile
from packit_worker.yaml_file import FileError, load

WORDS = "run other people's code on this host, as the worker's own user"


def read(tmp_path, text):
    file = tmp_path / "packit-worker.yaml"
    file.write_text(text)
    return load(file, ServiceFile)


def test_by_default_there_is_a_box(tmp_path):
    assert not box_settings(read(tmp_path, "deployment: stg\n").box).unboxed


def test_whoever_wants_no_box_says_so_in_words(tmp_path):
    section = read(tmp_path, f'box: {{without_box: "{WORDS}"}}\n').box
    assert box_settings(section).unboxed


@pytest.mark.parametrize("words", ["true", "yes", '"run it"', '""'])
def test_other_words_do_not_do(tmp_path, words):
    with pytest.raises(FileError) as caught:
        read(tmp_path, f"box: {{without_box: {words}}}\n")
    assert "without_box" in str(caught.value)


def test_dist_git_of_fedora(tmp_path):
    settings = dist_git_settings(read(tmp_path, "dist_git: {}\n").dist_git)
    assert settings.repository("hello") == Repository("src.fedoraproject.org", "rpms", "hello")
    assert settings.tool_config() == (
        "[fedpkg]\n"
        "lookaside = https://src.fedoraproject.org/repo/pkgs\n"
        "lookasidehash = sha512\n"
        "lookaside_cgi = https://src.fedoraproject.org/repo/pkgs/upload.cgi\n"
    )


def test_dist_git_of_another_distribution(tmp_path):
    text = """\
dist_git:
  url: https://git.centos.example
  namespace: centos-stream/rpms
  package_tool: /opt/tools/centpkg
  lookaside_url: https://sources.centos.example/sources
  lookaside_upload_url: https://sources.centos.example/upload
  git_name: Robot
  git_email: robot@mail.example
"""
    settings = dist_git_settings(read(tmp_path, text).dist_git)
    wanted = Repository("git.centos.example", "centos-stream/rpms", "hello")
    assert settings.repository("hello") == wanted
    assert (settings.package_tool, settings.tool_name) == ("/opt/tools/centpkg", "centpkg")
    assert settings.tool_config().splitlines() == [
        "[centpkg]",
        "lookaside = https://sources.centos.example/sources",
        "lookasidehash = sha512",
        "lookaside_cgi = https://sources.centos.example/upload",
    ]
