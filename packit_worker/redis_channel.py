"""Takes messages from Redis so that none is ever nowhere.

kombu pops a message (BRPOP), and notes it among the unacknowledged with a second command. What is
popped between the two is lost if the worker is killed, or if the answer gets lost on the way: after
a cut connection, or when a Redis that stood still goes on. Here one script does both, and whatever
becomes of its answer, the message comes back after the visibility timeout. That also saves a round
trip for each message.

A script cannot wait. So a worker without messages asks again after a pause, up to 0.1 s.
"""

import logging
import time
from queue import Empty
from typing import Any

from kombu.transport import redis, virtual

log = logging.getLogger(__name__)

# KEYS: the hash of the unacknowledged, its index by time, the lists to take from, in order.
# ARGV: the time. It notes a message as kombu's own `QoS.append` does, and answers key and message.
# What is no message of kombu's is only popped: nobody could acknowledge it.
_TAKE = """
local function text_of(message, part, key)
    local found = type(message) == 'table' and message['properties']
    if part then found = type(found) == 'table' and found[part] end
    found = type(found) == 'table' and found[key]
    return type(found) == 'string' and found or nil
end
for number = 3, #KEYS do
    local item = redis.call('RPOP', KEYS[number])
    if item then
        local ok, message = pcall(cjson.decode, item)
        local tag = ok and text_of(message, nil, 'delivery_tag')
        local exchange = ok and text_of(message, 'delivery_info', 'exchange')
        local key = ok and text_of(message, 'delivery_info', 'routing_key')
        if tag and exchange and key then
            local ends = ',' .. cjson.encode(exchange) .. ',' .. cjson.encode(key) .. ']'
            redis.call('ZADD', KEYS[2], ARGV[1], tag)
            redis.call('HSET', KEYS[1], tag, '[' .. item .. ends)
        end
        return {KEYS[number], item}
    end
end
return false
"""
# An empty list that nobody writes to: waiting for it is how Redis sleeps for us.
_PAUSE_KEY = "packit-worker.pause"
_SHORTEST_PAUSE = 0.01
_LONGEST_PAUSE = 0.1


class QoS(redis.QoS):
    """kombu's own, which writes nothing about a message that the script noted already."""

    def append(self, message: Any, delivery_tag: str) -> None:
        """Keep a message until it is acknowledged."""
        if self.channel.taken == delivery_tag:
            self.channel.taken = None
            virtual.QoS.append(self, message, delivery_tag)
        else:
            super().append(message, delivery_tag)


class Channel(redis.Channel):
    """kombu's own, but for how it takes messages; what is no JSON it drops, and lives on.

    kombu's poller calls `_brpop_start`, and `_brpop_read` when the socket has an answer.

    Attributes:
        taken: the delivery tag that the script noted, until somebody keeps the message.
    """

    QoS = QoS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.taken: str | None = None
        self._pause = 0.0
        self._is_pausing = False
        super().__init__(*args, **kwargs)

    def _brpop_start(self, timeout: float | None = None) -> None:  # noqa: ARG002 - kombu's name
        """Send the script; if there was nothing just now, first let Redis wait a little."""
        if not self.active_queues:
            return
        self._in_poll = self.client.connection
        self._brpop_sent_at = time.monotonic()
        self._is_pausing = self._pause > 0
        if self._is_pausing:
            self._send("BRPOP", self.global_keyprefix + _PAUSE_KEY, self._pause)
        else:
            self._send_script()

    def _brpop_read(self, **_options: Any) -> bool:
        """Read the answer; deliver what was taken.

        Raises:
            Empty: nothing was.
        """
        try:
            found = self._answer()
            if not found:
                self._pause = min(max(self._pause * 2, _SHORTEST_PAUSE), _LONGEST_PAUSE)
                raise Empty
            self._pause = 0.0
            self._deliver_taken(*found)
            return True
        finally:
            self._in_poll = None
            self._flush_brpop_reauth()

    def _answer(self) -> Any:
        connection = self.client.connection
        try:
            if self._is_pausing:
                self.client.parse_response(connection, "BRPOP")
                self._send_script()
            return self.client.parse_response(connection, "EVAL")
        except self.connection_errors:
            connection.disconnect()
            raise

    def _deliver_taken(self, key: bytes, item: bytes) -> None:
        queue = key.decode().removeprefix(self.global_keyprefix).rsplit(self.sep, 1)[0]
        self._queue_cycle.rotate(queue)
        tag = None
        try:
            message = redis.loads(item.decode())
            tag = self.taken = _tag_of(message)
            self.connection._deliver(message, queue)  # noqa: SLF001 - kombu has no other name for it
        except (ValueError, RecursionError) as error:
            if tag is not None and self.taken is None:
                raise  # somebody keeps the message, and made the mistake
            log.error(  # noqa: TRY400 - the trace may quote the message
                "dropped what is no message: %s", type(error).__name__
            )
            raise Empty from None
        finally:
            self._forget_dropped()

    def _forget_dropped(self) -> None:
        """Forget what was noted, and then kept by nobody."""
        tag, self.taken = self.taken, None
        if tag is not None:
            # kombu's `ack` would also count it as kept.
            self.qos._remove_from_indices(tag).execute()  # noqa: SLF001 - see above

    def _send_script(self) -> None:
        queues = self._queue_cycle.consume(len(self.active_queues))
        lists = [self._q_for_pri(queue, step) for step in self.priority_steps for queue in queues]
        keys = [self.unacked_key, self.unacked_index_key, *lists]
        prefixed = [f"{self.global_keyprefix}{key}" for key in keys]
        self._send("EVAL", _TAKE, len(prefixed), *prefixed, time.time())

    def _send(self, *command: Any) -> None:
        self.client.connection.send_command(*command)


def _tag_of(message: Any) -> str | None:
    properties = message.get("properties") if isinstance(message, dict) else None
    tag = properties.get("delivery_tag") if isinstance(properties, dict) else None
    return tag if isinstance(tag, str) else None
