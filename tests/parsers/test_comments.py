import pytest

from parsers.comments import comment_text, skip_comment
from parsers.options import Options
from parsers.result import Skip


@pytest.mark.parametrize("author", ["oat-farmer", None, "dependabot[bot]"])
def test_a_command_counts(author):
    assert skip_comment(author, "/packit build", Options()) is None


@pytest.mark.parametrize(
    "author", ["packit", "packit-stg", "Packit-As-A-Service[bot]", "packit-as-a-service-stg[bot]"]
)
def test_our_own_bots_command_nothing(author):
    skip = skip_comment(author, "/packit build", Options())
    assert skip == Skip("own-bot", f"a comment by {author}")


def test_chat_is_no_command():
    skip = skip_comment("oat-farmer", "Nice!", Options(command_prefix="/meadow"))
    assert skip == Skip("no-command", "no line begins with /meadow")


@pytest.mark.parametrize(
    ("event", "text"),
    [
        ({"comment": {"body": "/packit build"}}, "/packit build"),
        ({"pullrequest": {"comments": [{"comment": "old"}, {"comment": "new"}]}}, "new"),
        ({"topic": "a", "msg": {"pullrequest": {"comments": [{"comment": "new"}]}}}, "new"),
        ({"topic": "a", "body": {"pullrequest": {"comments": [{"comment": "new"}]}}}, "new"),
        ({"comment": {"body": None}, "msg": {"comment": {"comment": "inner"}}}, "inner"),
    ],
)
def test_the_text_of_a_comment(event, text):
    assert comment_text(event) == text


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"comment": "text"},
        {"comment": {"body": 7}},
        {"comment": {"body": ["text"]}},
        {"pullrequest": "text"},
        {"pullrequest": {}},
        {"pullrequest": {"comments": {}}},
        {"pullrequest": {"comments": []}},
        {"pullrequest": {"comments": ["text"]}},
        {"msg": [], "body": "text"},
    ],
)
def test_no_comment_has_no_text(event):
    assert comment_text(event) == ""
