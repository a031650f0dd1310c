"""One broker a module, Redis and then RabbitMQ, with workers that are started once."""

import pytest
import redis
from celery import Celery
from kombu import Queue
from servers.broker_side import BrokerSide
from servers.rabbitmq_server import virtual_host
from servers.worker_process import WorkerProcess

STAGE_2_QUEUES = """default,record_outcome,installation,release,push_github_gh,pull_request_gh,
pull_request_comment_gh,issue_comment,push_pagure,pull_request_pagure,pull_request_comment_pagure,
copr_build,koji_build,testing_farm_result,sweep,slow""".replace("\n", "").split(",")


@pytest.fixture(scope="module", params=["redis", "rabbitmq"])
def broker(request):
    """The URL of an empty broker."""
    if request.param == "redis":
        url = request.getfixturevalue("redis_url")
        with redis.Redis.from_url(url) as client:
            client.flushdb()
        yield url
        return
    with virtual_host(request, request.getfixturevalue("rabbitmq_url")) as url:
        yield url


@pytest.fixture(scope="module")
def broker_side(broker):
    return BrokerSide(broker)


@pytest.fixture(scope="module")
def stage_1(broker, tmp_path_factory):
    """A worker that parses, and nothing else."""
    worker = WorkerProcess(tmp_path_factory.mktemp("stage1"), broker, ["--queues", "parse_message"])
    try:
        yield worker.start()
    finally:
        worker.stop()


@pytest.fixture(scope="module")
def stage_2(broker, tmp_path_factory):
    """A worker for all the rest."""
    worker = WorkerProcess(
        tmp_path_factory.mktemp("stage2"),
        broker,
        ["--queues", ",".join(STAGE_2_QUEUES), "--concurrency", "1"],
    )
    try:
        yield worker.start()
    finally:
        worker.stop()


@pytest.fixture(scope="module")
def foreign(broker):
    """A plain Celery application of somebody else, told our queue and nothing more."""
    arguments = None if broker.startswith("redis") else {"x-queue-type": "quorum"}
    app = Celery("foreign", broker=broker, set_as_current=False)
    app.conf.task_queues = [Queue("parse_message", queue_arguments=arguments)]
    app.conf.task_default_queue = "parse_message"
    yield app
    app.close()
