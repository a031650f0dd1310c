"""Where Copr lies and who we are there: frozen, built from the settings, handed in."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class CoprSettings:
    """One Copr.

    Attributes:
        url: its address, without a slash at its end: `https://copr.fedorainfracloud.org`.
        username: our account; projects of any other owner are never changed.
        login: the first half of the API key, which Copr makes up; never in a repr.
        token: the second half; never in a repr.
        timeout: whole seconds a connection may stay silent.
    """

    url: str
    username: str
    login: str = field(repr=False)
    token: str = field(repr=False)
    timeout: int = 10
