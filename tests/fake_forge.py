"""A forge whose people have roles, written by hand, and the surroundings of an event on it.

It only answers: the checks and the decision never write, and whoever tries is told so.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from packit_worker.context import Context
from packit_worker.decision import Decision
from packit_worker.errors import RefusedError
from packit_worker.facts import Facts, Known
from packit_worker.forge import Comment, Commit, PullRequest, Repository, Visibility
from packit_worker.policy import Policy
from packit_worker.service_access import Services
from packit_worker.subject import subject_of
from packit_worker.targets import Chroots

SHA = "5a17e0" + "0" * 34
FORGES = {"github.com": "github", "src.example.org": "pagure"}
POLICY = Policy(forges=FORGES, admins=frozenset({"github.com/adele", "src.example.org/adele"}))


@dataclass
class FakeForge:
    """Answers by its attributes; `refuses` holds the questions that it answers with a no."""

    writers: frozenset[str] = frozenset({"wendy"})
    visible: Visibility = Visibility.PUBLIC
    author: str | None = "anton"
    branch: str = "main"
    config: str | None = "a package config"
    pushed: datetime | None = None
    refuses: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def _ask(self, question):
        self.asked.append(question)
        if question in self.refuses:
            raise RefusedError(self.refuses[question], "made up")

    def visibility(self, repository):
        self._ask("visibility")
        return self.visible

    def default_branch(self, repository):
        self._ask("default_branch")
        return self.branch

    def files_at(self, repository, ref):
        self._ask("files_at")
        return frozenset()

    def file_at(self, repository, ref, path):
        self._ask("file_at")
        return self.config

    def commit(self, repository, ref):
        self._ask("commit")
        return Commit(sha=ref, committed=datetime(2026, 3, 1, tzinfo=UTC))

    def branch_head(self, repository, branch):
        self._ask("branch_head")
        return SHA

    def pushed_at(self, repository, pull):
        self._ask("pushed_at")
        return self.pushed

    def comments(self, repository, thread):
        self._ask("comments")
        said = datetime(2026, 3, 1, 0, 1, tzinfo=UTC)
        return [Comment(id=70, body="/packit build", author="wendy", created=said)]

    def can_merge(self, repository, login):
        self._ask("can_merge")
        return login.lower() in self.writers

    def pull_request(self, repository, number):
        self._ask("pull_request")
        return PullRequest(
            id=number,
            state="open",
            head_sha=SHA,
            source_branch="fix",
            target_branch="main",
            author=self.author,
            source=Repository(repository.host, "fork", repository.name),
            url=f"https://{repository}/pull/{number}",
        )


class OneRelease:
    """Knows one chroot, whatever the targets."""

    def chroots(self, targets):
        return Chroots(("fedora-44-x86_64",))


SERVICES = Services(targets=OneRelease)


def context_of(event, forge=None, *, known=None, job=None, policy=POLICY):
    """Return the surroundings of an event; `known` is what the store knows."""
    decision = Decision()
    facts = Facts(forge or FakeForge(), decision, known or Known())
    return Context(
        subject=subject_of(event), policy=policy, facts=facts, decision=decision, job=job
    )
