"""What people are told about an event: who asked gets one answer, others only what is due.

Private repositories, denied people, unknown visibility and bots: never a write.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from packit_worker.context import Context
from packit_worker.deciding import Verdict
from packit_worker.decision import PairDecision
from packit_worker.errors import TransientError
from packit_worker.forge import Forge, StatusState, Visibility
from packit_worker.ledger import Ledger
from packit_worker.reporting import Reporter, Status, command_of
from packit_worker.sentences import Quote, answer_of, as_it_is, broken, sentence, sentence_of
from packit_worker.texts import inert

# Of events that nobody asked for, these are told on the commit.
_TOLD_ON_COMMIT = {
    "pull-request": frozenset({"bad-config", "not-allowed", "waiting-for-approval"}),
    "branch": frozenset({"bad-config"}),
}
# What the status of slow work says until a worker takes it, and once its rows have their own.
_ACCEPTED = "Accepted. Waiting for a worker."
_TAKEN = "Started: see the status of each target."
# What such a status says once the commit is taken care of after all.
_TAKEN_BACK = {"permission": "Allowed.", "config": "The package config can be read."}
# ... and one that told why no build or test was started, where its rows have contexts of their own.
_STARTED = "Started after all: see the status of each target."


@dataclass(frozen=True, slots=True)
class Answerer:
    """Tells people about one event.

    Every method raises `TransientError`; calling it again repeats nothing. What the forge shows is
    kept in the ledger, so that no event of a commit says again what another said.
    """

    forge: Forge
    context: Context
    event_id: str
    ledger: Ledger

    def handed_over(self, contexts: Iterable[str]) -> None:
        """Show that slow work is accepted, until a worker of the slow queue takes it."""
        # What the forge does not take is noted; the rows show the same, only later.
        with suppress(TransientError):
            for name in dict.fromkeys(filter(None, contexts)):
                self._status(name, _ACCEPTED, state="pending")

    def withdrawn(self, contexts: Iterable[str], code: str, detail: str) -> None:
        """End what `handed_over` showed: the event stopped before a worker took it."""
        subject = self.context.subject
        if subject.repository is None or code == "denied":
            return
        if self.context.facts.seen.get(subject.repository) is not Visibility.PUBLIC:
            return
        waiting = self._waiting()
        for name in dict.fromkeys(contexts):
            if name in waiting:
                self._status(name, self._sentence(code, detail))

    def end_of(self, handler: str, outcome: str, code: str, detail: str) -> str:
        """Return what is told of the work of a handler that ends with its event."""
        return self._sentence_of(
            PairDecision(handler, "", "", outcome=outcome, code=code, detail=detail)
        )

    def may_be_shown(self, outcome: str, code: str) -> bool:
        """Whether statuses that an earlier pass wrote may say how the event ended.

        A forge that was down could not tell whether the repository is public: it was before.
        """
        repository = self.context.subject.repository
        if repository is None or code == "denied":
            return False
        seen = self.context.facts.seen.get(repository)
        if seen is None:
            return outcome in ("gave-up", "bug") or code == "uninstalled"
        return seen is Visibility.PUBLIC

    def _waiting(self) -> list[str]:
        """Return the contexts that say that a worker is waited for."""
        shown = self.ledger.shown(self.context.subject)
        return [name for name, (state, _text) in shown.items() if state == "pending"]

    def stopped(self, verdict: Verdict) -> None:
        """Tell why an event stopped, where that is due."""
        stop, subject = verdict.stop, self.context.subject
        if stop is None or not verdict.is_answerable:
            return
        if subject.comment is not None:
            self._answer(self._sentence(stop.code, stop.detail, quote=inert))
        elif stop.code in _TOLD_ON_COMMIT.get(subject.kind, ()):
            name = "config" if stop.code == "bad-config" else "permission"
            self._status(name, self._sentence(stop.code, stop.detail))

    def broke(self, code: str, detail: str) -> None:
        """Tell who asked that we could not decide; nobody else waits for anything."""
        subject = self.context.subject
        seen = self.context.facts.seen
        if subject.comment is None or subject.repository is None:
            return
        if seen.get(subject.repository) is Visibility.PUBLIC:
            prefix = self.context.policy.command_prefix
            self._answer(broken(code, detail, self.event_id, prefix))

    def ended(self, verdict: Verdict, decided: Sequence[PairDecision]) -> None:
        """Tell how the handlers ended, where they did not tell it themselves."""
        ends: dict[str, list[PairDecision]] = {}
        for pair, each in zip(verdict.pairs, decided, strict=True):
            ends.setdefault(pair.spec.status, []).append(each)
        is_asked = self.context.subject.comment is not None
        untold = {} if is_asked else _untold(ends)
        if self.context.facts.known.shown:
            self._take_back(ends, untold)
        for name, each in untold.items():
            self._status(name, self._sentence_of(each))
        if is_asked:
            self._answer_command(verdict, decided)

    def _take_back(self, ends: Mapping[str, list[PairDecision]], untold: Container[str]) -> None:
        """End the statuses that no row stands for, and that are not true any more."""
        # Read anew: a row may have taken one over meanwhile.
        for name, (state, _text) in self.ledger.shown(self.context.subject).items():
            if state == "success" or name in untold:
                continue
            pairs = ends.get(name, [])
            if any(each.outcome == "done" or each.has_rows for each in pairs):
                self._status(name, _TAKEN if state == "pending" else _STARTED, state="success")
            elif name in _TAKEN_BACK:
                self._status(name, _TAKEN_BACK[name], state="success")
            elif pairs and state == "pending":
                self._end_pending(name, pairs)

    def _end_pending(self, name: str, pairs: list[PairDecision]) -> None:
        """Say how work ended that a worker took, and that made no row."""
        failed = [each for each in pairs if each.outcome != "skipped"]
        self._status(
            name,
            self._sentence_of((failed or pairs)[0]),
            state="error" if failed else "success",
        )

    def _answer_command(self, verdict: Verdict, decided: Sequence[PairDecision]) -> None:
        """Answer once: what did not work, and which lines could not be read."""
        lines = [f"{inert(bad.line, 200)}: {bad.reason}." for bad in verdict.bad_commands]
        is_any_done = any(each.outcome == "done" for each in decided)
        # What was done shows itself; beside it only what would stay unknown is told.
        told = [each for each in decided if _is_untold(each) or not is_any_done or _waits(each)]
        lines += dict.fromkeys(self._sentence_of(each, quote=inert) for each in told)
        if lines:
            self._answer("\n".join(lines))

    def _answer(self, body: str) -> None:
        thread = self.context.subject.thread
        if thread is not None:
            with self._telling("the answer"):
                question = command_of(self.context.subject.actor)
                self._reporter().answer(thread, question, f"{body}\n\n[Why]({self._url()})")

    def _status(self, name: str, text: str, *, state: StatusState = "error") -> None:
        subject = self.context.subject
        if subject.commit is None or subject.repository is None:
            return
        if self.ledger.shown(subject).get(name) == (state, text):
            return
        status = Status(
            commit=subject.commit, context=name, state=state, text=text, url=self._url()
        )
        with self._telling(f"the status {name}"):
            self._reporter().status(status, thread=subject.thread)
        self.ledger.note_shown(subject.repository, subject.commit, name, state, text)

    @contextmanager
    def _telling(self, what: str) -> Iterator[None]:
        """Note what did not reach the forge, if it does not answer in the block."""
        try:
            yield
        except TransientError as error:
            self.context.decision.fact(f"{what} did not reach the forge: {error.reason}")
            raise

    def _reporter(self) -> Reporter:
        repository = self.context.subject.repository
        assert repository is not None  # noqa: S101 - for mypy; only public ones get here
        return Reporter(self.forge, self.context.policy, repository)

    def _url(self) -> str:
        return f"{self.context.policy.pages_url}/events/{self.event_id}"

    def _sentence_of(self, each: PairDecision, quote: Quote = as_it_is) -> str:
        prefix, trigger = self.context.policy.command_prefix, self.context.subject.config_trigger
        if self.context.subject.comment is not None:
            return answer_of(each, self.event_id, prefix, trigger, quote)
        return sentence_of(each, self.event_id, prefix, trigger, quote)

    def _sentence(self, code: str, detail: str, quote: Quote = as_it_is) -> str:
        return sentence(code, detail, self.event_id, self.context.policy.command_prefix, quote)


def _untold(ends: Mapping[str, list[PairDecision]]) -> dict[str, PairDecision]:
    """Return by context the first of the pairs whose end nobody was told."""
    found = ((name, [each for each in pairs if _is_untold(each)]) for name, pairs in ends.items())
    return {name: untold[0] for name, untold in found if name and untold}


def _waits(each: PairDecision) -> bool:
    """Whether what was asked for follows something else by itself."""
    return each.code == "build-under-way"


def _is_untold(each: PairDecision) -> bool:
    """Whether a pair ended in a way that its handler could not tell, and no status of it does."""
    if each.is_told:
        return False
    return each.outcome in ("denied", "gave-up", "bug") or each.code in ("refused", "time-limit")
