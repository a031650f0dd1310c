import pytest

from parsers import MalformedError, Parsed, Skip

CREATED = {
    "action": "created",
    "installation_id": 31882046,
    "account_login": "meadow-tools",
    "account_id": 90314427,
    "account_url": "https://api.github.com/users/meadow-tools",
    "account_type": "Organization",
    "created_at": "2025-06-01T12:00:00+02:00",
    "repositories": ["meadow-tools/hedgehog", "meadow-tools/dormouse"],
    "sender_id": 51820934,
    "sender_login": "brindle-fox",
}
# Another account: the demo replays all payloads, and what ended gets nothing any more.
ENDED = {
    **CREATED,
    "installation_id": 31882097,
    "account_login": "acorn-guild",
    "account_id": 90314999,
    "account_url": "https://api.github.com/users/acorn-guild",
}
DELTA = {**CREATED, "created_at": "2025-06-01T10:00:00+00:00"}


@pytest.mark.parametrize(
    ("case", "kwargs"),
    [
        ("created", CREATED),
        (
            "created_by_user_without_repositories",
            {
                **CREATED,
                "installation_id": 31882098,
                "account_login": "oat-farmer",
                "account_id": 73309118,
                "account_url": "https://api.github.com/users/oat-farmer",
                "account_type": "User",
                "repositories": [],
                "sender_id": 73309118,
                "sender_login": "oat-farmer",
            },
        ),
        ("deleted", {**ENDED, "action": "deleted", "repositories": ["acorn-guild/hedgehog"]}),
        ("suspend", {**ENDED, "action": "suspend", "repositories": []}),
        ("unsuspend", {**CREATED, "action": "unsuspend", "repositories": []}),
        (
            "repositories_added",
            {**DELTA, "action": "added", "repositories": ["meadow-tools/dormouse"]},
        ),
        (
            "repositories_removed",
            {
                **ENDED,
                "created_at": "2025-06-01T10:00:00+00:00",
                "action": "removed",
                "repositories": ["acorn-guild/hedgehog", "acorn-guild/dormouse"],
                "sender_id": 73309118,
                "sender_login": "oat-farmer",
            },
        ),
    ],
)
def test_parsed(parse_saved, case, kwargs):
    assert parse_saved(f"installation/{case}") == Parsed("InstallationEvent", kwargs)


@pytest.mark.parametrize(
    ("case", "detail"),
    [
        ("new_permissions_accepted", "installation 'new_permissions_accepted'"),
        ("repositories_replaced", "installation_repositories 'replaced'"),
    ],
)
def test_other_actions(parse_saved, case, detail):
    assert parse_saved(f"installation/{case}") == Skip("action-not-handled", detail)


def test_a_time_is_not_needed(parse_saved):
    outcome = parse_saved("installation/created", lambda b: b["installation"].pop("created_at"))
    assert outcome.kwargs["created_at"] is None


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda b: b.pop("action"), "$.action"),
        (lambda b: b.update(action=7), "$.action"),
        (lambda b: b["installation"].pop("id"), "$.installation.id"),
        (lambda b: b["installation"].update(id=True), "$.installation.id"),
        (lambda b: b["installation"].update(account=None), "$.installation.account"),
        (lambda b: b["installation"]["account"].pop("login"), "$.installation.account.login"),
        (lambda b: b["installation"]["account"].update(id="1"), "$.installation.account.id"),
        (lambda b: b["installation"]["account"].pop("url"), "$.installation.account.url"),
        (lambda b: b["installation"]["account"].pop("type"), "$.installation.account.type"),
        (lambda b: b["installation"].update(created_at="soon"), "$.installation.created_at"),
        (lambda b: b.update(repositories={}), "$.repositories"),
        (lambda b: b["repositories"].insert(1, None), "$.repositories[1]"),
        (lambda b: b["repositories"][1].pop("full_name"), "$.repositories[1].full_name"),
        (lambda b: b.pop("sender"), "$.sender"),
        (lambda b: b["sender"].update(login="a\x00b"), "$.sender.login"),
    ],
)
def test_malformed(parse_saved, change, path):
    with pytest.raises(MalformedError) as caught:
        parse_saved("installation/created", change)
    assert caught.value.path == path


@pytest.mark.parametrize("case", ["repositories_added", "repositories_removed"])
def test_a_delta_without_an_action(parse_saved, case):
    with pytest.raises(MalformedError) as caught:
        parse_saved(f"installation/{case}", lambda b: b.pop("action"))
    assert caught.value.path == "$.action"
