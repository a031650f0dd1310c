"""The package tool of the sandbox, run as a program: `new-sources` uploads what is missing.

Its own cache is the one it was written for; `--config` names another, as of a real one.
"""

import argparse
import hashlib
import sys
from configparser import RawConfigParser
from pathlib import Path

import requests

_SECONDS = 20


def main(words: list[str]) -> int:
    """Upload archives; fedpkg would also write the file `sources`, which nobody reads here."""
    name, url, token, *rest = words
    parser = argparse.ArgumentParser(prog=name)
    parser.add_argument("--config")
    for option in ("--path", "--name", "--namespace", "--release"):
        parser.add_argument(option, required=True)
    parser.add_argument("command", choices=["new-sources"])
    parser.add_argument("files", nargs="+")
    asked = parser.parse_args(rest)
    if asked.config:
        config = RawConfigParser()
        config.read(asked.config, encoding="utf-8")
        url = config.get(name, "lookaside_cgi", fallback=url)
    try:
        for file in map(Path, asked.files):
            _upload(url, token, f"{asked.namespace}/{asked.name}", file)
    except requests.RequestException as error:
        sys.stderr.write(f"Could not execute new-sources: {error}\n")
        return 1
    return 0


def _upload(url: str, token: str, name: str, file: Path) -> None:
    content = file.read_bytes()
    about = {"name": name, "sha512sum": hashlib.sha512(content).hexdigest()}
    headers = {"X-Sandbox-Token": token}
    known = requests.post(
        url, data={**about, "filename": file.name}, headers=headers, timeout=_SECONDS
    )
    known.raise_for_status()
    if known.text == "Available":
        return
    sent = {"file": (file.name, content)}
    requests.post(url, data=about, files=sent, headers=headers, timeout=_SECONDS).raise_for_status()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
