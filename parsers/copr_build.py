"""Copr's `copr.build.start` and `copr.build.end` -> CoprBuildEvent.

https://github.com/fedora-copr/copr/tree/main/messaging
"""

from parsers.fields import maybe_name, maybe_time, need_id, need_name
from parsers.message import Message, Outcome
from parsers.options import Options
from parsers.result import Parsed
from parsers.shapes import need_chroot


def parse_copr_build(message: Message, _options: Options) -> Outcome:
    """Read that a build has begun or ended in one chroot.

    The source package is built in the chroot `srpm-builds`, where name and version are not known.
    """
    body = message.body
    return Parsed(
        "CoprBuildEvent",
        {
            "topic": message.type,
            "build_id": need_id(body, "build"),
            "chroot": need_chroot(body, "chroot"),
            "status": need_id(body, "status"),
            "owner": need_name(body, "owner"),
            "user": maybe_name(body, "user"),
            "project_name": need_name(body, "copr"),
            "pkg": maybe_name(body, "pkg"),
            "version": maybe_name(body, "version"),
            "timestamp": maybe_time(body, "timestamp"),
        },
    )
