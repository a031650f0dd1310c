"""A build that ends while our App is away is told when it is back."""

from dataclasses import replace

import pytest
from event_kwargs import event_of
from koji_side import F44

from packit_worker.errors import RefusedError, TransientError
from packit_worker.reporting import Reporter, Status


def change(side, action, number=901):
    about = {"account_login": "octo", "account_id": 12, "installation_id": number}
    about |= {"account_url": "https://api.github.com/users/octo", "repositories": ["octo/hello"]}
    event = event_of("InstallationEvent", action=action, sender_login="wendy", **about)
    return side.process(event, f"{action}-{number}").outcome


@pytest.mark.parametrize(
    ("gone", "back", "number"),
    [("suspend", "unsuspend", 901), ("removed", "added", 901), ("deleted", "created", 902)],
)
def test_what_ended_meanwhile_is_told_at_once_when_the_app_is_back(
    koji_side_anywhere, gone, back, number
):
    side = koji_side_anywhere
    side.change(policy=replace(side.engine.policy, app_hosts=frozenset({"github.com"})))
    change(side, "created")
    side.opened()
    change(side, gone)
    assert {end.code for end in side.built()} == {"uninstalled"}
    assert (side.rows(), side.sweep()) == ([("f44", "submitted")], [])
    assert change(side, back, number) == "done"
    [end] = side.sweep()
    assert end.outcome == "done"
    assert side.shown()[F44] == ("success", "Built in 4 min 12 s for aarch64, x86_64.")


def test_a_build_of_another_account_is_not_asked_about(koji_side):
    side = koji_side
    side.opened()
    side.built(order=lambda _messages: [])
    event = event_of("InstallationEvent", account_login="octo2", repositories=["octo2/hello"])
    side.process(event, "other")
    assert side.sweep() == []


class Away:
    """A forge that our App does not reach."""

    def __init__(self, code):
        self.code = code

    def set_status(self, *_args, **_more):
        raise RefusedError(self.code)


@pytest.mark.parametrize("code", ["app-not-installed", "app-suspended"])
def test_a_status_that_the_app_cannot_write_now_stays_due(koji_side, code):
    policy = koji_side.engine.policy
    status = Status(commit="c0ffee", context="x", state="success", text="Built.", url="u")
    with pytest.raises(TransientError, match=code) as caught:
        Reporter(Away(code), policy, None).status(status, thread=None)
    assert caught.value.retry_after == 3600
