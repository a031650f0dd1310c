"""The application of this process, from its environment: what `celery -A packit_worker` runs."""

import sys

from celery import Celery

from packit_worker.app import create_app
from packit_worker.broker_url import BrokerUrlError
from packit_worker.routing import RoutingError
from packit_worker.settings import Settings
from packit_worker.yaml_file import FileError


def _app() -> Celery:
    try:
        return create_app(Settings.from_environ())
    except (FileError, RoutingError) as error:
        reason = str(error)
    except BrokerUrlError as error:
        reason = f"PACKIT_WORKER_BROKER {error}"
    # Celery prints a traceback of any exception.
    sys.stderr.write(f"Error: {reason}\n")
    raise SystemExit(2)


app = _app()
