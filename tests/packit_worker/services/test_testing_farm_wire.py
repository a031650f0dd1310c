"""What goes over the wire to Testing Farm, and what its answers are read as."""

import pytest
from servers.testing_farm_stand_in import farm_settings

from packit_worker.errors import RefusedError
from packit_worker.sandbox.testing_farm_backend import Outcome
from packit_worker.services.testing_farm_body import body_of
from packit_worker.services.testing_farm_settings import Webhook
from packit_worker.testing_farm import CoprArtifact, FarmRequest, NewRequest, Plans

PLANS = Plans(url="https://github.com/octo/hello", ref="5" * 40)
CONTEXT = {"distro": "fedora-44", "arch": "x86_64", "trigger": "commit", "initiator": "packit"}


def wanted(**more):
    given = {
        "ranch": "public",
        "plans": PLANS,
        "arch": "x86_64",
        "compose": "Fedora-44",
        "context": CONTEXT,
    }
    return NewRequest(**(given | more))


WHOLE = wanted(
    plans=Plans(
        url="https://github.com/octo/hello",
        ref="5" * 40,
        path="tests/os",
        name="/plans/smoke",
        merge_sha="a" * 40,
    ),
    artifacts=(CoprArtifact(build_id=7000001, chroot="fedora-44-x86_64"),),
    variables={"PACKIT_PR_ID": "7"},
    post_install_script="#!/bin/sh\n",
    extra={"environments": [{"pool": "big"}], "settings": {"pipeline": {"timeout": 90}}},
)
BODY = {
    "test": {
        "tmt": {
            "url": "https://github.com/octo/hello",
            "ref": "5555555555555555555555555555555555555555",
            "path": "tests/os",
            "name": "/plans/smoke",
            "merge_sha": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        }
    },
    "environments": [
        {
            "arch": "x86_64",
            "os": {"compose": "Fedora-44"},
            "tmt": {
                "context": {
                    "distro": "fedora-44",
                    "arch": "x86_64",
                    "trigger": "commit",
                    "initiator": "packit",
                }
            },
            "variables": {"PACKIT_PR_ID": "7"},
            "artifacts": [{"id": "7000001:fedora-44-x86_64", "type": "fedora-copr-build"}],
            "settings": {"provisioning": {"post_install_script": "#!/bin/sh\n"}},
            "pool": "big",
        }
    ],
    "notification": {
        "webhook": {"url": "http://127.0.0.1:9/webhooks/testing-farm", "token": "hook-hush"}
    },
    "settings": {"pipeline": {"timeout": 90}},
}


def test_a_request_arrives_field_by_field(farm, farm_stand_in):
    request = farm.submit(WHOLE)
    kept = farm_stand_in.world.tests[request.id]
    assert kept.body == BODY
    assert (kept.user, kept.ranch) == ("packit", "public")
    assert request == FarmRequest(id=kept.id, state="new")
    seen = farm_stand_in.stand_in.requests
    assert [str(one) for one in seen] == ["POST /v0.1/requests"]


def test_what_is_not_known_is_not_sent(farm, farm_stand_in):
    kept = farm_stand_in.world.tests[farm.submit(wanted()).id]
    assert kept.body["test"] == {"tmt": {"url": PLANS.url, "ref": "5" * 40, "path": "."}}
    assert set(kept.body["environments"][0]) == {"arch", "os", "tmt", "variables"}


def test_without_a_webhook_nothing_is_to_be_told(open_farm, farm_stand_in):
    farm = open_farm(farm_settings(farm_stand_in.url, webhook=None))
    kept = farm_stand_in.world.tests[farm.submit(wanted()).id]
    assert set(kept.body) == {"test", "environments"}


def test_each_ranch_has_its_key(farm, farm_stand_in):
    kept = farm_stand_in.world.tests[farm.submit(wanted(ranch="redhat")).id]
    assert (kept.user, kept.ranch) == ("packit-internal", "redhat")
    assert farm.request(kept.id, "redhat").state == "new"


def test_a_ranch_without_a_key_is_not_configured(open_farm, farm_stand_in):
    farm = open_farm(farm_settings(farm_stand_in.url, keys={"public": "key-hush"}))
    for call in (
        lambda: farm.submit(wanted(ranch="redhat")),
        lambda: farm.composes("redhat"),
    ):
        with pytest.raises(RefusedError) as caught:
            call()
        assert caught.value.code == "not-configured"
    assert farm_stand_in.stand_in.requests == []


def test_how_a_request_goes_on(farm, farm_stand_in):
    number = farm.submit(wanted()).id
    assert farm.request(number, "public") == FarmRequest(id=number, state="new")
    farm_stand_in.run(number, Outcome(state="running"))
    running = farm.request(number, "public")
    assert (running.state, running.overall) == ("running", None)
    assert running.artifacts_url == f"https://artifacts.example.com/{number}"
    farm_stand_in.run(number, Outcome(overall="failed", summary="2 of 3 tests failed"))
    assert farm.request(number, "public") == FarmRequest(
        id=number,
        state="complete",
        overall="failed",
        summary="2 of 3 tests failed",
        artifacts_url=f"https://artifacts.example.com/{number}",
    )
    assert farm.request_url(number) == f"{farm_stand_in.url}/requests/{number}"


def test_cancel_is_no_error_twice_and_refused_at_the_end(farm, farm_stand_in):
    number = farm.submit(wanted()).id
    farm.cancel(number, "public")
    farm.cancel(number, "public")
    assert farm.request(number, "public").state == "canceled"
    ended = farm.submit(wanted()).id
    farm_stand_in.run(ended)
    with pytest.raises(RefusedError) as caught:
        farm.cancel(ended, "public")
    assert caught.value.code == "already-ended"


def test_composes_are_asked_for_once_in_ten_minutes(farm_stand_in, open_farm):
    now = [0.0]
    farm = open_farm(farm_settings(farm_stand_in.url), clock=lambda: now[0])
    for seconds in (0, 1, 599, 600, 601):
        now[0] = float(seconds)
        assert "Fedora-Rawhide" in farm.composes("public")
    assert len(farm_stand_in.stand_in.requests) == 2
    assert "Fedora-Rawhide-Nightly" in farm.composes("redhat")


def test_nobody_else_can_be_asked_about_by_a_strange_number(farm, farm_stand_in):
    with pytest.raises(RefusedError) as caught:
        farm.request("../composes/public", "public")
    assert caught.value.code == "no-such-request"


@pytest.mark.parametrize(
    ("extra", "place", "value"),
    [
        ({"environments": [{"tmt": {"context": {"how": "full"}}}]}, "context", None),
        ({"environments": [{"artifacts": [{"id": "1", "type": "repository"}]}]}, "artifacts", 2),
        ({"environments": []}, "artifacts", 1),
    ],
)
def test_what_a_config_adds(extra, place, value):
    body = body_of(wanted(artifacts=WHOLE.artifacts, extra=extra), None)
    environment = body["environments"][0]
    if place == "context":
        assert environment["tmt"]["context"] == CONTEXT | {"how": "full"}
    else:
        assert environment["artifacts"][0]["id"] == "7000001:fedora-44-x86_64"
        assert len(environment["artifacts"]) == value


@pytest.mark.parametrize(
    ("extra", "text"),
    [
        ({"notification": {"webhook": {"url": "https://evil.example"}}}, "tf_extra_params.notif"),
        ({"api_key": "x"}, "tf_extra_params.api_key may not be set, only environments, test,"),
        ({"environments": {"pool": "x"}}, "tf_extra_params.environments is of another type here"),
        ({"environments": ["x"]}, "tf_extra_params.environments.0 is of another type here"),
        ({"environments": [{}, {}]}, "tf_extra_params.environments has more than 1 items"),
        ({"test": {"tmt": None}}, "tf_extra_params.test.tmt is of another type here"),
    ],
)
def test_what_a_config_may_not_add(farm, farm_stand_in, extra, text):
    with pytest.raises(RefusedError) as caught:
        farm.submit(wanted(extra=extra))
    assert caught.value.code == "bad-request"
    assert caught.value.reason.startswith(text)
    assert farm_stand_in.stand_in.requests == []


def test_no_secret_is_in_a_repr(farm_stand_in):
    settings = farm_settings(farm_stand_in.url)
    assert "hush" not in repr(settings)
    assert "hush" not in repr(Webhook(url="https://a.example", token="hush"))
