"""Messages of the bus, and the ids that come of them."""

import json
from uuid import UUID

from saved_messages import load

COPR = load("fedora-messaging/copr_build/start")
TOPIC = "org.fedoraproject.prod.copr.build.start"
# The one of the text packit-worker:delivery, in the name space of URLs.
DELIVERIES = UUID("d1bc90d1-5870-5ee3-8e30-f758123d6041")


def saved(file):
    """Return topic and body of a saved message, whatever its layout."""
    whole = json.loads(file.read_text())
    envelopes = (whole[key] for key in ("body", "msg") if isinstance(whole.get(key), dict))
    return whole["topic"], next(envelopes, whole)
