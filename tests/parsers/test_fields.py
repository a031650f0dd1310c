import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.fields import (
    at,
    check_name,
    is_zero_sha,
    maybe,
    maybe_id,
    maybe_name,
    maybe_text,
    maybe_time,
    need,
    need_id,
    need_name,
)
from parsers.result import MalformedError

NODE = {"text": "hay", "number": 3, "yes": True, "none": None, "list": [1], "inner": {"text": "x"}}
OUT_OF_RANGE = "expected a number from 0 to 2**63-1"
UNFIT = "a name holds a control character or a lone surrogate"


def refusal(read, *arguments):
    with pytest.raises(MalformedError) as caught:
        read(*arguments)
    return caught.value.path, caught.value.reason


def test_need_returns_the_value():
    assert need(NODE, str, "text") == "hay"
    assert need(NODE, int, "number") == 3
    assert need(NODE, bool, "yes") is True
    assert need(NODE, list, "list") == [1]
    assert need(NODE, str, "inner", "text") == "x"


@pytest.mark.parametrize(
    ("kind", "path", "refused"),
    [
        (str, ("absent",), ("$.absent", "missing")),
        (str, ("inner", "absent"), ("$.inner.absent", "missing")),
        (str, ("absent", "deeper"), ("$.absent", "missing")),
        (str, ("none",), ("$.none", "expected a string, got null")),
        (str, ("none", "deeper"), ("$.none", "expected an object, got null")),
        (str, ("text", "deeper"), ("$.text", "expected an object, got a string")),
        (str, ("number", "a", "b"), ("$.number", "expected an object, got a number")),
        (str, ("list", "text"), ("$.list", "expected an object, got an array")),
        (str, ("yes", "text"), ("$.yes", "expected an object, got a boolean")),
        (str, ("number",), ("$.number", "expected a string, got a number")),
        (int, ("yes",), ("$.yes", "expected an integer, got a boolean")),
        (bool, ("number",), ("$.number", "expected a boolean, got a number")),
        (dict, ("list",), ("$.list", "expected an object, got an array")),
        (list, ("inner",), ("$.inner", "expected an array, got an object")),
    ],
)
def test_need_refuses(kind, path, refused):
    assert refusal(need, NODE, kind, *path) == refused


def test_maybe_returns_the_value_or_none():
    assert maybe(NODE, str, "inner", "text") == "x"
    assert maybe(NODE, bool, "yes") is True
    assert maybe(NODE, str, "none") is None
    assert maybe(NODE, str, "absent") is None
    assert maybe(NODE, str, "none", "deeper", "still") is None
    assert maybe(NODE, str, "absent", "deeper") is None


@pytest.mark.parametrize(
    ("kind", "path", "refused"),
    [
        (str, ("number",), ("$.number", "expected a string, got a number")),
        (int, ("yes",), ("$.yes", "expected an integer, got a boolean")),
        (str, ("text", "deeper"), ("$.text", "expected an object, got a string")),
        (str, ("inner", "text", "a", "b"), ("$.inner.text", "expected an object, got a string")),
        (str, ("list", "text"), ("$.list", "expected an object, got an array")),
    ],
)
def test_maybe_refuses(kind, path, refused):
    assert refusal(maybe, NODE, kind, *path) == refused


@pytest.mark.parametrize("name", ["hay", "group/sub", "Jože", "日本語", "a b", "\u200bname", " "])
def test_names(name):
    assert need_name({"name": name}, "name") == name
    assert maybe_name({"name": name}, "name") == name
    assert check_name(name, "name") == name


@pytest.mark.parametrize("name", ["\x00", "a\x00", "a\nb", "\x1b[31m", "\x7f", "\ud800", "a\udfff"])
def test_names_that_cannot_be_kept(name):
    node = {"repository": {"name": name}}
    assert refusal(need_name, node, "repository", "name") == ("$.repository.name", UNFIT)
    assert refusal(maybe_name, node, "repository", "name") == ("$.repository.name", UNFIT)
    assert refusal(check_name, name, "list", 0) == ("$.list[0]", UNFIT)


def test_an_empty_name_is_none():
    assert maybe_name({"name": ""}, "name") is None
    refused = ("$.name", "expected a name, got an empty string")
    assert refusal(need_name, {"name": ""}, "name") == refused


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1))
def test_any_name_of_real_characters_is_kept(name):
    assert need_name({"name": name}, "name") == name


@given(st.text(), st.sampled_from(["\x00", "\x1f", "\x7f", "\ud800", "\udfff"]), st.text())
def test_no_name_with_an_unfit_character_is_kept(before, unfit, after):
    assert refusal(maybe_name, {"name": before + unfit + after}, "name") == ("$.name", UNFIT)


@pytest.mark.parametrize("number", [0, 1, 2**31, 2**63 - 1])
def test_ids(number):
    assert need_id({"id": number}, "id") == number
    assert maybe_id({"id": number}, "id") == number


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (-1, OUT_OF_RANGE),
        (2**63, OUT_OF_RANGE),
        (10**400, OUT_OF_RANGE),
        (True, "expected an integer, got a boolean"),
        (1.0, "expected an integer, got a number"),
        ("1", "expected an integer, got a string"),
        ([], "expected an integer, got an array"),
    ],
)
def test_ids_that_are_none(number, reason):
    assert refusal(need_id, {"id": number}, "id") == ("$.id", reason)
    assert refusal(maybe_id, {"id": number}, "id") == ("$.id", reason)


def test_an_id_may_be_missing():
    assert maybe_id({}, "id") is None
    assert maybe_id({"a": None}, "a", "id") is None
    assert refusal(need_id, {"id": None}, "id") == ("$.id", "expected an integer, got null")


def test_free_text():
    assert maybe_text({}, "text") is None
    assert maybe_text({"text": ""}, "text") == ""
    assert maybe_text({"text": "a\tb\r\n\x1b😀"}, "text") == "a\tb\r\n\x1b😀"
    assert maybe_text({"text": "a\x00b\ud800\udfffc"}, "text") == "a\ufffdb\ufffd\ufffdc"
    assert refusal(maybe_text, {"text": 1}, "text") == ("$.text", "expected a string, got a number")


@given(st.text(st.characters()))
def test_any_text_can_be_kept(text):
    kept = maybe_text({"text": text}, "text")
    assert "\x00" not in kept
    assert len(kept.encode().decode()) == len(text)


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (0, "1970-01-01T00:00:00+00:00"),
        (1748772000, "2025-06-01T10:00:00+00:00"),
        (1748772000.25, "2025-06-01T10:00:00.250000+00:00"),
        ("1748772000", "2025-06-01T10:00:00+00:00"),
        ("1748772000.25", "2025-06-01T10:00:00.250000+00:00"),
        ("2025-06-01T10:00:00Z", "2025-06-01T10:00:00+00:00"),
        ("2025-06-01T12:00:00.000+02:00", "2025-06-01T12:00:00+02:00"),
        ("2025-06-01 10:00:00.5", "2025-06-01T10:00:00.500000+00:00"),
        ("2025-06-01", "2025-06-01T00:00:00+00:00"),
    ],
)
def test_times(value, moment):
    assert maybe_time({"at": value}, "at") == moment


def test_a_time_may_be_missing():
    assert maybe_time({}, "at") is None
    assert maybe_time({"at": None}, "at") is None


@pytest.mark.parametrize(
    ("value", "described"),
    [
        ("", "a string"),
        ("soon", "a string"),
        ("-1", "a string"),
        ("2025-13-01", "a string"),
        ("9" * 400, "a string"),
        ("\ud800", "a string"),
        (10**400, "a number"),
        (1e300, "a number"),
        (float("inf"), "a number"),
        (float("nan"), "a number"),
        (True, "a boolean"),
        ([], "an array"),
        ({}, "an object"),
    ],
)
def test_times_that_are_none(value, described):
    refused = ("$.at", f"expected a time, got {described}")
    assert refusal(maybe_time, {"at": value}, "at") == refused


@pytest.mark.parametrize(
    ("sha", "expected"),
    [
        ("0" * 40, True),
        ("0" * 64, True),
        ("0" * 39 + "1", False),
        ("a" + "0" * 39, False),
        ("", False),
    ],
)
def test_the_zero_sha(sha, expected):
    assert is_zero_sha(sha) is expected


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ((), "$"),
        (("action",), "$.action"),
        (("repositories", 0, "full_name"), "$.repositories[0].full_name"),
    ],
)
def test_the_written_form_of_a_path(path, written):
    assert at(*path) == written
