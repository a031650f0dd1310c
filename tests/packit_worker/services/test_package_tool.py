"""Where the package tool uploads to: where the settings say, else where its own file says."""

from configparser import RawConfigParser

import pytest

from packit_worker.errors import RefusedError
from packit_worker.services.dist_git_settings import DistGitSettings
from packit_worker.services.package_tool import upload

# As a distribution ships it: the tool does not start without its other keys.
OWN = """\
[centpkg]
lookaside = https://sources.example/sources
lookaside_cgi = https://sources.example/upload.cgi
gitbaseurl = ssh://git@%(user)s.example/%(repo)s.git
branchre = c\\d+s$
clone_config =
  bz.product Hats
  bz.component %(repo)s

[centpkg.sig]
lookaside_cgi = https://sig.example/upload.cgi
"""
TOOL = """\
#!/bin/sh
printf '%s\\n' "$@" > {told}/words
[ "$1" != --config ] || cp "$2" {told}/config
"""


@pytest.fixture
def uploaded(tmp_path):
    """`uploaded(own, **settings)` uploads, and returns the words and the file the tool got."""
    tool, configs = tmp_path / "centpkg", tmp_path / "rpkg"
    tool.write_text(TOOL.format(told=tmp_path))
    tool.chmod(0o755)
    configs.mkdir()

    def upload_one(own, **urls):
        if own is not None:
            (configs / "centpkg.conf").write_text(own)
        settings = DistGitSettings(
            host="src.example.org",
            namespace="rpms",
            package_tool=str(tool),
            git_name="Ada",
            git_email="ada@mail.example",
            tool_configs=configs,
            **urls,
        )
        (archive := tmp_path / "hello-1.tar.gz").touch()
        (folder := tmp_path / "taken").mkdir()
        upload(settings, "hello", "c10s", [archive], folder)
        assert [each.name for each in folder.iterdir()] == [".git"]
        config = RawConfigParser()
        config.read(tmp_path / "config")
        return (tmp_path / "words").read_text().splitlines(), config

    return upload_one


def test_without_a_setting_the_tool_knows_its_own_cache(uploaded):
    words, config = uploaded(OWN)
    assert words[0] == "--path"
    assert words[-2:] == ["new-sources", words[-1]]
    assert config.sections() == []


def test_a_setting_stands_in_the_tool_s_own_configuration(uploaded):
    words, config = uploaded(OWN, lookaside_upload_url="https://other.example/up")
    assert (words[0], words[2]) == ("--config", "--path")
    assert dict(config["centpkg"]) == {
        "lookaside": "https://sources.example/sources",
        "lookaside_cgi": "https://other.example/up",
        "gitbaseurl": "ssh://git@%(user)s.example/%(repo)s.git",
        "branchre": "c\\d+s$",
        "clone_config": "\nbz.product Hats\nbz.component %(repo)s",
    }
    assert dict(config["centpkg.sig"]) == {"lookaside_cgi": "https://sig.example/upload.cgi"}


def test_without_a_file_of_its_own_the_settings_are_all(uploaded):
    urls = {"lookaside_url": "https://a.example", "lookaside_upload_url": "https://b.example"}
    _, config = uploaded(None, **urls)
    assert dict(config["centpkg"]) == {
        "lookaside": "https://a.example",
        "lookaside_cgi": "https://b.example",
    }


@pytest.mark.parametrize("own", ["lookaside = x\n", "[centpkg\n"])
def test_a_file_that_cannot_be_used(uploaded, own):
    with pytest.raises(RefusedError, match=r"centpkg\.conf cannot be used") as told:
        uploaded(own, lookaside_url="https://a.example")
    assert told.value.code == "not-configured"
