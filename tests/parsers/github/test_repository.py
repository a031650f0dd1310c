import pytest

from parsers import MalformedError
from parsers.github.repository import has_name, login, repository_name, web_address
from parsers.message import Message

WHOLE = {
    "name": "hedgehog",
    "full_name": "meadow/hedgehog",
    "owner": {"login": "meadow"},
    "html_url": "https://github.com/meadow/hedgehog",
}


@pytest.mark.parametrize(
    "repository",
    [
        WHOLE,
        {"name": "hedgehog", "owner": {"login": "meadow"}},
        {"name": "hedgehog", "owner": {"name": "meadow"}},
        {"name": "hedgehog", "owner": {"login": None, "name": "meadow"}},
        {"name": "hedgehog", "full_name": "meadow/hedgehog"},
        {"full_name": "meadow/hedgehog"},
        {"full_name": "meadow/hedgehog", "owner": None, "name": ""},
        {"full_name": "other/hedgehog", "owner": {"login": "meadow"}},
    ],
)
def test_the_next_best_name(repository):
    assert repository_name({"repository": repository}, "repository") == ("meadow", "hedgehog")


@pytest.mark.parametrize(
    ("repository", "path"),
    [
        ({}, "$.repository.full_name"),
        ({"name": "hedgehog"}, "$.repository.full_name"),
        ({"owner": {"login": "meadow"}}, "$.repository.full_name"),
        ({"full_name": "hedgehog"}, "$.repository"),
        ({"full_name": "/hedgehog"}, "$.repository"),
        ({"full_name": "meadow/"}, "$.repository"),
        ({"full_name": "meadow/sub/hedgehog"}, "$.repository"),
        ({**WHOLE, "name": "sub/hedgehog"}, "$.repository"),
        ({**WHOLE, "owner": "meadow"}, "$.repository.owner"),
        ({**WHOLE, "owner": {"login": "me\x00adow"}}, "$.repository.owner.login"),
        ("meadow/hedgehog", "$.repository"),
    ],
)
def test_no_name(repository, path):
    with pytest.raises(MalformedError) as caught:
        repository_name({"repository": repository}, "repository")
    assert caught.value.path == path


@pytest.mark.parametrize(
    ("repository", "expected"),
    [
        (WHOLE, True),
        ({"name": "hedgehog"}, True),
        ({"full_name": "meadow/hedgehog"}, True),
        ({"html_url": "https://github.com/meadow/hedgehog"}, False),
        ({"name": ""}, False),
        (None, False),
    ],
)
def test_whether_a_repository_tells_its_name(repository, expected):
    assert has_name({"repository": repository}, "repository") is expected


def test_the_address_is_built_where_there_is_none():
    web = "https://git.fennel.example"
    with_address = Message("github", "push", {"repository": WHOLE}, web_url=web)
    without = Message("github", "push", {"repository": {}}, web_url=web)
    given = web_address(with_address, "meadow", "hedgehog", "repository")
    built = web_address(without, "meadow", "hedgehog", "repository")
    assert given == "https://github.com/meadow/hedgehog"
    assert built == "https://git.fennel.example/meadow/hedgehog"


def test_a_deleted_account_has_no_login():
    assert login({"user": None}, "user") is None
    assert login({}, "user") is None
    assert login({"user": {"login": "oat-farmer"}}, "user") == "oat-farmer"
