"""Where Testing Farm lies and who we are there: frozen, built from the settings, handed in."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from packit_worker.testing_farm import Ranch


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where Testing Farm tells that a request changed, and the token by which we know it."""

    url: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestingFarmSettings:
    """One Testing Farm.

    Attributes:
        url: its address with the version, without a slash at its end:
            `https://api.testing-farm.io/v0.1`.
        keys: our API key of each ranch that we may use; never in a repr.
        webhook: None: it tells nothing, and requests are looked at from time to time.
        timeout: whole seconds a connection may stay silent.
    """

    __test__ = False  # what its name would make it for pytest

    url: str
    keys: Mapping[Ranch, str] = field(repr=False)
    webhook: Webhook | None = None
    timeout: int = 10
