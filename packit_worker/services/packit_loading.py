"""A checked package config through packit's own schema: its defaults, and its last word."""

import logging
from collections.abc import Mapping
from typing import Any

from packit.config.job_config import get_default_jobs
from packit.schema import PackageConfigSchema

from packit_worker.services.config_text import Document
from packit_worker.services.config_words import LONG, quoted

# It warns there of old spellings, once for every job; we tell whoever wrote them, in notes.
logging.getLogger("packit.schema").setLevel(logging.ERROR)


def default_jobs() -> list[dict[str, Any]]:
    """Return the jobs packit assumes where a config names none."""
    return list(get_default_jobs())


def load(document: Document, config: Mapping[str, Any]) -> dict[str, Any]:
    """Return `config`, `{"packages": …, "jobs": …}`, with everything that packit adds, as JSON.

    Raises:
        ConfigError: packit does not take it.
    """
    schema = PackageConfigSchema()
    try:
        return dict(schema.dump(schema.load(config)))
    except Exception as error:
        # The config is a stranger's, and packit has rules outside its schema which end in many
        # kinds of exception.
        said = quoted(str(error) or type(error).__name__, LONG)
        raise document.error((), f"packit refuses it: {said}.") from error
