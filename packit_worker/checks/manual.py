"""Whether a job starts by itself."""

from packit_worker.context import Context
from packit_worker.events.base import Event
from parsers.result import Skip

ON_COMMAND = Skip("manual-trigger", "the job starts on command alone")


def starts_by_itself(_event: Event, context: Context) -> Skip | None:
    """Stop for a build job that starts on command alone (`manual_trigger`).

    https://packit.dev/docs/configuration#manual_trigger. What tests need is built all the same:
    their own check asks when they are due.
    """
    job = context.job
    if job is not None and job.type != "tests" and job.values.get("manual_trigger"):
        return ON_COMMAND
    context.decision.fact("the job starts by itself")
    return None
