"""A relay, and a broker that shows what it got."""

import pytest
from servers.relay_process import RelayProcess

ALL_QUEUES = """default,parse_message,record_outcome,installation,release,push_github_gh,
pull_request_gh,pull_request_comment_gh,issue_comment,push_pagure,pull_request_pagure,
pull_request_comment_pagure,copr_build,koji_build,testing_farm_result,sweep,slow"""


@pytest.fixture(scope="module")
def relay(broker, tmp_path_factory):
    """A relay with a secret at each door."""
    relay = RelayProcess(tmp_path_factory.mktemp("relay"), broker, ["--receive-seconds", "2"])
    try:
        yield relay.start()
    finally:
        relay.stop()


@pytest.fixture
def waiting(broker_side):
    """`waiting()`: how many messages wait, by queue, where any do."""
    queues = ALL_QUEUES.replace("\n", "").split(",")
    return lambda: broker_side.depths(queues)
