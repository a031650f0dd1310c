"""What Testing Farm posts -> TestingFarmResultEvent: https://docs.testing-farm.io.

The token that comes along is the door's to check; it is not copied.
"""

from parsers.fields import maybe_name, maybe_text, need_name
from parsers.message import Message, Outcome
from parsers.options import Options
from parsers.result import Parsed
from parsers.shapes import maybe_commit, need_chroot


def parse_notification(message: Message, _options: Options) -> Outcome:
    """Read that something changed in a request; its results are there to be fetched."""
    return Parsed(
        "TestingFarmResultEvent",
        {
            "pipeline_id": need_name(message.body, "request_id"),
            "result": None,
            "summary": None,
            "log_url": None,
            "copr_chroot": None,
            "commit_sha": None,
            "https_url": None,
        },
    )


def parse_result(message: Message, _options: Options) -> Outcome:
    """Read results that came whole, as they did before the current API."""
    body = message.body
    result = maybe_name(body, "result")
    url = maybe_name(body, "artifact", "git-url")
    chroot = maybe_name(body, "artifact", "copr-chroot")
    return Parsed(
        "TestingFarmResultEvent",
        {
            "pipeline_id": need_name(body, "pipeline", "id"),
            "result": None if result is None else result.lower(),
            "summary": maybe_text(body, "message"),
            "log_url": maybe_name(body, "url"),
            "copr_chroot": chroot and need_chroot(body, "artifact", "copr-chroot"),
            "commit_sha": maybe_commit(body, "artifact", "commit-sha"),
            "https_url": None if url is None else url.removesuffix(".git"),
        },
    )
