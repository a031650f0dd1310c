"""Addresses in the settings."""

from typing import Annotated

import msgspec

# An address without a slash at its end, or with one. No password: statuses, logs and answers tell
# addresses, and what needs a secret has a key for it.
WebAddress = Annotated[str, msgspec.Meta(pattern=r"^https?://[^/@\s]+(/[^\s]*)?$")]
# The same, or a folder of this host; the user of ssh is no secret.
GitAddress = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^https?://[^/@\s]+(/[^\s]*)?$|^ssh://([^/@:\s]+@)?[^/@\s]+(/[^\s]*)?$|^file:///[^/]"
    ),
]
