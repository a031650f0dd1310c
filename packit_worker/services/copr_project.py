"""Sets a project up: makes it, or changes what differs from the plan."""

from collections.abc import Mapping
from typing import Any

from packit_worker.copr import CoprProject, ProjectPlan
from packit_worker.errors import RefusedError, TransientError
from packit_worker.services.copr_client import CoprClient
from packit_worker.services.copr_errors import asked, translated

# The reason where a project came to be meanwhile.
_EXISTS = "project-changed"
# How Copr writes "never".
_NEVER = -1


def set_up(client: CoprClient, project: CoprProject, plan: ProjectPlan, *, username: str) -> None:
    """Make a project of ours fit the plan; of another owner, only look whether it does.

    Two calls at most for one that is known, one for a new one. Made by somebody else between them,
    it is looked at again by the next try.

    Raises:
        RefusedError, TransientError: as `packit_worker.copr.Copr.set_up_project` says.
    """
    if project.owner != username:
        _check(project, plan, _find(client, project))
        return
    if not plan.is_known and _is_added(client, project, plan):
        return
    found = _find(client, project)
    if found is None:
        _add(client, project, plan)
        return
    if not plan.is_known:
        _check_owner(project, plan, found)
    if plan.is_left_alone:
        _check_chroots(project, plan, found)
        return
    changes = _changes(plan, found)
    if changes:
        with translated():
            client.projects.edit(project.owner, project.name, **changes)


def _check_owner(project: CoprProject, plan: ProjectPlan, found: Mapping[str, Any]) -> None:
    """Refuse a project of ours that may be another repository's: its builds trust what is there."""
    allowed = found.get("packit_forge_projects_allowed") or ()
    if not (plan.is_adoptable or plan.forge_project in allowed):
        raise RefusedError("not-our-project", f"{project} was not made for {plan.forge_project}")


def _check_chroots(project: CoprProject, plan: ProjectPlan, found: Mapping[str, Any]) -> None:
    missing = sorted(set(plan.chroots) - _chroots(found))
    if missing:
        raise RefusedError("chroot-not-in-project", f"{project} has no {', '.join(missing)}")


def _find(client: CoprClient, project: CoprProject) -> Mapping[str, Any] | None:
    try:
        found: Mapping[str, Any] = asked(lambda: client.projects.get(project.owner, project.name))
    except RefusedError as error:
        # A new account has no projects, and is no owner yet.
        if error.code in {"no-such-project", "no-such-owner", "not-found"}:
            return None
        raise
    return found


def _check(project: CoprProject, plan: ProjectPlan, found: Mapping[str, Any] | None) -> None:
    if found is None:
        raise RefusedError("no-such-project", f"{project} is not there, and not ours to make")
    missing = sorted(set(plan.chroots) - _chroots(found))
    if missing:
        raise RefusedError("not-our-project", f"{project} has no {', '.join(missing)}")


def _is_added(client: CoprClient, project: CoprProject, plan: ProjectPlan) -> bool:
    """Make a project; return False where one of that name is there."""
    try:
        _add(client, project, plan)
    except TransientError as error:
        if error.reason != _EXISTS:
            raise
        return False
    return True


def _add(client: CoprClient, project: CoprProject, plan: ProjectPlan) -> None:
    try:
        with translated():
            client.projects.add(
                project.owner,
                project.name,
                sorted(set(plan.chroots)),
                description=plan.description,
                instructions=plan.instructions,
                contact=plan.contact,
                unlisted_on_hp=not plan.listed,
                delete_after_days=plan.delete_after_days,
                additional_repos=list(plan.additional_repos or ()),
                follow_fedora_branching=False,
                packit_forge_projects_allowed=[plan.forge_project] if plan.forge_project else [],
            )
    except RefusedError as error:
        if error.code != "project-exists":
            raise
        raise TransientError(_EXISTS, 1.0) from error


def _changes(plan: ProjectPlan, found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what has to be edited. What the answer does not tell is taken for right."""
    wanted: dict[str, Any] = {
        "description": plan.description,
        "instructions": plan.instructions,
        "contact": plan.contact,
        "unlisted_on_hp": not plan.listed,
        "delete_after_days": plan.delete_after_days,
    }
    if plan.additional_repos is not None:
        wanted["additional_repos"] = list(plan.additional_repos)
    changes = {
        name: value for name, value in wanted.items() if name in found and found[name] != value
    }
    if "delete_after_days" in changes and plan.delete_after_days is None:
        changes["delete_after_days"] = _NEVER
    there = _chroots(found)
    if not there.issuperset(plan.chroots):
        # The list replaces the old one.
        changes["chroots"] = sorted(there.union(plan.chroots))
    return changes


def _chroots(found: Mapping[str, Any]) -> set[str]:
    return set(found.get("chroot_repos") or ())
