"""What Testing Farm is asked and what it tells, as plain data, and the Protocol of its client.

Handlers import this file, never `services`. https://docs.testing-farm.io
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

# Where tests run: for everybody, or inside Red Hat. Each has its own key and its own composes.
Ranch = Literal["public", "redhat"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plans:
    """Which tests: plans of tmt, https://tmt.readthedocs.io/en/stable/spec/plans.html.

    Attributes:
        url: the git repository that holds them.
        ref: a branch, tag or commit of it; None: what a clone checks out.
        path: the folder of the metadata tree, from the top of the repository.
        name: a regular expression that chooses plans; None: all.
        merge_sha: the commit that `ref` is merged into before the tests; None: no merge.
    """

    url: str
    ref: str | None
    path: str = "."
    name: str | None = None
    merge_sha: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CoprArtifact:
    """A Copr build whose packages are installed before the tests."""

    build_id: int
    chroot: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequest:
    """A request to run tests on one machine.

    Attributes:
        arch: of the machine: `x86_64`.
        compose: the operating system, by the name the ranch knows it by: `Fedora-44`.
        context: the dimensions that tmt adjusts tests by: `{"distro": "fedora-44", …}`.
        variables: what the tests find in their environment.
        post_install_script: a shell script for the machine, before anything is installed.
        extra: fields of the body, below `environments`, `test` and `settings`, as a package config
            wrote them (`tf_extra_params`).
    """

    ranch: Ranch
    plans: Plans
    arch: str
    compose: str
    context: Mapping[str, str]
    artifacts: tuple[CoprArtifact, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    post_install_script: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FarmRequest:
    """A request as it stands now. The words are Testing Farm's own, whatever they are.

    Attributes:
        id: a UUID.
        state: new, queued, running, complete, error, canceled; cancel-requested.
        overall: passed, failed, error, skipped, unknown; None before there is a result.
        summary: what Testing Farm says of it, for people.
        artifacts_url: the page with logs and results; None before it runs.
    """

    id: str
    state: str
    overall: str | None = None
    summary: str | None = None
    artifacts_url: str | None = None


class LostAnswerError(Exception):
    """The answer to a submission did not come, or could not be read: it may have been accepted.

    Testing Farm has no number of ours by which a request could be found again, so the catcher must
    not submit it once more by itself.

    Attributes:
        reason: stable and one word long (`timeout`, `connection`, `http-502`).
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TestingFarm(Protocol):
    """What stage 2 asks Testing Farm.

    Every method raises `TransientError` (down, slow, too many requests, bad-credentials: until
    the operator mends ours) or `RefusedError`, and nothing else but what it names. Codes of a
    refusal: not-configured (we have no key of that ranch), no-permission, bad-request (it
    refuses our words, or the config's), no-such-request, already-ended, too-large, refused (any
    other no).
    """

    def composes(self, ranch: Ranch) -> tuple[str, ...]:
        """Return the composes of a ranch: names, or regular expressions for names."""

    def submit(self, request: NewRequest) -> FarmRequest:
        """Submit a request; never repeated by itself.

        `TransientError` means that it was not accepted.

        Raises:
            LostAnswerError: it may have been accepted.
        """

    def request(self, request_id: str, ranch: Ranch) -> FarmRequest:
        """Return a request as it stands now."""

    def cancel(self, request_id: str, ranch: Ranch) -> None:
        """Ask for the end of a request; one that has ended is refused: `already-ended`."""

    def request_url(self, request_id: str) -> str:
        """Return the address at which anybody can look at a request."""
