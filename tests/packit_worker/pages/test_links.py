"""Addresses on forges; never one that a browser must not be sent to."""

from types import SimpleNamespace

import pytest

from packit_worker.pages.links import Link, of_details, on_forge, repository, web

FORGES = {"github.com": "github", "src.example.org": "pagure"}
GITHUB = SimpleNamespace(host="github.com", namespace="fedora-lab", name="lantern")
PAGURE = SimpleNamespace(host="src.example.org", namespace="rpms", name="lamp")
TOP = SimpleNamespace(host="src.example.org", namespace="", name="lamp")


@pytest.mark.parametrize(
    ("project", "kind", "ref", "text", "url"),
    [
        (
            GITHUB,
            "commit",
            "a" * 40,
            "a" * 12,
            f"https://github.com/fedora-lab/lantern/commit/{'a' * 40}",
        ),
        (
            GITHUB,
            "pull-request",
            "7",
            "Pull request #7",
            "https://github.com/fedora-lab/lantern/pull/7",
        ),
        (GITHUB, "issue", "8", "Issue #8", "https://github.com/fedora-lab/lantern/issues/8"),
        (
            GITHUB,
            "branch",
            "a/b c?#",
            "Branch a/b c?#",
            "https://github.com/fedora-lab/lantern/tree/a/b%20c%3F%23",
        ),
        (
            GITHUB,
            "release",
            "v1",
            "Release v1",
            "https://github.com/fedora-lab/lantern/releases/tag/v1",
        ),
        (PAGURE, "commit", "abc", "abc", "https://src.example.org/rpms/lamp/c/abc"),
        (
            PAGURE,
            "pull-request",
            "7",
            "Pull request #7",
            "https://src.example.org/rpms/lamp/pull-request/7",
        ),
        (TOP, "issue", "8", "Issue #8", "https://src.example.org/lamp/issue/8"),
        (PAGURE, "something", "8", "8", None),
    ],
)
def test_on_a_forge(project, kind, ref, text, url):
    assert on_forge(project, kind, ref, FORGES) == Link(text, url)


def test_of_a_host_that_is_no_forge_of_ours():
    other = SimpleNamespace(host="evil.example.org", namespace="a", name="b")
    assert on_forge(other, "commit", "abc", FORGES) == Link("abc")
    assert repository(TOP) == Link("src.example.org/lamp", "https://src.example.org/lamp")


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "//host/x",
        "/x",
        "ftp://h/x",
        "http://[",
        "https:x",
    ],
)
def test_no_address_for_a_browser(url):
    assert web(url) is None


def test_addresses_in_details():
    details = {
        "log_url": "https://copr.example.org/log",
        "build_log_url": "http://koji.example.org/log",
        "bad_url": "javascript:alert(1)",
        "url": "https://other.example.org",
        "marker": "https://other.example.org",
        "nested": {"log_url": "https://other.example.org"},
    }
    assert of_details(details) == [
        Link("Open log", "https://copr.example.org/log"),
        Link("Open build log", "http://koji.example.org/log"),
    ]
