"""YAML files of the operator, read into a msgspec Struct; an error names file, line and key."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

import msgspec
import yaml

from packit_worker.words import nearest

T = TypeVar("T", bound=msgspec.Struct)

_AT = re.compile(r" - at `(?P<path>[^`]*)`$")
_LINE = re.compile(r", line ([0-9]+)")
_YAML_ORG = "tag:yaml.org,2002:"
_NULL = f"{_YAML_ORG}null"
_QUOTED_NAME = re.compile(r"(['\"])(?!\\?[^'\"]\1).*\1")
# Which of the valid ones it is not; the value may be a secret that came to a wrong place.
_ENUM = "Invalid enum value"
# Values in a file, each as often as aliases repeat it; nothing of ours comes near.
_MOST_VALUES = 20_000
# Keys of a document of which it is told what is wrong with them.
_MOST_TOLD = 20
_MISSING = re.compile(r"missing required field `(?P<key>[^`]*)`")


class FileError(Exception):
    """A file of the operator cannot be used; the text says where and why, and what was meant."""


class UnreadableError(FileError):
    """There is no such file, or it cannot be opened."""


def load(file: Path, kind: type[T], *, adapt: Callable[[yaml.Node], None] | None = None) -> T:
    """Read `file` into a Struct of type `kind`.

    Args:
        file: the file.
        kind: the Struct; a field of a class with `from_setting` is made by that of what stands
            there.
        adapt: changes the document before it is read; it may raise FileError.

    Raises:
        FileError: it cannot be read, is no YAML, or has an unknown key or a wrong value. No value
            is in its text: it may be a secret. What is wrong with each key of the document has a
            line of its own.
    """
    try:
        node = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except OSError as error:
        raise UnreadableError(f"{file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise FileError(f"{file}: not YAML: it is not UTF-8") from None
    except yaml.YAMLError as error:
        raise _no_yaml(file, error) from None
    except RecursionError:
        raise FileError(f"{file}: nested too deep") from None
    if node is not None and adapt is not None:
        adapt(node)
    reading = _Reading(file)
    values = {} if node is None or node.tag == _NULL else reading.value(node, kind, "$")
    return reading.whole(values, kind)


def _no_yaml(file: Path, error: yaml.YAMLError) -> FileError:
    # The whole text of such an error quotes the line; the problem quotes a name, or one letter.
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        line = error.problem_mark.line + 1
        problem = _QUOTED_NAME.sub("here", error.problem or "")
        return FileError(f"{file}, line {line}: not YAML: {problem}")
    return FileError(f"{file}: not YAML: {getattr(error, 'reason', 'it cannot be read')}")


@dataclass(slots=True)
class _Reading:
    """Makes plain values of a file's nodes, and remembers the line of each by its path."""

    file: Path
    lines: dict[str, int] = field(default_factory=dict)
    choices: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    count: int = 0
    open: list[yaml.Node] = field(default_factory=list)
    wrong: dict[str, FileError] = field(default_factory=dict)

    def value(self, node: yaml.Node, kind: Any, path: str) -> Any:
        """Return the plain value of a node; refuse keys that its Struct does not know."""
        self.lines[path] = node.start_mark.line + 1
        self.choices[path] = _choices_of(kind)
        self.count += 1
        if self.count > _MOST_VALUES:
            raise self._error(node, f"there are more than {_MOST_VALUES} values, with aliases")
        if node in self.open:
            raise self._error(node, "it holds itself")
        self.open.append(node)
        found: Any
        if isinstance(node, yaml.MappingNode):
            found = self._mapping(node, kind, path)
        elif isinstance(node, yaml.SequenceNode):
            item = _item_type(kind)
            found = [self.value(each, item, f"{path}[{n}]") for n, each in enumerate(node.value)]
        else:
            found = self._scalar(node)
        self.open.pop()
        return found

    def whole(self, values: Any, kind: type[T]) -> T:
        """Return the Struct of the document, or tell of each of its keys what is wrong."""
        given = values if isinstance(values, dict) else {}
        for key, value in given.items():
            try:
                self.convert(value, _field_type(kind, key), f"$.{key}")
            except FileError as error:
                self.wrong[key] = error
        told = sorted(map(str, self.wrong.values()), key=_line_in)
        if len(told) > _MOST_TOLD:
            told[_MOST_TOLD:] = [f"and {len(told) - _MOST_TOLD} more"]
        if told:
            raise FileError("\n".join(told))
        made: T = self.convert(values, kind, "$")
        return made

    def convert(self, values: Any, kind: Any, path: str) -> Any:
        """Return the Struct of plain values; an error names the line."""
        try:
            return msgspec.convert(values, kind, dec_hook=_made)
        except msgspec.ValidationError as error:
            raise self._with_line(str(error), path) from None

    def _mapping(self, node: yaml.MappingNode, kind: Any, path: str) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            opened = len(self.open)
            try:
                self._entry(key_node, value_node, kind, path, found)
            except FileError as error:
                if path != "$":
                    raise
                del self.open[opened:]
                self.wrong[str(error)] = error
        return found

    def _entry(
        self,
        key_node: yaml.Node,
        value_node: yaml.Node,
        kind: Any,
        path: str,
        found: dict[Any, Any],
    ) -> None:
        struct = _struct_of(kind)
        key: Any = self._scalar(key_node) if isinstance(key_node, yaml.ScalarNode) else None
        self._check_key(key_node, key, found, struct)
        child = _field_type(struct, key) if struct else _item_type(kind)
        found[key] = self.value(value_node, child, f"{path}.{key}")
        if struct is None and _struct_of(child):
            # At once: msgspec does not tell which key of a plain mapping is at fault.
            self.convert(found[key], child, f"{path}.{key}")

    def _scalar(self, node: yaml.Node) -> Any:
        name = node.tag.removeprefix(_YAML_ORG)
        # A tag that YAML does not know may be a secret that begins with `!`.
        kind = "that its tag says" if name == node.tag else name
        try:
            return yaml.SafeLoader("").construct_object(node)
        except Exception:  # noqa: BLE001 - `!!bool maybe` is a KeyError, others are others
            raise self._error(node, f"no value of the type {kind}") from None

    def _check_key(self, node: yaml.Node, key: Any, found: dict[Any, Any], struct: Any) -> None:
        if not isinstance(key, str):
            raise self._error(node, "expected a word as key")
        if key in found:
            raise self._error(node, f'"{key}" stands here twice')
        if struct and key not in struct.__struct_fields__:
            hint = nearest(key, struct.__struct_fields__)
            raise self._error(node, f'unknown key "{key}"{hint}')

    def _error(self, node: yaml.Node, reason: str) -> FileError:
        return FileError(f"{self.file}, line {node.start_mark.line + 1}: {reason}")

    def _with_line(self, text: str, start: str) -> FileError:
        at = _AT.search(text)
        path = start + (at["path"].removeprefix("$") if at else "")
        reason = _AT.sub("", text)
        missing = _MISSING.search(text)
        if missing:
            reason = f'missing: "{missing["key"]}"'
        if reason.startswith(_ENUM):
            reason = f"no such value; valid are: {', '.join(map(str, self.choices.get(path, ())))}"
        key = path.removeprefix("$").lstrip(".")
        line = self.lines.get(path, self.lines.get(start, 1))
        place = f"{self.file}, line {line}"
        return FileError(f"{place}: {key}: {reason}" if key else f"{place}: {reason}")


def _line_in(text: str) -> int:
    found = _LINE.search(text)
    return int(found[1]) if found else 0


def _made(kind: Any, value: Any) -> Any:
    return kind.from_setting(value)


def _struct_of(kind: Any) -> Any:
    for each in _alternatives(kind):
        if isinstance(each, type) and issubclass(each, msgspec.Struct):
            return each
    return None


def _choices_of(kind: Any) -> tuple[Any, ...]:
    """Return the words that a value may be, where there are few."""
    return tuple(
        word
        for each in _alternatives(kind)
        if get_origin(each) is Literal
        for word in get_args(each)
    )


def _field_type(struct: Any, key: str) -> Any:
    return next(each.type for each in msgspec.structs.fields(struct) if each.name == key)


def _item_type(kind: Any) -> Any:
    for each in _alternatives(kind):
        arguments = get_args(each)
        if arguments:
            return arguments[-1] if get_origin(each) is dict else arguments[0]
    return Any


def _alternatives(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
