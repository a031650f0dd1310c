"""README.md, ARCHITECTURE.md and CONTRIBUTING.md say what is there."""

import ast
import re
from pathlib import Path

import pytest
import yaml

from packit_worker.registry import EVENTS

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md")
LINK = re.compile(r"\]\(([^)\s]+)\)")
EVENT_ROW = re.compile(r"^\| `(\w+Event)` \| [^|]+ \| `(task\.\w+)` \| `(\w+)` \|$", re.MULTILINE)
CODE_ROW = re.compile(r"^\| `([a-z]+(?:-[a-z]+)+)` \| [^|]+ \|$", re.MULTILINE)
VARIABLE = re.compile(r"PACKIT_WORKER_[A-Z_]*[A-Z]")


def text_of(page):
    return (ROOT / page).read_text()


def anchors_of(text):
    """The anchors that GitHub gives the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def skip_codes(source):
    """The code of each `Skip(…)` in a module: a literal, or the name of a constant."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        is_skip = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Skip"
        if not is_skip:
            continue
        code = node.args[0]
        yield code.value if isinstance(code, ast.Constant) else CONSTANTS[code.id]


def constants():
    """Every text constant of parsers/, by name."""
    found = {}
    for file in (ROOT / "parsers").rglob("*.py"):
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                found[node.targets[0].id] = node.value.value
    return found


CONSTANTS = constants()


@pytest.mark.parametrize("page", PAGES)
def test_every_link_to_a_file_or_heading_resolves(page):
    broken = []
    for link in LINK.findall(text_of(page)):
        if link.startswith(("https://", "http://")):
            continue
        path, _, anchor = link.partition("#")
        target = ROOT / path if path else ROOT / page
        if not target.exists() or (anchor and anchor not in anchors_of(target.read_text())):
            broken.append(link)
    assert broken == []


def test_the_codes_of_a_skip_are_those_of_the_parsers():
    in_code = {
        code for file in (ROOT / "parsers").rglob("*.py") for code in skip_codes(file.read_text())
    }
    assert len(in_code) > 5
    assert sorted(CODE_ROW.findall(text_of("README.md"))) == sorted(in_code)


def test_the_events_are_those_of_the_registry_and_of_queues_yaml():
    routes = yaml.safe_load((ROOT / "files/queues.yaml").read_text())["tasks"]
    rows = EVENT_ROW.findall(text_of("README.md"))
    expected = [(event.__name__, event.task(), routes[event.word()]["queue"]) for event in EVENTS]
    assert len(expected) == 12
    assert rows == expected


def test_every_variable_that_is_read_is_named_and_no_other():
    folders = ("packit_worker", "files", "tests/servers")
    files = [file for folder in folders for file in (ROOT / folder).rglob("*") if file.is_file()]
    read = {
        name
        for file in files
        if file.suffix in (".py", ".sh")
        for name in VARIABLE.findall(file.read_text())
    }
    named = {name for page in PAGES for name in VARIABLE.findall(text_of(page))}
    assert sorted(named) == sorted(read)


@pytest.mark.parametrize("page", PAGES)
def test_it_names_no_path_of_a_machine(page):
    assert re.findall(r"/(?:root|work|home)/", text_of(page)) == []
