"""What goes over the wire to Koji, and what is made of its answers."""

import hashlib
import os
from datetime import UTC, datetime, timedelta

import pytest
from servers.koji_stand_ins import FILES, PASSWORD, TARGETS, WEB, koji_settings

from packit_worker.errors import RefusedError
from packit_worker.koji import TaskState
from packit_worker.sandbox.koji_builders import Outcome
from packit_worker.services.koji_settings import KojiCertificate, KojiPassword

MEBIBYTE = 1 << 20
FOLDER = "cli-build/packit-worker-0b1c-marker"


@pytest.fixture
def srpm(tmp_path):
    file = tmp_path / "hedgehog-2.1-1.src.rpm"
    file.write_bytes(b"\xed\xab\xee\xdb not much of a package")
    return file


def called(stand_in):
    return [name for name, _login in stand_in.world.calls]


def writes(stand_in):
    return [(one.kind, one.repository, one.by, one.data) for one in stand_in.world.writes]


def test_a_source_package_is_uploaded_and_built(koji, koji_stand_in, srpm):
    task_id = koji.submit(srpm, "rawhide", marker="0b1c-marker")
    assert task_id == 117000001
    assert koji_stand_in.world.calls == [
        ("login", None),
        ("rawUpload", "packit"),
        ("checkUpload", "packit"),
        ("build", "packit"),
        ("logout", "packit"),
    ]
    path = f"{FOLDER}/hedgehog-2.1-1.src.rpm"
    sent = {"target": "rawhide", "opts": {"scratch": True}}
    assert writes(koji_stand_in) == [("build", path, "packit", sent)]
    assert bytes(koji_stand_in.world.uploads[path]) == b"\xed\xab\xee\xdb not much of a package"
    assert koji_stand_in.world.sessions == {}


def test_a_build_that_is_kept_says_so(koji, koji_stand_in, srpm):
    koji.submit(srpm, "f44", marker="m", scratch=False)
    [(_kind, _path, _by, data)] = writes(koji_stand_in)
    assert data == {"target": "f44", "opts": {}}


@pytest.mark.parametrize("over_tls", [False, True])
def test_thirty_megabytes_arrive_intact(request, tmp_path, over_tls):
    koji = request.getfixturevalue("koji_by_certificate" if over_tls else "koji")
    stand_in = request.getfixturevalue("tls_stand_in" if over_tls else "koji_stand_in")
    content = os.urandom(30 * MEBIBYTE + 4711)
    file = tmp_path / "big-1.0-1.src.rpm"
    file.write_bytes(content)
    koji.submit(file, "f44", marker="0b1c-marker")
    arrived = stand_in.world.uploads[f"{FOLDER}/big-1.0-1.src.rpm"]
    assert len(arrived) == 31461991
    assert hashlib.sha256(arrived).hexdigest() == hashlib.sha256(content).hexdigest()
    assert called(stand_in).count("rawUpload") == 31


def test_the_next_attempt_replaces_what_is_there(koji, koji_stand_in, srpm):
    longer = bytearray(b"x" * 3 * MEBIBYTE)
    koji_stand_in.world.uploads[f"{FOLDER}/{srpm.name}"] = longer
    koji_stand_in.world.folders[FOLDER] = "packit"
    koji.submit(srpm, "f44", marker="0b1c-marker")
    arrived = koji_stand_in.world.uploads[f"{FOLDER}/{srpm.name}"]
    assert bytes(arrived) == b"\xed\xab\xee\xdb not much of a package"


def test_an_unknown_target_is_told_with_the_nearest(koji, koji_stand_in):
    koji.check_target("rawhide")
    koji_stand_in.world.calls.clear()
    with pytest.raises(RefusedError) as caught:
        koji.check_target("rawhid")
    assert caught.value.code == "unknown-target"
    assert caught.value.reason == 'Koji has no target "rawhid". Did you mean "rawhide"?'
    assert called(koji_stand_in) == ["getBuildTarget", "getBuildTargets"]
    with pytest.raises(RefusedError) as caught:
        koji.check_target("nothing-like-it")
    assert caught.value.reason == 'Koji has no target "nothing-like-it".'


@pytest.mark.parametrize("marker", ["", "a/b", "../x", "a b", "ü", "a\n"])
def test_a_marker_that_is_none_is_refused(koji, koji_stand_in, srpm, marker):
    with pytest.raises(RefusedError) as caught:
        koji.submit(srpm, "f44", marker=marker)
    assert caught.value.code == "bad-request"
    assert called(koji_stand_in) == []


def test_only_a_source_package_is_sent(koji, koji_stand_in, tmp_path):
    with pytest.raises(RefusedError) as caught:
        koji.submit(tmp_path / "hedgehog.rpm", "f44", marker="m")
    assert caught.value.code == "not-a-source-package"
    assert called(koji_stand_in) == []


def test_a_task_is_found_by_its_upload_folder(koji, koji_stand_in, srpm):
    world = koji_stand_in.world
    since = datetime.now(UTC) - timedelta(minutes=1)
    old = koji.submit(srpm, "f44", marker="0b1c-old")
    wanted = koji.submit(srpm, "f44", marker="0b1c")
    koji.submit(srpm, "f44", marker="0b1c-marker")
    foreign = koji.submit(srpm, "f44", marker="theirs")
    world.tasks[old].created -= 3600
    world.tasks[foreign].owner = world.users["stranger"]
    world.calls.clear()
    found = koji.find_task("0b1c", since=since)
    assert (found.id, found.target, found.scratch) == (wanted, "f44", True)
    assert found.source == f"cli-build/packit-worker-0b1c/{srpm.name}"
    assert world.calls == [("getUser", None), ("listTasks", None)]
    world.calls.clear()
    for marker in ("0b1c-old", "theirs", "another"):
        assert koji.find_task(marker, since=since) is None
    assert called(koji_stand_in) == ["listTasks"] * 3


def test_a_task_is_read_with_its_parts_in_one_call(koji, koji_stand_in, srpm):
    task_id = koji.submit(srpm, "rawhide", marker="m")
    fresh = koji.task(task_id)
    assert (fresh.state, fresh.source_part, fresh.arches) == (TaskState.FREE, None, {})
    assert (fresh.started, fresh.ended) == (None, None)
    koji_stand_in.run(task_id, Outcome(arches={"aarch64": "failed"}))
    koji_stand_in.stand_in.forget()
    task = koji.task(task_id)
    assert len(koji_stand_in.stand_in.requests) == 1
    assert (task.state, task.target, task.scratch) == (TaskState.FAILED, "rawhide", True)
    assert task.url == "https://koji.example.org/koji/taskinfo?taskID=117000001"
    assert task.source_part.task_id == 117000002
    assert {arch: (part.task_id, part.state) for arch, part in task.arches.items()} == {
        "x86_64": (117000003, TaskState.CLOSED),
        "aarch64": (117000004, TaskState.FAILED),
        "s390x": (117000005, TaskState.CLOSED),
    }
    assert task.failed_arches == ("aarch64",)
    log = "https://koji-files.example.org/work/tasks/4/117000004/build.log"
    assert task.arches["aarch64"].log_url == log
    assert koji.log_url(117000004) == log
    assert task.ended - task.started == timedelta(minutes=4, seconds=12)
    assert koji.why_failed(task_id) == (
        "error building package (arch aarch64), mock exited with status 1; "
        "see build.log for more information"
    )


def test_the_end_of_a_log_is_read(koji, koji_stand_in, srpm):
    task_id = koji.submit(srpm, "f44", marker="m")
    koji_stand_in.run(task_id, Outcome(arches={"aarch64": "failed"}))
    failed = koji.task(task_id).arches["aarch64"].task_id
    assert koji.log_end(failed).splitlines()[:3] == [
        "Mock Version: 6.1",
        "Start: buildArch aarch64",
        "error: Bad exit status from %build",
    ]
    koji_stand_in.world.tasks[failed].files["build.log"] = "x" * 100_000 + "the end"
    end = koji.log_end(failed)
    assert (len(end), end[-8:]) == (65536, "xthe end")
    koji_stand_in.world.tasks[failed].files = {"build.log": "", "root.log": "no such package"}
    assert koji.log_end(failed) == "no such package"
    koji_stand_in.world.tasks[failed].files = {}
    assert koji.log_end(failed) == ""


def test_a_state_that_is_new_is_no_end(koji, koji_stand_in, srpm, monkeypatch):
    task_id = koji.submit(srpm, "f44", marker="m")
    answers = "packit_worker.sandbox.koji_answers.TASK_STATES"
    monkeypatch.setattr(answers, (*"abcdefg", "FREE"))
    state = koji.task(task_id).state
    assert state is TaskState.UNKNOWN
    assert not state.is_final


def test_a_build_is_read_by_its_name(koji, koji_stand_in):
    world = koji_stand_in.world
    assert koji.build("hedgehog-2.1-1") is None
    world.build("hedgehog-2.1-1", world.users["stranger"], state="COMPLETE", task_id=17)
    build = koji.build("hedgehog-2.1-1")
    assert (build.nvr, build.complete, build.owner, build.task_id) == (
        "hedgehog-2.1-1",
        True,
        "stranger",
        17,
    )
    assert build.url == "https://koji.example.org/koji/buildinfo?buildID=2470001"
    world.build("hedgehog-2.2-1", world.users["stranger"])
    assert koji.build("hedgehog-2.2-1").complete is False


def test_a_task_is_cancelled(koji, koji_stand_in, srpm):
    task_id = koji.submit(srpm, "f44", marker="m")
    koji.cancel(task_id)
    koji.cancel(task_id)
    assert koji.task(task_id).state is TaskState.CANCELED
    foreign = koji.submit(srpm, "f44", marker="m2")
    koji_stand_in.world.tasks[foreign].owner = koji_stand_in.world.users["stranger"]
    with pytest.raises(RefusedError) as caught:
        koji.cancel(foreign)
    assert caught.value.code == "no-permission"


def test_a_task_that_is_not_there(koji):
    for call in (koji.task, koji.why_failed, koji.cancel):
        with pytest.raises(RefusedError) as caught:
            call(117000009)
        assert caught.value.code == "no-such-task"


def test_a_certificate_is_a_login(koji_by_certificate, tls_stand_in, srpm):
    koji_by_certificate.submit(srpm, "f44", marker="m")
    assert ("build", "packit") in tls_stand_in.world.calls
    assert ("sslLogin", None) in tls_stand_in.world.calls


def test_a_password_is_a_login_over_tls(tls_stand_in, authority, open_koji, srpm):
    settings = koji_settings(tls_stand_in.url, server_ca=authority.file)
    open_koji(settings).submit(srpm, "f44", marker="m")
    assert ("build", "packit") in tls_stand_in.world.calls


def test_settings_show_no_secret(authority):
    shown = repr(koji_settings("https://koji.example.org/kojihub"))
    assert PASSWORD not in shown
    assert repr(KojiPassword(password=PASSWORD)) == "KojiPassword()"
    assert "packit.pem" in repr(KojiCertificate(file=authority.issue("packit")))


def test_addresses_of_pages(koji):
    assert koji.username == "packit"
    assert koji.task_url(117) == f"{WEB}/taskinfo?taskID=117"
    assert koji.log_url(117000001) == f"{FILES}/work/tasks/1/117000001/build.log"
    assert len(TARGETS) == 3
