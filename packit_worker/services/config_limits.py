"""How much a package config may hold, checked before much is made of it.

A short text can nest deeply, which ends programs that recurse, and its aliases can stand for more
than memory holds (https://en.wikipedia.org/wiki/Billion_laughs_attack). So the events of the parser
are counted before nodes are made of them, and the nodes are measured before data is made of them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from packit_worker.package_config import ConfigError

MAX_LENGTH = 262_144  # characters; the longest config we know of has a tenth
MAX_DEPTH = 40  # of lists and mappings in one another, aliases followed
MAX_NODES = 20_000  # keys, values and items, aliases followed
_TOO_DEEP = f"nested more than {MAX_DEPTH} deep."
_TOO_MUCH = f"more than {MAX_NODES:,} keys and values, aliases followed."

# Everything else is a control character, half a surrogate pair, or no character at all
# (https://yaml.org/spec/1.1/#c-printable).
_UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # what YAML 1.1 counts as one
_OPENING = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_CLOSING = (yaml.MappingEndEvent, yaml.SequenceEndEvent)


def check_characters(path: str, text: str) -> None:
    """Refuse what is too long, or holds a character that YAML does not allow."""
    if len(text) > MAX_LENGTH:
        raise ConfigError(path, f"longer than {MAX_LENGTH:,} characters.")
    found = _UNREADABLE.search(text)
    if found:
        line = len(LINE_BREAK.findall(text, 0, found.start())) + 1
        reason = f"the character U+{ord(found[0]):04X} may not be in YAML."
        raise ConfigError(path, reason, line=line)


def check_events(path: str, text: str) -> None:
    """Refuse what is nested too deeply or holds too much; the composer after us recurses."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=yaml.CSafeLoader)):
        depth += isinstance(event, _OPENING)
        depth -= isinstance(event, _CLOSING)
        if depth > MAX_DEPTH:
            raise ConfigError(path, _TOO_DEEP, line=line_of(event))
        if count > 2 * MAX_NODES:  # an event each for the start and the end
            raise ConfigError(path, _TOO_MUCH, line=line_of(event))


@dataclass(slots=True)
class Measure:
    """Refuses nodes that hold too much with their aliases followed, without following them.

    A node's alias stands after the node, so its measures are known when the alias is met; where
    they are not, the node holds itself.
    """

    path: str
    measures: dict[int, tuple[int, int]] = field(default_factory=dict)
    open: set[int] = field(default_factory=set)

    def check(self, node: yaml.Node) -> tuple[int, int]:
        """Return how many nodes are in `node`, itself included, and how deep it is."""
        if isinstance(node, yaml.ScalarNode):
            return 1, 0
        if id(node) in self.open:
            raise self._error(node, "an alias stands for what it is part of.")
        if id(node) not in self.measures:
            self.open.add(id(node))
            self.measures[id(node)] = self._sum(node)
            self.open.remove(id(node))
        return self.measures[id(node)]

    def _sum(self, node: yaml.Node) -> tuple[int, int]:
        size, depth = 1, 0
        for child in _children(node):
            inner_size, inner_depth = self.check(child)
            size += inner_size
            depth = max(depth, inner_depth)
        if size > MAX_NODES:
            raise self._error(node, _TOO_MUCH)
        if depth >= MAX_DEPTH:
            raise self._error(node, _TOO_DEEP)
        return size, depth + 1

    def _error(self, node: yaml.Node, reason: str) -> ConfigError:
        return ConfigError(self.path, reason, line=line_of(node))


def _children(node: yaml.Node) -> Iterator[yaml.Node]:
    for entry in node.value:
        if isinstance(entry, tuple):
            yield from entry
        else:
            yield entry


def line_of(part: yaml.Node | yaml.Event) -> int:
    """Return the line, from 1, on which a part of the text begins."""
    mark = part.start_mark
    return mark.line + 1 if mark else 1
