"""The raw upload of the Koji stand-in: pieces of a file as they are, beside the XML-RPC calls.

https://pagure.io/koji/blob/master/f/kojihub/kojihub.py (handle_upload, CheckUpload)
"""

import hashlib
import zlib
from typing import Any

import flask

from packit_worker.sandbox.koji_calls import user
from packit_worker.sandbox.koji_faults import fault
from packit_worker.sandbox.koji_world import KojiWorld

_SPECIAL = {"", ".", ".."}


def upload(world: KojiWorld) -> dict[str, Any]:
    """Keep a piece of a file, and answer its size and checksum."""
    who = user()
    query = flask.request.args
    folder, name = query.get("filepath", ""), query.get("filename", "")
    if _SPECIAL & {*folder.split("/"), name} or "/" in name:
        raise fault("error", f"Invalid upload path: {folder}/{name}")
    if world.folders.setdefault(folder, who.name) != who.name:
        raise fault("error", f"Invalid upload directory, not owner: {folder}")
    offset = int(query.get("offset", "0"))
    path = f"{folder}/{name}"
    if path in world.uploads and offset == 0 and "overwrite" not in query:
        raise fault("error", f"upload path exists: {path}")
    piece = flask.request.get_data()
    file = world.uploads.setdefault(path, bytearray())
    if offset > len(file):
        raise fault("error", f"offset {offset} is behind the end of {path}")
    file[offset:] = piece
    return {
        "size": len(piece),
        "fileverify": query.get("fileverify"),
        "offset": offset,
        "hexdigest": _digest(query.get("fileverify"), piece),
    }


def check_upload(
    world: KojiWorld, folder: str, name: str, verify: str | None = None, **_: Any
) -> dict[str, Any] | None:
    """Tell size and checksum of a whole file; None: there is none."""
    user()
    file = world.uploads.get(f"{folder}/{name}")
    if file is None:
        return None
    answer: dict[str, Any] = {"size": len(file), "mtime": 0.0}
    return answer | ({"sumtype": verify, "hexdigest": _digest(verify, file)} if verify else {})


def _digest(verify: str | None, data: bytes | bytearray) -> str:
    if verify == "adler32":
        return f"{zlib.adler32(data):08x}"
    if verify in {"md5", "sha256"}:
        return hashlib.new(verify, data).hexdigest()
    raise fault("error", f"Unsupported verify type: {verify}")
