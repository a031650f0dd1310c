"""Ids that lead from a delivery to its tasks: the same delivery always gets the same ids."""

from uuid import NAMESPACE_URL, UUID, uuid5

_NAMESPACE = uuid5(NAMESPACE_URL, "packit-worker:delivery")


def base_id(source: str | None, delivery_id: str | None, parse_id: str) -> UUID:
    """Return what the ids of one delivery are made from.

    Args:
        source: who sent it, as the door named it.
        delivery_id: the sender's own id of the delivery, if it has one.
        parse_id: the id of the `parse_message` task, which serves where it has none.
    """
    if delivery_id:
        return _uuid_of(f"{source or ''}\n{delivery_id}")
    try:
        return UUID(parse_id)
    except ValueError:  # a foreign relay may name its tasks as it likes
        return _uuid_of(parse_id)


def _uuid_of(text: str) -> UUID:
    # JSON knows letters that UTF-8 does not: lone surrogates.
    return uuid5(_NAMESPACE, text.encode(errors="backslashreplace").decode())


def follow_up_id(base: UUID, task: str) -> str:
    """Return the id of the task that follows from a delivery."""
    return str(uuid5(base, task))
