"""Which Fedora account proved who somebody on a forge is."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from packit_worker.store.insertion import insert
from packit_worker.store.models import FasLink


def link(
    session: Session, host: str, account_id: int, login: str, fas_account: str, *, now: datetime
) -> bool:
    """Keep which Fedora account is whose; False: it is somebody else's already.

    One Fedora account speaks for one account of a forge: else one person could let in any number.
    """
    others = select(FasLink.account_id).where(
        FasLink.host == host, FasLink.fas_account == fas_account, FasLink.account_id != account_id
    )
    if session.scalar(others) is not None:
        return False
    row = {"login": login, "fas_account": fas_account, "linked_at": now}
    statement = insert(session, FasLink).values(host=host, account_id=account_id, **row)
    keys = ["host", "account_id"]
    try:
        with session.begin_nested():
            session.execute(statement.on_conflict_do_update(index_elements=keys, set_=row))
    except IntegrityError:  # somebody else's since we looked
        return False
    return True


def linked_to(session: Session, host: str, account_id: int) -> FasLink | None:
    """Return the Fedora account of somebody on a forge."""
    return session.get(FasLink, (host, account_id))
