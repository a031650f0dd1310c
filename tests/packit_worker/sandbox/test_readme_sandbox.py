"""What README.md says of orders to the stand-ins is obeyed."""

import json
import re
from pathlib import Path

import requests

from packit_worker.sandbox.copr_backend import Outcome
from packit_worker.sandbox.faults import KINDS

README = (Path(__file__).parents[3] / "README.md").read_text()
EXAMPLE = re.compile(r"<!-- example: (\S+) -->\n```sh\n(.*?)```", re.DOTALL)
EXAMPLES = dict(EXAMPLE.findall(README))


def orders(name):
    """Return `(method, path, body)` of each curl of an example."""
    found = re.findall(
        r"curl -X (\S+) http://[^/]+(/\S+)(?:.*?-d '([^']*)')?",
        EXAMPLES[name].replace("\\\n", " "),
    )
    return [(method, path, json.loads(body) if body else None) for method, path, body in found]


def test_a_stand_in_fails_as_told_and_then_no_more(github):
    (add, drop) = orders("sandbox-faults")
    contents = f"{github.url}/repos/octo/hello/contents/README.md"
    assert requests.request(add[0], github.url + add[1], json=add[2], timeout=5).ok
    assert requests.get(contents, timeout=5).status_code == 503
    assert requests.request(drop[0], github.url + drop[1], timeout=5).ok
    assert requests.get(contents, timeout=5).status_code != 503


def test_the_order_for_a_build_is_one():
    ((method, path, body),) = orders("sandbox-run")
    assert (method, path) == ("POST", "/_sandbox/builds/7000001/run")
    assert Outcome(**body).chroots == {"fedora-44-x86_64": "failed"}


def test_each_kind_of_failure_is_named():
    assert [kind for kind in KINDS if f"`{kind}`" not in README] == []
