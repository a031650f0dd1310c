"""What handlers ask of services: Protocols, each made when first used.

`service_assembly` puts it together from the settings; handlers find it as `context.services`.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn, TypeAlias, TypeVar

from packit_worker.copr import Copr
from packit_worker.downstream import Downstream
from packit_worker.errors import RefusedError
from packit_worker.fas import FedoraAccounts
from packit_worker.koji import Koji
from packit_worker.srpms import Srpms
from packit_worker.targets import Targets
from packit_worker.testing_farm import TestingFarm

T = TypeVar("T")
# Call it each time: the same object comes back, and the first call pays for the imports.
Provider: TypeAlias = Callable[[], T]


def not_configured(name: str, key: str) -> Provider[Any]:
    """Return the provider of a service that the settings do not name.

    Args:
        name: what people call it.
        key: where it belongs in packit-worker.yaml.
    """

    def refuse() -> NoReturn:
        raise RefusedError("not-configured", f"{name}: the settings have no {key}")

    return refuse


@contextmanager
def _temporary() -> Iterator[Path]:
    with TemporaryDirectory(prefix="packit-worker-") as folder:
        yield Path(folder)


_NO_FAS = not_configured("Fedora's accounts", "approval.fasjson_url")
_NO_COPR = not_configured("Copr", "copr")
_NO_TESTING_FARM = not_configured("Testing Farm", "testing_farm")
_NO_KOJI = not_configured("Koji", "koji")
_NO_DOWNSTREAM = not_configured("dist-git", "dist_git")
_NO_SRPMS = not_configured("source packages", "box")
_NO_TARGETS = not_configured("Bodhi", "bodhi_url")


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """A provider for each service; a call raises `RefusedError` (`not-configured`) for one missing.

    A refusal that a handler lets pass ends its job run as `failed`, with a status that says so.

    Attributes:
        work_folder: a folder of the worker's own while the block lasts; of a worker that was killed
            the next one removes it.
    """

    copr: Provider[Copr] = _NO_COPR
    koji: Provider[Koji] = _NO_KOJI
    srpms: Provider[Srpms] = _NO_SRPMS
    targets: Provider[Targets] = _NO_TARGETS
    testing_farm: Provider[TestingFarm] = _NO_TESTING_FARM
    downstream: Provider[Downstream] = _NO_DOWNSTREAM
    fedora_accounts: Provider[FedoraAccounts] = _NO_FAS
    work_folder: Callable[[], AbstractContextManager[Path]] = _temporary
