"""Projects and permissions of the Copr stand-in.

https://github.com/fedora-copr/copr/blob/main/frontend/coprs_frontend/coprs/views/apiv3_ns/
"""

import re
from typing import Any, NoReturn

import flask

from packit_worker.sandbox.copr_answers import Json, give_up, not_allowed_here, sent
from packit_worker.sandbox.copr_world import CoprWorld, Project

_CHANGEABLE = frozenset(
    """chroots description instructions homepage contact additional_repos unlisted_on_hp enable_net
    auto_prune bootstrap bootstrap_image isolation follow_fedora_branching devel_mode
    delete_after_days multilib module_hotfixes fedora_review appstream runtime_dependencies
    packit_forge_projects_allowed repo_priority""".split()
)
_DEFAULTS: Json = {
    "description": None,
    "instructions": None,
    "homepage": None,
    "contact": None,
    "additional_repos": [],
    "unlisted_on_hp": False,
    "enable_net": False,
    "auto_prune": True,
    "delete_after_days": None,
    "packit_forge_projects_allowed": [],
}
_NAME = re.compile(r"[\w.-]+")
_LONGEST_LIFE = 60


class CoprProjects:
    """The views of projects."""

    def __init__(self, world: CoprWorld) -> None:
        self._world = world

    def get(self) -> Json:
        """`GET /project?ownername=O&projectname=P`."""
        query = flask.request.args
        return self._json(self.find(query.get("ownername", ""), query.get("projectname", "")))

    def add(self, owner: str) -> Json:
        """`POST /project/add/O`: with `exist_ok`, a project that is there is the answer."""
        self._need_owner(owner)
        data = sent(_CHANGEABLE | {"name", "persistent", "storage"})
        name = str(data.get("name", "")).strip()
        found = self._world.projects.get(f"{owner}/{name}")
        if found and flask.request.args.get("exist_ok", "").lower() == "true":
            return self._json(found)
        _check(data, name=name, taken=found is not None)
        self._check_chroots(data.get("chroots") or [])
        settings = {key: data[key] for key in data.keys() - {"name", "chroots"}}
        project = self._world.project(
            f"{owner}/{name}", chroots=tuple(data["chroots"]), **(_DEFAULTS | settings)
        )
        self._world.wrote("project-add", project.path, flask.g.login, data)
        return self._json(project)

    def edit(self, owner: str, name: str) -> Json:
        """`PUT /project/edit/O/P`: the list of chroots replaces the old one."""
        project = self.find(owner, name)
        data = sent(_CHANGEABLE | {"repos"})
        _check(data)
        self._check_chroots(data.get("chroots") or [])
        if not self._world.may_edit(flask.g.login, project):
            give_up(403, "Only owners and admins may update their projects.")
        if data.get("chroots"):
            project.chroots = list(data["chroots"])
        renamed = {"additional_repos" if key == "repos" else key: data[key] for key in data}
        project.settings |= {key: renamed[key] for key in renamed.keys() - {"chroots"}}
        self._world.wrote("project-edit", project.path, flask.g.login, data)
        return self._json(project)

    def request_permissions(self, owner: str, name: str) -> Json:
        """`PUT /project/permissions/request/O/P`: `{"builder": true}` asks, false takes back."""
        project, login = self.find(owner, name), flask.g.login
        roles = sent(frozenset({"admin", "builder"}))
        if not roles:
            give_up(400, "no permission requested")
        if owner == login:
            give_up(400, f"user '{login}' is owner of the '{project.path}' project")
        changed = False
        for role, wanted in roles.items():
            old = project.permissions.get((login, role), "nothing")
            if wanted and old == "approved":
                continue
            project.permissions[login, role] = "request" if wanted else "nothing"
            changed |= project.permissions[login, role] != old
        self._world.wrote("permission-request", project.path, login, roles)
        return {"updated": changed}

    def find(self, owner: str, name: str) -> Project:
        """Return a project, or end with 404."""
        found = self._world.projects.get(f"{owner}/{name}")
        return found or give_up(404, f"Project {owner}/{name} does not exist.")

    def _need_owner(self, owner: str) -> None:
        login = flask.g.login
        if owner.startswith("@"):
            group = owner[1:]
            if group not in self._world.groups:
                give_up(404, f"Group {group} does not exist.")
            if login not in self._world.groups[group]:
                not_allowed_here(login, owner)
        elif owner not in self._world.users:
            give_up(404, f"No such user `{owner}'")
        elif owner != login:
            not_allowed_here(login, owner)

    def _check_chroots(self, chroots: list[str]) -> None:
        unknown = sorted(set(chroots) - set(self._world.chroots))
        if unknown:
            give_up(400, f"Unexpected chroot: {', '.join(unknown)}")

    def _json(self, project: Project) -> Json:
        folder = f"{flask.request.host_url}results/{project.path}"
        return {
            "id": list(self._world.projects).index(project.path) + 1,
            "name": project.name,
            "ownername": project.owner,
            "full_name": project.path,
            **_DEFAULTS,
            **project.settings,
            "chroot_repos": {name: f"{folder}/{name}/" for name in project.chroots},
        }


def _check(data: dict[str, Any], name: str | None = None, *, taken: bool = False) -> None:
    if name is not None:
        if not _NAME.fullmatch(name):
            _bad(
                "name",
                "Name must contain only letters, digits, underscores, dashes and dots.",
            )
        if name.isdigit():
            _bad("name", "Project's name can not be just number.")
        if taken:
            _bad("name", f"You already have project named '{name}'.")
        if not data.get("chroots"):
            give_up(400, "At least one chroot must be selected")
    days = data.get("delete_after_days")
    if days is not None and not -1 <= days <= _LONGEST_LIFE:
        _bad("delete_after_days", "Number must be between -1 and 60.")
    contact = data.get("contact")
    if contact and "@" not in contact and "://" not in contact:
        _bad("contact", "Contact must be email address or URL")


def _bad(name: str, text: str) -> NoReturn:
    give_up(400, f"{name}: {text}")
