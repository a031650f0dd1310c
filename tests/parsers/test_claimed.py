"""Which repository a message claims to be about; whatever it holds, nothing is raised."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from saved_messages import load

from parsers import claimed_repository

SAID = {
    "github": (
        {"repository": {"html_url": "https://GitHub.com/acme/anvil"}},
        "github.com/acme/anvil",
    ),
    "with a port": ({"repository": {"html_url": "http://127.0.0.1:80/o/r/"}}, "127.0.0.1:80/o/r"),
    "pagure pull request": (
        {"pullrequest": {"project": {"full_url": "https://pagure.io/fork/jane/anvil"}}},
        "pagure.io/fork/jane/anvil",
    ),
    "pagure push": ({"repo": {"full_url": "https://pagure.io/anvil"}}, "pagure.io/anvil"),
    "on the bus": ({"topic": "t", "msg": {"project": {"full_url": "https://a.b/c"}}}, "a.b/c"),
    "in a dump": ({"topic": "t", "body": {"project": {"full_url": "https://a.b/c"}}}, "a.b/c"),
    "a password": ({"repository": {"html_url": "https://jane:pw@github.com/o/r"}}, None),
    "a query": ({"repository": {"html_url": "https://github.com/o/r?token=x"}}, None),
    "a newline": ({"repository": {"html_url": "https://github.com/o/r\nx"}}, None),
    "too long": ({"repository": {"html_url": "https://github.com/" + "o" * 300}}, None),
    "a number": ({"repository": {"html_url": 5}}, None),
    "a list": ([{"repository": {"html_url": "https://github.com/o/r"}}], None),
    "nothing": ({}, None),
}


@pytest.mark.parametrize("name", SAID)
def test_what_it_claims(name):
    event, expected = SAID[name]
    assert claimed_repository(event) == expected


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(
                ["repository", "project", "repo", "pullrequest", "html_url", "full_url", "msg"]
            ),
            inner,
        )
    ),
)


@given(json_values)
def test_it_never_raises(event):
    assert claimed_repository(event) is None


def test_a_saved_payload():
    assert (
        claimed_repository(load("github/issue_comment/deleted"))
        == "github.com/meadow-tools/hedgehog"
    )
