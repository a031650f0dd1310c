"""A stand-in of a lookaside cache, and of the package tool that uploads to it.

It also serves what upstream projects publish, below `/released/`: archives of releases.
https://docs.pagure.org/rpkg/
"""

import hashlib
import shlex
import stat
import sys
from dataclasses import dataclass, field
from pathlib import Path

import flask

from packit_worker.sandbox import lookaside_tool
from packit_worker.sandbox.faults import Faults
from packit_worker.sandbox.stand_in import StandIn
from packit_worker.sandbox.world import Write

_TOKEN = "X-Sandbox-Token"  # noqa: S105 - the name of a header


@dataclass(slots=True)
class LookasideWorld:
    """What is there.

    Attributes:
        archives: content by package, name and hash: `rpms/hello/hello-1.tar.gz/sha512/…`.
        released: what upstream projects publish, by path below `/released/`.
        token: what an uploader has to show.
    """

    archives: dict[str, bytes] = field(default_factory=dict)
    released: dict[str, bytes] = field(default_factory=dict)
    writes: list[Write] = field(default_factory=list)
    token: str = "sandbox-lookaside"  # noqa: S105 - made up


class LookasideStandIn:
    """The stand-in: `world` says what exists, `stand_in` what was asked."""

    def __init__(self) -> None:
        self.world = LookasideWorld()
        self.faults = Faults(lambda _status, kind: {"error": kind})
        self.stand_in = StandIn("lookaside", self.world, self.faults, lambda: None)
        add = self.stand_in.app.add_url_rule
        add("/pkgs/upload.cgi", "upload", self._upload, methods=["POST"])
        add("/pkgs/<path:path>", "download", self._download)
        add("/released/<path:path>", "released", self._released)

    def _upload(self) -> flask.Response:
        """Look for an archive (`Available`, `Missing`), or take one (`file`)."""
        request = flask.request
        if request.headers.get(_TOKEN) != self.world.token:
            return flask.Response("Status: 403 Forbidden\n", 403)
        sent = request.form
        name, wanted = sent.get("name", ""), sent.get("sha512sum", "")
        file = request.files.get("file")
        if file is None:
            path = f"{name}/{sent.get('filename')}/sha512/{wanted}"
            return flask.Response("Available" if path in self.world.archives else "Missing")
        content = file.stream.read()
        if hashlib.sha512(content).hexdigest() != wanted:
            return flask.Response("the checksum does not match", 400)
        self.world.archives[f"{name}/{file.filename}/sha512/{wanted}"] = content
        data = {"name": name, "filename": file.filename, "sha512sum": wanted}
        self.world.writes.append(Write(kind="upload", repository=name, by="packager", data=data))
        return flask.Response(f"File {file.filename} size {len(content)} stored")

    def _download(self, path: str) -> flask.Response:
        """`/pkgs/rpms/hello/hello-1.tar.gz/sha512/HASH/hello-1.tar.gz`."""
        content = self.world.archives.get(path.rpartition("/")[0])
        return flask.Response(content) if content is not None else flask.Response("none", 404)

    def _released(self, path: str) -> flask.Response:
        content = self.world.released.get(path)
        return flask.Response(content) if content is not None else flask.Response("none", 404)


def write_tool(folder: Path, url: str, token: str, name: str = "fedpkg") -> Path:
    """Write a stand-in of the package tool, for PATH.

    Args:
        folder: where it goes.
        url: of the stand-in of the cache, where no configuration names another.
        token: what the cache wants to see: in life a ticket of Kerberos, or a certificate.
        name: of the tool.
    """
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / name
    words = [sys.executable, "-I", lookaside_tool.__file__, name, f"{url}/pkgs/upload.cgi", token]
    program.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n', encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program
