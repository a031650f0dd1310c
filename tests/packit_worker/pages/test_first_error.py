"""The line of a log that a person would look for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packit_worker.pages.first_error import clean_lines, first_error


def found(log):
    lines = clean_lines(log)
    error = first_error(lines)
    return lines[error.number] if error.number is not None else None


@pytest.mark.parametrize(
    ("log", "line"),
    [
        # A compiler; what make and rpm say follows from it.
        (
            (
                "checking for error: none... no\ncc a.c\na.c:3:5: error: 'x' undeclared\n"
                "make[2]: *** [Makefile:9: a.o] Error 1\nerror: Bad exit status from /x (%build)\n"
            ),
            "a.c:3:5: error: 'x' undeclared",
        ),
        ("a.c:1:10: fatal error: zlib.h: No such file or directory\n", None),
        ("error[E0425]: cannot find value `x`\n", "error[E0425]: cannot find value `x`"),
        ("ld: wick.o: undefined reference to `flame'\n", None),
        # Tests.
        (
            "collected 2 items\nE   AssertionError: 1 != 2\nFAILED test_a.py::test_b\n",
            "E   AssertionError: 1 != 2",
        ),
        ("ok 1 - a\nnot ok 2 - b\n", "not ok 2 - b"),
        # A traceback ends with what went wrong.
        (
            'Traceback (most recent call last):\n  File "a.py", line 1\nImportError: no b\n',
            "ImportError: no b",
        ),
        ("Traceback (most recent call last):\n  File cut\n", "Traceback (most recent call last):"),
        # Packages.
        (
            "ERROR: Command failed: \n # dnf builddep\nNo matching package to install: 'x'\n",
            "No matching package to install: 'x'",
        ),
        (" - nothing provides libx.so needed by y\n", None),
        ("+ ./autogen.sh\n/x: line 2: autoconf: command not found\n", None),
        # Only what follows.
        ("ok\nmake: *** [Makefile:2: all] Error 2\n", "make: *** [Makefile:2: all] Error 2"),
        (
            "+ false\nerror: Bad exit status from /x (%prep)\nRPM build errors:\n",
            "error: Bad exit status from /x (%prep)",
        ),
    ],
)
def test_the_line(log, line):
    expected = log.rstrip("\n").rpartition("\n")[2] if line is None else line
    assert found(log) == expected


@pytest.mark.parametrize(
    "line",
    [
        "checking for strerror... yes",
        "gcc -Werror -c error.c",
        "0 errors, 0 warnings",
        "test_error_handling PASSED",
        "Installing: perl-Error 0.17",
        "-- Performing Test HAVE_ERROR - Success",
    ],
)
def test_what_is_no_error(line):
    assert found(f"{line}\nlast\n") is None


def test_lines_around_it():
    lines = [f"line {number}" for number in range(50)]
    lines[20] = "a.c:1: error: x"
    error = first_error(lines)
    assert (error.number, error.start) == (20, 18)
    assert error.lines == lines[18:27]
    lines[0] = "a.c:0: error: y"
    assert first_error(lines).lines == lines[:7]


def test_without_an_error_the_last_lines():
    lines = [f"line {number}" for number in range(50)]
    error = first_error(lines)
    assert (error.number, error.start, error.lines) == (None, 38, lines[38:])
    assert first_error(["one"]).lines == ["one"]
    assert first_error([]) is None


def test_what_only_a_terminal_understands_goes():
    log = "\x1b[31merror: red\x1b[0m\r\n 10%\r 90%\rdone\n\x1b]0;title\x07plain\n\n \n"
    assert clean_lines(log) == ["error: red", "done", "plain"]


def test_a_line_of_megabytes_takes_no_time():
    assert found("x" * 5_000_000 + " error: y\nlast\n") is None


@given(st.text())
def test_any_text_will_do(log):
    lines = clean_lines(log)
    error = first_error(lines)
    if error is not None:
        assert list(error.lines) == lines[error.start : error.start + len(error.lines)]
        assert error.number is None or error.start <= error.number
