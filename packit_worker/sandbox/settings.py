"""packit-worker.yaml for the sandbox: the well-known forges, with the stand-ins' addresses."""

from collections.abc import Mapping
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import yaml

from packit_worker.sandbox import example_koji
from packit_worker.sandbox.example import BOT, KEY_FILE, NOTIFICATIONS
from packit_worker.sandbox.example_copr import ACCOUNT, LOGIN, TOKEN
from packit_worker.sandbox.example_testing_farm import KEY as FARM_KEY
from packit_worker.sandbox.fasjson import TOKEN as FASJSON_TOKEN
from packit_worker.sandbox.github_auth import APP_ID
from packit_worker.sandbox.koji import HUB

SETTINGS_FILE = "packit-worker.yaml"
# Saved payloads name these; all of Pagure's are one stand-in.
_PAGURE_HOSTS = ("src.fedoraproject.org", "pagure.io", "git.centos.org")

# Where the relay of `dev` would take a notification; the sandbox sends them over the bus.
_WEBHOOK = "http://127.0.0.1:8090/webhooks/testing-farm"
_WEBHOOK_SECRETS = ("webhook_secret", "pagure_webhook_secret", "testing_farm_secret")


def write_settings(folder: Path, urls: Mapping[str, str], pages_url: str | None = None) -> Path:
    """Write `packit-worker.yaml` into `folder`, and return its path.

    Args:
        folder: of the sandbox.
        urls: by name, where each stand-in answers.
        pages_url: where the pages lie.
    """
    # Whoever posts to the relay reads the secrets from the file.
    secrets = {key: token_urlsafe() for key in _WEBHOOK_SECRETS}
    settings = {"deployment": "dev", "bots": [BOT, f"{BOT}[bot]"]} | secrets | _services(urls)
    settings["authentication"] = _authentication(folder, urls)
    if pages_url is not None:
        settings["pages_url"] = pages_url
    file = folder / SETTINGS_FILE
    # Whoever waits for the file finds it whole.
    partial = file.with_suffix(".partial")
    # It holds secrets, and the folder may be anywhere.
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)
    partial.write_text(yaml.safe_dump(settings), encoding="utf-8")
    partial.replace(file)
    return file


def _authentication(folder: Path, urls: Mapping[str, str]) -> dict[str, Any]:
    pagure = {
        "type": "pagure",
        "api_url": urls["pagure"],
        "git_url": (folder / "pagure").resolve().as_uri(),
        "token": f"sandbox-{BOT}",
        "declared_public": True,  # its API cannot tell
    }
    github = {
        "type": "github",
        "api_url": urls["github"],
        "git_url": (folder / "github").resolve().as_uri(),
        "github_app_id": APP_ID,
        "github_app_private_key_path": str(folder / KEY_FILE),
    }
    return {"github.com": github} | {host: pagure.copy() for host in _PAGURE_HOSTS}


def _services(urls: Mapping[str, str]) -> dict[str, Any]:
    return {
        "approval": {
            "notifications_repository": f"github.com/{NOTIFICATIONS}",
            "fasjson_url": urls["fasjson"],
            "fasjson_token": FASJSON_TOKEN,
        },
        "copr": {"url": urls["copr"], "username": ACCOUNT, "login": LOGIN, "token": TOKEN},
        "bodhi_url": urls["bodhi"],
        "testing_farm": {
            "api_url": f"{urls['testing_farm']}/v0.1",
            "api_key": FARM_KEY,
            "webhook_url": _WEBHOOK,
        },
        "koji": {
            "hub_url": f"{urls['koji']}{HUB}",
            "web_url": urls["koji"],
            "files_url": urls["koji"],
            "username": example_koji.ACCOUNT,
            "password": example_koji.PASSWORD,
        },
    }
