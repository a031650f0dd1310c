import pytest

from parsers.comments import skip_comment
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
