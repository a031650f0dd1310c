"""What a Koji hub promises: the stand-in keeps it, and so does a real one where given."""

import dataclasses
import os
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from servers.koji_stand_ins import REAL_TARGET

from packit_worker.errors import RefusedError, TransientError
from packit_worker.koji import TaskState
from packit_worker.services.koji_settings import KojiPassword


@pytest.fixture
def target():
    return REAL_TARGET


@pytest.fixture
def srpm(tmp_path):
    """No package: a builder fails over it, and the hub takes it."""
    file = tmp_path / "hedgehog-2.1-1.src.rpm"
    file.write_bytes(os.urandom(3_000_017))
    return file


@pytest.fixture
def marker():
    return uuid.uuid4().hex


def code_of(call):
    with pytest.raises(RefusedError) as caught:
        call()
    return caught.value.code


def test_a_build_is_submitted_and_read(any_koji, srpm, target, marker):
    any_koji.check_target(target)
    task_id = any_koji.submit(srpm, target, marker=marker)
    task = any_koji.task(task_id)
    assert (task.id, task.target, task.scratch) == (task_id, target, True)
    assert task.source == f"cli-build/packit-worker-{marker}/hedgehog-2.1-1.src.rpm"
    assert task.state in set(TaskState) - {TaskState.UNKNOWN}
    assert abs(task.created - datetime.now(UTC)) < timedelta(minutes=5)
    any_koji.cancel(task_id)
    assert any_koji.task(task_id).state.is_final


def test_a_build_is_found_again_by_its_marker(any_koji, srpm, target, marker):
    since = datetime.now(UTC) - timedelta(minutes=5)
    assert any_koji.find_task(marker, since=since) is None
    wanted = any_koji.submit(srpm, target, marker=marker)
    other = any_koji.submit(srpm, target, marker=uuid.uuid4().hex)
    assert any_koji.find_task(marker, since=since).id == wanted
    for task_id in (wanted, other):
        any_koji.cancel(task_id)


def test_the_same_folder_is_uploaded_to_again(any_koji, srpm, target, marker):
    for _ in range(2):
        any_koji.cancel(any_koji.submit(srpm, target, marker=marker))


def test_what_is_missing_is_told_apart(any_koji):
    target = f"no-{uuid.uuid4().hex}"
    assert code_of(lambda: any_koji.check_target(target)) == "unknown-target"
    assert code_of(lambda: any_koji.task(2**31 - 1)) == "no-such-task"
    assert any_koji.build(f"no-such-{uuid.uuid4().hex}-1-1") is None


def test_a_wrong_password_is_refused(any_koji, open_koji, srpm, target, marker):
    login = KojiPassword(password="wrong")
    wrong = open_koji(dataclasses.replace(any_koji._settings, login=login))
    with pytest.raises(TransientError, match="bad-credentials"):
        wrong.submit(srpm, target, marker=marker)
