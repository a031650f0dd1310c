import io
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packit_worker.box.answer import READY, read_answer, write_answer
from packit_worker.box.errors import BoxError
from packit_worker.box.limits import Limits

LIMITS = Limits(answer=100, files=2)


def stream(head, body=b""):
    return io.BytesIO(json.dumps(head).encode() + b"\n" + body)


def refusal(head, body, folder):
    with pytest.raises(BoxError) as caught:
        read_answer(stream(head, body), folder, LIMITS)
    assert caught.value.code == "box-bad-answer"
    return caught.value.detail


def test_what_is_written_is_read(tmp_path):
    made = tmp_path / "hello-1.0-1.src.rpm"
    made.write_bytes(b"\xed\xab\xee\xdb")
    pipe = io.BytesIO()
    write_answer(pipe, {"srpm": "x"}, [made])
    pipe.seek(0)
    folder = tmp_path / "taken"
    folder.mkdir()
    answer = read_answer(pipe, folder, LIMITS)
    assert answer.value == {"srpm": "x"}
    assert answer.files == {"hello-1.0-1.src.rpm": folder / "hello-1.0-1.src.rpm"}
    assert (folder / "hello-1.0-1.src.rpm").read_bytes() == b"\xed\xab\xee\xdb"
    assert (folder / "hello-1.0-1.src.rpm").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../x", "/etc/passwd", "a/b", "-rf", ".hidden", "a\nb", "a\0b", "ä", "a" * 201],
)
def test_a_name_that_is_no_plain_name_is_refused(name, tmp_path):
    assert refusal({"answer": {}, "files": [[name, 0]]}, b"", tmp_path).startswith(
        "the name of a file cannot be used: "
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("-hello.tar.gz", "'-hello.tar.gz'"),
        ("%41.tar.gz", "'%41.tar.gz'"),
        ("a\n/packit build", "'a\\n/packit build'"),
        ("a/" + "b" * 300, "'a/" + "b" * 97 + "…'"),
    ],
)
def test_the_name_that_cannot_be_used_is_told(name, told, tmp_path):
    detail = refusal({"answer": {}, "files": [[name, 0]]}, b"", tmp_path)
    assert detail == (
        f"the name of a file cannot be used: {told} (letters, digits and ._+~^:@%- can; the first "
        "is a letter, a digit or _)"
    )


@pytest.mark.parametrize("name", ["hello%201.0.tar.gz", "hello-1.0~rc1^git.tar.gz"])
def test_names_that_sources_have_are_used(name, tmp_path):
    answer = read_answer(stream({"answer": {}, "files": [[name, 0]]}), tmp_path, LIMITS)
    assert answer.files == {name: tmp_path / name}


def test_a_name_that_comes_twice_is_refused(tmp_path):
    detail = refusal({"answer": {}, "files": [["a", 0], ["a", 0]]}, b"", tmp_path)
    assert detail == "two files have the name 'a'"


def test_a_link_in_the_way_is_not_followed(tmp_path):
    target = tmp_path / "target"
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "x").symlink_to(target)
    with pytest.raises(FileExistsError):
        read_answer(stream({"answer": {}, "files": [["x", 1]]}, b"a"), tmp_path / "taken", LIMITS)
    assert not target.exists()


@pytest.mark.parametrize(
    ("head", "body", "detail"),
    [
        ({"answer": {}, "files": [["a", 3]]}, b"ab", "a file is shorter than it says"),
        ({"answer": {}, "files": [["a", 1]]}, b"ab", "there is more than it says"),
        ({"answer": {}, "files": [["a", 101]]}, b"", "more or larger files than the limit"),
        ({"answer": {}, "files": [["a", 0], ["b", 0], ["c", 0]]}, b"", "more or larger files"),
        ({"answer": {}, "files": [["a", -1]]}, b"", "it is not in the form agreed upon"),
        ({"answer": {}, "files": [["a", True]]}, b"", "it is not in the form agreed upon"),
        ({"answer": {}, "files": [["a"]]}, b"", "it is not in the form agreed upon"),
        ({"answer": []}, b"", "it is not in the form agreed upon"),
        (["answer"], b"", "it is not in the form agreed upon"),
    ],
)
def test_an_answer_that_breaks_the_rules_is_refused(head, body, detail, tmp_path):
    assert refusal(head, body, tmp_path).startswith(detail)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_comes_is_an_answer_or_refused(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("taken")
    with suppress(BoxError):
        assert isinstance(read_answer(io.BytesIO(data), folder, LIMITS).value, dict)


def test_deeply_nested_json_is_refused(tmp_path):
    with pytest.raises(BoxError):
        read_answer(io.BytesIO(b"[" * 100_000 + b"\n"), tmp_path, LIMITS)


def test_ready_is_one_line():
    assert READY.count(b"\n") == 1
