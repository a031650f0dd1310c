"""The Flask application of the pages: two routes, read-only, and one answer for all else."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Flask, Response, render_template
from werkzeug.exceptions import InternalServerError

from packit_worker import sentry
from packit_worker.decision_tree import VERDICT_WORDS
from packit_worker.pages.event_page import event_page, outcome_page
from packit_worker.pages.run_page import run_page
from packit_worker.pages.wording import moment, shown
from packit_worker.policy import Policy
from packit_worker.store import public
from packit_worker.store.database import Database
from packit_worker.store.errors import StoreUnavailableError

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # A page changes as its run goes on, and hides when its repository does.
    "Cache-Control": "no-cache",
}
_LARGEST_ID = 2**63 - 1


def create_app(database: Database, policy: Policy) -> Flask:
    """Return the application.

    Args:
        database: one that is read-only; it is asked when a page is asked for.
        policy: where the pages lie, which forges there are, and what begins a command.
    """
    app = Flask(__name__)
    app.jinja_env.finalize = shown
    app.jinja_env.filters["moment"] = moment
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    # Behind a proxy the pages may lie below another path.
    app.jinja_env.globals["root"] = urlsplit(policy.pages_url).path.rstrip("/") + "/"
    app.jinja_env.globals["verdicts"] = VERDICT_WORDS

    @app.get("/runs/<text>")
    def run(text: str) -> Any:
        with database.read() as session:
            found = public.public_run(session, _number(text))
        return _page("run.html", found, lambda one: run_page(one, policy.forges))

    @app.get("/events/<text>")
    def event(text: str) -> Any:
        with database.read() as session:
            found = public.public_event(session, _event_id(text))
            none = None if found else public.public_outcome(session, _event_id(text))
        if none is not None:
            return _page("event.html", none, lambda one: outcome_page(one, policy.command_prefix))
        return _page("event.html", found, lambda one: event_page(one, policy.command_prefix))

    @app.get("/healthz")
    def healthz() -> Any:
        with database.read() as session:
            public.public_run(session, public.NO_RUN)
        return Response("ok\n", mimetype="text/plain")

    _answer_all_else(app)
    return app


def _page(template: str, found: Any, view: Callable[[Any], Any]) -> Any:
    if found is None:
        return _missing()
    return render_template(template, page=view(found))


def _missing(_error: object = None) -> tuple[str, int]:
    """Whatever is not shown gets the same bytes: nobody learns that it exists."""
    return render_template("missing.html"), 404


def _down(_error: object) -> tuple[str, int, dict[str, str]]:
    return render_template("down.html"), 503, {"Retry-After": "10"}


def _broken(error: InternalServerError) -> InternalServerError:
    """Report a bug, which Flask has logged; the answer stays that of Flask."""
    sentry.report_bug("the pages", error.original_exception or error)
    return error


def _answer_all_else(app: Flask) -> None:
    app.register_error_handler(404, _missing)
    app.register_error_handler(InternalServerError, _broken)
    app.register_error_handler(StoreUnavailableError, _down)

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers[name] = value
        return response


def _number(text: str) -> int:
    """Return the id of a run; of what is none, one that no row has."""
    is_one = text.isascii() and text.isdecimal() and len(text) < len(str(_LARGEST_ID))
    return int(text) if is_one and not text.startswith("0") else public.NO_RUN


def _event_id(text: str) -> str:
    """Return the id of an event; of what is none, one that no row has."""
    try:
        return text if str(UUID(text)) == text else public.NO_EVENT
    except ValueError:
        return public.NO_EVENT
