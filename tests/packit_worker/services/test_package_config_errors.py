"""What is wrong with a package config is told: file, line, key, and what was meant."""

# ruff: noqa: E501 - a row of a table reads best on one line

import pytest

from packit_worker.package_config import ConfigError
from packit_worker.services.package_config import PackitConfigReader


def refusal(text):
    with pytest.raises(ConfigError) as caught:
        PackitConfigReader().read(".packit.yaml", text, repository="lantern")
    return caught.value


def assert_refused(text, line, key, reason):
    error = refusal(text)
    place = f".packit.yaml line {line}" if line else ".packit.yaml"
    assert str(error) == f"{place}: {reason}"
    assert (error.path, error.line, error.key, error.reason) == (".packit.yaml", line, key, reason)


@pytest.mark.parametrize(
    ("text", "line", "key", "reason"),
    [
        (
            "specfile_path: a.spec\ntragets: [a]\n",
            2,
            "tragets",
            'unknown key "tragets". Did you mean "targets"?',
        ),
        (
            "jobs:\n- job: tests\n  trigger: commit\n  tragets: [a]\n",
            4,
            "jobs[0].tragets",
            'unknown key "tragets". Did you mean "targets"?',
        ),
        (
            "jobs:\n- job: tests\n  trigger: commit\n- {job: tests, trigger: commit,\n   zzzzz: 1}\n",
            5,
            "jobs[1].zzzzz",
            'unknown key "zzzzz".',
        ),
        (
            "packages:\n  a:\n    spec_file_path: x\n",
            3,
            "packages.a.spec_file_path",
            'unknown key "spec_file_path". Did you mean "specfile_path"?',
        ),
        (
            "packages: {a: {}}\njobs:\n- job: tests\n  trigger: commit\n  packages:\n    a:\n      onwer: x\n",
            7,
            "jobs[0].packages.a.onwer",
            'unknown key "onwer". Did you mean "owner"?',
        ),
        (
            "jobs:\n- job: tests\n  trigger: commit\n  metadata:\n    brunch: x\n",
            5,
            "jobs[0].metadata.brunch",
            'unknown key "brunch". Did you mean "branch"?',
        ),
        (
            "notifications:\n  pull_request:\n    succesful_build: true\n",
            3,
            "notifications.pull_request.succesful_build",
            'unknown key "succesful_build". Did you mean "successful_build"?',
        ),
        (
            "files_to_sync:\n- a.spec\n- src: b\n  dst: c\n",
            4,
            "files_to_sync[1].dst",
            'unknown key "dst". Did you mean "dest"?',
        ),
        (
            "sources:\n- path: a\n  uri: b\n",
            3,
            "sources[0].uri",
            'unknown key "uri". Did you mean "url"?',
        ),
        (
            "targets:\n  epel-9:\n    aditional_modules: x\n",
            3,
            "targets.epel-9.aditional_modules",
            'unknown key "aditional_modules". Did you mean "additional_modules"?',
        ),
        (
            "dist_git_branches: {rawhide: {merge_into: [f42]}}",
            1,
            "dist_git_branches.rawhide.merge_into",
            'unknown key "merge_into". Did you mean "fast_forward_merge_into"?',
        ),
        (
            "actions:\n  post-upstream-clon: make\n",
            2,
            "actions.post-upstream-clon",
            'unknown action "post-upstream-clon". Did you mean "post-upstream-clone"?',
        ),
        (
            "osh_options: {x: y}",
            1,
            "osh_options.x",
            'unknown key "x". Valid: analyzer, config, profile.',
        ),
    ],
)
def test_an_unknown_key_at_every_level(text, line, key, reason):
    assert_refused(text, line, key, reason)


JOBS = "bodhi_update, copr_build, koji_build, koji_build_tag, propose_downstream,"
JOBS += " pull_from_upstream, sync_from_downstream, tests, upstream_koji_build, vm_image_build"


@pytest.mark.parametrize(
    ("job", "key", "reason"),
    [
        ("job: copr_biuld", ".job", 'unknown job type "copr_biuld". Did you mean "copr_build"?'),
        ("job: biuld", ".job", f'unknown job type "biuld". Valid: {JOBS}.'),
        ("job: [tests]", ".job", '"jobs[0].job" must be text, not a list.'),
        ("job: null", "", '"jobs[0]" has no "job".'),
        (
            "trigger: pull_requests",
            ".trigger",
            'unknown trigger "pull_requests". Did you mean "pull_request"?',
        ),
        (
            "trigger: push",
            ".trigger",
            'unknown trigger "push". Valid: commit, ignore, koji_build, pull_request, release.',
        ),
        (
            "trigger: commit | releese",
            ".trigger",
            'unknown trigger "releese". Did you mean "release"?',
        ),
        (
            "trigger: commit |",
            ".trigger",
            'unknown trigger "". Valid: commit, ignore, koji_build, pull_request, release.',
        ),
        ("trigger: null", "", '"jobs[0]" has no "trigger".'),
        ("labels: fast", ".labels", '"jobs[0].labels" must be a list, not "fast".'),
        (
            "skip_build: maybe",
            ".skip_build",
            '"jobs[0].skip_build" must be true or false, not "maybe".',
        ),
        ("packages: 5", ".packages", '"jobs[0].packages" must be a list, not 5.'),
        ("packages: [wick]", ".packages[0]", 'unknown package "wick". Valid: lantern.'),
        (
            "packages: {lanturn: {}}",
            ".packages.lanturn",
            'unknown package "lanturn". Did you mean "lantern"?',
        ),
        ("package: oil", ".package", 'unknown package "oil". Valid: lantern.'),
        ("metadata: 1", ".metadata", '"jobs[0].metadata" must be a mapping, not 1.'),
        (
            "owner: me, metadata: {owner: you}",
            ".metadata.owner",
            '"owner" is also in the job itself, with another value.',
        ),
        (
            "dist_git_branch: f41, dist_git_branches: f42",
            ".dist_git_branches",
            '"dist_git_branches" is here in two spellings, with different values.',
        ),
    ],
)
def test_what_is_wrong_with_a_job(job, key, reason):
    keys = {"job": "job: tests", "trigger": "trigger: commit"}
    keys[job.split(":")[0]] = job
    assert_refused(f"jobs: [{{{', '.join(keys.values())}}}]", 1, f"jobs[0]{key}", reason)


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ("timeout: soon", "timeout", '"timeout" must be a whole number, not "soon".'),
        ("timeout:", "timeout", '"timeout" has no value.'),
        ("branch: 1.5", "branch", '"branch" must be text, not 1.5; put it in quotes.'),
        ("bootstrap: on", "bootstrap", '"bootstrap" must be text, not true; put it in quotes.'),
        ("bootstrap: onn", "bootstrap", '"bootstrap" cannot be "onn". Did you mean "on"?'),
        ("packit_instances: [prd]", "packit_instances[0]", '"packit_instances[0]" cannot be "prd". Did you mean "prod"?'),
        ("owner: {}", "owner", '"owner" must be text, not a mapping.'),
        ("env: [A=1]", "env", '"env" must be a mapping, not a list.'),
        ("targets: 9", "targets", '"targets" must be text, a list or a mapping, not 9.'),
        ("targets: [a, 9]", "targets[1]", '"targets[1]" must be text, not 9; put it in quotes.'),
        ("targets: {epel-9: }", "targets.epel-9", '"targets.epel-9" has no value.'),
        ("targets: {a: {distros: b}}", "targets.a.distros", '"targets.a.distros" must be a list, not "b".'),
        ("paths: a", "paths", '"paths" must be a list, not "a".'),
        ("files_to_sync: [{src: a}]", "files_to_sync[0]", '"files_to_sync[0]" has no "dest".'),
        ("files_to_sync: [{src: 1, dest: a}]", "files_to_sync[0].src", '"files_to_sync[0].src" must be text or a list of texts, not 1.'),
        ("sources: [{path: a}]", "sources[0]", '"sources[0]" has no "url".'),
        ("spec_source_id: {}", "spec_source_id", '"spec_source_id" must be text or a whole number, not a mapping.'),
        ("actions: [make]", "actions", '"actions" must be a mapping, not a list.'),
        ("pkg_tool: fedpkq", "pkg_tool", '"pkg_tool" cannot be "fedpkq". Did you mean "fedpkg"?'),
        ("dist_git_base_url: 'http://[x'", "dist_git_base_url", '"dist_git_base_url" is no URL.'),
        ("upstream_package_name: a/b", "upstream_package_name", '"upstream_package_name" is refused: "Repository name must be a valid filename.".'),
        ("jobs:", "jobs", '"jobs" has no value.'),
        ("jobs: {job: tests}", "jobs", '"jobs" must be a list, not a mapping.'),
        ("jobs: [tests]", "jobs[0]", '"jobs[0]" must be a mapping, not "tests".'),
        ("packages: {}", "packages", '"packages" names no package.'),
        ("packages: [a]", "packages", '"packages" must be a mapping, not a list.'),
        ("packages: {a: }", "packages.a", '"packages.a" has no value.'),
        ("- a", "", "must be a mapping, not a list."),
        ("hello", "", 'must be a mapping, not "hello".'),
        ("null", "", "the file is empty."),
        ("x: 2020-01-01", "x", '"2020-01-01" is a date, which is not allowed; put it in quotes.'),
        ("env: {A: .inf}", "env.A", 'the number ".inf" is too large.'),
        ("timeout: 99999999999999999999", "timeout", 'the number "99999999999999999999" is too large.'),
        ("env: {1: a}", "env", 'a key must be text, not "1"; put it in quotes.'),
        ("env: {[1]: a}", "env", "a key must be text, not a list or mapping; put it in quotes."),
        ('env: {A: "a\\0b"}', "env.A", "the character U+0000 may not be in text."),
        ("branch: !!int x", "branch", '"x" is no int.'),
        ("branch: !secret x", "branch", '"x" is of the type "!secret", which is not allowed; put it in quotes.'),
        ("env: !!set {a}", "env", 'the tag "tag:yaml.org,2002:set" is not allowed.'),
        ("env: {<<: 5}", "env", '"<<" takes a mapping or a list of mappings.'),
    ],
)  # fmt: skip
def test_a_wrong_value(text, key, reason):
    assert_refused(text, 1, key, reason)


@pytest.mark.parametrize(
    ("text", "line", "key", "reason"),
    [
        ("", None, "", "the file is empty."),
        ("# only a comment\n", None, "", "the file is empty."),
        ("a: 1\nb: [", 2, "", "not YAML: while parsing a flow node, did not find expected node content."),
        ("a: b: c", 1, "", "not YAML: mapping values are not allowed in this context."),
        ("jobs:\n\t- job: tests", 2, "", "not YAML: a tab cannot indent; use spaces."),
        ("a: 'x", 1, "", "not YAML: while scanning a quoted scalar, found unexpected end of stream."),
        ("a: *b", 1, "", "not YAML: found undefined alias."),
        ("a: 1\n---\nb: 1\n", 2, "", "not YAML: expected a single document in the stream, but found another document."),
        ("a: 1\n\nb: x\x00", 3, "", "the character U+0000 may not be in YAML."),
        ("a: 1\nb: \ud800", 2, "", "the character U+D800 may not be in YAML."),
        ("branch: a\nowner: b\nbranch: c\n", 3, "branch", 'the key "branch" is here twice.'),
        ("jobs:\n- job: tests\n  job: tests\n", 3, "jobs[0].job", 'the key "job" is here twice.'),
        ("jobs: &j\n- *j\n", 1, "", "an alias stands for what it is part of."),
    ],
)  # fmt: skip
def test_what_is_no_yaml_or_means_nothing(text, line, key, reason):
    assert_refused(text, line, key, reason)


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system", "!!python/name:os.system"])
def test_a_tag_runs_nothing(tag, tmp_path):
    proof = tmp_path / "ran"
    error = refusal(f"env: {{A: {tag} ['touch {proof}']}}")
    assert error.reason.startswith('the tag "tag:yaml.org,2002:python/')
    assert not proof.exists()


def test_the_first_of_several_mistakes_is_told():
    assert refusal("tragets: a\nbrunch: b\njobs: 5").key == "tragets"


def test_the_line_of_a_merged_key_is_where_it_is_written():
    text = "_:\n- &base\n  job: tests\n  tragets: a\njobs:\n- <<: *base\n  trigger: commit\n"
    assert_refused(text, 4, "jobs[0].tragets", 'unknown key "tragets". Did you mean "targets"?')


def test_what_a_stranger_wrote_is_quoted_short_and_on_one_line():
    assert (
        refusal('"/packit build\\n@all\\e[0m": 1').reason == 'unknown key "/packit build�@all�[0m".'
    )
    assert refusal(f"{'x' * 500}: 1").reason == f'unknown key "{"x" * 39}…".'
    assert "\n" not in str(refusal('version_update_specifiers: ">=\\n\\n1 x"'))
