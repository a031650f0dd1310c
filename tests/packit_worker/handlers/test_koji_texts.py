"""Every state of Koji, and what people read of it."""

from datetime import timedelta

import pytest
from event_kwargs import event_of

from packit_worker.handlers.koji_texts import details_of, run_state, spelled, text_of
from packit_worker.run_states import RunState

ARCHES = {"x86_64": 117000003, "aarch64": 117000004}


def news(state, **changes):
    times = {"start_time": "2026-11-25T10:00:00+00:00"}
    if state not in ("open", "building"):
        times["completion_time"] = "2026-11-25T10:04:12+00:00"
    about = {"task_id": 117000001, "build_id": None, "rpm_build_task_ids": ARCHES}
    return event_of("KojiBuildEvent", **(about | times | {"state": state} | changes))


@pytest.mark.parametrize(
    ("state", "meant"),
    [
        ("free", None),
        ("assigned", None),
        ("open", RunState.RUNNING),
        ("building", RunState.RUNNING),
        ("closed", RunState.SUCCESS),
        ("complete", RunState.SUCCESS),
        ("failed", RunState.FAILURE),
        ("canceled", RunState.CANCELED),
        ("unknown", None),
    ],
)
def test_what_a_state_means(state, meant):
    assert run_state(state) is meant


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (news("free"), ""),
        (news("assigned"), ""),
        (news("open"), "Koji task 117000001 is running."),
        (news("building", task_id=None, build_id=2470001), "Koji task 2470001 is running."),
        (news("closed"), "Built in 4 min 12 s for aarch64, x86_64."),
        (news("complete", rpm_build_task_ids={"noarch": 5}), "Built in 4 min 12 s for noarch."),
        (news("closed", rpm_build_task_ids={}, start_time=None), "Built."),
        (
            news("failed", failed_arches=["x86_64", "aarch64"]),
            "Build failed after 4 min 12 s for aarch64, x86_64. The page shows the log.",
        ),
        (news("failed"), "Build failed after 4 min 12 s. The page shows why."),
        (
            news("failed", rpm_build_task_ids={}, completion_time=None),
            "Build failed, before any architecture was begun. The page shows why.",
        ),
        (news("canceled"), "Canceled in Koji after 4 min 12 s. Not your change."),
    ],
)
def test_what_people_read(event, text):
    assert text_of(event) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (-5, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (61, "1 min 1 s"),
        (3599, "59 min 59 s"),
        (3600, "1 h"),
        (7260, "2 h 1 min"),
        (7299, "2 h 1 min"),
    ],
)
def test_a_length_of_time(seconds, text):
    assert spelled(timedelta(seconds=seconds)) == text


def test_what_the_page_shows():
    urls = {"x86_64": "https://x.example.org/a", "aarch64": "https://x.example.org/b"}
    assert details_of(news("failed", failed_arches=["x86_64"]), urls) == {
        "arches": {
            "aarch64": {"task_id": 117000004, "log_url": "https://x.example.org/b"},
            "x86_64": {"task_id": 117000003, "log_url": "https://x.example.org/a"},
        },
        "failed_arches": ["x86_64"],
    }
