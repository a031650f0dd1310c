"""Whatever Copr refuses ends in a status that says what to do."""

from dataclasses import replace

import pytest
from copr_side import TWO

from packit_worker.service_access import Services

S43, S44 = "packit/rpm-build:fedora-43-x86_64", "packit/rpm-build:fedora-44-x86_64"
THEIRS = "  - {job: copr_build, trigger: pull_request, targets: [%s], owner: '%s', project: %s}\n"


def ended(side, code):
    """The run failed with that code, and both statuses say the same."""
    (run,) = side.run_rows("opened")
    assert (str(run.state), run.detail.partition(":")[0]) == ("failed", code)
    assert all(str(run.known_state) == "error" for run in side.runs())
    (state, text) = side.shown()[S44]
    assert state == "error"
    return text


def test_chroots_that_copr_lacks_are_told_each(copr_side):
    side = copr_side
    jobs = "  - {job: copr_build, trigger: pull_request, targets: [fedora-17, fedora-44]}\n"
    _pull, end = side.opened(jobs)
    assert end.outcome == "done"
    assert side.shown() == {
        "packit/rpm-build:fedora-17-x86_64": (
            "error",
            "Copr does not build for this target now. Change the targets of the job.",
        ),
        S44: ("pending", "Accepted. Waiting for Copr."),
    }
    assert side.rows() == [
        ("", "submitted"),
        ("fedora-17-x86_64", "error"),
        ("fedora-44-x86_64", "submitted"),
    ]
    assert side.copr.world.builds[7000001].options["chroots"] == ["fedora-44-x86_64"]


def test_no_chroot_is_left(copr_side):
    side = copr_side
    jobs = "  - {job: copr_build, trigger: pull_request, targets: [fedora-17]}\n"
    _pull, end = side.opened(jobs)
    assert (end.outcome, end.code) == ("failed", "unsupported-chroot")
    assert side.rows() == [("", "error"), ("fedora-17-x86_64", "error")]
    assert side.copr.world.builds == {}


def test_a_project_of_others_is_asked_for_the_right_to_build(copr_side):
    side = copr_side
    side.opened(THEIRS % ("fedora-44", "@brewers", "teapot"))
    page = f"{side.copr.url}/coprs/g/brewers/teapot/permissions/"
    assert ended(side, "no-permission").startswith("We may not build in @brewers/teapot yet.")
    assert page in side.runs()[1].known_text
    (request,) = [write for write in side.copr.world.writes if "permission" in write.kind]
    assert (request.repository, request.data) == ("@brewers/teapot", {"builder": True})


def test_a_project_of_others_builds_once_allowed(copr_side):
    side = copr_side
    project = side.copr.world.projects["@brewers/teapot"]
    project.permissions["packit", "builder"] = "approved"
    project.settings["packit_forge_projects_allowed"] = ["github.com/octo/hello"]
    _pull, end = side.opened(THEIRS % ("fedora-44", "@brewers", "teapot"))
    assert end.outcome == "done"
    (build,) = side.copr.world.writes
    assert build.data["packit_forge_project"] == "github.com/octo/hello"


def test_a_project_of_others_has_to_allow_the_repository(copr_side):
    side = copr_side
    side.copr.world.projects["@brewers/teapot"].permissions["packit", "builder"] = "approved"
    side.opened(THEIRS % ("fedora-44", "@brewers", "teapot"))
    assert ended(side, "forge-project-not-allowed").startswith(
        "@brewers/teapot does not allow github.com/octo/hello. Its owner has to add it"
    )


def test_a_project_of_others_without_the_chroot_is_asked_for_more(copr_side):
    side = copr_side
    side.opened(THEIRS % ("'fedora-43', 'fedora-44'", "@brewers", "teapot"))
    assert ended(side, "not-our-project").startswith(
        "@brewers/teapot has no fedora-43-x86_64. Its owner can add that, or make us an admin at"
    )
    (request,) = side.copr.world.writes
    assert request.data == {"admin": True}


@pytest.mark.parametrize(
    ("owner", "project", "code", "text"),
    [
        ("@brewers", "cups", "no-such-project", "There is no Copr project @brewers/cups."),
        ("nobody", "cups", "no-such-project", "There is no Copr project nobody/cups."),
        ("packit", "'a b'", "bad-project-name", "Copr takes no project of this name."),
        ("packit", "'17'", "bad-project-name", "Copr takes no project of this name."),
    ],
)
def test_projects_that_cannot_be(copr_side, owner, project, code, text):
    side = copr_side
    side.opened(THEIRS % ("fedora-44", owner, project))
    assert ended(side, code).startswith(text)


def test_a_key_that_copr_does_not_know(copr_side):
    side = copr_side
    side.copr.world.keys.clear()
    _pull, end = side.opened(TWO)
    assert end.outcome == "waiting"
    assert {text[:37] for _, text in side.shown().values()} == {
        "Waiting for Copr (bad-credentials). T"
    }


def test_copr_that_is_not_configured(copr_side):
    side = copr_side
    targets = side.engine.services.targets
    side.change(services=replace(Services(), targets=targets))
    _pull, end = side.opened()
    assert (end.outcome, end.code) == ("failed", "refused")
    assert side.shown() == {
        "packit/rpm-build": (
            "error",
            (
                "Not your change: not-configured: Copr: the settings have no copr."
                " An operator of this service must mend it."
            ),
        )
    }


def test_a_command_that_is_refused_is_answered(copr_side):
    side = copr_side
    pull = side.pull(THEIRS % ("fedora-44", "@brewers", "cups"), source="octo/hello")
    side.process(side.comment_event(pull))
    (body,) = side.bodies()
    assert "There is no Copr project @brewers/cups." in body


def test_a_head_that_moved_on_is_not_built(copr_side):
    side = copr_side
    pull = side.pull(TWO, source="octo/hello")
    old = side.pull_event(pull)
    pull.head_sha = "1a2b3c4" + "0" * 33
    end = side.process(old)
    assert (end.outcome, end.code) == ("failed", "superseded")
    assert side.shown() == {"packit/rpm-build": ("error", "Superseded by 1a2b3c4.")}
    assert side.copr.world.writes == []
    assert side.rows() == []


def test_a_fork_that_was_deleted_is_not_built(copr_side):
    side = copr_side
    _pull, end = side.opened(source=None)
    assert (end.outcome, end.code) == ("failed", "fork-deleted")
    (text,) = [text for _, text in side.shown().values()]
    assert text.startswith("Nothing to build: the repository that the pull request comes from is")
    assert side.copr.world.builds == {}


def test_our_own_project_is_asked_for_nothing(copr_side):
    side = copr_side
    side.copr.faults.add(side.fault(kind="forbidden", match="create/custom"))
    side.opened(TWO)
    assert ended(side, "no-permission").startswith("Not your change: Copr refused it (")
    assert [each.kind for each in side.copr.world.writes] == ["project-add"]


def test_what_copr_refuses_in_unknown_words_is_told_once(copr_side):
    side = copr_side
    side.copr.faults.add(side.fault(kind="gone", match="create/custom"))
    side.opened(TWO)
    text = "Not your change: Copr refused it (Copr answered 410: Such API endpoint doesn't exist)."
    assert ended(side, "copr-refused") == text
