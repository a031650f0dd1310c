"""What a step asks for while it runs: files from outside, which the worker gets by its own rules.

The box has no network. The step writes a line `{"want": address}` into its pipe, and waits for the
file `answered-N` of its input: `{"name": …}`, the name of another file there, or null.
"""

import json
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

from packit_worker.box.errors import BAD_ANSWER, BoxError

# Gets an address into a file; False: there is nothing. What it raises ends the run.
Fetch = Callable[[str, Path], bool]
WANT = b'{"want"'
_MOST = 64
_POLL = 0.05  # seconds
_LONGEST = 4096


class Asker:
    """The side of the box.

    Args:
        pipe: where the answer will go.
        given: the folder of the input.
    """

    def __init__(self, pipe: BinaryIO, given: Path) -> None:
        self._pipe = pipe
        self._given = given
        self._count = 0

    def ask(self, url: str) -> Path | None:
        """Return the file of an address; None: the worker could not have it."""
        answered = self._given / f"answered-{self._count}"
        self._count += 1
        self._pipe.write(json.dumps({"want": url}).encode() + b"\n")
        self._pipe.flush()
        while not answered.exists():  # the worker ends us when it takes too long
            time.sleep(_POLL)
        name = json.loads(answered.read_text(encoding="ascii"))["name"]
        return self._given / name if name else None


class Answerer:
    """The side of the worker: gets one file after the other, in a thread, while it watches.

    Args:
        given: the folder of the input.
        fetch: how to get one; None: nothing is got.
    """

    def __init__(self, given: Path, fetch: Fetch | None) -> None:
        self._given = given
        self._fetch = fetch
        self._asked: list[Future[None]] = []
        self._pool = ThreadPoolExecutor(max_workers=1)

    def close(self) -> None:
        """Let go of what waits."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def take(self, line: bytes) -> None:
        """Take a question.

        Raises:
            BoxError: `box-bad-answer`: it is none, or one too many.
        """
        try:
            url = json.loads(line)["want"]
        except (ValueError, LookupError, TypeError, RecursionError):
            url = None
        if not isinstance(url, str) or len(url) > _LONGEST or len(self._asked) >= _MOST:
            raise BoxError(BAD_ANSWER, "what it asks for is not in the form agreed upon")
        self._asked.append(self._pool.submit(self._answer, len(self._asked), url))

    def check(self) -> None:
        """Raise what getting a file raised."""
        for future in self._asked:
            if future.done():
                future.result()

    def _answer(self, number: int, url: str) -> None:
        name = f"source-{number}"
        is_there = self._fetch is not None and self._fetch(url, self._given / name)
        partial = self._given / f"partial-{number}"
        partial.write_text(json.dumps({"name": name if is_there else None}), encoding="ascii")
        partial.rename(self._given / f"answered-{number}")
