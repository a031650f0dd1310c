"""A `packit_worker.srpms.Srpms`: packit makes source packages in the box."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from packit_worker.box.folders import folder as run_folder
from packit_worker.errors import RefusedError
from packit_worker.forge import Repository, repository_at
from packit_worker.package_config import CONFIG_FILES, ConfigError, ConfigReader
from packit_worker.services.forge_settings import ForgeSettings
from packit_worker.services.git import Git, Remote
from packit_worker.services.pulls import remote_of
from packit_worker.services.steps import Steps
from packit_worker.srpm_script import BranchCheckout, Checkout, PullRequestCheckout, TagCheckout
from packit_worker.srpms import SrpmOrder

_FAILED = "srpm-failed"
# What a step says of the change itself.
_THEIRS = {"sync-failed", "bad-address", "too-large", "nothing-to-do", "release-skipped"}


class BoxedSrpms:
    """Makes source packages.

    Args:
        steps: what runs packit.
        git: what fetches.
        forges: by host, how to speak to each.
        reader: what reads package configs.
    """

    def __init__(
        self,
        steps: Steps,
        git: Git,
        forges: Mapping[str, ForgeSettings],
        reader: ConfigReader,
    ) -> None:
        self._steps = steps
        self._git = git
        self._forges = forges
        self._reader = reader

    def make(self, order: SrpmOrder, folder: Path) -> Path:
        """Make a source package, and return its file in `folder`."""
        repository = repository_at(order.clone_url) or Repository("", "", order.clone_url)
        with run_folder(self._steps.box.settings.folder) as work:
            bare = work.given / "upstream.git"
            self._git.fetch(self._remote(repository), bare, _refs(order.checkout))
            commit = self._commit(bare, order.checkout)
            arguments = {
                "values": self._values(bare, commit, order, repository),
                "checkout": _checkout(order.checkout),
                "url": f"https://{repository}",
                "release_suffix": order.options.release_suffix,
            }
            try:
                answer = self._steps.run(work, "srpm", arguments)
            except RefusedError as error:
                code = _FAILED if error.code in _THEIRS else error.code
                raise RefusedError(code, error.reason) from error
            return _taken(answer.value.get("srpm"), answer.files, folder)

    def _remote(self, repository: Repository) -> Remote:
        if repository.host not in self._forges:
            reason = f"{repository.host} is not among the forges we know"
            raise RefusedError("unknown-forge", reason)
        return remote_of(self._forges[repository.host], repository)

    def _commit(self, bare: Path, checkout: Checkout) -> str:
        if isinstance(checkout, TagCheckout):
            wanted = f"refs/tags/{checkout.tag}"
        else:
            wanted = checkout.commit
        found = self._git.resolve(bare, wanted)
        if found is None:
            raise RefusedError(_FAILED, f"{wanted} is no longer there")
        return found

    def _values(
        self, bare: Path, commit: str, order: SrpmOrder, repository: Repository
    ) -> dict[str, Any]:
        """Return the keys of the package, from the config at the commit."""
        path = order.options.config_path or self._config_path(bare, commit)
        text = self._git.read(bare, commit, path)
        try:
            config = self._reader.read(path, text, repository=repository.name)
        except ConfigError as error:
            raise RefusedError(_FAILED, str(error)) from error
        packages: Mapping[str, dict[str, Any]] = config.values["packages"]
        name = order.options.package or next(iter(packages), "")
        if name not in packages:
            raise RefusedError(_FAILED, f"the package config has no package {name}")
        return packages[name]

    def _config_path(self, bare: Path, commit: str) -> str:
        names = self._git.names(bare, commit)
        found = [name for name in CONFIG_FILES if name in names]
        if not found:
            raise RefusedError(_FAILED, "there is no package config at this commit")
        return found[0]


def _refs(checkout: Checkout) -> tuple[str, ...]:
    refs = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
    if isinstance(checkout, PullRequestCheckout):
        return (*refs, f"+refs/pull/{checkout.number}/head:refs/heads/pr-head/{checkout.number}")
    return refs


def _checkout(checkout: Checkout) -> dict[str, Any]:
    """Return it as the step takes it."""
    if isinstance(checkout, TagCheckout):
        return {"tag": checkout.tag}
    if isinstance(checkout, BranchCheckout):
        return {"branch": checkout.branch, "commit": checkout.commit}
    return {
        "pull_request": checkout.number,
        "commit": checkout.commit,
        "target_branch": checkout.target_branch,
    }


def _taken(name: object, files: Mapping[str, Path], folder: Path) -> Path:
    """Move the package to where the caller wants it."""
    path = files.get(name) if isinstance(name, str) else None
    if path is None or not path.name.endswith(".src.rpm"):
        raise RefusedError(_FAILED, "the step handed over no source package")
    return Path(shutil.copy(path, folder))
