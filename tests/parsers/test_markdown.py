"""Which lines are plain text, by CommonMark: expected values as cmark-gfm renders them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.markdown import plain_lines

C = "/packit build"


def is_plain(text):
    return C in [line.strip() for line in plain_lines(text)]


@pytest.mark.parametrize(
    "text",
    [
        f"`\n{C}\n`",
        f"see `this\n{C}\nthat`",
        f"see ``this ` \n{C}\nthat``",
        f"`a` and `b\n{C}\nc` d",
        f"`a\\`b`\n{C}\n`",
        f"\\\\`a\n{C}\n`",
        f"- `x\n{C}\n  y`",
        f"`a\n> b\n`\n{C}\n`",
    ],
)
def test_a_code_span_may_go_over_lines(text):
    assert not is_plain(text)


@pytest.mark.parametrize(
    "text",
    [
        f"`a`\n{C}\n`b`",
        f"it's ` here\n{C}",
        f"``a\n{C}\nb`",
        f"`a\n\n{C}\n\nb`",
        f"`a\n# heading\n{C}\nb`",
        f"`a\n---\n{C}\nb`",
        f"`a\n> b\n\n{C}\n`",
        f"- `a\n- b`\n\n{C}",
        f"\\`a\n{C}\nb`",
        f"{C}\n`a\nb`",
        f"`a\nb`\n{C}",
    ],
)
def test_what_is_no_code_span(text):
    assert is_plain(text)


@pytest.mark.parametrize(
    "text",
    [
        f"> why?\n{C}",
        f">why?\n{C}",
        f"   > why?\n{C}",
        f"> > why?\n{C}",
        f"> why?\nmore\n{C}",
        f"> - why?\n{C}",
        f"> 1. a\n>    b\n{C}",
        f"- > why?\n{C}",
        f"> # no paragraph\n> but this\n{C}",
        f"> why?\n      - indented, so text\n{C}",
        f"> `a\n{C}",
        f"> see <!-- here\n{C}",
        f"> why?\n===\n{C}",
        "> " * 300 + f"why?\n{C}",
        "- > " * 300 + f"why?\n{C}",
        f"- - > why?\n{C}",
    ],
)
def test_a_quote_goes_on_without_its_mark(text):
    assert not is_plain(text)


@pytest.mark.parametrize(
    "text",
    [
        f"> why?\n\n{C}",
        f"> why?\n \t\n{C}",
        f"> why?\n>\n{C}",
        f">\n{C}",
        f"> # why?\n{C}",
        f"> ---\n{C}",
        f"> ```\n> code\n{C}",
        f"> ```\n{C}",
        f">     code\n{C}",
        f"> <!-- hidden\n{C}",
        f"> why?\n- because\n\n{C}",
        f"> why?\n# because\n{C}",
        f"> why?\n***\n{C}",
        f"> why?\n```\ncode\n```\n{C}",
        f"> why?\n<!-- because -->\n{C}",
        f"- > # why?\n{C}",
    ],
)
def test_where_a_quote_ends(text):
    assert is_plain(text)


@pytest.mark.parametrize(
    "text",
    [
        f"- ```\n  code\n{C}",
        f"* ~~~\n{C}",
        f"  12) ~~~\n  {C}",
        f"- a\n\n  ```\n  code\n{C}",
        f"- a\n  - ```\n    code\n{C}",
        f"- a\n  - ```\n    code\n  {C}",
        f"- ```\n\n  code\n\n{C}",
        f"- a\n      ```\n{C}",  # indented text of the item's paragraph
        f"- a\n- b\n  ```\n  code\n  ```\n{C}",
        f"-      code\n{C}",
        f"-\n{C}",
    ],
)
def test_a_fence_ends_with_the_list_item_that_holds_it(text):
    assert is_plain(text)


@pytest.mark.parametrize(
    "text",
    [
        f"- ```\n  {C}\n  ```",
        f"- ```\n\n  {C}\n  ```",
        f"- a\n\n  ```\n  {C}\n  ```",
        f"- - ```\n    {C}",
        f"10. ```\n    code\n{C[:0]}    {C}",
        f"```\n- ```\n{C}\n```",
        f"- # {C}",
        f"# {C}",
        f"-     {C}",
        f"* - + {C}",
    ],
)
def test_what_lies_in_an_item_or_a_heading(text):
    assert not is_plain(text)


@given(st.text(st.sampled_from("`>-*#~ \n\t\\1.)<!pre/a"), max_size=200))
def test_it_finds_lines_of_the_text_in_their_order(text):
    lines = iter(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    assert all(line in lines for line in plain_lines(text))


@pytest.mark.parametrize(
    "piece",
    [
        "`",
        "`` ` ",
        "\\`",
        "> ",
        "- ",
        "- > ",
        "> - ",
        "1. ",
        "* * ",
        "```\n",
        "- ```\n",
        "<!-- ",
        "\n>",
        "#",
        "  - a\n",
        "`a\n",
    ],
)
def test_long_texts_take_no_time(piece):
    text = (piece * 65_536)[:65_536]
    ladder = "".join("`" * length + " " for length in range(1, 360))
    started = time.process_time()
    plain_lines(text)
    plain_lines(text[:32_000] + ladder)
    assert time.process_time() - started < 2
