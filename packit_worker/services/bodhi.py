"""Which releases there are, from Bodhi: kept in the process and in a file.

https://bodhi.fedoraproject.org/docs/server_api/rest/releases.html
"""

import contextlib
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from packit_worker.errors import TransientError
from packit_worker.services.bounded_transport import bounded_session
from packit_worker.services.calls import transport

_ACTIVE = ("current", "pending", "frozen")
_FIELDS = ("name", "long_name", "version", "id_prefix", "state", "branch")
_HEADERS = {"Accept": "application/json"}
_ROWS = 100
_MOST_PAGES = 20
# How long Bodhi is left alone after it failed, so that not every event waits for it.
_PAUSE = timedelta(minutes=1)

# A release as Bodhi writes it: the fields above.
Release = dict[str, str]


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class ReleaseList:
    """The releases that are not archived.

    Attributes:
        stale: Bodhi did not answer, and the list is older than it should be.
    """

    releases: tuple[Release, ...]
    fetched: datetime
    stale: bool = False


class BodhiReleases:
    """The list of releases, at most `fresh` old, where Bodhi answers. One for each thread."""

    def __init__(
        self,
        bodhi_url: str,
        cache_file: Path,
        *,
        fresh: timedelta = timedelta(hours=12),
        timeout: int = 10,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        """Take the address of Bodhi, the file (its folder may be missing), and seconds."""
        self._url = f"{bodhi_url.rstrip('/')}/releases/"
        self._cache_file = cache_file
        self._fresh = fresh
        self._timeout = timeout
        self._now = now
        self._known: ReleaseList | None = None
        self._not_before = datetime.min.replace(tzinfo=UTC)
        self._reason = "bodhi"

    def load(self) -> ReleaseList:
        """Return the list: kept, from the file, or from Bodhi; old where Bodhi is down.

        Raises:
            TransientError: Bodhi is down, and there is no old list.
        """
        if not self._is_fresh(self._known):
            self._known = _newer(self._known, self._read_file())
        if not self._is_fresh(self._known):
            self._ask()
        if self._known is None:
            raise TransientError(self._reason, _PAUSE.total_seconds(), service="Bodhi")
        stale = not self._is_fresh(self._known)
        return ReleaseList(self._known.releases, self._known.fetched, stale)

    def _is_fresh(self, known: ReleaseList | None) -> bool:
        return known is not None and self._now() - known.fetched < self._fresh

    def _ask(self) -> None:
        if self._now() < self._not_before:
            return
        try:
            with transport():
                releases = self._fetch()
        except TransientError as error:
            self._reason = error.reason
            self._not_before = self._now() + _PAUSE
            return
        self._known = ReleaseList(releases, self._now())
        # A disk that is full costs the next process one question.
        with contextlib.suppress(OSError):
            self._write_file(self._known)

    def _fetch(self) -> tuple[Release, ...]:
        found: list[Release] = []
        with bounded_session(self._timeout) as session:
            for page in range(1, _MOST_PAGES + 1):
                answer = session.get(self._url, params=_asked(page), headers=_HEADERS).json()
                found += [_release(one) for one in answer["releases"]]
                if page >= answer["pages"]:
                    break
        if not found:
            raise ValueError("Bodhi knows no release")
        return tuple(found)

    def _read_file(self) -> ReleaseList | None:
        try:
            kept = json.loads(self._cache_file.read_text())
            fetched = datetime.fromisoformat(kept["fetched"]).astimezone(UTC)
            return ReleaseList(tuple(_release(one) for one in kept["releases"]), fetched)
        except (OSError, ValueError, LookupError, TypeError):
            # None yet, or half of one: Bodhi is asked.
            return None

    def _write_file(self, known: ReleaseList) -> None:
        folder = self._cache_file.parent
        folder.mkdir(parents=True, exist_ok=True)
        kept = {"fetched": known.fetched.isoformat(), "releases": known.releases}
        # Other processes read it meanwhile.
        with tempfile.NamedTemporaryFile("w", dir=folder, delete=False) as file:
            json.dump(kept, file)
        Path(file.name).replace(self._cache_file)


def _asked(page: int) -> list[tuple[str, str | int]]:
    states = [("state", state) for state in _ACTIVE]
    return [*states, ("page", page), ("rows_per_page", _ROWS)]


def _release(answer: Any) -> Release:
    return {name: str(answer[name]) for name in _FIELDS}


def _newer(one: ReleaseList | None, other: ReleaseList | None) -> ReleaseList | None:
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda known: known.fetched)
