"""A Copr project under our account belongs to one repository."""

import pytest
from servers.forge_stand_ins import github_settings, pagure_settings

from packit_worker.services.forge_settings import GithubAppKey

CUSTOM = (
    "  - {job: copr_build, trigger: pull_request, targets: [fedora-44], project: %s,"
    " additional_repos: ['https://evil.example/']}\n"
)
PLAIN = "  - {job: copr_build, trigger: pull_request, targets: [fedora-44]}\n"
PUSHED = "  - {job: copr_build, trigger: commit, targets: [fedora-44], branch: '%s'}\n"
S44 = "packit/rpm-build:fedora-44-x86_64"
F44 = "fedora-44-x86_64"


@pytest.fixture
def side(copr_side):
    """Two more repositories, whose default names of projects are the same."""
    for path in ("meadow/tools-z1", "meadow-tools/z1", "acme/anvil"):
        copr_side.github.world.project(path, files={}, roles={"wendy": "write", "wilma": "write"})
        copr_side.approve(f"github.com/{path.partition('/')[0]}")
    return copr_side


def opened(side, path, jobs=PLAIN, *, author="wendy", number=None):
    """Open a pull request of a repository, and process its event."""
    side.hello = side.github.world.projects[path]
    pull = side.pull(jobs, author=author, number=number, source=path)
    namespace, _, name = path.rpartition("/")
    about = {
        "target_repo_namespace": namespace,
        "target_repo_name": name,
        "https_url": f"https://github.com/{path}",
    }
    end = side.process(side.pull_event(pull, **about), f"{path}-{pull.id}")
    return pull, about, end


def projects(side):
    return [build.project.path for build in side.copr.world.builds.values()]


def copr_writes(side):
    return [(write.kind, write.repository) for write in side.copr.world.writes]


def refused(side, end, text):
    assert (end.outcome, end.code) == ("failed", "not-our-project")
    assert side.shown()[S44] == ("error", text)


def test_a_project_of_another_repository_is_neither_changed_nor_built_in(side):
    opened(side, "octo/hello", CUSTOM % "kettle")
    before = dict(side.copr.world.projects["packit/kettle"].settings)
    _pull, _about, end = opened(side, "acme/anvil", CUSTOM % "kettle")
    refused(
        side,
        end,
        "packit/kettle is the Copr project of another repository."
        " Set another `project` of the job, or none.",
    )
    assert projects(side) == ["packit/kettle"]
    assert side.copr.world.projects["packit/kettle"].settings == before
    assert [kind for kind, _path in copr_writes(side)] == ["project-add", "build-custom"]
    # Its own repository goes on.
    jobs = (CUSTOM % "kettle").replace("fedora-44", "fedora-43")
    assert opened(side, "octo/hello", jobs)[2].outcome == "done"


def test_a_name_that_another_repository_would_get_cannot_be_claimed(side):
    opened(side, "octo/hello", PLAIN)
    _pull, _about, end = opened(side, "acme/anvil", CUSTOM % "octo-hello-main-dev")
    assert end.code == "not-our-project"
    assert projects(side) == ["packit/octo-hello-1"]
    # Its own repository may.
    assert opened(side, "octo/hello", CUSTOM % "octo-hello-main-dev")[2].outcome == "done"


@pytest.mark.parametrize("name", ["'kettle:pr:1'", "' kettle'", "'..'", "kettle/x"])
def test_no_other_spelling_of_a_name_gets_there(side, name):
    opened(side, "octo/hello", CUSTOM % "kettle")
    assert opened(side, "acme/anvil", CUSTOM % name)[2].code == "bad-project-name"
    assert projects(side) == ["packit/kettle"]


def test_a_project_that_nobody_claimed_is_not_taken(side):
    side.copr.world.project("packit/kettle", chroots=("fedora-43-x86_64",))
    for _attempt in range(2):
        assert opened(side, "acme/anvil", CUSTOM % "kettle")[2].code == "not-our-project"
    assert projects(side) == []
    assert copr_writes(side) == []
    assert side.count_rows()["copr_projects"] == 0


@pytest.mark.parametrize("allowed", [["github.com/acme/anvil"], ["github.com/octo/hello"]])
def test_a_project_says_itself_whose_it_is(side, allowed):
    side.copr.world.project("packit/kettle", chroots=(F44,), packit_forge_projects_allowed=allowed)
    end = opened(side, "acme/anvil", CUSTOM % "kettle")[2]
    assert end.outcome == ("done" if allowed == ["github.com/acme/anvil"] else "failed")


def test_a_default_name_of_an_older_database_is_gone_on_with(side):
    side.copr.world.project("packit/octo-hello-1", chroots=(F44,))
    assert opened(side, "octo/hello")[2].outcome == "done"
    assert projects(side) == ["packit/octo-hello-1"]


def test_an_answer_that_is_lost_leaves_the_project_ours(side):
    side.copr.faults.add(side.fault(kind="drop", match="project/add", after=True))
    pull, about, end = opened(side, "acme/anvil", CUSTOM % "kettle")
    assert end.outcome == "waiting"
    side.make_due("acme/anvil-1")
    assert side.process(side.pull_event(pull, **about), "acme/anvil-1").outcome == "done"
    assert projects(side) == ["packit/kettle"]


def test_default_names_of_two_repositories_do_not_meet(side):
    for path in ("meadow/tools-z1", "meadow-tools/z1"):
        pull, about, end = opened(side, path, number=7)
        assert end.outcome == "done"
    side.build()
    assert side.process(side.comment_event(pull, **about), "again").outcome == "done"
    # The end is the first eight letters of sha256 of github.com/meadow-tools/z1.
    assert projects(side) == [
        "packit/meadow-tools-z1-7",
        "packit/meadow-tools-z1-7-4078e9c4",
        "packit/meadow-tools-z1-7-4078e9c4",
    ]


def test_a_branch_of_digits_does_not_share_the_project_of_a_pull_request(side):
    for number, branch in enumerate(("7", "7-x", "v7")):
        commit = side.push(PUSHED % branch, branch=branch)
        event = side.push_event(commit, git_ref=branch)
        assert side.process(event, f"p-{number}").outcome == "done"
    assert projects(side) == [
        "packit/octo-hello-branch-7",
        "packit/octo-hello-branch-7-x",
        "packit/octo-hello-v7",
    ]


def test_an_outsider_does_not_change_a_project_that_others_use(side):
    opened(
        side,
        "octo/hello",
        "  - {job: copr_build, trigger: pull_request, targets: [fedora-43,"
        " fedora-44], project: kettle, additional_repos: ['copr://octo/base']}\n",
    )
    before = dict(side.copr.world.projects["packit/kettle"].settings)
    side.github.world.user("otto")
    pull, about, _end = opened(side, "octo/hello", CUSTOM % "kettle", author="otto")
    comment = side.comment_event(pull, **about)
    assert side.process(comment, "asked").outcome == "done"
    assert projects(side) == ["packit/kettle", "packit/kettle"]
    assert side.copr.world.projects["packit/kettle"].settings == before


def test_an_outsider_cannot_add_targets_to_it(side):
    opened(side, "octo/hello", CUSTOM % "kettle")
    side.github.world.user("otto")
    jobs = (CUSTOM % "kettle").replace("fedora-44", "fedora-43")
    pull, about, _end = opened(side, "octo/hello", jobs, author="otto")
    end = side.process(side.comment_event(pull, **about), "asked")
    assert (end.outcome, end.code) == ("failed", "chroot-not-in-project")
    (state, text) = side.shown()["packit/rpm-build:fedora-43-x86_64"]
    assert state == "error"
    assert text == (
        "packit/kettle has no fedora-43-x86_64. Only a change of somebody with write access can add"
        " that: merge the targets first."
    )


def test_an_outsider_makes_a_project_without_its_repositories(side):
    side.github.world.user("otto")
    pull, about, _end = opened(side, "octo/hello", CUSTOM % "kettle", author="otto")
    assert side.process(side.comment_event(pull, **about), "asked").outcome == "done"
    assert side.copr.world.projects["packit/kettle"].settings["additional_repos"] == []


def test_twenty_chroots_cost_eight_other_calls_with_a_cold_app(copr_side, open_forges, github):
    side = copr_side
    app = GithubAppKey(app_id=github.github_app.id, private_key=github.github_app.private_key)
    side.change(
        forge=open_forges(github_settings(github.url, app=app), pagure_settings(side.pagure.url))
    )
    github.auth.install("octo/hello")
    chroots = tuple(f"fedora-{number}-x86_64" for number in range(40, 60))
    side.copr.world.chroots[:] = chroots
    _pull, end = side.opened(
        f"  - {{job: copr_build, trigger: pull_request, targets: [{', '.join(chroots)}]}}\n"
    )
    assert end.outcome == "done"
    asked = [each for each in side.requests() if "/statuses/" not in each]
    asked += [each for each in side.copr_requests() if "create/custom" not in each]
    assert asked == [
        "GET /repos/octo/hello/installation",
        "POST /app/installations/501/access_tokens",
        "GET /repos/octo/hello",
        "GET /repos/octo/hello/contents/.packit.yaml",
        "GET /repos/octo/hello/collaborators/wendy/permission",
        "GET /repos/octo/hello/pulls/1",
        "GET /api_3/mock-chroots/list",
        "POST /api_3/project/add/packit",
    ]
