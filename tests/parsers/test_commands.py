import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.commands import command_lines, without_lines

PREFIX = "/packit"
# What people write around a command; no fence, quote or HTML comment, which may hide it rightly.
PLAIN = st.lists(
    st.text(
        st.characters(exclude_characters="\r\n`~<>", exclude_categories=["Cs"]), max_size=20
    ).filter(lambda line: not line.strip().casefold().startswith(PREFIX)),
    max_size=5,
)
BREAK = st.sampled_from(["\n", "\r\n", "\r"])
ARGUMENTS = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=15)


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("/packit build", ["/packit build"]),
        ("/packit", ["/packit"]),
        ("/Packit Build", ["/Packit Build"]),
        ("  /packit\tbuild  ", ["/packit\tbuild"]),
        ("/packit\u00a0build", ["/packit\u00a0build"]),
        ("/packit build\r\n/packit test", ["/packit build", "/packit test"]),
        ("Hi\r/packit build\rBye", ["/packit build"]),
        ("/packit test --labels \"it's", ["/packit test --labels \"it's"]),
        ("", []),
        ("Nice!", []),
        ("> /packit build", []),
        (">/packit build", []),
        ("Please /packit build", []),
        ("/packitbuild", []),
        ("/packit-stg build", []),
        ("- /packit build", []),
        ("`/packit build`", []),
        ("    /packit build", []),
        ("\t/packit build", []),
        (" \t/packit build", []),
        ("   /packit build", ["/packit build"]),
        ("Hi\u2028/packit build", []),
    ],
)
def test_lines(text, commands):
    assert command_lines(text, PREFIX) == commands


@pytest.mark.parametrize(
    "text",
    [
        "```\n/packit build\n```",
        "```console\n/packit build\n```",
        "   ```\n/packit build\n```",
        "~~~\n/packit build\n~~~",
        "~~~ a ` b\n/packit build\n~~~",
        "````\n```\n/packit build\n````",
        "```\n~~~\n/packit build\n```",
        "```\n```sh\n/packit build\n```",
        "```\n/packit build",  # a fence that nobody closes
        "- ```\n  /packit build\n  ```",
        "  12) ~~~\n      /packit build",
        "```\n- ```\n/packit build\n```",
        "<!-- /packit build -->",
        "<!--\n/packit build\n-->",
        "  <!-- a\n/packit build\n\n/packit test --> b",
    ],
)
def test_code_and_html_comments(text):
    assert command_lines(text, PREFIX) == []


@pytest.mark.parametrize(
    "text",
    [
        "```\ncode\n```\n/packit build",
        "```\ncode\n`````  \n/packit build",
        "```\ncode\n   ```\n/packit build",
        "~~~\ncode\n~~~~\n/packit build",
        "``` not a fence ` here\n/packit build",
        "``\n/packit build",
        "- ```\n  code\n  ```\n/packit build",
        "1. ```sh\n   code\n   ```\n/packit build",
        "-```\n/packit build",
        "<!-- hidden -->\n/packit build",
        "<!--\nhidden\n-->\n/packit build",
    ],
)
def test_after_them_commands_count_again(text):
    assert command_lines(text, PREFIX) == ["/packit build"]


@pytest.mark.parametrize(
    ("text", "lines", "rest"),
    [
        ("a\r\n/packit build\r\nb", ["/packit build"], "a\r\nb"),
        ("a\n  /packit build \nb\n/packit test", ["/packit build"], "a\nb\n/packit test"),
        ("/packit build", ["/packit build"], ""),
        ("a\r\n\rb\n", [], "a\r\n\rb\n"),
        ("a\n/packit Build", ["/packit build"], "a\n"),
    ],
)
def test_text_without_lines(text, lines, rest):
    assert without_lines(text, lines) == rest


@given(before=PLAIN, after=PLAIN, line_break=BREAK, arguments=ARGUMENTS)
def test_a_lone_command_is_found_in_any_text(before, after, line_break, arguments):
    command = f"/packit {arguments}".strip()
    text = line_break.join([*before, command, *after])
    assert command_lines(text, PREFIX) == [command]
    rest = without_lines(text, [command])
    assert command_lines(rest, PREFIX) == []


@given(before=PLAIN, after=PLAIN, line_break=BREAK, quote=st.sampled_from([">", "> ", " > >"]))
def test_a_quoted_command_is_none(before, after, line_break, quote):
    text = line_break.join([*before, f"{quote}/packit build", *after])
    assert command_lines(text, PREFIX) == []


@given(
    word=st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1),
    text=st.text(),
    line_break=BREAK,
)
def test_the_prefix_within_a_sentence_is_no_command(word, text, line_break):
    if word.casefold() != PREFIX:
        line = line_break.join([f"{word} /packit build", text.casefold().replace(PREFIX, "")])
        assert command_lines(line, PREFIX) == []


@given(st.text())
def test_any_text(text):
    lines = command_lines(text, PREFIX)
    assert all(line.casefold().startswith(PREFIX) for line in lines)
    assert without_lines(text, []) == text


@pytest.mark.parametrize(
    "text",
    [
        "see <!-- a\n/packit build\n-->",
        "<!-- a --> b <!--\n/packit build",
        "<pre>\n/packit build\n</pre>",
        '<PRE lang="sh">\n/packit build\n</PRE>',
    ],
)
def test_what_html_hides_or_shows_as_code_is_no_command(text):
    assert command_lines(text, "/packit") == []


@pytest.mark.parametrize(
    "text",
    [
        "see <!-- a -->\n/packit build",
        "<!--\na\n-->\n/packit build",
        "<pre>a</pre>\n/packit build",
        "write `<!--` here\n/packit build",
    ],
)
def test_a_command_after_what_html_hides_counts(text):
    assert command_lines(text, "/packit") == ["/packit build"]


@pytest.mark.parametrize("new", ["/packit  build", "/PACKIT build", " /packit build"])
def test_a_line_that_differs_in_case_and_blanks_alone_is_no_new_one(new):
    assert without_lines(f"a\n{new}\n", ["/packit build"]) == "a\n"
