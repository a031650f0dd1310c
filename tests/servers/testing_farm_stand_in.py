"""A Testing Farm to talk to: the stand-in, with a key of each ranch."""

from contextlib import ExitStack, closing

import pytest
from servers.patience import PATIENCE

from packit_worker.sandbox.server import Server
from packit_worker.sandbox.testing_farm import TestingFarmStandIn
from packit_worker.services.testing_farm import TestingFarmApi
from packit_worker.services.testing_farm_settings import TestingFarmSettings, Webhook

HOOK = Webhook(url="http://127.0.0.1:9/webhooks/testing-farm", token="hook-hush")


@pytest.fixture
def farm_stand_in():
    stand_in = TestingFarmStandIn()
    stand_in.world.user("packit", key="key-hush")
    stand_in.world.user("packit-internal", key="inner-hush", ranch="redhat")
    stand_in.world.user("stranger", key="other-hush")
    with Server(stand_in.stand_in) as server:
        stand_in.url = f"{server.url}/v0.1"
        yield stand_in


def farm_settings(url, **more):
    keys = {"public": "key-hush", "redhat": "inner-hush"}
    return TestingFarmSettings(
        url=url, **({"keys": keys, "webhook": HOOK, "timeout": PATIENCE} | more)
    )


@pytest.fixture
def open_farm():
    """Open clients by their settings, and close them at the end."""
    with ExitStack() as stack:
        yield lambda settings, **more: stack.enter_context(
            closing(TestingFarmApi(settings, **more))
        )


@pytest.fixture
def farm(farm_stand_in, open_farm):
    """Our account's client of the stand-in."""
    return open_farm(farm_settings(farm_stand_in.url))
