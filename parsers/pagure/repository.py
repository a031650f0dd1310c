"""How Pagure names a project and its branches.

https://docs.pagure.org/pagure/usage/using_webhooks.html
"""

from parsers.fields import at, maybe, maybe_name, need_name
from parsers.message import Message
from parsers.result import Json, MalformedError
from parsers.shapes import check_segments


def repository_name(body: Json, *path: str, key: str = "name") -> tuple[str, str]:
    """Return namespace and name of the project at `path`.

    The namespace of a project at the top level is "" (Pagure sends null).

    Args:
        body: the body of the message.
        path: where the project lies in it.
        key: which field of the project holds its name.

    Raises:
        MalformedError: there is no name, or what is there is no name.
    """
    name = need_name(body, *path, key)
    if "/" in name:
        raise MalformedError(at(*path, key), "the name of a project holds no slash")
    check_segments(name, *path, key)
    namespace = maybe_name(body, *path, "namespace") or ""
    if namespace:
        check_segments(namespace, *path, "namespace")
    return namespace, name


def web_address(message: Message, *path: str) -> str:
    """Return the address of the project at `path`, built from its path or name if it has none."""
    address = maybe_name(message.body, *path, "full_url")
    if address is None:
        url_path = maybe_name(message.body, *path, "url_path")
        address = f"{message.web_url}/{url_path or _full_name(message.body, *path)}"
    return address


def is_fork(body: Json, *path: str) -> bool:
    """Whether the project at `path` is a fork; its name alone does not tell, it is its parent's."""
    return (
        maybe(body, dict, *path, "parent") is not None
        or (maybe_name(body, *path, "url_path") or "").startswith("fork/")
        or (maybe_name(body, *path, "fullname") or "").startswith("forks/")
    )


def branch_name(ref: str) -> str:
    """Return the name alone of a branch, which may come as `refs/heads/<name>`."""
    return ref.removeprefix("refs/heads/")


def _full_name(body: Json, *path: str) -> str:
    namespace, name = repository_name(body, *path)
    return f"{namespace}/{name}" if namespace else name
