"""Package configs of several packages."""

from packit_worker.services.package_config import PackitConfigReader

PATH = ".packit.yaml"


def read(text, repository="lantern"):
    return PackitConfigReader().read(PATH, text, repository=repository)


MONOREPO = """\
upstream_package_name: lantern
upstream_tag_template: v{version}
packages:
  wick:
    downstream_package_name: lantern-wick
    specfile_path: wick.spec
    paths: [./wick]
  oil:
    targets: [epel-9]
    upstream_tag_template: oil-{version}
jobs:
  - {job: copr_build, trigger: pull_request}
  - {job: copr_build, trigger: pull_request, packages: [oil], identifier: only}
  - job: tests
    trigger: pull_request
    targets: [fedora-42]
    packages: {wick: {targets: fedora-41}, oil: {}}
"""


def test_a_job_of_a_monorepo_is_a_job_for_each_of_its_packages():
    config = read(MONOREPO)
    assert [(job.name, job.package, job.index, job.targets) for job in config.jobs] == [
        ("wick/copr_build#0", "wick", 0, ()),
        ("oil/copr_build#0", "oil", 0, ("epel-9",)),
        ("oil/only", "oil", 1, ("epel-9",)),
        ("wick/tests#2", "wick", 2, ("fedora-41",)),
        ("oil/tests#2", "oil", 2, ("fedora-42",)),
    ]
    wick, oil, *_ = [job.values for job in config.jobs]
    assert (wick["downstream_package_name"], oil["downstream_package_name"]) == (
        "lantern-wick",
        "oil",
    )
    assert (wick["paths"], oil["paths"]) == (["./wick"], ["./"])
    assert (wick["specfile_path"], oil["specfile_path"]) == ("wick.spec", None)
    assert wick["upstream_tag_template"] == "v{version}"
    assert oil["upstream_tag_template"] == "oil-{version}"


def test_one_package_alone_is_no_monorepo():
    config = read(
        "packages: {wick: {specfile_path: w.spec}}\njobs: [{job: tests, trigger: commit}]"
    )
    assert [(job.name, job.package) for job in config.jobs] == [("tests#0", "")]
    assert config.jobs[0].values["downstream_package_name"] == "wick"


def test_a_job_may_be_for_one_package_by_the_key_packit_writes():
    text = MONOREPO.replace("packages: [oil], identifier: only", "package: oil")
    assert [job.name for job in read(text).jobs][2] == "oil/copr_build#1"


def test_a_package_of_a_monorepo_does_not_inherit_the_name_of_the_package():
    config = read("downstream_package_name: lamp\npackages: {wick: {}, oil: {}}")
    names = {
        name: each["downstream_package_name"] for name, each in config.values["packages"].items()
    }
    assert names == {"wick": "wick", "oil": "oil"}
