"""Files of the operator: an error names file, line and key, and no value that may be a secret."""

from pathlib import Path

import msgspec
import pytest

from packit_worker.yaml_file import FileError, load


class Place(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    url: str | None = None
    token: str | None = None
    size: int = 1


class Whole(msgspec.Struct, frozen=True, kw_only=True):
    names: list[str] = []
    places: dict[str, Place] = {}
    main: Place | None = None
    hours: float = 1.0


@pytest.fixture
def read(tmp_path):
    """`read(text)`: what the file holds; the file's name is `a.yaml`."""

    def write_and_load(text, kind=Whole):
        file = tmp_path / "a.yaml"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load(file, kind)

    return write_and_load


@pytest.fixture
def refused(read, tmp_path):
    """`refused(text)`: what is said of the file, after its folder."""

    def text_of(text, kind=Whole):
        with pytest.raises(FileError) as caught:
            read(text, kind)
        return str(caught.value).removeprefix(f"{tmp_path}/")

    return text_of


def test_a_file_becomes_a_struct(read):
    text = "names: [a, b]\nplaces: {one: {url: x, size: 3}}\nmain: {token: t}\nhours: 2\n"
    assert read(text) == Whole(
        names=["a", "b"],
        places={"one": Place(url="x", size=3)},
        main=Place(token="t"),
        hours=2.0,
    )


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n"])
def test_an_empty_file_is_all_defaults(read, text):
    assert read(text) == Whole()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("naems: []\n", 'a.yaml, line 1: unknown key "naems"; did you mean "names"?'),
        (
            "\nqqq: 1\n",
            'a.yaml, line 2: unknown key "qqq"; valid are: hours, main, names, places',
        ),
        (
            "main:\n  tokn: x\n",
            'a.yaml, line 2: unknown key "tokn"; did you mean "token"?',
        ),
        (
            "places:\n  one:\n    urk: x\n",
            'a.yaml, line 3: unknown key "urk"; did you mean "url"?',
        ),
        ("hours: 1\nhours: 2\n", 'a.yaml, line 2: "hours" stands here twice'),
        ("1: x\n", "a.yaml, line 1: expected a word as key"),
        ("? [a]\n: x\n", "a.yaml, line 1: expected a word as key"),
        ("names: x\n", "a.yaml, line 1: names: Expected `array`, got `str`"),
        ("names:\n- a\n- 1\n", "a.yaml, line 3: names[1]: Expected `str`, got `int`"),
        ("\nmain:\n  size: big\n", "a.yaml, line 3: main.size: Expected `int`, got `str`"),
        ("- a\n", "a.yaml, line 1: Expected `object`, got `array`"),
    ],
)
def test_a_mistake_is_told_with_its_line(refused, text, said):
    assert refused(text) == said


def test_the_line_is_that_of_the_entry_at_fault(refused):
    text = "places:\n  one:\n    size: big\n  two:\n    size: 2\n"
    assert refused(text) == "a.yaml, line 3: places.one.size: Expected `int`, got `str`"


def test_what_is_missing_is_named(refused):
    class Needs(msgspec.Struct):
        name: str

    assert refused("{}", Needs) == 'a.yaml, line 1: missing: "name"'


@pytest.mark.parametrize(
    "text",
    [
        "token: [s3cret\n",
        "main: {token: s3cret\n",
        "token: s3cret: x\n",
        "token: 's3cret\n",
        'token: "s3cret\\q"\n',
        "token: *s3cret\n",
        "token: !s3cret!x y\n",
        "token: &s3cret a\nother: &s3cret b\n",
        "token:\n\ts3cret\n",
        "token: @s3cret\n",
        "token: |s3cret\n",
    ],
)
def test_what_is_no_yaml_is_told_without_its_text(refused, text):
    said = refused(text)
    assert said.startswith("a.yaml, line ")
    assert "not YAML" in said
    assert "s3cret" not in said


@pytest.mark.parametrize(
    "text",
    [
        "main: {size: !!int s3cret}\n",
        "hours: !secret s3cret\n",
        "hours: !!timestamp 2026-99-99\n",
        "--- {}\n--- {}\n",
        b"\xff\xfe\xfa",
        "a: \x00",
        "main: *nobody\n",
        "main: !s3cret\n",
        "main: !<s3cret> x\n",
        "main: !!bool s3cret\n",
        "hours: !!int ''\n",
        "hours: !!timestamp s3cret\n",
        "hours: " + "9" * 5000,
        "<<: {names: [s3cret]}\n",
        "names: " + "[" * 5000 + "]" * 5000,
        "".join(" " * depth + "main:\n" for depth in range(2000)),
        "names:\n- &b0 [x]\n"
        + "".join(f"- &b{n} [{', '.join([f'*b{n - 1}'] * 10)}]\n" for n in range(1, 30)),
    ],
)
def test_odd_yaml_is_an_error_of_the_file(refused, text):
    said = refused(text)
    assert said.startswith("a.yaml")
    assert "s3cret" not in said


def test_an_alias_to_itself_ends(refused):
    assert refused("names: &a [*a]\n") == "a.yaml, line 1: it holds itself"


def test_an_alias_is_what_it_stands_for(read):
    text = "places: {one: &a {size: 3}, two: *a}\n"
    assert read(text).places == {"one": Place(size=3), "two": Place(size=3)}


def test_what_yaml_says_of_a_letter_is_told(refused):
    said = "a.yaml, line 1: not YAML: found character '@' that cannot start any token"
    assert refused("hours: @1\n") == said
    said = r"a.yaml, line 2: not YAML: found character '\t' that cannot start any token"
    assert refused("main:\n\tsize: 1\n") == said


@pytest.mark.parametrize("text", ["\ufeffhours: 2\n", "hours: 2\r\n", "%YAML 1.1\n---\nhours: 2\n"])
def test_what_editors_of_others_write(read, text):
    assert read(text).hours == 2.0


def test_a_folder_and_a_file_that_nobody_may_read(tmp_path):
    with pytest.raises(FileError, match="Is a directory"):
        load(tmp_path, Whole)
    # Tests may run as root, whom no mode stops; this file stops everybody.
    with pytest.raises(FileError, match=r"mem: (Input/output error|Permission denied)"):
        load(Path("/proc/self/mem"), Whole)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileError, match=r"none\.yaml: No such file or directory"):
        load(tmp_path / "none.yaml", Whole)
