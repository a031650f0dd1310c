"""The doors: who may knock where, and with what secret."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from packit_worker.relay.body import MAX_BYTES, UNTRUSTED_BYTES
from packit_worker.relay.signatures import (
    EVERYTHING,
    Verify,
    github_signature,
    pagure_signature,
    testing_farm_token,
    unchecked,
)
from packit_worker.secret import Secret
from packit_worker.settings import ServiceFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where one sender posts.

    Attributes:
        source: who it is.
        paths: where; the second is packit-service's, so that its hooks need not change.
        verify: whether it is.
        type_header: the header that tells what it sends.
        id_header: the header that tells its own id of the delivery.
        max_bytes: how large a body may be.
    """

    source: str
    paths: tuple[str, ...]
    verify: Verify = unchecked
    type_header: str | None = None
    id_header: str | None = None
    max_bytes: int = MAX_BYTES


_GITHUB = Door(
    source="github",
    paths=("/webhooks/github", "/api/webhooks/github"),
    type_header="X-GitHub-Event",
    id_header="X-GitHub-Delivery",
)
_PAGURE = Door(source="pagure", paths=("/webhooks/pagure",), type_header="X-Pagure-Topic")
_TESTING_FARM = Door(
    source="testing-farm",
    paths=("/webhooks/testing-farm", "/api/testing-farm/results"),
    # It must be read before it is known whether the token in it is right.
    max_bytes=UNTRUSTED_BYTES,
)


def open_doors(service: ServiceFile) -> tuple[Door, ...]:
    """Return the doors that have a secret; all, where the settings say not to check.

    Raises:
        yaml_file.FileError: a secret cannot be had.
    """
    if not service.validate_webhooks:
        return _GITHUB, _PAGURE, _TESTING_FARM
    doors = []
    if github := _read(service.webhook_secret, "webhook_secret"):
        doors.append(replace(_GITHUB, verify=github_signature(github)))
    if pagure := _pagure_secrets(service):
        doors.append(replace(_PAGURE, verify=pagure_signature(pagure)))
    if testing_farm := _read(service.testing_farm_secret, "testing_farm_secret"):
        doors.append(replace(_TESTING_FARM, verify=testing_farm_token(testing_farm)))
    return tuple(doors)


def _pagure_secrets(service: ServiceFile) -> Mapping[str, str]:
    """Return the secrets by what they speak for."""
    found = {
        scope: secret.read(f"pagure_webhook_secrets.{scope}")
        for scope, secret in service.pagure_webhook_secrets.items()
    }
    everything = _read(service.pagure_webhook_secret, "pagure_webhook_secret")
    return found | ({EVERYTHING: everything} if everything else {})


def _read(secret: Secret | None, key: str) -> str | None:
    return secret.read(key) if secret else None
