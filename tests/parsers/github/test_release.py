import pytest

from parsers import MalformedError, Options, Parsed, Skip

PUBLISHED = {
    "repo_namespace": "meadow-tools",
    "repo_name": "hedgehog",
    "tag_name": "1.4.0",
    "https_url": "https://github.com/meadow-tools/hedgehog",
    "prerelease": False,
    "user_login": "brindle-fox",
}


@pytest.mark.parametrize(
    ("case", "kwargs"),
    [
        ("published", PUBLISHED),
        ("published_prerelease", {**PUBLISHED, "tag_name": "1.5.0rc1", "prerelease": True}),
        ("published_without_sender", {**PUBLISHED, "user_login": "oat-farmer"}),
        ("published_ghost", {**PUBLISHED, "user_login": None}),
        ("published_thin", PUBLISHED),
    ],
)
def test_parsed(parse_saved, case, kwargs):
    assert parse_saved(f"release/{case}") == Parsed("ReleaseEvent", kwargs)


@pytest.mark.parametrize(
    ("case", "action"),
    [
        ("created_draft", "created"),
        ("prereleased", "prereleased"),
        ("released", "released"),
        ("edited", "edited"),
        ("deleted", "deleted"),
        ("unpublished", "unpublished"),
    ],
)
def test_only_a_published_release_counts(parse_saved, case, action):
    outcome = parse_saved(f"release/{case}")
    assert outcome == Skip("action-not-handled", f"release '{action}'")


def test_the_address_of_a_thin_payload_is_of_the_forge_in_the_options(parse_saved):
    options = Options(web_url={"github": "https://git.fennel.example"})
    outcome = parse_saved("release/published_thin", options=options)
    assert outcome.kwargs["https_url"] == "https://git.fennel.example/meadow-tools/hedgehog"


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda b: b.pop("action"), "$.action"),
        (lambda b: b.update(release=None), "$.release"),
        (lambda b: b["release"].pop("tag_name"), "$.release.tag_name"),
        (lambda b: b["release"].update(tag_name=""), "$.release.tag_name"),
        (lambda b: b["release"].update(tag_name="1.0\ud800"), "$.release.tag_name"),
        (lambda b: b["release"].update(prerelease="yes"), "$.release.prerelease"),
        (
            lambda b: b.update(sender=None, release={"tag_name": "1", "author": 5}),
            "$.release.author",
        ),
        (lambda b: b.pop("repository"), "$.repository"),
    ],
)
def test_malformed(parse_saved, change, path):
    with pytest.raises(MalformedError) as caught:
        parse_saved("release/published", change)
    assert caught.value.path == path
