"""Testing Farm has news of a request."""

from packit_worker.events.base import Event, Name


class TestingFarmResultEvent(Event, frozen=True, kw_only=True):
    """A request of Testing Farm changed.

    Attributes:
        pipeline_id: the id of the request. The current API sends nothing else: all other fields
            are null and the request must be looked up.
    """

    pipeline_id: Name
    result: Name | None
    summary: str | None
    log_url: Name | None
    copr_chroot: Name | None
    commit_sha: Name | None
    https_url: Name | None
