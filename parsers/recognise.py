"""Who sent a message, and what type it has: from the hints that came along, else from its shape."""

import re

from parsers.message import Message
from parsers.options import Options
from parsers.result import Json, Skip

UNKNOWN = "unknown-event"

# org.fedoraproject.prod.copr.build.end is copr.build.end (https://fedora-messaging.readthedocs.io).
_TOPIC_PREFIX = re.compile(r"(org\.fedoraproject|io\.pagure)\.(?:prod|stg|dev)\.")
_BUS_APPS = ("pagure.", "copr.", "buildsys.")
# Where an envelope holds the body, and where its id.
_ENVELOPES = {"msg": "msg_id", "body": "id"}
# What GitHub's pull_request_review, …_comment and …_thread bring besides the pull request.
_ON_A_PULL_REQUEST = frozenset({"review", "comment", "thread"})


def recognise(
    event: Json, source: str | None, event_type: str | None, options: Options
) -> Message | Skip:
    """Tell source, type and body of a JSON object; call no parser to see whether it fits.

    Args:
        event: the JSON object as it came, envelope and all.
        source: who sent it, if the door knows.
        event_type: the event header or the topic, if the door knows.
        options: the hosts and addresses of the forges.
    """
    if source == "github" or (source is None and _lies_on(event, options.github_hosts)):
        found = event_type or github_type(event)
        return Message("github", found, event, web_url=options.web_url.get("github", ""))
    if source == "testing-farm" or (source is None and not event_type and "topic" not in event):
        return _testing_farm(event)
    if source in (None, "pagure", "fedora-messaging", "centosmsg"):
        topic = event_type or event.get("topic")
        if type(topic) is str and topic:
            return _from_topic(event, source, topic, options)
        return Skip(UNKNOWN, "no topic, neither beside the message nor inside")
    return Skip(UNKNOWN, f"source {source[:80]!r}")


def delivery_id(event: Json) -> str | None:
    """Return the id that a bus gave a message (`msg_id` or `id` of its envelope), or None.

    One that is no text of printable characters is none.
    """
    if type(event) is not dict or "topic" not in event:
        return None
    for body, key in _ENVELOPES.items():
        value = event.get(key)
        if type(event.get(body)) is dict:
            return value if type(value) is str and value and value.isprintable() else None
    return None


def github_type(body: Json) -> str:
    """Return the `X-GitHub-Event` of a body without one, or "" for a type that we do not handle.

    https://docs.github.com/webhooks/webhook-events-and-payloads
    """
    if "pull_request" in body and body.keys().isdisjoint(_ON_A_PULL_REQUEST):
        return "pull_request"
    if "issue" in body and "comment" in body:
        return "issue_comment"
    if "release" in body:
        return "release"
    if "ref" in body and "after" in body:
        return "push"
    return _installation_type(body)


def _installation_type(body: Json) -> str:
    # Every webhook of a GitHub App carries `installation.id`; only its own events tell the account,
    # and `installation_target` tells it twice.
    installation = body.get("installation")
    if type(installation) is not dict or "account" not in installation or "account" in body:
        return ""
    is_delta = "repositories_added" in body or "repositories_removed" in body
    return "installation_repositories" if is_delta else "installation"


def _lies_on(body: Json, hosts: frozenset[str]) -> bool:
    """Whether the repository, else the account, of a body lies on one of `hosts`."""
    installation = body.get("installation")
    account = installation.get("account") if type(installation) is dict else None
    for owner in (body.get("repository"), account, body.get("organization"), body.get("sender")):
        url = owner.get("html_url") if type(owner) is dict else None
        if type(url) is str:
            return url.removeprefix("https://").partition("/")[0] in hosts
    return False


def _testing_farm(event: Json) -> Message | Skip:
    if "request_id" in event:
        return Message("testing-farm", "notification", event)
    if type(event.get("pipeline")) is dict:
        return Message("testing-farm", "result", event)
    return Skip(UNKNOWN, "no header, no topic, and no shape that we know")


def _from_topic(event: Json, source: str | None, topic: str, options: Options) -> Message | Skip:
    body, where = _unwrapped(event)
    host, slash, git_topic = topic.partition("/")
    if source == "centosmsg" or (source is None and slash):
        if not slash or "/" in git_topic:
            return Skip(UNKNOWN, f"topic {topic[:80]!r} is not <host>/<topic>")
        return Message("centosmsg", git_topic, body, where, f"https://{host}")
    prefix = _TOPIC_PREFIX.match(topic)
    plain = topic[prefix.end() :] if prefix else topic
    if source is None:
        is_bus = prefix or plain.startswith(_BUS_APPS) or "commit" in body
        source = "fedora-messaging" if is_bus else "pagure"
    if source == "pagure":
        plain = plain.removeprefix("pagure.")
    forge = "pagure" if prefix and prefix[1] == "io.pagure" else source
    return Message(source, plain, body, where, options.web_url.get(forge, ""))


def _unwrapped(event: Json) -> tuple[Json, str]:
    """Take the body out of its envelope: `{topic, msg, msg_id}` or `{topic, body, id, headers}`."""
    if "topic" in event:
        for key in _ENVELOPES:
            if type(event.get(key)) is dict:
                return event[key], f"$.{key}"
    return event, "$"
