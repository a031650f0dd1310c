"""gunicorn's own lines, in the format of ours."""

from typing import Any

from gunicorn.glogging import Logger

# For its setting `logger_class`, which is a path.
GUNICORN_LOG = f"{__name__}.GunicornLog"


class GunicornLog(Logger):
    """gunicorn's, without handlers of its own."""

    def setup(self, cfg: Any) -> None:
        """Leave its lines to the root logger."""
        super().setup(cfg)
        for logger in (self.error_log, self.access_log):
            logger.handlers = []
            logger.propagate = True
