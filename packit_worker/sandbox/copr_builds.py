"""Builds of the Copr stand-in.

https://github.com/fedora-copr/copr/blob/main/frontend/coprs_frontend/coprs/views/apiv3_ns/
"""

from collections.abc import Callable  # noqa: TC003 - it is imported as everywhere else
from typing import Any

import flask

from packit_worker.sandbox.copr_answers import Json, bad_form, give_up, sent
from packit_worker.sandbox.copr_projects import CoprProjects
from packit_worker.sandbox.copr_world import Build, CoprWorld, Progress

_WHERE = frozenset({"ownername", "projectname", "project_dirname"})
_OPTIONS = frozenset(
    """chroots exclude_chroots background timeout bootstrap isolation after_build_id with_build_id
    enable_net packit_forge_project""".split()
)
_CUSTOM = frozenset({"script", "chroot", "builddeps", "resultdir", "repos"})
# https://github.com/fedora-copr/copr/blob/main/frontend/coprs_frontend/coprs/forms.py
_LONGEST_SCRIPT = 4096
_SOURCES = (".src.rpm", ".nosrc.rpm", ".spec")


class CoprBuilds:
    """The views of builds. `on_build` is called with every new build."""

    def __init__(self, world: CoprWorld, projects: CoprProjects) -> None:
        self._world = world
        self._projects = projects
        self.on_build: Callable[[Build], object] = lambda _build: None

    def create_custom(self) -> Json:
        """`POST /build/create/custom`."""
        data = sent(_WHERE | _OPTIONS | _CUSTOM)
        script = data.get("script")
        if not script:
            bad_form({"script": "This field is required."})
        if len(script) > _LONGEST_SCRIPT:
            bad_form({"script": "Maximum script size is 4kB"})
        chroot = data.get("chroot", "fedora-latest-x86_64")
        if chroot not in (*self._world.chroots, "fedora-latest-x86_64"):
            bad_form({"chroot": "Not a valid choice."})
        return self._create("custom", {name: data[name] for name in _CUSTOM & data.keys()}, data)

    def create_upload(self) -> Json:
        """`POST /build/create/upload`: the file beside a part of JSON."""
        data = sent(_WHERE | _OPTIONS)
        file = flask.request.files.get("pkgs")
        if file is None or not file.filename:
            bad_form({"pkgs": "This field is required."})
        if not file.filename.lower().endswith(_SOURCES):
            bad_form({"pkgs": "You can upload only .src.rpm, .nosrc.rpm, and .spec files"})
        size = len(file.stream.read())
        return self._create("upload", {"pkg": file.filename, "size": size}, data)

    def create_url(self) -> Json:
        """`POST /build/create/url`: a build for each URL."""
        data = sent(_WHERE | _OPTIONS | {"pkgs"})
        urls = data.get("pkgs") or bad_form({"pkgs": "URLs to packages are required"})
        return {"items": [self._create("link", {"url": url}, data) for url in urls], "meta": {}}

    def get(self, number: int) -> Json:
        """`GET /build/ID`."""
        return self._json(self._find(number))

    def list(self) -> Json:
        """`GET /build/list?ownername=O&projectname=P`: the newest first."""
        query = flask.request.args
        project = self._projects.find(query.get("ownername", ""), query.get("projectname", ""))
        builds = [one for one in self._world.builds.values() if one.project is project]
        if query.get("order_type", "DESC") == "DESC":
            builds.reverse()
        return _page([self._json(build) for build in builds])

    def cancel(self, number: int) -> Json:
        """`PUT /build/cancel/ID`."""
        build = self._find(number)
        if not self._world.may_build(flask.g.login, build.project):
            give_up(403, "You are not allowed to cancel this build.")
        if build.has_ended:
            give_up(409, f"Cannot cancel build {number}")
        build.canceled = True
        for progress in build.chroots.values():
            progress.state = "canceled"
        self._world.wrote("build-cancel", build.project.path, flask.g.login, {"build": number})
        return self._json(build)

    def source_chroot(self, number: int) -> Json:
        """`GET /build/source-chroot/ID`."""
        build = self._find(number)
        progress = build.source_progress
        folder = f"{self._folder(build)}/srpm-builds/{number:08d}"
        return {"state": progress.state, "result_url": folder if progress.started else ""}

    def source_config(self, number: int) -> Json:
        """`GET /build/source-build-config/ID`."""
        build = self._find(number)
        return {
            "source_type": build.source_type,
            "source_dict": build.source,
            "memory_limit": 2048,
            "timeout": build.options.get("timeout", 18000),
            "is_background": build.options.get("background", False),
        }

    def chroot(self) -> Json:
        """`GET /build-chroot?build_id=ID&chrootname=C`."""
        build, name = self._find(_build_id()), flask.request.args.get("chrootname", "")
        if name not in build.chroots:
            give_up(404, f"Build {build.id} was not submitted to {name} chroot.")
        return self._chroot_json(build, name, build.chroots[name])

    def chroots(self) -> Json:
        """`GET /build-chroot/list?build_id=ID`; of an unknown build the list is empty."""
        build = self._world.builds.get(_build_id())
        found = build.chroots.items() if build else ()
        return _page([self._chroot_json(build, *one) for one in found if build])

    def _create(self, source_type: str, source: dict[str, Any], data: Json) -> Json:
        project = self._projects.find(data.get("ownername", ""), data.get("projectname", ""))
        options = {name: data[name] for name in _OPTIONS & data.keys()}
        for name in options.get("chroots", ()):
            if name not in project.chroots:
                bad_form({"chroots": f"'{name}' is not a valid choice for this field."})
        login = flask.g.login
        if not self._world.may_build(login, project):
            give_up(403, f"User {login} is not allowed to build in the copr: {project.path}")
        forge = options.get("packit_forge_project")
        if forge and forge not in project.settings.get("packit_forge_projects_allowed", ()):
            give_up(403, f"Forge project {forge} can't build in this Copr via Packit.")
        build = self._world.add_build(project, login, source_type, source, options)
        self._world.wrote(f"build-{source_type}", project.path, login, source | options)
        self.on_build(build)
        return self._json(build)

    def _find(self, number: int) -> Build:
        found = self._world.builds.get(number)
        return found or give_up(404, f"Build {number} does not exist.")

    def _folder(self, build: Build) -> str:
        return f"{flask.request.host_url}results/{build.project.path}"

    def source_package(self, **_where: str) -> flask.Response:
        """`GET /results/OWNER/PROJECT/srpm-builds/ID/NAME`, of Copr's storage."""
        for build in self._world.builds.values():
            if build.srpm is not None and flask.request.base_url == self._srpm_url(build):
                return flask.Response(build.srpm, content_type="application/x-rpm")
        return give_up(404, "There is no such file")

    def _srpm_url(self, build: Build) -> str | None:
        if build.source_progress.state != "succeeded":
            return None
        name = f"{build.package}-{build.version}.src.rpm"
        return f"{self._folder(build)}/srpm-builds/{build.id:08d}/{name}"

    def _json(self, build: Build) -> Json:
        parts = [build.source_progress, *build.chroots.values()]
        starts = [part.started for part in parts if part.started]
        ends = [part.ended for part in parts if part.ended]
        return {
            "id": build.id,
            "state": build.state,
            "projectname": build.project.name,
            "ownername": build.project.owner,
            "project_dirname": build.project.name,
            "repo_url": self._folder(build),
            "source_package": {
                "name": build.package,
                "version": build.version,
                "url": self._srpm_url(build),
            },
            "submitted_on": build.submitted,
            "started_on": min(starts, default=None),
            "ended_on": max(ends, default=None) if build.has_ended else None,
            "submitter": build.submitter,
            "chroots": list(build.chroots),
            "is_background": build.options.get("background", False),
        }

    def _chroot_json(self, build: Build, name: str, progress: Progress) -> Json:
        folder = f"{self._folder(build)}/{name}/{build.id:08d}-{build.package}/"
        return {
            "name": name,
            "started_on": progress.started,
            "ended_on": progress.ended,
            "result_url": folder if progress.started else None,
            "state": progress.state,
        }


def _build_id() -> int:
    text = flask.request.args.get("build_id", "")
    return int(text) if text.isdecimal() else give_up(400, "Missing argument build_id")


def _page(items: list[Json]) -> Json:
    query = flask.request.args
    offset, limit = int(query.get("offset", 0)), query.get("limit")
    shown = items[offset : offset + int(limit) if limit else None]
    meta = {"limit": limit and int(limit), "offset": offset, "order": "id", "order_type": "DESC"}
    return {"items": shown, "meta": meta}
