import time

import pytest
from event_kwargs import event_of
from fake_forge import FakeForge, context_of

from packit_worker.checks.branch import on_branch_of_job
from packit_worker.package_config import Job


def ask(branch, pushed, forge=None):
    """Return the code of the check, `go-on` for none, and the facts it noted."""
    event = event_of("PushGithubGHEvent", git_ref=pushed)
    job = Job(index=0, type="copr_build", trigger="commit", branch=branch)
    context = context_of(event, forge, job=job)
    skip = on_branch_of_job(event, context)
    context.decision.close_step("branch", skip)
    return skip.code if skip else "go-on", context.decision.steps[0].facts


@pytest.mark.parametrize(
    ("branch", "pushed", "code"),
    [
        ("main", "main", "go-on"),
        ("main", "mainline", "other-branch"),
        ("main", "not-main", "other-branch"),
        ("main", "Main", "other-branch"),
        ("", "main", "other-branch"),
        ("rhel-.*", "rhel-9", "go-on"),
        ("rhel-.*", "my-rhel-9", "other-branch"),
        ("f4[0-2]|rawhide", "f41", "go-on"),
        ("f4[0-2]|rawhide", "f43", "other-branch"),
        ("f4[0-2]|rawhide", "f41-fix", "other-branch"),
        ("release/v1.0+x", "release/v1.0+x", "go-on"),  # a name may look like a pattern
        (".*", "a/b", "go-on"),
        ("^main$", "main", "go-on"),
        ("(?i)main", "MAIN", "go-on"),
        ("grün.*", "grün-2", "go-on"),
    ],
)
def test_a_branch_is_a_name_or_a_pattern_of_the_whole_name(branch, pushed, code):
    forge = FakeForge()
    assert ask(branch, pushed, forge)[0] == code
    assert forge.asked == []


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|aa)+$", "(a|a?)+$", "(.*a){20}", "(x+x+)+y", "([a-z]+)*!"]
)
@pytest.mark.parametrize("pushed", ["a" * 250 + "!b", "x" * 250, "a" * 50_000 + "\n"])
def test_no_pattern_takes_long(pattern, pushed):
    begin = time.perf_counter()
    assert ask(pattern, pushed)[0] == "other-branch"
    assert time.perf_counter() - begin < 0.5


@pytest.mark.parametrize("pattern", ["(main", "*", "(?<=a)b", r"(a)\1", "a{5000}", r"(\pL{99}){9}"])
def test_what_is_no_pattern_is_compared_as_it_stands(capfd, pattern):
    note = f"{pattern} is no regular expression of RE2: compared as it stands"
    code, facts = ask(pattern, "main")
    assert (code, facts[0]) == ("other-branch", note)
    assert ask(pattern, pattern)[0] == "go-on"
    assert capfd.readouterr().err == ""


def test_a_text_that_is_no_unicode_is_compared_as_it_stands():
    assert ask("\ud800", "main")[0] == "other-branch"
    assert ask("ma.n", "\ud800")[0] == "other-branch"


def test_a_pattern_longer_than_any_branch_is_not_compiled():
    code, facts = ask("a?" * 251, "main")
    assert code == "other-branch"
    assert facts[0] == "a branch over 500 characters is no regular expression"


@pytest.mark.parametrize(("pushed", "code"), [("main", "go-on"), ("dev", "other-branch")])
def test_without_a_branch_the_default_one_counts(pushed, code):
    forge = FakeForge()
    assert ask(None, pushed, forge)[0] == code
    assert forge.asked == ["default_branch"]


def test_a_default_branch_is_no_pattern():
    assert ask(None, "mainline", FakeForge(branch="main.*"))[0] == "other-branch"


def test_a_default_branch_that_nobody_knows_means_no():
    forge = FakeForge(refuses={"default_branch": "not-found"})
    assert ask(None, "main", forge) == ("branch-unknown", ("not-found: made up",))


def test_the_reason_names_both_branches():
    assert ask("f4.", "dev")[1] == ("dev was pushed, the job wants f4.",)
