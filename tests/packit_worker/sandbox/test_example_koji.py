"""The Koji of the demo builds by itself, and its settings lead there."""

import queue

import pytest
import requests

from packit_worker.sandbox.example_koji import example_koji
from packit_worker.sandbox.server import Server
from packit_worker.sandbox.settings import write_settings
from packit_worker.service_assembly import build_services
from packit_worker.settings import ServiceFile, Settings
from packit_worker.yaml_file import load


@pytest.mark.parametrize(("target", "end"), [("f44", "CLOSED"), ("rawhide", "FAILED")])
def test_it_builds_by_itself(tmp_path, target, end):
    sent = queue.Queue()
    srpm = tmp_path / "hedgehog-1.0-1.src.rpm"
    srpm.write_bytes(b"package")
    with Server(example_koji(sent.put, begins_after=0.01).stand_in) as server:
        names = ("lookaside", "github", "pagure", "copr", "bodhi", "fasjson", "testing_farm")
        urls = dict.fromkeys(names, "http://127.0.0.1:9") | {"koji": server.url}
        service = load(write_settings(tmp_path, urls), ServiceFile)
        koji = build_services(Settings(service=service)).koji()
        task_id = koji.submit(srpm, target, marker="m")
        states = [sent.get(timeout=10)["body"]["new"] for _ in range(4)]
        assert states == ["FREE", "ASSIGNED", "OPEN", end]
        page = requests.get(koji.task_url(task_id), timeout=5)
        assert page.text.splitlines()[0] == f"{task_id} build  {end}"
        missing = requests.get(koji.task_url(17), timeout=5)
        assert missing.status_code == 404
        koji.close()
