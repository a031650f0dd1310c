"""How GitHub names a repository."""

from parsers.fields import at, maybe_name, need_name
from parsers.message import Message
from parsers.result import Json, MalformedError
from parsers.shapes import check_segments


def repository_name(body: Json, *path: str) -> tuple[str, str]:
    """Return namespace and name of the repository at `path`.

    Where `owner.login` or `name` is missing, `owner.name` and `full_name` say the same.

    Raises:
        MalformedError: none of them is there, or what is there is no name.
    """
    name = maybe_name(body, *path, "name")
    namespace = maybe_name(body, *path, "owner", "login")
    namespace = namespace or maybe_name(body, *path, "owner", "name")
    if name is None or namespace is None:
        full_namespace, _, full_name = need_name(body, *path, "full_name").rpartition("/")
        name, namespace = name or full_name, namespace or full_namespace
    if not namespace or "/" in namespace or not name or "/" in name:
        raise MalformedError(at(*path), f"no repository: {namespace!r}, {name!r}"[:200])
    check_segments(f"{namespace}/{name}", *path)
    return namespace, name


def has_name(body: Json, *path: str) -> bool:
    """Whether there is a repository at `path` that tells its name."""
    return bool(maybe_name(body, *path, "name") or maybe_name(body, *path, "full_name"))


def web_address(message: Message, namespace: str, name: str, *path: str) -> str:
    """Return the address of the repository at `path`, built from its name where it has none."""
    address = maybe_name(message.body, *path, "html_url")
    return address or f"{message.web_url}/{namespace}/{name}"


def login(body: Json, *path: str) -> str | None:
    """Return the login of the account at `path`; None for a deleted one, which GitHub nulls."""
    return maybe_name(body, *path, "login")
