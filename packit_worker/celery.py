"""The application of this process, from its environment: what `celery -A packit_worker` runs."""

from packit_worker.app import create_app
from packit_worker.settings import Settings

app = create_app(Settings.from_environ())
