"""What package configs mean: every expected value is written by hand."""

import json

import pytest

from packit_worker.services.package_config import PackitConfigReader

PATH = ".packit.yaml"


def read(text, repository="lantern"):
    return PackitConfigReader().read(PATH, text, repository=repository)


def brief(config):
    return [(job.type, job.trigger, job.targets) for job in config.jobs]


USUAL = """\
specfile_path: fedora/lantern.spec
upstream_package_name: lantern
downstream_package_name: lantern-light
upstream_tag_template: v{version}
files_to_sync:
  - fedora/lantern.spec
  - src: [docs/]
    dest: docs/
    delete: true
actions:
  get-current-version: [git describe]
srpm_build_deps: [make]
jobs:
  - job: copr_build
    trigger: pull_request
    identifier: fast
    labels: [a, b]
    targets: [fedora-all, epel-9-x86_64]
    env: {DEPTH: 3}
  - job: tests
    trigger: pull_request
    skip_build: true
    tmt_plan: /plans/small
  - job: copr_build
    trigger: commit
    branch: stable
  - job: propose_downstream
    trigger: release
    dist_git_branches: [fedora-rawhide, f42]
"""


def test_a_usual_config_becomes_jobs_in_order():
    config = read(USUAL)
    assert config.path == ".packit.yaml"
    assert config.notes == ()
    assert [job.name for job in config.jobs] == [
        "fast",
        "tests#1",
        "copr_build#2",
        "propose_downstream#3",
    ]
    assert [job.trigger for job in config.jobs] == [
        "pull_request",
        "pull_request",
        "commit",
        "release",
    ]
    fast, tests, commit, propose = config.jobs
    assert (fast.index, fast.type, fast.identifier, fast.package) == (0, "copr_build", "fast", "")
    assert fast.targets == ("fedora-all", "epel-9-x86_64")
    assert fast.labels == ("a", "b")
    assert (fast.skip_build, tests.skip_build) == (False, True)
    assert (fast.branch, commit.branch) == (None, "stable")
    assert propose.dist_git_branches == ("fedora-rawhide", "f42")
    assert tests.targets == ()


def test_the_values_of_a_job_hold_its_own_keys_those_of_the_top_and_what_packit_assumes():
    fast, tests, *_ = read(USUAL).jobs
    assert fast.values["job"] == "copr_build"
    assert fast.values["env"] == {"DEPTH": 3}
    assert fast.values["specfile_path"] == "fedora/lantern.spec"
    assert fast.values["upstream_tag_template"] == "v{version}"
    assert fast.values["actions"] == {"get-current-version": ["git describe"]}
    assert fast.values["timeout"] == 7200
    assert fast.values["config_file_path"] == ".packit.yaml"
    assert fast.values["files_to_sync"] == [
        {
            "src": ["fedora/lantern.spec"],
            "dest": "fedora/lantern.spec",
            "mkpath": False,
            "delete": False,
            "filters": [],
        },
        {"src": ["docs/"], "dest": "docs/", "mkpath": False, "delete": True, "filters": []},
    ]
    assert tests.values["tmt_plan"] == "/plans/small"
    assert "packages" not in fast.values


def test_the_values_are_json_and_packit_reads_them_again():
    from packit.schema import PackageConfigSchema  # noqa: PLC0415 - takes most of a second

    values = read(USUAL).values
    again = json.loads(json.dumps(values, allow_nan=False))
    assert again == values
    loaded = PackageConfigSchema().load(again)
    assert list(loaded.packages) == ["lantern-light"]
    assert PackageConfigSchema().dump(loaded) == values


@pytest.mark.parametrize("text", ["{}", "_: {anything: [1, 2020-01-01]}", "specfile_path: a.spec"])
def test_the_jobs_packit_assumes_where_none_are_named(text):
    assert brief(read(text)) == [
        ("copr_build", "pull_request", ("fedora-stable",)),
        ("tests", "pull_request", ("fedora-stable",)),
        ("propose_downstream", "release", ()),
    ]
    assert read(text).jobs[2].dist_git_branches == ("fedora-all",)


def test_an_empty_list_of_jobs_is_no_job():
    assert read("jobs: []").jobs == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{}", ("lantern", "lantern", None)),
        ("downstream_package_name: lamp", ("lamp", "lantern", "lamp.spec")),
        ("upstream_package_name: light", ("lantern", "light", None)),
        ("{downstream_package_name: lamp, specfile_path: x.spec}", ("lamp", "lantern", "x.spec")),
        ("{downstream_package_name: '', specfile_path: ''}", ("lantern", "lantern", None)),
    ],
)
def test_names_and_spec_file_where_they_are_not_said(text, expected):
    config = read(text)
    for values in (config.jobs[0].values, next(iter(config.values["packages"].values()))):
        keys = ("downstream_package_name", "upstream_package_name", "specfile_path")
        assert tuple(values[key] for key in keys) == expected


def test_keys_of_the_top_are_inherited_and_a_job_has_the_last_word():
    config = read("""\
targets: [fedora-42]
branch: main
identifier: top
jobs:
  - {job: copr_build, trigger: commit}
  - {job: copr_build, trigger: commit, targets: [epel-9], branch: old, identifier: own}
""")
    first, second = config.jobs
    assert (first.targets, first.branch, first.identifier) == (("fedora-42",), "main", "top")
    assert (second.targets, second.branch, second.identifier) == (("epel-9",), "old", "own")


def test_jobs_of_one_identifier_are_told_apart_by_their_place():
    config = read("""\
identifier: x
jobs:
  - {job: copr_build, trigger: commit}
  - {job: copr_build, trigger: commit, targets: [epel-9]}
  - {job: copr_build, trigger: release}
  - {job: tests, trigger: commit}
  - {job: copr_build, trigger: commit, identifier: y}
""")
    assert [job.name for job in config.jobs] == ["x#0", "x#1", "x", "x", "y"]
    assert [job.identifier for job in config.jobs] == ["x", "x", "x", "x", "y"]


def test_the_key_for_anchors_is_one_at_the_top_only():
    config = read("_: {a: b}\nenv: {_: c}\njobs: [{job: tests, trigger: commit}]")
    assert config.jobs[0].values["env"] == {"_": "c"}


@pytest.mark.parametrize(
    ("written", "targets"),
    [
        ("fedora-all", ("fedora-all",)),
        ("[b, a]", ("b", "a")),
        (
            "{epel-9: {additional_modules: 'x:1'}, epel-8: {distros: [centos-7]}}",
            ("epel-9", "epel-8"),
        ),
        ("[]", ()),
        ("null", ()),
    ],
)
@pytest.mark.parametrize("place", ["top", "job"])
def test_targets_are_one_text_a_list_or_a_mapping(written, targets, place):
    top, own = (f"targets: {written}\n", "") if place == "top" else ("", f", targets: {written}")
    config = read(f"{top}jobs: [{{job: tests, trigger: release{own}}}]")
    assert config.jobs[0].targets == targets


@pytest.mark.parametrize(
    ("written", "branches"),
    [
        ("fedora-all", ("fedora-all",)),
        ("[f42, epel9]", ("f42", "epel9")),
        ("{rawhide: {fast_forward_merge_into: [f42]}, epel9: {}}", ("rawhide", "epel9")),
    ],
)
def test_branches_are_one_text_a_list_or_a_mapping(written, branches):
    text = f"jobs: [{{job: koji_build, trigger: commit, dist_git_branches: {written}}}]"
    assert read(text).jobs[0].dist_git_branches == branches


def test_several_triggers_make_several_jobs_of_one_place():
    config = read("""\
jobs:
  - {job: tests, trigger: release}
  - {job: bodhi_update, trigger: commit | koji_build|commit}
  - {job: koji_build, trigger: pull_request}
""")
    assert [(job.index, job.name, job.trigger) for job in config.jobs] == [
        (0, "tests#0", "release"),
        (1, "bodhi_update#1", "commit"),
        (1, "bodhi_update#1", "koji_build"),
        (2, "koji_build#2", "pull_request"),
    ]


def test_anchors_merges_and_the_key_for_anchors():
    config = read("""\
_:
  - &base {job: copr_build, trigger: pull_request, targets: [a], branch: x}
jobs:
  - <<: *base
  - <<: *base
    trigger: commit
  - <<: [{trigger: release}, *base]
    targets: &both [b, c]
  - {job: tests, trigger: release, targets: *both}
""")
    assert brief(config) == [
        ("copr_build", "pull_request", ("a",)),
        ("copr_build", "commit", ("a",)),
        ("copr_build", "release", ("b", "c")),
        ("tests", "release", ("b", "c")),
    ]


def test_json_is_yaml():
    text = json.dumps({"jobs": [{"job": "tests", "trigger": "commit", "labels": ["x"]}]}, indent=1)
    assert [(job.type, job.labels) for job in read(text).jobs] == [("tests", ("x",))]


@pytest.mark.parametrize(
    ("key", "written", "read_as"),
    [
        ("spec_source_id", "1", "Source1"),
        ("spec_source_id", "Source7", "Source7"),
        ("timeout", "'60'", 60),
        ("create_pr", "no", False),
        ("bootstrap", "'off'", "off"),
        ("packit_instances", "[stg, dev]", ["stg", "dev"]),
        ("notifications", "{failure_issue: {create: false}}", None),
        ("require", "{label: {present: [ok]}}", {"label": {"present": ["ok"], "absent": []}}),
        (
            "tf_extra_params",
            "{environments: [{a: {b: 1.5}}]}",
            {"environments": [{"a": {"b": 1.5}}]},
        ),
        ("version_update_specifiers", "'>=1.0, <2'", ">=1.0, <2"),
        ("pkg_tool", "centpkg-sig", "centpkg-sig"),
        ("dist_git_base_url", "https://git.example.org/", "https://git.example.org/"),
        ("sources", "[{path: a, url: 'https://x.example/a'}]", None),
        ("osh_options", "{analyzer: gcc}", {"analyzer": "gcc", "config": None, "profile": None}),
        ("owner", "null", None),
    ],
)
@pytest.mark.parametrize("place", ["top", "job", "package"])
def test_keys_of_every_kind_at_every_level(key, written, read_as, place):
    jobs = "jobs: [{job: tests, trigger: commit}]"
    lines = {
        "top": f"{key}: {written}\n{jobs}",
        "job": f"jobs: [{{job: tests, trigger: commit, {key}: {written}}}]",
        "package": f"packages: {{a: {{{key}: {written}}}}}\n{jobs}",
    }
    value = read(lines[place]).jobs[0].values[key]
    if read_as is not None:
        assert value == read_as


def test_a_byte_order_mark_and_carriage_returns_are_nothing():
    text = "\ufeffjobs:\r\n- job: tests\r\n  trigger: commit\r\n"
    assert brief(read(text)) == [("tests", "commit", ())]
