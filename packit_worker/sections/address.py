"""Addresses in the settings."""

from typing import Annotated

import msgspec

# An address without a slash at its end, or with one.
WebAddress = Annotated[str, msgspec.Meta(pattern=r"^https?://[^/]")]
# The same, or a folder of this host.
GitAddress = Annotated[str, msgspec.Meta(pattern=r"^(https?|ssh)://[^/]|^file:///[^/]")]
