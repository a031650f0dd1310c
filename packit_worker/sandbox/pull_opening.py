"""Pull requests that callers open, on either forge: the commits are fetched, as real forges do."""

from packit_worker.sandbox.things import Project, Pull, now
from packit_worker.sandbox.world import World


def open_pull(
    world: World,
    project: Project,
    source: Project,
    *,
    author: str,
    title: str,
    body: str,
    source_branch: str,
    target_branch: str,
) -> Pull | None:
    """Open a pull request for a branch of a repository.

    Returns:
        None where there is no such branch, or nothing in it that the target lacks.
    """
    tip = source.git.resolve(f"refs/heads/{source_branch}")
    target = project.git.resolve(f"refs/heads/{target_branch}")
    if tip is None or target is None or tip == target:
        return None
    number = project.next_number()
    project.git.take(source.git, f"refs/heads/{source_branch}", f"refs/pull/{number}/head")
    project.pulls[number] = Pull(
        id=number,
        author=author,
        title=title,
        body=body,
        source=source.path,
        source_branch=source_branch,
        target_branch=target_branch,
        head_sha=tip,
        created=now(),
    )
    words = {"title": title, "body": body, "head": source_branch, "base": target_branch}
    world.wrote("pull", project, author, id=number, source=source.path, **words)
    return project.pulls[number]


def find_open(project: Project, source: str, source_branch: str, target_branch: str) -> list[Pull]:
    """Return the open pull requests of two branches."""
    wanted = (source, source_branch, target_branch)
    return [
        pull
        for pull in project.pulls.values()
        if pull.state == "open" and (pull.source, pull.source_branch, pull.target_branch) == wanted
    ]


def fork(world: World, project: Project, path: str, owner: str) -> Project:
    """Make a fork with all branches and tags; one that is there stays as it is."""
    if path not in world.projects:
        made = world.project(path, parent=project.path, roles={owner: "admin"})
        made.git.take(project.git, "refs/heads/*", "refs/heads/*")
        made.git.take(project.git, "refs/tags/*", "refs/tags/*")
        world.wrote("fork", project, owner, path=path)
    return world.projects[path]


def refresh(world: World, project: Project) -> None:
    """Bring the heads of open pull requests up to date with what was pushed to their branches."""
    for pull in project.pulls.values():
        source = world.projects.get(pull.source or "")
        tip = source.git.resolve(f"refs/heads/{pull.source_branch}") if source else None
        if source is not None and tip is not None and pull.state == "open" and tip != pull.head_sha:
            head = f"refs/pull/{pull.id}/head"
            project.git.take(source.git, f"refs/heads/{pull.source_branch}", head)
            pull.head_sha = tip
