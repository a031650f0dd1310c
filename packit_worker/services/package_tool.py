"""Uploads archives to the lookaside cache with the package tool, which has the credentials.

It runs in an empty repository of ours: nothing that others wrote is checked out. https://docs.pagure.org/rpkg/
"""

import re
import subprocess
from collections.abc import Sequence
from configparser import Error as ConfigParserError
from configparser import RawConfigParser
from pathlib import Path

from packit_worker.errors import RefusedError, TransientError
from packit_worker.services.dist_git_settings import DistGitSettings

_SERVICE = "the lookaside cache"
_SECONDS = 600
_DOWN = re.compile(
    r"could not resolve|timed? ?out|connection|unreachable|\b50[0234]\b|temporar|try again",
    re.IGNORECASE,
)


def upload(
    settings: DistGitSettings, package: str, branch: str, archives: Sequence[Path], folder: Path
) -> None:
    """Upload archives; the tool itself looks which are there already.

    Args:
        settings: of dist-git.
        package: its name there.
        branch: of dist-git, by which the tool knows the distribution.
        archives: the files, which are called as in the cache.
        folder: an empty folder of ours.

    Raises:
        TransientError: the cache is down.
        RefusedError: `not-configured`: there is no such tool, or its own configuration cannot be
            used; `lookaside-refused`.
    """
    if not archives:
        return
    subprocess.run(["git", "init", "--quiet", "."], cwd=folder, check=True, timeout=30)  # noqa: S607 - git is found by PATH
    tool = settings.package_tool
    command = [tool, *_config(settings, folder.with_name(f"{folder.name}.conf"))]
    command += ["--path", str(folder), "--name", package]
    command += ["--namespace", settings.namespace, "--release", branch, "new-sources"]
    command += [str(path) for path in archives]
    try:
        subprocess.run(  # noqa: S603 - the operator names the tool, and no shell reads the rest
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            timeout=_SECONDS,
        )
    except FileNotFoundError:
        raise RefusedError("not-configured", f"the package tool {tool} is not installed") from None
    except subprocess.TimeoutExpired:
        raise TransientError("timeout", service=_SERVICE) from None
    except subprocess.CalledProcessError as error:
        told = error.stderr.decode(errors="replace").strip()
        if _DOWN.search(told):
            raise TransientError("lookaside", service=_SERVICE) from None
        raise RefusedError("lookaside-refused", told[-300:] or f"{tool} failed") from None


def _config(settings: DistGitSettings, file: Path) -> list[str]:
    """Return the option that names the cache of the settings, if they name one.

    Such a file takes the place of the tool's own, of which the tool needs the rest.
    """
    wanted = {"lookaside": settings.lookaside_url, "lookaside_cgi": settings.lookaside_upload_url}
    named = {key: url for key, url in wanted.items() if url}
    if not named:
        return []
    own, name = settings.tool_configs / f"{settings.tool_name}.conf", settings.tool_name
    config = RawConfigParser()
    try:
        config.read(own, encoding="utf-8")
    except (ConfigParserError, OSError, ValueError) as error:
        raise RefusedError("not-configured", f"{own} cannot be used: {error}") from error
    config.read_dict({name: named})
    with file.open("w", encoding="utf-8") as out:
        config.write(out)
    return ["--config", str(file)]
