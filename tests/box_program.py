"""Runs steps in the box and prints how they ended: a worker's place in the tests of the box.

It gets `{"folder", "limits", "steps": [{"step", "arguments", "repository"}]}` as its argument. A
step with `package` finds its repository as dist-git too, and whatever source it asks for.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

from packit_worker.box.errors import BoxError
from packit_worker.box.folders import folder
from packit_worker.box.limits import Limits
from packit_worker.box.running import Box
from packit_worker.box.settings import BoxSettings

RPKG = """\
[fedpkg]
lookaside = https://lookaside.example/pkgs
lookasidehash = sha512
lookaside_cgi = https://lookaside.example/upload
"""


def main():
    wanted = json.loads(sys.argv[1])
    settings = BoxSettings(
        folder=Path(wanted["folder"]),
        limits=Limits(**wanted["limits"]),
        **wanted.get("settings", {}),
    )
    box = Box(settings)
    for step in wanted["steps"]:
        began = time.monotonic()
        ended = _run(box, step)
        ended["seconds"] = time.monotonic() - began
        print(json.dumps(ended), flush=True)  # noqa: T201 - the test reads it


def _run(box, step):
    with folder(box.settings.folder) as run:
        if step.get("repository"):
            clone = ["git", "clone", "-q", "--bare", "--", step["repository"]]
            subprocess.run([*clone, run.given / "upstream.git"], check=True)
            if step.get("package"):
                subprocess.run([*clone, run.given / "dist-git.git"], check=True)
                (run.given / "rpkg").mkdir()
                (run.given / "rpkg" / "fedpkg.conf").write_text(RPKG)
        asked = []

        def fetch(url, into):
            asked.append(url)
            return bool(into.write_text("an archive"))

        try:
            answer = box.run(
                run, step["step"], step["arguments"], fetch=fetch if step.get("package") else None
            )
        except BoxError as error:
            return {"code": error.code, "detail": error.detail, "log": error.log}
        loot = [_description(path) for path in answer.files.values() if path.suffix == ".rpm"]
        told = {"value": answer.value, "log": answer.log, "asked": asked}
        return {"code": "", "loot": "\n".join(loot), **told}


def _description(path):
    query = ["rpm", "-qp", "--qf", "%{DESCRIPTION}", path]
    return subprocess.run(query, capture_output=True, check=False, text=True).stdout


if __name__ == "__main__":
    main()
