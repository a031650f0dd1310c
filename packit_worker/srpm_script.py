"""The script by which Copr makes a source package: it runs packit where the builds run.

Copr takes a spec file and its sources, not a source package, from the result folder:
https://docs.pagure.org/copr.copr/custom_source_method.html. So the script has packit make the
source package and unpacks it there: one spec file and nothing but what belongs to it.
"""

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from packit_worker.copr import SourceScript
from packit_worker.errors import RefusedError

RESULT_FOLDER = "result"
# What the script itself runs; a package adds its own in `srpm_build_deps`.
DEFAULT_PACKAGES = ("git-core", "packit", "rpm-build", "rpmdevtools")
# https://github.com/fedora-copr/copr/blob/main/frontend/coprs_frontend/coprs/forms.py
LONGEST = 4096

_UNPACK = (
    'rpm --install --dbpath "$top/rpmdb"'
    f' --define "_sourcedir $top/{RESULT_FOLDER}" --define "_specdir $top/{RESULT_FOLDER}"'
    ' "$top/made.src.rpm"'
)
_MARKER = re.compile(r"[0-9A-Za-z-]+")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_PACKAGE = re.compile(r"[0-9A-Za-z_./:(][^\s,]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequestCheckout:
    """A commit of a pull request, of a fork or not, which the target repository serves as well.

    Attributes:
        target_branch: the branch it is merged into; None: it is built as it is.
    """

    number: int
    commit: str
    target_branch: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchCheckout:
    """A commit of a branch, whose name packit writes into the release of the package."""

    branch: str
    commit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TagCheckout:
    """What a tag names."""

    tag: str


Checkout = PullRequestCheckout | BranchCheckout | TagCheckout


@dataclass(frozen=True, slots=True, kw_only=True)
class PackitOptions:
    """What packit is told.

    Attributes:
        package: which package of the config; None: the only one.
        config_path: where the config lies in the repository; None: at its usual place.
        release_suffix: instead of the one that packit makes up.
    """

    package: str | None = None
    config_path: str | None = None
    release_suffix: str | None = None


def source_script(
    clone_url: str,
    checkout: Checkout,
    *,
    marker: str,
    chroot: str,
    options: PackitOptions | None = None,
    build_deps: Sequence[str] = (),
) -> SourceScript:
    """Return the script for one commit of a repository.

    Args:
        clone_url: of the repository itself, of a pull request the target.
        checkout: which commit.
        marker: letters, digits and dashes, by which the build is found again.
        chroot: where it runs: the latest stable Fedora.
        options: what packit is told.
        build_deps: packages besides `DEFAULT_PACKAGES`: `srpm_build_deps` of the config.

    Raises:
        RefusedError: `bad-name`: a value that cannot be passed on, such as one with a newline;
            `too-large`: Copr would not take so long a script.
    """
    lines = (
        "#!/bin/bash",
        f"# Made by packit-worker. Marker: {_matching(_MARKER, marker, 'marker')}",
        "set -euo pipefail",
        "top=$PWD",
        "export GIT_TERMINAL_PROMPT=0",
        "export GIT_AUTHOR_NAME=packit-worker GIT_AUTHOR_EMAIL=packit-worker@localhost",
        "export GIT_COMMITTER_NAME=packit-worker GIT_COMMITTER_EMAIL=packit-worker@localhost",
        f'mkdir -p "$top/{RESULT_FOLDER}"',
        f"git clone --no-checkout -- {_quoted(clone_url, 'clone URL')} repository",
        "cd repository",
        *_checkout_lines(checkout),
        _packit_line(options or PackitOptions()),
        _UNPACK,
    )
    text = "\n".join(lines) + "\n"
    if len(text) > LONGEST:
        raise RefusedError("too-large", f"the script is longer than {LONGEST} characters")
    named = (_matching(_PACKAGE, name, "name of a package") for name in build_deps)
    packages = tuple(dict.fromkeys((*DEFAULT_PACKAGES, *named)))
    return SourceScript(text=text, chroot=chroot, packages=packages, result_folder=RESULT_FOLDER)


def _checkout_lines(checkout: Checkout) -> tuple[str, ...]:
    if isinstance(checkout, TagCheckout):
        tag = _quoted(f"refs/tags/{_name(checkout.tag, 'tag')}", "tag")
        return (f"git checkout --quiet --detach {tag} --",)
    commit = _matching(_COMMIT, checkout.commit, "commit")
    if isinstance(checkout, BranchCheckout):
        branch = _quoted(_name(checkout.branch, "branch"), "branch")
        return (f"git checkout --quiet --no-track -B {branch} {commit} --",)
    return _pull_request_lines(checkout, commit)


def _pull_request_lines(checkout: PullRequestCheckout, commit: str) -> tuple[str, ...]:
    """Return what packit does itself: it merges on a branch that it calls after the number."""
    number = int(checkout.number)
    head = f"refs/remotes/origin/pr-head/{number}"
    gone = f"Commit {commit} is no longer part of pull request {number}."
    fetched = (
        f"git fetch --quiet origin +refs/pull/{number}/head:{head}",
        f"git merge-base --is-ancestor {commit} {head} || {{ echo '{gone}'; exit 1; }}",
    )
    if checkout.target_branch is None:
        return (*fetched, f"git checkout --quiet --no-track -B pr/{number} {commit} --")
    target = f"refs/remotes/origin/{_name(checkout.target_branch, 'branch')}"
    return (
        *fetched,
        f"git checkout --quiet --no-track -B pr/{number} {_quoted(target, 'branch')} --",
        f"git merge --quiet --no-edit {commit}",
    )


def _packit_line(options: PackitOptions) -> str:
    words = ["packit", "--debug"]
    if options.config_path is not None:
        words.append(_quoted(f"--config={options.config_path}", "path of the config"))
    words += ["srpm", "--output", '"$top/made.src.rpm"']
    if options.package is not None:
        words.append(_quoted(f"--package={options.package}", "package"))
    if options.release_suffix is not None:
        words.append(_quoted(f"--release-suffix={options.release_suffix}", "release suffix"))
    return " ".join([*words, "."])


def _quoted(value: str, what: str) -> str:
    """Return a value as one word of the shell, whatever it holds."""
    if not value.isprintable():
        raise RefusedError("bad-name", f"a {what} with a character that cannot be printed")
    return shlex.quote(value)


def _name(value: str, what: str) -> str:
    """Refuse a name that git would take for an option, or for nothing."""
    if not value or value.startswith("-"):
        raise RefusedError("bad-name", f"{value!r} is not the name of a {what}")
    return value


def _matching(pattern: re.Pattern[str], value: str, what: str) -> str:
    if not pattern.fullmatch(value):
        raise RefusedError("bad-name", f"{value!r} is not a {what}")
    return value
