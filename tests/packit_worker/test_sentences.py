"""What people are told says what to do next."""

import pytest

from packit_worker.decision import PairDecision
from packit_worker.sentences import answer_of, sentence_of

BUILD, TEST = "PullRequestCoprBuildHandler", "GithubTestingFarmHandler"
KOJI, PROPOSE = "PullRequestGithubKojiBuildHandler", "GitHubIssueCommentProposeUpdateHandler"


def ended(handler, outcome, code, detail):
    return PairDecision(handler, "", "", outcome=outcome, code=code, detail=detail)


@pytest.mark.parametrize(
    ("handler", "trigger", "advice"),
    [
        (BUILD, "pull_request", 'Comment "/packit build" to try again.'),
        (TEST, "pull_request", 'Comment "/packit test" to try again.'),
        ("PushCoprBuildHandler", "commit", "Push another commit to try again."),
        (TEST, "commit", "Push another commit to try again."),
        (
            "ReleaseCoprBuildHandler",
            "release",
            "A new release tries again, or an operator of this service does.",
        ),
        (PROPOSE, "release", 'Comment "/packit propose-downstream" to try again.'),
        (KOJI, "pull_request", 'Comment "/packit upstream-koji-build" to try again.'),
        ("GithubFasVerificationHandler", None, "Try again later."),
    ],
)
def test_what_was_given_up_says_who_failed_and_what_starts_it_again(handler, trigger, advice):
    each = ended(handler, "gave-up", "http-503", "Copr did not answer, 5 attempts")
    assert sentence_of(each, "e", "/packit", trigger) == (
        f"Not your change: Copr did not answer, 5 attempts (http-503). {advice}"
    )


@pytest.mark.parametrize(
    ("handler", "advice"),
    [
        (BUILD, ' A maintainer can comment "/packit build".'),
        (TEST, ' A maintainer can comment "/packit test".'),
        (KOJI, ' A maintainer can comment "/packit upstream-koji-build".'),
    ],
)
def test_who_may_not_start_it_is_told_which_command_does(handler, advice):
    each = ended(handler, "denied", "no-write-access", "otto may not write")
    assert sentence_of(each, "e", "/packit") == (
        f"Not allowed yet: only people with write access may start this.{advice}"
    )


@pytest.mark.parametrize(
    ("detail", "advice"),
    [
        ("bad-credentials: no.", "An operator of this service must mend it."),
        ("no-such-request: no.", 'Comment "/packit test" to try again.'),
    ],
)
def test_a_refusal_says_who_can_do_something(detail, advice):
    each = ended(TEST, "failed", "refused", detail)
    assert sentence_of(each, "e", "/packit") == f"Not your change: {detail} {advice}"


def test_who_asked_for_a_commit_that_is_old_is_told_to_ask_again():
    each = ended(BUILD, "failed", "superseded", "7770dc9")
    assert sentence_of(each, "e", "/packit") == "Superseded by 7770dc9."
    assert answer_of(each, "e", "/packit", None) == (
        "Superseded by 7770dc9, which was pushed meanwhile. Comment again for that one."
    )
