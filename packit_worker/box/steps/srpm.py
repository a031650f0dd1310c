"""Makes a source package of a commit, in the box, by packit."""

from pathlib import Path
from subprocess import CalledProcessError
from typing import Any

from packit_worker.box.steps.checkout import check_out, clone, set_up_git
from packit_worker.box.steps.outside import Sources


def run(arguments: dict[str, Any], given: Path, work: Path) -> tuple[dict[str, Any], list[Path]]:
    """Make it.

    Args:
        arguments: `job` (values of the config), `checkout` (`checkout.check_out`), `url` (of the
            repository), `release_suffix` (null: packit makes one up), `sources` (what the worker
            has downloaded: names of files of the input by address).
        given: holds `upstream.git`, and the files of `sources`.
        work: the work directory.

    Returns:
        `{"srpm": name}` and the file; or `{"wanted": [address, …]}`: to be downloaded first; or
        `{"error": text}`.
    """
    set_up_git(work / "home")
    sources = Sources(given, arguments["sources"])
    try:
        return {"srpm": (path := _make(arguments, given, work, sources)).name}, [path]
    except CalledProcessError as error:
        return {"error": f"{error}\n{error.stderr}"}, []
    except Exception as error:  # noqa: BLE001 - packit has many, and all are the repository's
        if sources.wanted:
            return {"wanted": sources.wanted}, []
        return {"error": f"{type(error).__name__}: {error}"}, []


def _make(arguments: dict[str, Any], given: Path, work: Path, sources: Sources) -> Path:
    repository = work / "upstream"
    clone(given / "upstream.git", repository, arguments["url"])
    check_out(repository, arguments["checkout"])
    # packit takes a second to load, so not before it is needed.
    from packit_worker.box.steps.packit_api import packit_api  # noqa: PLC0415

    sources.install()
    api = packit_api(arguments["job"], repository, arguments["url"])
    result = work / "result"
    result.mkdir()
    made = api.create_srpm(srpm_dir=result, release_suffix=arguments["release_suffix"])
    return Path(made)
