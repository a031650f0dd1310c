"""How a comment is read into commands."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packit_worker.commands import BadCommand, Command, read_commands


def read(text):
    return read_commands(text, "/packit")


@pytest.mark.parametrize(
    ("line", "name", "arguments", "options"),
    [
        ("/packit build", "build", (), {}),
        ("/PACKIT Build", "build", (), {}),
        ("/packit propose_downstream", "propose-downstream", (), {}),
        ("/packit Propose-Downstream F42 epel9", "propose-downstream", ("F42", "epel9"), {}),
        ("/packit test --labels Fast,slow", "test", (), {"labels": "Fast,slow"}),
        ("/packit test --labels=Fast,slow", "test", (), {"labels": "Fast,slow"}),
        ("/packit test --identifier X", "test", (), {"identifier": "X"}),
        ("/packit build --identifier 1A2b3c4", "build", (), {"identifier": "1A2b3c4"}),
        ("/packit build --package v1.0-rc_1", "build", (), {"package": "v1.0-rc_1"}),
        ("/packit build --package=wick", "build", (), {"package": "wick"}),
        ("/packit --package wick build", "build", (), {"package": "wick"}),
        ("/packit t a --package p b --labels l", "t", ("a", "b"), {"package": "p", "labels": "l"}),
        ("/packit test --labels 'two words'", "test", (), {"labels": "two words"}),
        ('/packit test "a b" c\\ d', "test", ("a b", "c d"), {}),
        ("/packit test --labels=a=b", "test", (), {"labels": "a=b"}),
        ("/packit test --labels=-a", "test", (), {"labels": "-a"}),
        ("/packit test # not a comment", "test", ("#", "not", "a", "comment"), {}),
        ("/packit test lantern/wick#12", "test", ("lantern/wick#12",), {}),
        ("/packit test ''", "test", ("",), {}),
        ("/packit   test \t x", "test", ("x",), {}),
        ("/packit\u00a0test\u00a0x", "test", ("x",), {}),
        ("/packit frobnicate", "frobnicate", (), {}),
        ("/packit $(rm) `ls` ;x", "$(rm)", ("`ls`", ";x"), {}),
    ],
)  # fmt: skip
def test_a_command(line, name, arguments, options):
    assert read(line) == (Command(name, arguments, options, line),)


KNOWN = "known are --labels, --identifier, --package"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("/packit", "no command after /packit"),
        ("/packit --labels a", "no command after /packit"),
        ("/packit ''", "no command after /packit"),
        ("/packit test 'a", "a quote is not closed"),
        ('/packit test "a', "a quote is not closed"),
        ("/packit don't", "a quote is not closed"),
        ("/packit test a\\", "nothing follows the backslash at the end"),
        ("/packit test --lables a", "unknown option `--lables`, the nearest is --labels"),
        ("/packit test -labels a", "unknown option `-labels`, the nearest is --labels"),
        ("/packit test --zzz=1", f"unknown option `--zzz`, {KNOWN}"),
        ("/packit test -v", f"unknown option `-v`, {KNOWN}"),
        ("/packit test --", f"unknown option `--`, {KNOWN}"),
        ("/packit test --labels", "--labels needs a value"),
        ("/packit test --labels=", "--labels needs a value"),
        ("/packit test --labels ''", "--labels needs a value"),
        ("/packit test --labels --package a", "--labels needs a value"),
        ("/packit test --labels a --labels b", "--labels is there twice"),
    ],
)
def test_a_line_that_cannot_be_read(line, reason):
    assert read(line) == (BadCommand(line, reason),)


def test_several_commands_each_alone_on_its_line():
    text = "Thanks!\n\n/packit build\nand /packit test too\r\n  /packit test --labels a\n"
    assert read(text) == (
        Command("build", (), {}, "/packit build"),
        Command("test", (), {"labels": "a"}, "/packit test --labels a"),
    )


def test_a_line_counts_once():
    assert read("/packit build\n/packit build \n/packit test\n/packit build") == (
        Command("build", (), {}, "/packit build"),
        Command("test", (), {}, "/packit test"),
    )


def test_only_the_first_ten_are_read():
    read_all = read("\n".join(f"/packit test {n}" for n in range(5_000)))
    assert [each.line for each in read_all] == [f"/packit test {n}" for n in range(11)]
    assert [type(each) for each in read_all] == [Command] * 10 + [BadCommand]
    reason = "too many commands, only the first 10 of a comment are read"
    assert read_all[10].reason == reason


def test_ten_different_lines_are_not_too_many():
    text = "\n".join(f"/packit test {n}" for n in range(10)) + "\n/packit test 0" * 50
    assert [each.line for each in read(text)] == [f"/packit test {n}" for n in range(10)]


def test_a_long_line_is_refused_and_cut():
    assert read(f"/packit {'a' * 992}") == (Command("a" * 992, (), {}, f"/packit {'a' * 992}"),)
    assert read(f"/packit {'a' * 60_000}") == (
        BadCommand(f"/packit {'a' * 992}", "longer than 1,000 characters"),
    )


def test_a_long_line_after_too_many_is_cut():
    text = "\n".join(f"/packit test {n}" for n in range(10)) + f"\n/packit {'a' * 60_000}"
    assert read(text)[10].line == f"/packit {'a' * 992}"


def test_another_prefix():
    assert read_commands("/packit build\n/packit-stg test", "/packit-stg") == (
        Command("test", (), {}, "/packit-stg test"),
    )
    assert read_commands("/packit-stg", "/packit-stg")[0].reason == "no command after /packit-stg"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "please /packit build",
        "> /packit build",
        "```\n/packit build\n```",
        "~~~sh\n/packit build",
        "    /packit build",
        "<!-- \n/packit build\n-->",
        "`/packit build`",
        "/packitbuild",
        "- /packit build",
    ],
)
def test_what_is_quoted_or_in_a_sentence_is_no_command(text):
    assert read(text) == ()


def test_options_are_read_in_either_case():
    (command,) = read("/packit test --Labels Fast --IDENTIFIER=x")
    assert command.options == {"labels": "Fast", "identifier": "x"}


def test_the_module_is_light():
    code = """
import sys
import packit_worker.commands
assert not {"packit", "ogr", "celery", "yaml", "msgspec"} & sys.modules.keys()
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)


lines = st.one_of(
    st.text(),
    st.text(alphabet="-= '\"\\abL,_\t\u00a0\x1c\x85\0\ud800").map(lambda text: f"/packit {text}"),
    st.sampled_from(["/packit", "/Packit", "```", "> ", "    ", "<!--", "-->"]),
)


@given(st.lists(lines).map("\n".join))
def test_any_text_is_read(text):
    read_all = read(text)
    assert len(read_all) <= 11
    for each in read_all:
        assert each.line in text
        if isinstance(each, Command):
            assert each.name
            assert each.name == each.name.lower()
            assert "_" not in each.name
            assert all(each.options.values())


@given(st.lists(lines).map("\n".join).filter(lambda text: "\r" not in text))
def test_what_is_quoted_is_never_a_command(text):
    quoted = "\n".join(f"> {line}" for line in text.split("\n"))
    indented = "\n".join(f"    {line}" for line in text.split("\n"))
    assert read(quoted) == read(indented) == ()


@given(st.lists(lines).map("\n".join).filter(lambda text: "`" not in text))
def test_what_is_fenced_is_never_a_command(text):
    assert read(f"```\n{text}\n```") == ()
