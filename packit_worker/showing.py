"""Writes what is known of runs to the forge, as the statuses of their commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from packit_worker.errors import TransientError
from packit_worker.forge import Forge
from packit_worker.policy import Policy
from packit_worker.reporting import Reporter, Status
from packit_worker.run_states import RunState
from packit_worker.runs import RunRow, status_state

# Seconds until a status that did not reach the forge is tried again, unless the forge says more.
_AGAIN = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """Knows the forge, and where our pages lie. No transaction is open while it writes."""

    forge: Forge
    policy: Policy

    def write(self, rows: Sequence[RunRow]) -> tuple[list[RunRow], Mapping[int, float]]:
        """Write the statuses of the rows.

        Returns:
            Those whose status the forge shows, or refuses for good; and in how many seconds each
            of the others is to be tried again.
        """
        shown: list[RunRow] = []
        put_off: dict[int, float] = {}
        down: dict[str, float] = {}
        for row in rows:
            if not row.is_newest or not row.context:
                continue
            host = row.repository.host
            if host not in down:
                try:
                    self._write(row)
                except TransientError as error:
                    # The others would only wait for the same forge.
                    down[host] = max(error.retry_after or 0, _AGAIN)
            if host in down:
                put_off[row.id] = down[host]
            else:
                shown.append(row)
        return shown, put_off

    def _write(self, row: RunRow) -> None:
        reporter = Reporter(self.forge, self.policy, row.repository)
        if row.is_final and row.shown_state is row.state:
            return  # an end is told once, in whatever words
        shown = None
        if row.shown_state is not None:
            shown = self._status(row, row.shown_state, row.shown_text or "")
        status = self._status(row, row.state, row.text)
        reporter.status(status, thread=row.thread, shown=shown)

    def _status(self, row: RunRow, state: RunState, text: str) -> Status:
        return Status(
            commit=row.commit,
            context=row.context,
            state=status_state(state),
            text=text,
            url=f"{self.policy.pages_url}/runs/{row.id}",
        )
