import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_parsing_prints_each_ratio():
    text = run("parsing")
    assert "median" in text
    assert "worst" in text
    assert "at most 0.08" in text
    assert "json.loads, median" in text


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
