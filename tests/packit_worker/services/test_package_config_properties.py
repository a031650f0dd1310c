"""Whatever is in a package config: it is read as packit reads it, or ConfigError says why not."""

import json

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from packit_worker.package_config import ConfigError, PackageConfig
from packit_worker.services.package_config import PackitConfigReader

VALID = """\
# A config with one of everything.
specfile_path: fedora/lantern.spec
downstream_package_name: lantern
files_to_sync:
  - a.spec
  - {src: [docs/, b], dest: docs/}
actions:
  create-archive:
    - "make dist"
_: {x: &targets [fedora-all, epel-9]}
notifications: {pull_request: {successful_build: true}}
jobs:
- &first
  job: copr_build
  trigger: pull_request | commit
  targets: *targets
  timeout: 3600
- <<: *first
  job: tests
  env: {A: 1, B: null, C: "x"}
- job: build
  trigger: release
  metadata:
    dist-git-branch: f42
    scratch: yes
- {job: bodhi_update, trigger: commit, packages: [lantern], dist_git_branches: {f42: {}}}
"""
WORDS = [
    *("job", "trigger", "jobs", "packages", "metadata", "targets", "labels", "env", "actions"),
    *("package", "specfile_path", "pkg_tool", "timeout", "spec_source_id", "bootstrap", "require"),
    *("tests", "build", "commit", "release|commit", "<<", "_", "dist_git_base_url", "sources"),
    *(
        "*first",
        "&first",
        "*targets",
        "null",
        "~",
        "1",
        "1.5",
        "on",
        "2020-01-01",
        "!!set",
        "!!int",
    ),
    *(
        ": ",
        "- ",
        "? ",
        "[",
        "]",
        "{",
        "}",
        ",",
        "|",
        ">",
        "'",
        '"',
        "\n",
        "\n  ",
        "\t",
        "#",
        "---",
    ),
    *("%", "@", "`", "\\", "\0", "\ud800", "\u2028", "=", ".inf", "0x1", "1:1", "\\0", "\\ud800"),
]

SETTINGS = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])

pieces = st.one_of(st.sampled_from(WORDS), st.text(max_size=4))
edits = st.lists(
    st.tuples(st.integers(0, len(VALID)), st.integers(0, 12), pieces), min_size=1, max_size=4
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(WORDS),
)
keys = st.one_of(st.sampled_from(WORDS), st.text(max_size=3))
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


def reads_or_refuses(text):
    try:
        config = PackitConfigReader().read("p", text, repository="lantern")
    except ConfigError as error:
        told = str(error)
    else:
        told = ""
        check_json(config)
    assert "\n" not in told
    assert len(told) < 400


def check_json(config):
    assert isinstance(config, PackageConfig)
    for part in (config.values, *(job.values for job in config.jobs)):
        assert json.loads(json.dumps(part, allow_nan=False)) == part


@given(edits)
@SETTINGS
def test_a_valid_config_with_changes(changes):
    text = VALID
    for place, length, piece in changes:
        text = text[:place] + piece + text[place + length :]
    reads_or_refuses(text)


@given(st.lists(pieces, max_size=40).map("".join))
@SETTINGS
def test_text_made_of_pieces(text):
    reads_or_refuses(text)


def _schema_keys():
    """Return every key that packit knows at the top or in a job."""
    from packit.schema import CommonConfigSchema, JobConfigSchema  # noqa: PLC0415 - heavy

    fields = {**CommonConfigSchema().fields, **JobConfigSchema().fields}
    return sorted(field.data_key or name for name, field in fields.items())


@given(st.data())
@SETTINGS
def test_any_value_of_any_key_packit_knows(data):
    known = _schema_keys()
    key = data.draw(st.sampled_from(known))
    value = data.draw(values)
    job = {"job": "tests", "trigger": "commit"}
    level = data.draw(st.sampled_from(["top", "job", "package", "job package"]))
    config = {"jobs": [job]}
    if level == "top":
        config[key] = value
    elif level == "job":
        job[key] = value
    elif level == "package":
        config["packages"] = {"a": {key: value}, "b": {}}
    else:
        job["packages"] = {"lantern": {key: value}}
    reads_or_refuses(yaml.safe_dump(config, allow_unicode=True))


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_what_is_read_is_what_packit_reads(data):
    """packit's own loader is the other opinion: same jobs, same values, for what it takes."""
    from packit.config.package_config import parse_loaded_config  # noqa: PLC0415 - heavy
    from packit.schema import PackageConfigSchema  # noqa: PLC0415 - heavy

    job = st.fixed_dictionaries(
        {
            "job": st.sampled_from(["copr_build", "tests", "propose_downstream", "koji_build"]),
            "trigger": st.sampled_from(
                ["commit", "release", "pull_request", "commit | koji_build"]
            ),
        },
        optional={
            "targets": st.just("fedora-all") | st.lists(st.sampled_from(["a", "b"]), max_size=2),
            "branch": st.sampled_from(["main", "old"]),
            "dist_git_branches": st.just("f42") | st.just(["f42", "f41"]),
            "skip_build": st.booleans(),
            "labels": st.lists(st.sampled_from(["x", "y"]), max_size=2),
            "identifier": st.sampled_from(["one", "two"]),
            "packages": st.sampled_from([["wick"], {"oil": {"timeout": 5}}, ["wick", "oil"]]),
        },
    )
    config = {
        "packages": {
            "wick": {"downstream_package_name": "wick", "branch": "w"},
            "oil": {"downstream_package_name": "oil-x", "specfile_path": "o.spec"},
        },
        "timeout": 60,
        "jobs": data.draw(st.lists(job, max_size=4)),
    }
    text = yaml.safe_dump(config)
    ours = PackitConfigReader().read("p", text, repository="lantern")
    theirs = parse_loaded_config(yaml.safe_load(text), "p", "lantern")
    assert ours.values == PackageConfigSchema().dump(theirs)
    views = [(job.type.value, job.trigger.value, job.package) for job in theirs.get_job_views()]
    assert [(job.type, job.trigger, job.package) for job in ours.jobs] == views


@pytest.mark.parametrize("cut", range(0, len(VALID), 7))
def test_a_config_that_ends_too_early(cut):
    reads_or_refuses(VALID[:cut])
