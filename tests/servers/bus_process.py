"""The bus consumer for tests: `fedora-messaging consume`, and who publishes on the bus."""

import json
import sys
import uuid
from pathlib import Path

import pika
import yaml
from servers.worker_process import WorkerProcess

EXCHANGE = "amq.topic"
QUEUE = "packit"
_REGISTERED = "Successfully registered AMQP consumer"
_CONFIG = """\
amqp_url = "{url}"
callback = "packit_worker.bus:Consumer"

[queues.{queue}]
durable = true
auto_delete = false
exclusive = false
arguments = {{}}

[[bindings]]
queue = "{queue}"
exchange = "amq.topic"
routing_keys = ["#"]

[consumer_config]
liveness_file = "{alive}"

[log_config]
version = 1
disable_existing_loggers = false

[log_config.handlers.console]
class = "logging.StreamHandler"

[log_config.root]
level = "INFO"
handlers = ["console"]
"""


class BusProcess(WorkerProcess):
    """One consumer.

    Args:
        folder: Where its files go.
        bus: The URL of the RabbitMQ that is the bus.
        broker: The URL of the workers' broker; None: the embedded one.
        settings: What its packit-worker.yaml says.
        packages: A folder with packages that are installed too.
        config: Its configuration, instead of that of the tests.
    """

    def __init__(self, folder: Path, bus, broker, settings=None, packages=None, config=None):
        self.alive = folder / "alive"
        file = folder / "packit-worker.yaml"
        file.write_text(yaml.safe_dump(settings or {}))
        toml = folder / "fedora-messaging.toml"
        toml.write_text(config or _CONFIG.format(url=bus, queue=QUEUE, alive=self.alive))
        script = "from fedora_messaging.cli import cli; cli()"
        environment = {
            "PACKIT_WORKER_CONFIG": str(file),
            "FEDORA_MESSAGING_CONF": str(toml),
        }
        command = [sys.executable, "-c", script, "consume"]
        super().__init__(folder, broker, [], environment, command)
        if packages:
            self._environment["PYTHONPATH"] += f":{packages}"

    def start(self) -> "BusProcess":
        """Start it, and return as soon as it consumes."""
        self.spawn()
        self.wait_for(_REGISTERED, seconds=60)
        return self


class Bus:
    """Publishes as fedora-messaging does; a message is with the bus when `publish` returns."""

    def __init__(self, url):
        self._connection = pika.BlockingConnection(pika.URLParameters(url))
        self.channel = self._connection.channel()
        self.channel.confirm_delivery()

    def publish(self, topic, body, message_id=None, schema="base.message") -> str:
        """Publish JSON, or raw bytes; return the id of the message."""
        message_id = message_id or str(uuid.uuid4())
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"fedora_messaging_schema": schema, "fedora_messaging_severity": 20}
        properties = pika.BasicProperties(
            content_type="application/json",
            content_encoding="utf-8",
            delivery_mode=2,
            message_id=message_id,
            headers=headers,
        )
        self.channel.basic_publish(EXCHANGE, topic, raw, properties, mandatory=True)
        return message_id

    def waiting(self) -> int:
        """How many messages the bus keeps for the consumer, and has not given it."""
        return self.channel.queue_declare(QUEUE, passive=True).method.message_count

    def close(self):
        self._connection.close()
