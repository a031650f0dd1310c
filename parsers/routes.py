"""ROUTES: which parser reads which message. The one table of stage 1."""

import json
from collections.abc import Mapping
from typing import NoReturn

from parsers.copr_build import parse_copr_build
from parsers.github.installation import parse_installation, parse_installation_repositories
from parsers.github.issue_comment import parse_issue_comment
from parsers.github.pull_request_gh import parse_pull_request
from parsers.github.push_github_gh import parse_push
from parsers.github.release import parse_release
from parsers.koji_build import parse_build_state_change, parse_task_state_change
from parsers.message import Message, Outcome, Parser
from parsers.options import Options
from parsers.pagure.pull_request_comment_pagure import parse_comment_added, parse_comment_edited
from parsers.pagure.pull_request_pagure import parse_pull_request as parse_pagure_pull_request
from parsers.pagure.push_pagure import parse_git_receive, parse_old_git_receive
from parsers.recognise import UNKNOWN, recognise
from parsers.result import Json, MalformedError, Skip
from parsers.testing_farm_result import parse_notification, parse_result
from parsers.unhandled import is_known

# What Pagure says is the same through its own webhooks, through fedora-messaging (where the topic
# begins with `pagure.`) and through centosmsg; only the envelope and the forge's address differ.
_PAGURE: Mapping[str, Parser] = {
    "git.receive": parse_git_receive,
    "pull-request.new": parse_pagure_pull_request,
    "pull-request.reopened": parse_pagure_pull_request,
    "pull-request.updated": parse_pagure_pull_request,
    "pull-request.rebased": parse_pagure_pull_request,
    "pull-request.comment.added": parse_comment_added,
    "pull-request.comment.edited": parse_comment_edited,
}

ROUTES: Mapping[tuple[str, str], Parser] = {
    ("github", "installation"): parse_installation,
    ("github", "installation_repositories"): parse_installation_repositories,
    ("github", "release"): parse_release,
    ("github", "push"): parse_push,
    ("github", "pull_request"): parse_pull_request,
    ("github", "issue_comment"): parse_issue_comment,
    **{("pagure", topic): parser for topic, parser in _PAGURE.items()},
    **{("centosmsg", topic): parser for topic, parser in _PAGURE.items()},
    **{("fedora-messaging", f"pagure.{topic}"): parser for topic, parser in _PAGURE.items()},
    ("fedora-messaging", "git.receive"): parse_old_git_receive,
    ("fedora-messaging", "copr.build.start"): parse_copr_build,
    ("fedora-messaging", "copr.build.end"): parse_copr_build,
    ("fedora-messaging", "buildsys.task.state.change"): parse_task_state_change,
    ("fedora-messaging", "buildsys.build.state.change"): parse_build_state_change,
    ("testing-farm", "notification"): parse_notification,
    ("testing-farm", "result"): parse_result,
}

_DEFAULTS = Options()
_HINTS = (str, type(None))
_NO_BOM = "it begins with a byte order mark (BOM), which JSON does not allow"


def parse(
    event: Json,
    *,
    source: str | None = None,
    event_type: str | None = None,
    options: Options = _DEFAULTS,
) -> Outcome:
    """Tell which event a raw payload is, and extract that event's fields.

    Args:
        event: the payload: a JSON object, or its text.
        source: who sent it (`github`, `pagure`, `fedora-messaging`, `centosmsg`, `testing-farm`),
            in any case; "" is None.
        event_type: the forge's event header, or the bus topic with or without its prefix; "" is
            None.
        options: the operator's choices.

    Returns:
        `Parsed` with the event's name and its kwargs, or `Skip` with a stable code.

    Raises:
        MalformedError: the payload is not what its sender documents; nothing else is raised,
            whatever JSON comes in.
    """
    body = event if type(event) is dict else _load_object(event)
    if type(source) not in _HINTS or type(event_type) not in _HINTS:
        raise MalformedError("$", "source and event_type are texts or null")
    source = source.lower() if source else None
    message = recognise(body, source, event_type or None, options)
    if isinstance(message, Skip):
        return message
    parser = ROUTES.get((message.source, message.type))
    if parser is None:
        return _without_parser(message)
    if message.at == "$":
        return parser(message, options)
    try:
        return parser(message, options)
    except MalformedError as error:
        raise error.below(message.at) from None


def load(text: str | bytes) -> Json:
    """Return the JSON value of a text.

    Raises:
        MalformedError: it is no JSON, no UTF-8, or nested too deep to be read.
    """
    try:
        decoded = text if isinstance(text, str) else text.decode()
        return _DECODER.decode(decoded)
    except RecursionError:
        raise MalformedError("$", "nested too deep to be read") from None
    except UnicodeDecodeError as error:
        raise MalformedError("$", f"not JSON: not UTF-8, at byte {error.start}") from None
    except json.JSONDecodeError as error:
        reason = _NO_BOM if decoded.startswith("\ufeff") else str(error)[:200]
        raise MalformedError("$", f"not JSON: {reason}") from None
    except _ConstantError as error:
        raise MalformedError("$", f"not JSON: {error}") from None
    except ValueError:  # what Python says of it speaks of Python
        raise MalformedError("$", "a number has too many digits") from None


def _load_object(event: Json) -> Json:
    value = load(event) if isinstance(event, str | bytes) else event
    if type(value) is dict:
        return value
    raise MalformedError("$", "expected an object")


class _ConstantError(ValueError):
    """NaN or the like stands for a number."""


def _refuse_constant(name: str) -> NoReturn:
    raise _ConstantError(f"{name} is no JSON number")


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


def _without_parser(message: Message) -> Skip:
    named = f"{message.source} {message.type[:80]!r}"
    if is_known(message.source, message.type):
        return Skip("type-not-handled", f"{named} is a type that starts nothing here")
    return Skip(UNKNOWN, f"{named} is no type that we know")
