"""README.md, ARCHITECTURE.md and CONTRIBUTING.md say what is there."""

import ast
import re
from pathlib import Path
from typing import get_args

import msgspec
import pytest
import yaml

from packit_worker.cli import _COMMANDS
from packit_worker.fas import Proof
from packit_worker.registry import EVENTS, HANDLERS
from packit_worker.resuming import OUTCOMES
from packit_worker.sections.authentication import ForgeAccess
from packit_worker.settings import ServiceFile
from packit_worker.yaml_file import load

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md")
LINK = re.compile(r"\]\(([^)\s]+)\)")
EVENT_ROW = re.compile(r"^\| `(\w+Event)` \| [^|]+ \| `(task\.\w+)` \| `(\w+)` \|$", re.MULTILINE)
# The header names the section: `key of koji`, or the file.
SETTING_TABLE = re.compile(r"^\| key of `([\w.-]+)` \|.*\n((?:\|.*\n)+)", re.MULTILINE)
VARIABLE = re.compile(r"PACKIT_WORKER_[A-Z_]*[A-Z]")


def text_of(page):
    return (ROOT / page).read_text()


def anchors_of(text):
    """The anchors that GitHub gives the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def rows_of(heading):
    """The first cells, words in code, of the table of README.md whose header row begins so."""
    _, _, after = text_of("README.md").partition(f"\n| {heading} |")
    table = after.partition("\n\n")[0]
    return re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)


def codes_raised(folders, names):
    """The code of each `Skip(…)`, or of another of `names`: literal, name of a constant, f-string.

    An f-string counts as its text with NNN for what is filled in.
    """
    for file in python_files(folders):
        for node in ast.walk(ast.parse(file.read_text())):
            if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in names:
                continue
            code = node.args[0]
            if isinstance(code, ast.JoinedStr):
                yield "".join(str_of(part) for part in code.values)
            elif isinstance(code, ast.Name) and code.id in CONSTANTS:
                yield CONSTANTS[code.id]
            elif isinstance(code, ast.Constant) and code.value:
                yield code.value


def str_of(part):
    return part.value if isinstance(part, ast.Constant) else "NNN"


def codes_listed(folders, names):
    """The last text of each entry of the tables that assign an answer its code."""
    for file in python_files(folders):
        for node in ast.parse(file.read_text()).body:
            if not isinstance(node, ast.Assign) or node.targets[0].id not in names:
                continue
            if isinstance(node.value, ast.Dict):
                yield from (value.value for value in node.value.values)
            else:
                yield from (entry.elts[-1].value for entry in node.value.elts)


def python_files(folders):
    for folder in folders:
        place = ROOT / folder
        yield from sorted(place.rglob("*.py")) if place.is_dir() else [place]


def constants():
    """Every text constant, by name."""
    found = {}
    for file in python_files(["parsers", "packit_worker"]):
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


def test_the_codes_of_stage_1_are_those_of_the_parsers():
    in_code = set(codes_raised(["parsers"], {"Skip"}))
    assert len(in_code) > 5
    assert sorted(rows_of("code | why nothing follows")) == sorted(in_code)


STAGE_2 = [
    f"packit_worker/{name}"
    for name in (
        "checks",
        "config_search.py",
        "deciding.py",
        "ending.py",
        "pipeline.py",
        "event_pass.py",
        "running.py",
        "handlers",
    )
]


def test_the_codes_of_stage_2_are_those_of_the_engine():
    in_code = set(codes_raised(STAGE_2, {"Skip", "Failed", "TransientError"}))
    in_code |= {each for each in Proof if each is not Proof.PROVED}
    assert {"denied", "result-before-row"} < in_code
    assert rows_of("code | why") == sorted(in_code)


def test_the_codes_of_services_are_those_that_they_raise():
    beside = ("service_access.py", "service_assembly.py", "srpm_script.py")
    services = ["packit_worker/services", *(f"packit_worker/{name}" for name in beside)]
    in_code = set(codes_raised(services, {"RefusedError", "TransientError"}))
    in_code |= set(codes_listed(services, {"_CODES", "_WORDS", "_MISSING_WORDS", "_PASSING"}))
    # The box knows them by a class of its own; people read them all the same.
    boxed = set(codes_raised(["packit_worker/box", "packit_worker/services"], {"BoxError"}))
    assert {"box-time", "box-memory", "box-disk", "box-crashed", "box-bad-answer"} <= boxed
    in_code |= boxed
    in_code -= {"unknown-forge"}  # told by the check before any call
    assert {"http-NNN", "connection", "app-suspended"} < in_code
    assert rows_of("code of a service | what it answered") == sorted(in_code)


def test_the_outcomes_of_stage_2_are_those_of_the_engine():
    told = {"denied", "waiting", "in-progress", "duplicate", "invalid"}  # of events only
    assert sorted(rows_of("outcome | meaning")) == sorted(set(OUTCOMES.values()) | told)


def sections():
    """The Struct below each key of packit-worker.yaml that has keys of its own."""
    found = {"authentication": ForgeAccess}
    for field in msgspec.structs.fields(ServiceFile):
        for kind in (field.type, *get_args(field.type)):
            if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
                found.setdefault(field.name, kind)
    return found


def test_the_settings_are_those_of_the_file():
    tables = SETTING_TABLE.findall(text_of("README.md"))
    rows = {name: re.findall(r"^\| `(\w+)` \|", rest, re.MULTILINE) for name, rest in tables}
    whole = rows.pop("packit-worker.yaml")
    assert sorted(whole) == sorted(ServiceFile.__struct_fields__)
    expected = {name: sorted(kind.__struct_fields__) for name, kind in sections().items()}
    assert {name: sorted(found) for name, found in rows.items()} == expected


def test_the_sample_of_the_settings_shows_every_key():
    """An optional one stands there too, in a comment or as null."""
    sample = (ROOT / "files/packit-worker.yaml").read_text()
    shown = set(re.findall(r"^[ #]*(\w+):", sample, re.MULTILINE))
    structs = [ServiceFile, *sections().values()]
    names = {name for struct in structs for name in struct.__struct_fields__}
    assert sorted(names - shown) == []
    assert sorted(set(re.findall(r"^ *(\w+):", sample, re.MULTILINE)) - names) == []


def test_the_sample_of_the_settings_loads_and_holds_the_defaults():
    sample = load(ROOT / "files/packit-worker.yaml", ServiceFile)
    hosts = sample.authentication
    assert list(hosts) == ["github.com", "src.fedoraproject.org"]
    assert hosts["github.com"].github_app_id == "4711"
    assert hosts["src.fedoraproject.org"].declared_public is True
    plain = {name: getattr(ServiceFile(), name) for name in sections()}
    assert msgspec.structs.replace(sample, **plain) == ServiceFile()


def test_every_command_has_a_section():
    sections = re.findall(r"^### (\w+)$", text_of("README.md"), re.MULTILINE)
    assert sorted(set(sections) & set(_COMMANDS)) == sorted(_COMMANDS)


def test_the_commands_of_comments_are_those_of_the_registry():
    _, _, after = text_of("README.md").partition("\n| command | where |")
    first = re.findall(r"^\| ([^|]+) \|", after.partition("\n\n")[0], re.MULTILINE)
    told = {name for cell in first for name in re.findall(r"`([^`]+)`", cell)}
    assert told == {name for spec in HANDLERS for name in spec.commands}


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
