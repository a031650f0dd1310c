"""The text of a package config: YAML read into plain data, with the line of every key.

The text belongs to strangers: nothing but JSON values comes out, and no tag makes an object.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

import yaml
from yaml.constructor import SafeConstructor

from packit_worker.package_config import ConfigError
from packit_worker.services.config_limits import (
    LINE_BREAK,
    Measure,
    check_characters,
    check_events,
    line_of,
)
from packit_worker.services.config_words import quoted

_INDENT_WITH_TAB = re.compile(" *\t")
_MERGE = "tag:yaml.org,2002:merge"
_CORE = "tag:yaml.org,2002:"
_SCALARS = ("null", "bool", "int", "float", "str")
_MAX_INTEGER = 2**63 - 1  # what databases and other JSON readers hold
_MAX_SCALAR = 100  # characters of a number: `1:1:1…`, to the base 60, takes time that grows squared
_TYPE_NAMES = {"timestamp": "a date", "binary": "binary data"}

Path = tuple[str | int, ...]
"""Where a value is: keys and, in lists, places from 0; `("jobs", 0, "targets")`."""


Pairs = dict[str, tuple[yaml.Node, yaml.Node]]
"""A mapping by its keys: the node of each key and that of its value."""


@dataclass(frozen=True, slots=True)
class Document:
    """What a package config says.

    Attributes:
        path: the file.
        data: JSON values only; None where the file is empty.
        lines: the line, from 1, of every key and of every item.
    """

    path: str
    data: Any
    lines: Mapping[Path, int]

    def error(self, place: Path, reason: str) -> ConfigError:
        """Return the error that says `reason` of what is at `place`, with its line."""
        return ConfigError(self.path, reason, key=dotted(place), line=self.line(place))

    def line(self, place: Path) -> int | None:
        """Return the line of `place`, else that of the nearest thing around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place)


def dotted(place: Path) -> str:
    """Return `place` as people write it: `jobs[0].targets`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return text.removeprefix(".")


def read_document(path: str, text: str) -> Document:
    """Return what `text`, the file at `path`, holds.

    Raises:
        ConfigError: it is no YAML, or none that we want to read.
    """
    check_characters(path, text)
    try:
        check_events(path, text)
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(path, text, error) from error
    except yaml.YAMLError as error:
        raise ConfigError(path, f"not YAML: {error}") from error
    if root is None:
        return Document(path, None, {})
    Measure(path).check(root)
    reader = _Reader(path)
    return Document(path, reader.value(root, ()), reader.lines)


def _syntax_error(path: str, text: str, error: yaml.MarkedYAMLError) -> ConfigError:
    mark = error.problem_mark or error.context_mark
    lines = LINE_BREAK.split(text.rstrip())
    line = min(mark.line + 1, len(lines)) if mark else None  # the end is a line after the last
    if line and _INDENT_WITH_TAB.match(lines[line - 1]):
        return ConfigError(path, "not YAML: a tab cannot indent; use spaces.", line=line)
    said = ", ".join(part for part in (error.context, error.problem) if part)
    return ConfigError(path, f"not YAML: {said}.", line=line)


@dataclass(slots=True)
class _Reader:
    """Makes data of nodes, and notes their lines."""

    path: str
    lines: dict[Path, int] = field(default_factory=dict)
    constructor: SafeConstructor = field(default_factory=SafeConstructor)

    def value(self, node: yaml.Node, place: Path) -> Any:
        """Return the data of `node`, which stands at `place`."""
        self.lines.setdefault(place, line_of(node))
        if isinstance(node, yaml.MappingNode) and node.tag == _CORE + "map":
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode) and node.tag == _CORE + "seq":
            return [self.value(item, (*place, index)) for index, item in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, place)
        raise self._error(node, place, f"the tag {quoted(node.tag)} is not allowed.")

    def _mapping(self, node: yaml.MappingNode, place: Path) -> dict[str, Any]:
        data = {}
        for key, (key_node, value_node) in self._pairs(node, place).items():
            if (key, place) == ("_", ()):  # anchors to be used elsewhere; packit drops it as well
                continue
            self.lines[*place, key] = line_of(key_node)
            data[key] = self.value(value_node, (*place, key))
        return data

    def _pairs(self, node: yaml.MappingNode, place: Path) -> Pairs:
        """Return the mapping's own pairs over those merged into it (https://yaml.org/type/merge)."""
        merged: Pairs = {}
        own: Pairs = {}
        for key_node, value_node in node.value:
            if key_node.tag == _MERGE:
                merged |= self._merged(value_node, place)
                continue
            key = self._key(key_node, place)
            if key in own:
                raise self._error(key_node, (*place, key), f"the key {quoted(key)} is here twice.")
            own[key] = (key_node, value_node)
        return merged | own

    def _merged(self, node: yaml.Node, place: Path) -> Pairs:
        if isinstance(node, yaml.MappingNode):
            return self._pairs(node, place)
        if not isinstance(node, yaml.SequenceNode):
            raise self._error(node, place, '"<<" takes a mapping or a list of mappings.')
        merged: Pairs = {}
        for item in node.value:  # the first that has a key wins
            merged = self._merged(item, place) | merged
        return merged

    def _key(self, node: yaml.Node, place: Path) -> str:
        value = self._scalar(node, place) if isinstance(node, yaml.ScalarNode) else None
        if isinstance(value, str):
            return value
        said = quoted(node.value) if isinstance(node, yaml.ScalarNode) else "a list or mapping"
        raise self._error(node, place, f"a key must be text, not {said}; put it in quotes.")

    def _scalar(self, node: yaml.ScalarNode, place: Path) -> Any:
        name = node.tag.removeprefix(_CORE)
        if name not in _SCALARS:
            kind = _TYPE_NAMES.get(name, f"of the type {quoted(node.tag)}")
            reason = f"{quoted(node.value)} is {kind}, which is not allowed; put it in quotes."
            raise self._error(node, place, reason)
        if name != "str" and len(node.value) > _MAX_SCALAR:
            raise self._error(node, place, f"{quoted(node.value)} is no {name}.")
        try:
            value = self.constructor.yaml_constructors[node.tag](self.constructor, node)
        except (ValueError, KeyError, IndexError) as error:  # `!!int x`, `!!bool x`, `!!int ""`
            raise self._error(node, place, f"{quoted(node.value)} is no {name}.") from error
        if isinstance(value, str) and "\0" in value:  # `"\0"`; no database takes it
            raise self._error(node, place, "the character U+0000 may not be in text.")
        if isinstance(value, int | float) and not _is_bounded(value):
            raise self._error(node, place, f"the number {quoted(node.value)} is too large.")
        return value

    def _error(self, node: yaml.Node, place: Path, reason: str) -> ConfigError:
        return ConfigError(self.path, reason, key=dotted(place), line=line_of(node))


def _is_bounded(value: float) -> bool:
    if isinstance(value, int):
        return abs(value) <= _MAX_INTEGER
    return isfinite(value)
