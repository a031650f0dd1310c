"""Makes a source package of a commit, in the box, by packit."""

from pathlib import Path
from typing import Any

from packit_worker.box.asking import Asker
from packit_worker.box.steps.attempt import Made, attempt
from packit_worker.box.steps.checkout import check_out, clone, set_up_git
from packit_worker.box.steps.outside import Sources


def run(arguments: dict[str, Any], given: Path, work: Path, asker: Asker) -> Made:
    """Make it.

    Args:
        arguments: `values` (of the package config, as `view_of` takes them), `checkout`
            (`checkout.check_out`), `url` (of the repository), `release_suffix` (null: packit makes
            one up).
        given: holds `upstream.git`.
        work: the work directory.
        asker: who asks the worker for sources.

    Returns:
        `{"srpm": name}` and the file; or as `attempt` says.
    """
    set_up_git(work / "home")
    return attempt(lambda: _make(arguments, given, work, Sources(asker)))


def _make(arguments: dict[str, Any], given: Path, work: Path, sources: Sources) -> Made:
    repository = work / "upstream"
    clone(given / "upstream.git", repository, arguments["url"])
    check_out(repository, arguments["checkout"])
    # packit takes a second to load, so not before it is needed.
    from packit_worker.box.steps.packit_api import Clone, packit_api  # noqa: PLC0415
    from packit_worker.box.steps.project import Project  # noqa: PLC0415

    sources.install()
    url = arguments["url"]
    upstream = Clone(repository, url, Project(url, work / "nowhere"))
    api = packit_api(arguments["values"], upstream)
    result = work / "result"
    result.mkdir()
    made = Path(api.create_srpm(srpm_dir=result, release_suffix=arguments["release_suffix"]))
    return {"srpm": made.name}, [made]
