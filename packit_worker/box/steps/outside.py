"""What lies outside, for packit in the box: sources that the worker downloads."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self


class Sources:
    """The archives and patches that packit would download.

    The box has no network. What is not there yet is noted; the worker downloads it by its own
    rules, and does the step again.

    Args:
        given: the folder of the input.
        known: names of files of the input by their address.
    """

    def __init__(self, given: Path, known: dict[str, str]) -> None:
        self._given = given
        self._known = known
        self.wanted: list[str] = []

    def install(self) -> None:
        """Let `requests.get`, by which packit downloads, find them."""
        import requests  # noqa: PLC0415 - as slow to load as packit

        requests.get = self.get  # type: ignore[assignment]  # a part of it

    def get(self, url: str, **_: Any) -> "_Response":
        """Answer like `requests.get`.

        Raises:
            requests.ConnectionError: it is not there; packit gives up what it does.
        """
        from requests import ConnectionError as NotThereError  # noqa: PLC0415

        if url not in self._known:
            self.wanted.append(url)
            raise NotThereError(f"{url} has to be downloaded by the worker first")
        return _Response(self._given / self._known[url])


class _Response:
    """As much of a response as packit reads."""

    status_code = 200
    ok = True

    def __init__(self, path: Path) -> None:
        self._path = path
        self.raw = self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def raise_for_status(self) -> None:
        """Nothing: it is there."""

    def stream(self, size: int, **_: Any) -> Iterator[bytes]:
        """Yield it in pieces."""
        with self._path.open("rb") as file:
            yield from iter(lambda: file.read(size), b"")
