"""What lies outside, for packit in the box: sources that the worker downloads."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from packit_worker.box.asking import Asker


class Sources:
    """The archives and patches that packit downloads: the worker gets them, by its own rules.

    Args:
        asker: who asks the worker.
    """

    def __init__(self, asker: Asker) -> None:
        self._asker = asker

    def install(self) -> None:
        """Let `requests.get`, by which packit downloads, ask for them."""
        import requests  # noqa: PLC0415 - as slow to load as packit

        requests.get = self.get  # type: ignore[assignment]  # a part of it

    def get(self, url: str, *, stream: bool = False, **_: Any) -> "_Response":
        """Answer like `requests.get`.

        Raises:
            requests.ConnectionError: it cannot be had; packit gives up what it does.
        """
        from requests import ConnectionError as NotThereError  # noqa: PLC0415

        if not stream:  # packit streams what it downloads; others ask whether they are online
            raise NotThereError("there is no network in the box")
        path = self._asker.ask(url)
        if path is None:
            raise NotThereError(f"{url} cannot be downloaded")
        return _Response(path)


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


def answer_for_bodhi(releases: list[dict[str, str]]) -> None:
    """Tell packit which releases there are, as Bodhi told the worker."""
    import fedora_distro_aliases  # noqa: PLC0415 - as slow to load as packit

    fedora_distro_aliases.bodhi_active_releases = lambda: releases


def answer_for_lookaside() -> None:
    """Say that the lookaside cache has no archive: the worker looks before it uploads."""
    from packit.utils.lookaside import LookasideCache  # noqa: PLC0415 - as slow to load as packit

    LookasideCache.is_archive_uploaded = lambda *_, **__: False
