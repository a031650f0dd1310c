import re

import pytest

from parsers import Options


def test_the_defaults_are_those_of_the_public_service():
    options = Options()
    assert options.command_prefix == "/packit"
    assert options.edited_comments == "new-commands"
    assert options.github_hosts == {"github.com"}
    assert options.web_url == {
        "github": "https://github.com",
        "fedora-messaging": "https://src.fedoraproject.org",
        "pagure": "https://pagure.io",
    }


def test_both_deployments_ignore_each_other():
    assert Options().bots == {
        "packit",
        "packit-stg",
        "packit-as-a-service",
        "packit-as-a-service[bot]",
        "packit-as-a-service-stg",
        "packit-as-a-service-stg[bot]",
    }


@pytest.mark.parametrize("prefix", ["", " ", "/packit build", "/packit\t", "\u00a0", None, 5])
def test_a_prefix_is_one_word(prefix):
    with pytest.raises(ValueError, match=r"^command_prefix: .*one word"):
        Options(command_prefix=prefix)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        (
            "edited_comments",
            "always",
            "edited_comments: 'always' is neither new-commands nor never",
        ),
        ("edited_comments", None, "edited_comments: None is neither new-commands nor never"),
        ("bots", "packit", "bots: expected a set of texts"),
        ("bots", {"packit", 5}, "bots: expected a set of texts"),
        ("bots", {"Packit"}, "bots: 'Packit' is not lower case"),
        ("github_hosts", ["github.com"], "github_hosts: expected a set of texts"),
        (
            "web_url",
            {"github": "https://github.com/"},
            "web_url: 'https://github.com/' ends with a slash",
        ),
        ("web_url", "https://github.com", "web_url: expected addresses by source"),
        ("web_url", {"github": None}, "web_url: expected addresses by source"),
    ],
)
def test_bogus_values_are_refused(name, value, told):
    with pytest.raises(ValueError, match=f"^{re.escape(told)}$"):
        Options(**{name: value})


def test_what_may_be_chosen():
    options = Options(
        command_prefix="@bot",
        edited_comments="never",
        bots=set(),
        github_hosts={"git.example"},
        web_url={"github": "http://localhost:8091"},
    )
    assert options.command_prefix == "@bot"
