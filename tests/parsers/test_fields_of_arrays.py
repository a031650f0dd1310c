import pytest

from parsers import MalformedError
from parsers.fields import maybe, maybe_name, need

NODE = {"list": [{"name": "first"}, {"name": None}, "text"]}


def test_an_element_is_read_by_its_index():
    assert need(NODE, str, "list", 0, "name") == "first"
    assert maybe(NODE, str, "list", 0, "name") == "first"
    assert maybe(NODE, str, "list", 1, "name") is None
    assert maybe_name(NODE, "list", 2) == "text"


def test_an_index_past_the_end_is_missing():
    assert maybe(NODE, str, "list", 3) is None
    assert maybe(NODE, str, "list", 3, "name") is None
    with pytest.raises(MalformedError) as caught:
        need(NODE, str, "list", 3, "name")
    assert (caught.value.path, caught.value.reason) == ("$.list[3]", "missing")


@pytest.mark.parametrize("read", [need, maybe])
def test_the_key_of_an_object_finds_nothing_in_an_array(read):
    with pytest.raises(MalformedError) as caught:
        read(NODE, str, "list", "name")
    assert caught.value.path == "$.list"
    assert caught.value.reason == "expected an object, got an array"


@pytest.mark.parametrize("read", [need, maybe])
def test_an_element_that_is_no_object(read):
    with pytest.raises(MalformedError) as caught:
        read(NODE, str, "list", 2, "name")
    assert caught.value.path == "$.list[2]"
    assert caught.value.reason == "expected an object, got a string"


@pytest.mark.parametrize(
    ("read", "value", "path", "reason"),
    [
        (maybe, "text", "$.list", "expected an array, got a string"),
        (maybe, 3, "$.list", "expected an array, got a number"),
        (need, 3, "$.list", "expected an array, got a number"),
        (need, {}, "$.list", "expected an array, got an object"),
        (need, [3], "$.list[0]", "expected an object, got a number"),
    ],
)
def test_the_index_of_an_array_finds_nothing_elsewhere(read, value, path, reason):
    with pytest.raises(MalformedError) as caught:
        read({"list": value}, str, "list", 0, "name")
    assert (caught.value.path, caught.value.reason) == (path, reason)


def test_an_index_finds_no_character_in_a_text():
    with pytest.raises(MalformedError) as caught:
        maybe_name({"list": "text"}, "list", 1)
    assert (caught.value.path, caught.value.reason) == (
        "$.list",
        "expected an object, got a string",
    )
