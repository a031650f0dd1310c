"""queues.yaml: which queue each task goes to, and how long it may take there."""

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from packit_worker.words import nearest
from parsers.result import event_word

_IN_CHECKOUT = Path(__file__).parent.parent / "files" / "queues.yaml"
_INSTALLED = Path(sys.prefix) / "share" / "packit-worker" / "queues.yaml"
# Beside the checkout when run from it, else where the package put it.
DEFAULT_FILE = _IN_CHECKOUT if _IN_CHECKOUT.exists() else _INSTALLED

# YAML 1.1 knows octal, binary and sexagesimal numbers too; nobody means those here.
_WHOLE_NUMBER = re.compile("[1-9][0-9]{0,8}")

# A command line takes several, with commas between; a slash leads elsewhere in an address.
_QUEUE_NAME = re.compile(r"[A-Za-z0-9_.:@-]{1,200}")
_QUEUE_RULE = "letters, digits and _ . : @ - only, 200 at most"

# Six hours: outages of services take hours, and what is older nobody waits for.
PATIENCE = 6 * 3600


class RoutingError(Exception):
    """queues.yaml cannot be used; the text names file, line, and what was meant."""


class UnreadableError(RoutingError):
    """There is no such file, or it cannot be opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where the tasks of one word go.

    Attributes:
        queue: the queue it is sent to.
        slow_queue: the queue it moves to for handlers that take long, if it has one.
        soft_time_limit: seconds after which a run is asked to end.
        time_limit: seconds after which its process is killed.
        attempts: how often it is tried.
        patience: for how many seconds it is tried at least while the other side is down.
    """

    queue: str
    slow_queue: str | None = None
    soft_time_limit: int
    time_limit: int
    attempts: int
    patience: int = PATIENCE


@dataclass(frozen=True, slots=True)
class Routing:
    """A whole queues.yaml.

    Attributes:
        default: the queue of tasks that nobody named; it should stay empty.
        queues: every queue that exists, the default among them.
        routes: by word (`parse_message`, `record_outcome`, `pull_request_gh`, …).
    """

    default: str
    queues: tuple[str, ...]
    routes: Mapping[str, Route]


def load_routing(file: Path, words: frozenset[str]) -> Routing:
    """Read and check a queues.yaml.

    Args:
        file: its path.
        words: what needs a route: the tasks of stage 1, and every event.

    Raises:
        RoutingError: it cannot be read; a key, event or queue is unknown; a route is missing.
    """
    return _Reader(file).routing(_read(file), words)


def _read(file: Path) -> yaml.Node | None:
    try:
        return yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except OSError as error:
        raise UnreadableError(f"{file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise RoutingError(f"{file}: not YAML: not UTF-8") from None
    except RecursionError:
        raise RoutingError(f"{file}: not YAML: nested too deep") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f", line {mark.line + 1}" if mark else ""
        raise RoutingError(f"{file}{line}: not YAML: {error.problem or error.context}") from None
    except yaml.reader.ReaderError as error:
        raise RoutingError(f"{file}: not YAML: {error.reason}") from None


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads YAML nodes, which know their lines."""

    file: Path

    def routing(self, root: yaml.Node | None, words: frozenset[str]) -> Routing:
        sections = self._mapping(root, {"default", "queues", "tasks"})
        queues = self._names(sections["queues"])
        default = self._queue(sections["default"], queues)
        routes: dict[str, Route] = {}
        for key, node in self._pairs(sections["tasks"]):
            word = self._known(key, words, "event", event_word(key.value))
            if word in routes:
                raise self._error(key, f'"{word}" stands here twice')
            routes[word] = self._route(node, queues)
        missing = sorted(words - routes.keys())
        if missing:
            raise self._error(sections["tasks"], f"no route for: {', '.join(missing)}")
        return Routing(default, tuple(queues), routes)

    def _route(self, node: yaml.Node, queues: list[str]) -> Route:
        required = {"queue", "soft_time_limit", "time_limit", "attempts"}
        keys = self._mapping(node, required, frozenset({"slow_queue", "patience"}))
        patience = keys.get("patience")
        slow = keys.get("slow_queue")
        route = Route(
            queue=self._queue(keys["queue"], queues),
            slow_queue=self._queue(slow, queues) if slow else None,
            soft_time_limit=self._positive(keys["soft_time_limit"]),
            time_limit=self._positive(keys["time_limit"]),
            attempts=self._positive(keys["attempts"]),
            patience=self._positive(patience) if patience else PATIENCE,
        )
        if route.soft_time_limit >= route.time_limit:
            raise self._error(keys["time_limit"], "time_limit must be above soft_time_limit")
        return route

    def _mapping(
        self, node: yaml.Node | None, required: set[str], optional: frozenset[str] = frozenset()
    ) -> dict[str, yaml.Node]:
        found: dict[str, yaml.Node] = {}
        for key, value in self._pairs(node):
            name = self._known(key, required | optional, "key", key.value)
            if name in found:
                raise self._error(key, f'"{name}" stands here twice')
            found[name] = value
        missing = sorted(required - found.keys())
        if missing:
            raise self._error(node, f"missing: {', '.join(missing)}")
        return found

    def _pairs(self, node: yaml.Node | None) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
        if not isinstance(node, yaml.MappingNode):
            raise self._error(node, "expected keys and values")
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self._error(key, "expected a word as key")
            yield key, value

    def _names(self, node: yaml.Node) -> list[str]:
        if not isinstance(node, yaml.SequenceNode):
            raise self._error(node, "expected a list")
        names: list[str] = []
        for item in node.value:
            name = self._text(item)
            if not _QUEUE_NAME.fullmatch(name):
                raise self._error(item, f"{name!r} is no name of a queue: {_QUEUE_RULE}")
            if name in names:
                raise self._error(item, f'"{name}" stands here twice')
            names.append(name)
        return names

    def _text(self, node: yaml.Node) -> str:
        if isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:str" and node.value:
            return str(node.value)
        raise self._error(node, "expected a word")

    def _positive(self, node: yaml.Node) -> int:
        is_number = isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:int"
        if is_number and _WHOLE_NUMBER.fullmatch(node.value):
            return int(node.value)
        raise self._error(node, "expected a whole number above 0")

    def _queue(self, node: yaml.Node, queues: list[str]) -> str:
        name = self._text(node)
        if name in queues:
            return name
        raise self._error(node, f'unknown queue "{name}"{nearest(name, queues)}')

    def _known(
        self, key: yaml.ScalarNode, valid: frozenset[str] | set[str], kind: str, guess: str
    ) -> str:
        name = str(key.value)
        if name in valid:
            return name
        raise self._error(key, f'unknown {kind} "{name}"{nearest(guess, valid)}')

    def _error(self, node: yaml.Node | None, text: str) -> RoutingError:
        line = node.start_mark.line + 1 if node else 1
        return RoutingError(f"{self.file}, line {line}: {text}")
