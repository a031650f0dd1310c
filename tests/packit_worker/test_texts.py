from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from packit_worker.texts import BODY_LIMIT, STATUS_LIMIT, cut, inert, no_bare_command, plain
from parsers.commands import command_lines

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)
BROKEN_LINES = st.lists(
    st.sampled_from(["/packit", "/PACKIT", " ", "build", "\n", "\r\n", "\u2028", "`", "\t", "ok"])
).map("".join)


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("Accepted.", 140, "Accepted."),
        ("Building the SRPM.", 18, "Building the SRPM."),
        ("Building the SRPM.", 17, "Building the…"),
        ("Building the SRPM.", 13, "Building the…"),
        ("Building the SRPM.", 12, "Building…"),
        ("Pneumonoultramicroscopic", 10, "Pneumonou…"),
        ("a Pneumonoultramicroscopic", 10, "a Pneumon…"),
        # e with an accent of its own, a family joined by zero-width joiners, a tone of skin
        ("xxe\u0301xx", 4, "xx…"),
        ("x\U0001f468\u200d\U0001f469\u200d\U0001f467yyyy", 5, "x…"),
        ("x\U0001f44d\U0001f3fdyy", 3, "x…"),
        ("bad \ud800 half", 140, "bad \ufffd half"),
        ("anything", 1, "…"),
    ],
)
def test_cut(text, limit, expected):
    assert cut(text, limit) == expected


def test_the_limits_are_those_of_github():
    assert (STATUS_LIMIT, BODY_LIMIT) == (140, 65_535)


def test_no_room_at_all():
    with pytest.raises(ValueError, match="limit"):
        cut("text", 0)


@given(ANY_TEXT, st.integers(1, 70))
def test_a_cut_text_fits_and_is_valid(text, limit):
    result = cut(text, limit)
    assert len(result) <= limit
    result.encode("utf-8")
    assert cut(result, limit) == result


@given(st.text(max_size=80), st.integers(2, 40))
def test_a_cut_text_is_a_beginning_that_splits_no_sequence(text, limit):
    result = cut(text, limit)
    if len(text) <= limit:
        assert result == text
        return
    kept = result.removesuffix("…")
    assert text.startswith(kept)
    following = text[len(kept)]
    assert not kept or not category(following).startswith("M")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Write\n/packit build\nbelow.", "Write\n`/packit build`\nbelow."),
        ("  /Packit `test`\r\nx", "  `/Packit test`\r\nx"),
        ("A maintainer can comment /packit build.", "A maintainer can comment /packit build."),
        ("", ""),
    ],
)
def test_no_bare_command(text, expected):
    assert no_bare_command(text, "/packit") == expected


@given(BROKEN_LINES)
def test_no_text_of_ours_is_a_command(text):
    result = no_bare_command(text, "/packit")
    assert command_lines(result, "/packit") == []
    lines = [line.strip().lower() for line in result.splitlines()]
    assert not [line for line in lines if line.startswith("/packit")]
    assert no_bare_command(result, "/packit") == result


@given(BROKEN_LINES, st.integers(1, 30))
def test_cutting_makes_no_command(text, limit):
    assert command_lines(cut(no_bare_command(text, "/packit"), limit), "/packit") == []


NASTY = st.text(
    st.one_of(
        st.sampled_from("`@#[]()!<>/|\\*_~&-= \t\n\r\u2028\u202e\u2066\u200b\x00\x1b\ud800"),
        st.characters(),
    )
) | st.sampled_from(
    [
        "@everyone",
        "#1",
        "![x](https://evil.test/x.png)",
        "<img src=x>",
        "/packit build",
        "\n/packit build\n",
        "` @wendy `",
        "``` @wendy ```",
        "https://evil.test",
        "x\n\n# Title\n> @wendy",
    ]
)


@given(NASTY, st.sampled_from(["", "Unknown: ", "* ", "| "]), st.sampled_from(["", ".", " (x)"]))
def test_what_others_wrote_is_one_span_of_code(text, before, after):
    quoted = inert(text)
    tokens = MarkdownIt("commonmark").parse(f"{before}{quoted}{after}")
    inner = [child for token in tokens for child in token.children or ()]
    spans = [child.content for child in inner if child.type == "code_inline"]
    assert spans == ([plain(text)] if plain(text) else [])
    assert {child.type for child in inner} <= {"text", "code_inline"}
    outside = "".join(child.content for child in inner if child.type == "text")
    marks = "*| "
    assert outside.strip(marks) in {f"{before}{after}".strip(marks), after.strip()}
    assert not quoted.startswith("/")


@given(NASTY, st.integers(1, 50))
def test_it_is_short_and_hides_nothing(text, limit):
    quoted = plain(text, limit)
    assert len(quoted) <= limit
    assert not {category(sign) for sign in quoted} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("main", "`main`"),
        ("a`b", "``a`b``"),
        ("`@wendy`", "`` `@wendy` ``"),
        ("two\nlines", "`two lines`"),
        ("left\u202eright", "`leftright`"),
        ("", ""),
        ("\u200b", ""),
    ],
)
def test_how_others_are_quoted(text, quoted):
    assert inert(text) == quoted
