import re

import pytest
from saved_messages import load

from parsers import MalformedError, parse

HEADERS = {
    "issue_comment": "issue_comment",
    "pull_request_comment_gh": "issue_comment",
    "pull_request_gh": "pull_request",
    "push_github_gh": "push",
    "release": "release",
}


def by_every_road(body, header, **options):
    """Parse with the header, and by shape: they must agree."""
    try:
        outcome = parse(body, source="github", event_type=header, **options)
    except MalformedError as error:
        with pytest.raises(MalformedError, match=re.escape(str(error))):
            parse(body, source="github", **options)
        raise
    assert parse(body, source="github", **options) == outcome
    return outcome


@pytest.fixture
def parse_saved():
    """Parse the payload `<word>/<case>`; `change(body)` may alter it before."""

    def parse_it(name, change=None, **options):
        body = load(f"github/{name}")
        word = name.partition("/")[0]
        header = HEADERS.get(word) or _installation_header(body)
        if change:
            change(body)
        return by_every_road(body, header, **options)

    return parse_it


def _installation_header(body):
    is_delta = "repositories_added" in body
    return "installation_repositories" if is_delta else "installation"
