"""A relay for tests: `python -m packit_worker relay` under its real gunicorn, and its senders."""

import hashlib
import hmac
import json
import re
import sys
import uuid
from pathlib import Path

import requests
import yaml
from servers.worker_process import WorkerProcess

GITHUB_SECRET = "a secret of GitHub, žluťoučký"
PAGURE_SECRET = "the key of every project"
TEAPOT_SECRET = "the key of brewing/teapot"
TOKEN = "made-up-token"  # as the saved payloads of Testing Farm have it
SETTINGS = {
    "webhook_secret": GITHUB_SECRET,
    "pagure_webhook_secret": PAGURE_SECRET,
    "pagure_webhook_secrets": {"pagure.io/brewing/teapot": TEAPOT_SECRET},
    "testing_farm_secret": TOKEN,
}
_ADDRESS = re.compile(r"Listening at: (http://[0-9.]+:([0-9]+))")
_BOOTED = "Booting worker"


class RelayProcess(WorkerProcess):
    """One relay on a free port of loopback.

    Args:
        folder: Where its settings, its log and its state go.
        broker: The URL of its broker; None: the embedded one.
        options: Of the command.
        settings: What its packit-worker.yaml says.
    """

    def __init__(self, folder: Path, broker, options=(), settings=None):
        file = folder / "packit-worker.yaml"
        file.write_text(yaml.safe_dump(SETTINGS if settings is None else settings))
        command = [sys.executable, "-m", "packit_worker", "relay"]
        arguments = ["--bind", "127.0.0.1:0", "--processes", "1", *options]
        environment = {"PACKIT_WORKER_CONFIG": str(file)}
        super().__init__(folder, broker, arguments, environment, command)

    def start(self) -> "RelayProcess":
        """Start it, and return as soon as it answers."""
        self.spawn()
        self.wait_for(_BOOTED, seconds=60)
        assert requests.get(f"{self.url}/healthz", timeout=30).status_code == 200
        return self

    @property
    def url(self) -> str:
        """Where it listens."""
        return _ADDRESS.search(self.text())[1]

    @property
    def port(self) -> int:
        """On which port."""
        return int(_ADDRESS.search(self.text())[2])

    def post(self, path, body, headers=None, timeout=20):
        """Post raw bytes; return the answer."""
        return requests.post(f"{self.url}{path}", data=body, headers=headers, timeout=timeout)

    def post_github(self, body, event, delivery=None, path="/webhooks/github"):
        """Post as GitHub does, with a right signature."""
        return self.post(path, body, github_headers(body, event, delivery))

    def post_pagure(self, body, secret=PAGURE_SECRET, topic=None):
        """Post as Pagure does."""
        signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        topic = topic or json.loads(body)["topic"]
        headers = {"X-Pagure-Signature-256": signature, "X-Pagure-Topic": topic}
        return self.post("/webhooks/pagure", body, headers)


def github_headers(body, event="push", delivery=None, secret=GITHUB_SECRET):
    """The headers with which GitHub sends a body."""
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": delivery or str(uuid.uuid4()),
        "X-Hub-Signature-256": f"sha256={signature}",
    }
