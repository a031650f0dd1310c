"""A package config that would take too much memory or time is refused, quickly."""

import time

import pytest

from packit_worker.package_config import ConfigError
from packit_worker.services.package_config import PackitConfigReader

# Of processor time, also under coverage. What is refused would take minutes; most needs hundredths.
SECONDS = 6

DEEP = "nested more than 40 deep."
MUCH = "more than 20,000 keys and values, aliases followed."
JOBS = "more than 1,000 jobs, counted for each package."
COPIES = "more than 50,000 keys and values in all jobs together."
LONG = "longer than 262,144 characters."

LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)
MERGED_LAUGHS = "a0: &a0 {x: 1}\n" + "".join(
    f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 3)}], k{n}: 1}}\n" for n in range(1, 30)
)
CHAIN = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 3000))
TESTS = "- {job: tests, trigger: release}\n"
PACKAGES = "packages:\n" + "".join(f"  p{n}: {{}}\n" for n in range(100))


@pytest.fixture(autouse=True, scope="module")
def _packit_is_imported():
    PackitConfigReader().read("p", "{}", repository="lantern")


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        pytest.param("x" * 262_145, None, LONG, id="long"),
        pytest.param("a: 1\n" * 1_000_000, None, LONG, id="megabytes"),
        pytest.param("- " * 41 + "x", 1, DEEP, id="41-deep"),
        pytest.param("- " * 130_000, 1, DEEP, id="lists-deep"),
        pytest.param("? " * 130_000, 1, DEEP, id="keys-deep"),
        pytest.param("[a," * 80_000, 1, DEEP, id="flow-lists-deep"),
        pytest.param("{a: " * 60_000, 1, DEEP, id="flow-mappings-deep"),
        pytest.param(CHAIN, 41, DEEP, id="aliases-deep"),
        pytest.param(LAUGHS, 5, MUCH, id="laughs"),
        pytest.param(MERGED_LAUGHS, 9, MUCH, id="merged-laughs"),
        pytest.param("- a\n" * 60_000, 39_999, MUCH, id="list-long"),
        pytest.param("a: 1\n" * 40_000, 20_000, MUCH, id="mapping-long"),
        pytest.param(f"jobs:\n{TESTS * 1_000}", 1, JOBS, id="jobs"),
        pytest.param(
            "jobs:\n" + "- {job: tests, trigger: commit|release}\n" * 500, 1, JOBS, id="triggers"
        ),
        pytest.param(f"jobs:\n- &j {TESTS[2:]}" + "- *j\n" * 999, 1, JOBS, id="alias-jobs"),
        pytest.param(f"{PACKAGES}jobs:\n{TESTS * 10}", 1, JOBS, id="packages"),
        pytest.param(
            f"files_to_sync: [{'a,' * 3_000}]\njobs:\n{TESTS * 100}", 1, COPIES, id="inherited"
        ),
        pytest.param(
            f"{PACKAGES}jobs: [{{job: tests, trigger: commit, paths: [{'a,' * 9_000}]}}]",
            1,
            COPIES,
            id="in-each-package",
        ),
        pytest.param(
            "timeout: " + ":".join(["1"] * 100_000),
            1,
            '"1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1…" is no int.',
            id="base-60",
        ),
        pytest.param(
            "timeout: " + "9" * 100_000,
            1,
            '"999999999999999999999999999999999999999…" is no int.',
            id="digits",
        ),
        pytest.param("? " + "a" * 250_000 + "\n: 1", 1, f'unknown key "{"a" * 39}…".', id="key"),
    ],
)
def test_what_would_take_too_much(text, line, reason):
    begin = time.process_time()
    with pytest.raises(ConfigError) as caught:
        PackitConfigReader().read("p", text, repository="lantern")
    assert time.process_time() - begin < SECONDS
    assert (caught.value.line, caught.value.reason) == (line, reason)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param(f"jobs:\n{TESTS * 999}", 999, id="jobs"),
        pytest.param(f"{PACKAGES}jobs:\n{TESTS * 9}", 900, id="monorepo"),
        pytest.param(f"files_to_sync: [{'a,' * 12_000}]", 3, id="files"),
        pytest.param("env: {A: " + "[" * 37 + "]" * 37 + "}", 3, id="deep"),
    ],
)
def test_the_largest_that_is_read(text, count):
    begin = time.process_time()
    config = PackitConfigReader().read("p", text, repository="lantern")
    assert time.process_time() - begin < 2 * SECONDS
    assert len(config.jobs) == count


def test_a_usual_config_takes_milliseconds():
    text = "specfile_path: a.spec\nfiles_to_sync: [a.spec, b]\njobs:\n" + "".join(
        f"- {{job: {job}, trigger: {trigger}, targets: [fedora-all, epel-9], owner: me}}\n"
        for job in ("copr_build", "tests", "propose_downstream")
        for trigger in ("pull_request", "commit", "release")
    )
    times = []
    for _ in range(5):
        begin = time.process_time()
        PackitConfigReader().read("p", text, repository="lantern")
        times.append(time.process_time() - begin)
    assert min(times) < 0.05
