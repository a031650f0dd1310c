"""One broker a module, Redis and then RabbitMQ, with workers that are started once."""

import shutil

import pytest
import redis
from celery import Celery
from kombu import Queue
from servers.broker_side import BrokerSide
from servers.postgres_server import fresh_database
from servers.rabbitmq_server import virtual_host
from servers.stage2_side import Stage2
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


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def module_database_url(request, broker, tmp_path_factory):
    """The URL of a database with all tables and no rows, one for a module and broker."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("module") / "packit-worker.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    template = request.getfixturevalue("postgres_template")
    with fresh_database(request.getfixturevalue("postgres_url"), template) as url:
        yield url


@pytest.fixture(scope="module")
def start_stage_2(broker, module_database_url, tmp_path_factory):
    """`start_stage_2(**route)`: broker, database, and workers with handlers that record."""
    started = []

    def start(**route):
        folder = tmp_path_factory.mktemp("recorded")
        stage_2 = Stage2(folder, broker, module_database_url, **route)
        started.append(stage_2)
        return stage_2

    yield start
    for stage_2 in started:
        stage_2.close()
