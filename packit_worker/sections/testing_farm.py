"""`testing_farm`: how to speak to Testing Farm."""

import msgspec

from packit_worker.secret import Secret
from packit_worker.sections.address import WebAddress


class TestingFarmSection(msgspec.Struct, frozen=True, kw_only=True):
    """How to speak to Testing Farm; without any key nothing is tested.

    Attributes:
        api_url: where its API lies, with the version.
        api_key: our key of the public ranch; None: `testing_farm_secret` is that too, as in
            packit-service.
        internal_api_key: our key of the internal ranch.
        internal_projects: repositories (`host/path`) whose tests may run in the internal ranch.
        webhook_url: where it tells us that a request changed; None: requests are looked at every
            few minutes.
    """

    __test__ = False  # what its name would make it for pytest

    api_url: WebAddress = "https://api.testing-farm.io/v0.1"
    api_key: Secret | None = None
    internal_api_key: Secret | None = None
    internal_projects: list[str] = []
    webhook_url: WebAddress | None = None
