"""A bridge over a hole in fedora-messaging: what it cannot read ends it, and comes again for ever.

It reads a message before it calls us, and expects ValueError and UnicodeDecodeError alone. JSON
that is nested too deep, or an encoding that nobody knows, is another error, which ends `consume`
before the message was acknowledged: started again, it ends again. A test tells when it copes.
"""

import logging
from collections.abc import Callable
from typing import Any

from fedora_messaging.exceptions import ValidationError
from fedora_messaging.message import Message
from fedora_messaging.twisted import consumer

log = logging.getLogger(__name__)


def drop_unreadable() -> None:
    """Have the library drop whatever it cannot read, as it drops what is no JSON."""
    library: Any = consumer  # it does not say that it has this name
    library.get_message = _guarded(library.get_message)


def _guarded(read: Callable[..., Message]) -> Callable[..., Message]:
    def get_message(topic: str, properties: Any, body: bytes) -> Message:
        try:
            return read(topic, properties, body)
        except ValidationError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it is of this message alone
            # Not its text, which may quote the message.
            log.error(  # noqa: TRY400 - as above
                "dropped %s %s: %s", topic, properties.message_id, type(error).__name__
            )
            raise ValidationError(error) from None

    return get_message
