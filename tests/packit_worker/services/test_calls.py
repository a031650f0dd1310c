"""Retry-After, and what GitHub's answers mean where a server cannot be made to give them."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from github import GithubException

from packit_worker.errors import RefusedError, TransientError
from packit_worker.services.calls import seconds_of
from packit_worker.services.github_errors import of_answer


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("-5", 0.0),
        ("1.5", 1.5),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_seconds_of(header, seconds):
    assert seconds_of(header) == seconds


def test_seconds_until_a_date():
    date = format_datetime(datetime.now(UTC) + timedelta(minutes=5), usegmt=True)
    assert 295 < seconds_of(date) <= 300
    assert seconds_of("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0


@pytest.mark.parametrize(
    ("status", "data", "headers", "retry_after"),
    [
        (403, {"message": "You have exceeded a secondary rate limit."}, {}, 60.0),
        (429, None, None, 60.0),
        (403, {"message": "No"}, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1"}, 0.0),
        (403, {"message": "No"}, {"Retry-After": "7"}, 7.0),
    ],
)
def test_a_rate_limit(status, data, headers, retry_after):
    error = of_answer(GithubException(status, data, headers))
    assert isinstance(error, TransientError)
    assert (error.reason, error.retry_after) == ("rate-limit", retry_after)


@pytest.mark.parametrize(
    ("status", "data", "code"),
    [
        (403, {"message": "Resource not accessible by integration"}, "no-permission"),
        (403, {"message": "Repository access blocked", "block": {}}, "repository-blocked"),
        (451, {"message": "Unavailable For Legal Reasons"}, "repository-blocked"),
        (410, {"message": "This issue was deleted"}, "deleted"),
        (422, {"message": "Validation Failed", "errors": ["odd"]}, "invalid"),
        (409, "a text", "refused"),
    ],
)
def test_a_refusal(status, data, code):
    error = of_answer(GithubException(status, data, {"x-ratelimit-remaining": "4999"}))
    assert isinstance(error, RefusedError)
    assert error.code == code
