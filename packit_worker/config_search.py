"""Where the package config of an event lies, and what is there."""

from dataclasses import replace

from packit_worker.context import Context
from packit_worker.errors import RefusedError
from packit_worker.forge import Repository
from packit_worker.package_config import CONFIG_FILES, ConfigError, ConfigReader, PackageConfig
from parsers.result import Skip

BAD_CONFIG = "bad-config"
# The forge has a file of that name, and it is no config.
_UNREADABLE = ("too-large", "not-text")


def find_config(
    context: Context, reader: ConfigReader
) -> tuple[Context, PackageConfig | Skip | None]:
    """Return the package config, None if the event needs none; and the context with its commit.

    Raises:
        TransientError: a forge does not answer.
    """
    home = context.subject.repository
    if home is None:
        return context, None
    try:
        context = _with_head(context, home)
        places = _config_places(context, home)
    except RefusedError as error:
        return context, Skip(error.code, str(error))
    skip = Skip("no-package-config")
    for repository, ref in places:
        found = _config_at(context, reader, repository, ref)
        if not isinstance(found, Skip) or found.code == BAD_CONFIG:
            return context, found
        skip = found
    return context, skip


def _config_at(
    context: Context, reader: ConfigReader, repository: Repository, ref: str
) -> PackageConfig | Skip:
    place = f"{repository} at {ref}"
    try:
        found = context.facts.config_text(repository, ref)
    except RefusedError as error:  # no fork, or no such ref: the next place may have it
        code = BAD_CONFIG if error.code in _UNREADABLE else error.code
        return Skip(code, f"{place}: {error}")
    if found is None:
        return Skip("no-package-config", f"{place} has no {CONFIG_FILES[0]}")
    context.decision.fact(f"read from {found.path} of {place}")
    name = context.subject.repository.name if context.subject.repository else ""
    try:
        config = reader.read(found.path, found.text, repository=name)
    except ConfigError as error:
        return Skip("bad-config", str(error))
    context.decision.notes.extend(config.notes)
    return config


def _with_head(context: Context, repository: Repository) -> Context:
    """Add the commit that a comment on a pull request is about, where its event tells none."""
    subject = context.subject
    if subject.kind != "pull-request" or subject.commit or subject.thread is None:
        return context
    commit = context.facts.head(repository, subject.thread.id)
    return replace(context, subject=replace(subject, commit=commit))


def _config_places(context: Context, repository: Repository) -> list[tuple[Repository, str]]:
    """Return where the package config may lie: the rule of each kind of event."""
    subject = context.subject
    if subject.kind == "release":
        return [(repository, subject.ref)]
    if subject.commit is None:
        return [(repository, context.facts.default_branch(repository))]
    # On Pagure the code of a fork lies in the fork; GitHub serves it from the target too.
    fork = [(subject.source, subject.commit)] if subject.source else []
    return [*fork, (repository, subject.commit)]
