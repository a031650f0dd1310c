"""YAML files of the operator, read into a msgspec Struct; an error names file, line and key."""

import re
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

import msgspec
import yaml

from packit_worker.words import nearest

T = TypeVar("T", bound=msgspec.Struct)

_AT = re.compile(r" - at `(?P<path>[^`]*)`$")
_MISSING = re.compile(r"missing required field `(?P<key>[^`]*)`")


class FileError(Exception):
    """A file of the operator cannot be used; the text says where and why, and what was meant."""


def load(file: Path, kind: type[T]) -> T:
    """Read `file` into a Struct of type `kind`.

    Raises:
        FileError: it cannot be read, is no YAML, or has an unknown key or a wrong value.
    """
    try:
        node = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except OSError as error:
        raise FileError(f"{file}: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise FileError(f"{file}: not YAML: {error}") from None
    lines: dict[str, int] = {}
    values = {} if node is None else _value(file, node, kind, "$", lines)
    try:
        return msgspec.convert(values, kind)
    except msgspec.ValidationError as error:
        raise _with_line(file, str(error), lines) from None


def _value(file: Path, node: yaml.Node, kind: Any, path: str, lines: dict[str, int]) -> Any:
    """Return the plain value of a node; refuse keys that the Struct it becomes does not know."""
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        struct = _struct_of(kind)
        found: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = yaml.SafeLoader("").construct_object(key_node)
            _check_key(file, key_node, key, found, struct)
            child = _field_type(struct, key) if struct else _item_type(kind)
            # msgspec names a key of a plain mapping `[...]`.
            below = f"{path}.{key}" if struct else f"{path}[...]"
            found[key] = _value(file, value_node, child, below, lines)
        return found
    if isinstance(node, yaml.SequenceNode):
        items = enumerate(node.value)
        return [_value(file, item, _item_type(kind), f"{path}[{n}]", lines) for n, item in items]
    return yaml.SafeLoader("").construct_object(node)


def _check_key(file: Path, node: yaml.Node, key: Any, found: dict[Any, Any], struct: Any) -> None:
    line = node.start_mark.line + 1
    if not isinstance(key, str):
        raise FileError(f"{file}, line {line}: expected a word as key")
    if key in found:
        raise FileError(f'{file}, line {line}: "{key}" stands here twice')
    if struct and key not in struct.__struct_fields__:
        hint = nearest(key, struct.__struct_fields__)
        raise FileError(f'{file}, line {line}: unknown key "{key}"{hint}')


def _struct_of(kind: Any) -> Any:
    for each in _alternatives(kind):
        if isinstance(each, type) and issubclass(each, msgspec.Struct):
            return each
    return None


def _field_type(struct: Any, key: str) -> Any:
    return next(field.type for field in msgspec.structs.fields(struct) if field.name == key)


def _item_type(kind: Any) -> Any:
    for each in _alternatives(kind):
        arguments = get_args(each)
        if arguments:
            return arguments[-1] if get_origin(each) is dict else arguments[0]
    return Any


def _alternatives(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)


def _with_line(file: Path, text: str, lines: dict[str, int]) -> FileError:
    found = _AT.search(text)
    path = found["path"] if found else "$"
    reason = _AT.sub("", text)
    missing = _MISSING.search(text)
    if missing:
        reason = f'missing: "{missing["key"]}"'
    key = path.removeprefix("$").lstrip(".")
    place = f"{file}, line {lines.get(path, 1)}"
    return FileError(f"{place}: {key}: {reason}" if key else f"{place}: {reason}")
