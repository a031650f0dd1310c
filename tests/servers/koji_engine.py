"""A process that takes one event through stage 2, with Koji: `python -m servers.koji_engine FILE`.

FILE is JSON: `database`, `github`, `hub`, `srpm`, `event_id`, `event` and `kwargs`.
"""

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

from packit_worker.assembly import build_engine
from packit_worker.ending import Limits
from packit_worker.registry import EVENTS
from packit_worker.secret import Secret
from packit_worker.sections.authentication import ForgeAccess
from packit_worker.sections.koji import KojiSection
from packit_worker.settings import ServiceFile, Settings
from packit_worker.store.claims import Delivery


class _Copies:
    """Hands out copies of a source package."""

    def __init__(self, file):
        self._file = Path(file)

    def make(self, _order, folder):
        return shutil.copy(self._file, folder / self._file.name)


def _settings(told):
    forge = ForgeAccess(type="github", api_url=told["github"], token=Secret("ghp_writer"))
    koji = KojiSection(hub_url=told["hub"], password=Secret("hush-password"))
    service = ServiceFile(authentication={"github.com": forge}, koji=koji)
    return Settings(database=told["database"], service=service)


def main():
    told = json.loads(Path(sys.argv[1]).read_text())
    [kind] = [event for event in EVENTS if event.__name__ == told["event"]]
    engine = build_engine(_settings(told))
    srpms = _Copies(told["srpm"])
    engine = replace(engine, services=replace(engine.services, srpms=lambda: srpms))
    delivery = Delivery(event_id=told["event_id"], task=kind.task(), kwargs=told["kwargs"])
    end = engine.process(
        kind.from_kwargs(told["kwargs"]), delivery, Limits(attempts=5, soft=60, hard=120)
    )
    sys.stdout.write(f"{end.outcome}\n")


if __name__ == "__main__":
    main()
