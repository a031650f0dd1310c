"""The one edge over which statuses and answers reach a forge.

A text is composed whole, and cut once here. A status that the forge refuses becomes a comment. One
comment a thread and question: it is edited, not repeated.
"""

from dataclasses import dataclass

from packit_worker.errors import RefusedError, TransientError
from packit_worker.forge import Comment, Forge, Repository, StatusState, Thread
from packit_worker.policy import Policy
from packit_worker.texts import BODY_LIMIT, STATUS_LIMIT, cut, inert, no_bare_command

# Our App was taken away, and may be given back: what is to be shown stays due.
_AWAY = ("app-not-installed", "app-suspended")
_AWAY_WAIT = 3600.0  # seconds; when the account says that it is back, it is due at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The status of a commit and context.

    Attributes:
        context: its name after our prefix: `rpm-build:fedora-rawhide-x86_64`.
        text: state, fact and next step, as long as it likes.
        url: our page.
    """

    commit: str
    context: str
    state: StatusState
    text: str
    url: str


def command_of(actor: str | None) -> str:
    """Return the question under which whoever wrote a command is answered: each has an answer."""
    if actor is None:
        return "command of a deleted account"
    return f"command of {actor.lower()}"


@dataclass(frozen=True, slots=True)
class Reporter:
    """Writes to one repository.

    Every method raises `TransientError`, with the delay that the forge asks for.
    """

    forge: Forge
    policy: Policy
    repository: Repository

    def status(self, status: Status, *, thread: Thread | None, shown: Status | None = None) -> bool:
        """Show a status, unless the forge shows the same already.

        Args:
            status: what to show.
            thread: where a comment goes if the forge refuses the status; None: nowhere.
            shown: what the forge shows now, as far as we know.

        Returns:
            Whether something was written.
        """
        if status == shown:
            return False
        context = f"{self.policy.status_prefix}/{status.context}"
        try:
            self._set(status, context, cut(status.text, STATUS_LIMIT))
        except RefusedError as error:
            if error.code in _AWAY:
                raise TransientError(error.code, _AWAY_WAIT) from error
            # The state counts more than its text.
            if error.code == "invalid" and self._set_bare(status, context):
                return True
            if thread is None:
                return False
            body = f"{inert(context)}: {status.state}. {inert(status.text)}\n\n{status.url}"
            return self.answer(thread, f"status {context} of {status.commit[:12]}", body)
        return True

    def _set(self, status: Status, context: str, text: str) -> None:
        self.forge.set_status(
            self.repository,
            status.commit,
            context=context,
            state=status.state,
            text=text,
            url=status.url,
        )

    def _set_bare(self, status: Status, context: str) -> bool:
        try:
            self._set(status, context, "See the page.")
        except RefusedError:
            return False
        return True

    def answer(self, thread: Thread, question: str, body: str) -> bool:
        """Answer a question in a thread: edit our comment about it, or write one.

        Returns:
            Whether something was written; False too where the forge refuses it.
        """
        # A question may hold a name that others gave: it must not end the mark.
        mark = f"<!-- packit-worker: {question.replace('>', '_')} -->"
        room = BODY_LIMIT - len(mark) - 2
        text = f"{cut(no_bare_command(body, self.policy.command_prefix), room)}\n\n{mark}"
        try:
            # Looked for first, so that a worker that died after writing does not write twice.
            ours = self._ours(thread, mark)
            if ours is not None and ours.body.strip() == text.strip():
                return False
            if ours is not None and ours.id is not None and self._edit(ours.id, text):
                return True
            self.forge.comment(self.repository, thread, text)
        except RefusedError:
            return False
        return True

    def _ours(self, thread: Thread, mark: str) -> Comment | None:
        comments = self.forge.comments(self.repository, thread)
        ours = [
            each
            for each in comments
            # At the end: before it others may be quoted, with any mark.
            if each.body.rstrip().endswith(mark)
            and (each.author is None or self.policy.is_bot(each.author))
        ]
        return ours[-1] if ours else None

    def _edit(self, comment_id: int, text: str) -> bool:
        try:
            self.forge.edit_comment(self.repository, comment_id, text)
        except RefusedError:  # Pagure has no such call
            return False
        return True
