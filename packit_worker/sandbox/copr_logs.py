"""The logs that the Copr of the sandbox keeps of its builds, packed as a real one's."""

import gzip
from typing import NoReturn

import flask
from werkzeug.exceptions import NotFound

from packit_worker.sandbox.copr_world import SOURCE, CoprWorld

_BEGIN = "Running (timeout=7200): unbuffer mock --rebuild\nStart: build setup for teapot\n"
_SOURCE_ERROR = "error: File not found: teapot-2.1.tar.gz\n"
_BUILD_ERROR = "error: Bad exit status from /var/tmp/rpm-tmp.q1 (%build)\n"


class CoprLogs:
    """`GET /results/<owner>/<project>/<chroot>/<build>[-<package>]/builder-live.log.gz`."""

    def __init__(self, world: CoprWorld) -> None:
        self._world = world

    def log(self, chroot: str, folder: str, **_project: str) -> flask.Response:
        """Return the log of a part of a build that has begun."""
        number = folder.partition("-")[0]
        build = self._world.builds.get(int(number)) if number.isdecimal() else None
        if build is None:
            _missing()
        part = build.source_progress if chroot == SOURCE else build.chroots.get(chroot)
        if part is None or part.started is None:
            _missing()
        error = _SOURCE_ERROR if chroot == SOURCE else _BUILD_ERROR
        text = _BEGIN + (error if part.state == "failed" else "Finish: run\n")
        return flask.Response(gzip.compress(text.encode()), mimetype="application/gzip")


def _missing() -> NoReturn:
    raise NotFound
