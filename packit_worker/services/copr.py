"""Copr through its own client: one call for one fact.

https://python-copr.readthedocs.io/en/latest/ClientV3.html
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from packit_worker.copr import (
    BuildOptions,
    ChrootBuild,
    CoprBuild,
    CoprProject,
    Permission,
    ProjectPlan,
    SourceBuild,
    SourceScript,
)
from packit_worker.errors import RefusedError
from packit_worker.services import copr_answers, copr_project
from packit_worker.services.copr_client import CoprClient
from packit_worker.services.copr_errors import as_service, asked, translated
from packit_worker.services.copr_log import read_log_end
from packit_worker.services.copr_settings import CoprSettings
from packit_worker.services.copr_source import fetch_source

# A crash between a submission and its row is looked into within minutes.
_LOOKED_AT = 100
_SRPM = ".src.rpm"


class CoprFrontend:
    """A `packit_worker.copr.Copr`. One for each thread of a worker."""

    def __init__(self, settings: CoprSettings) -> None:
        self._settings = settings
        self._client = CoprClient(settings)

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    @property
    def username(self) -> str:
        """Our own account."""
        return self._settings.username

    def account(self) -> str:
        """Return whose key it is that we have."""
        answer = asked(self._client.builds.auth_check)
        return str(answer.get("name") or self.username)

    def available_chroots(self) -> frozenset[str]:
        """Return the chroots Copr builds in now."""
        answer = asked(self._client.mock_chroots.get_list)
        # The client keeps things of its own among the names.
        return frozenset(name for name in answer if not name.startswith("__"))

    def set_up_project(self, project: CoprProject, plan: ProjectPlan) -> None:
        """Make a project of ours, or change what differs from the plan."""
        copr_project.set_up(self._client, project, plan, username=self.username)

    def request_permission(self, project: CoprProject, permission: Permission) -> None:
        """Ask the owner of a project for a permission there."""
        with translated():
            self._client.projects.request_permissions(
                project.owner, project.name, {permission: True}
            )

    def submit_script(
        self, project: CoprProject, script: SourceScript, options: BuildOptions
    ) -> CoprBuild:
        """Submit a build whose source package Copr makes itself."""
        with translated():
            answer = self._client.builds.create_from_custom(
                project.owner,
                project.name,
                script.text,
                script_chroot=script.chroot,
                script_builddeps=list(script.packages),
                script_resultdir=script.result_folder,
                buildopts=_build_options(options),
            )
            return self._build_of(answer)

    def submit_srpm(
        self, project: CoprProject, srpm: Path, options: BuildOptions, *, marker: str
    ) -> CoprBuild:
        """Submit a build of a source package, uploaded under a name that holds the marker."""
        if not srpm.name.endswith(_SRPM):
            raise RefusedError("bad-request", f"{srpm.name} is not the name of a source package")
        name = f"{srpm.name.removesuffix(_SRPM)}.{marker}{_SRPM}"
        data = {"ownername": project.owner, "projectname": project.name, **_build_options(options)}
        with translated():
            return self._build_of(self._client.upload(srpm, name, data))

    def find_build(self, project: CoprProject, marker: str, *, since: datetime) -> CoprBuild | None:
        """Return the build of ours, submitted not before `since`, whose source holds the marker."""
        page = {"limit": _LOOKED_AT, "order": "id", "order_type": "DESC"}
        answers = asked(
            lambda: self._client.builds.get_list(project.owner, project.name, pagination=page)
        )
        with translated():
            builds = [self._build_of(answer) for answer in answers]
        for build in builds:
            recent = build.submitted is None or build.submitted >= since.replace(microsecond=0)
            if recent and build.submitter == self.username and marker in self._source(build.id):
                return build
        return None

    def build(self, build_id: int) -> CoprBuild:
        """Return a build as it stands now."""
        answer = asked(lambda: self._client.builds.get(build_id))
        with translated():
            return self._build_of(answer)

    def chroot_builds(self, build_id: int) -> Mapping[str, ChrootBuild]:
        """Return how a build stands in each chroot."""
        answers = asked(lambda: self._client.build_chroots.get_list(build_id))
        with translated():
            return {
                one.chroot: one for one in (copr_answers.chroot_build_of(each) for each in answers)
            }

    def source_build(self, build_id: int) -> SourceBuild:
        """Return how the making of the source package stands."""
        answer = asked(lambda: self._client.builds.get_source_chroot(build_id))
        with translated():
            return copr_answers.source_build_of(answer)

    def log(self, url: str) -> str:
        """Return the end of a log, at most 64 KiB of it, packed or not."""
        with as_service():
            return read_log_end(self._client.session, url)

    def download_srpm(self, build_id: int, folder: Path) -> Path:
        """Fetch the source package of a build into a folder, and return its file."""
        answer = asked(lambda: self._client.builds.get(build_id))
        with translated():
            url = (answer.get("source_package") or {}).get("url")
        if not url:
            raise RefusedError("no-source-package", f"Copr build {build_id} has none")
        return fetch_source(self._client.session, str(url), folder)

    def cancel(self, build_id: int) -> None:
        """Cancel a build."""
        with translated():
            self._client.builds.cancel(build_id)

    def build_url(self, build_id: int) -> str:
        """Return the page of a build."""
        return copr_answers.build_url(self._settings.url, build_id)

    def project_url(self, project: CoprProject) -> str:
        """Return the page of a project."""
        return copr_answers.project_url(self._settings.url, project)

    def permissions_url(self, project: CoprProject) -> str:
        """Return the page where the owner answers requests for permissions."""
        return f"{self.project_url(project)}permissions/"

    def _build_of(self, answer: Mapping[str, Any]) -> CoprBuild:
        return copr_answers.build_of(answer, self._settings.url)

    def _source(self, build_id: int) -> str:
        """Return what a build is made from: the script, or the name of the uploaded file."""
        answer = asked(lambda: self._client.builds.get_source_build_config(build_id))
        return str(answer.get("source_dict") or "")


def _build_options(options: BuildOptions) -> dict[str, Any]:
    """Return the options in Copr's words; what is not said, Copr takes from the project."""
    named = {
        "chroots": sorted(set(options.chroots)),
        "enable_net": options.enable_net,
        "timeout": options.timeout,
        "packit_forge_project": options.forge_project,
    }
    return {name: value for name, value in named.items() if value is not None}
