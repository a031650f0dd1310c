import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RATIOS = {
    "parsing": {"own: worst"},
    "stage1_worker": {
        "idle memory (Pss), ours / Celery's defaults",
        "import, ours / plain Celery application",
    },
    "two_stages": {
        "events/s, ours / Celery's defaults",
        "CPU an event, ours / Celery's defaults",
    },
    "broker_bytes": {
        "stage 1, ours, bytes a payload byte",
        "stage 1, Celery's defaults, bytes a payload byte",
        "stage 1, ours / Celery's defaults",
        "stage 2, ours, bytes a payload byte",
        "stage 2, Celery's defaults, bytes a payload byte",
        "stage 2, ours / Celery's defaults",
    },
}


# Only that they run and print: what they measure depends on what else the machine does.
@pytest.mark.parametrize("name", RATIOS)
def test_prints_each_ratio(name):
    report = run(name)
    ratios = report.partition("  ratios\n")[2].partition("  absolute\n")[0].splitlines()
    for ratio in RATIOS[name]:
        (line,) = (line for line in ratios if line.strip().startswith(ratio))
        assert float(line.split("  ")[-1].split(" at most ")[0]) > 0


def test_json_has_one_line_a_benchmark():
    (line,) = run("parsing", "--json").splitlines()
    report = json.loads(line)
    assert report["title"] == "parsing: parse / json.loads of the same payload"
    assert report["ratios"][0]["target"] == 0.08


def test_unknown_benchmark_is_refused_with_the_valid_ones():
    done = start("pasring")
    assert done.returncode == 2
    assert 'unknown benchmark "pasring"; valid are: parsing, stage1_worker' in done.stderr


def run(*arguments):
    done = start("--quick", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def start(*arguments):
    command = [sys.executable, "-m", "benchmarks", *arguments]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False
    )
