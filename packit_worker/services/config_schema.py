"""Which keys and values packit allows in a package config, asked of its own schemas.

packit moves the keys of the file about before it validates, so that its errors name places that
are not in the file. So each place is checked here first, as written; the checks are made of the
marshmallow fields of `packit.schema`, and a key that packit learns is known here as well.
"""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

from marshmallow import Schema, ValidationError, fields
from packit.actions import ActionName
from packit.config.job_config import JobConfigTriggerType, JobType
from packit.constants import (
    CHROOT_SPECIFIC_COPR_CONFIGURATION,
    DISTGIT_INSTANCES,
    FAST_FORWARD_MERGE_INTO_KEY,
)
from packit.dist_git_instance import DistGitInstance
from packit.schema import (
    ActionField,
    CommonConfigSchema,
    DistGitBranches,
    FilesToSyncField,
    JobConfigSchema,
    JobMetadataSchema,
    StringOrListOfStringsField,
    SyncFilesItemSchema,
    Targets,
)

from packit_worker.package_config import ConfigError
from packit_worker.services.config_checks import (
    Check,
    anything,
    either,
    is_text,
    list_of,
    mapping_of,
    mapping_with,
    nullable,
    one_of,
    texts_or,
    wrong_type,
)
from packit_worker.services.config_names import OLD_JOB_TYPES, OLD_KEYS, triggers_of
from packit_worker.services.config_text import Document, Path, dotted
from packit_worker.services.config_words import LONG, described, quoted

# How a value of each field is called; the first that fits counts.
_WANTED: tuple[tuple[type[fields.Field[Any]], str, tuple[type, ...]], ...] = (
    (fields.String, "text", (str,)),
    (fields.Integer, "a whole number", (int,)),
    (fields.Boolean, "true or false", (bool,)),
    (fields.Dict, "a mapping", (dict,)),
    (StringOrListOfStringsField, "text or a list of texts", ()),
)


def check_document(document: Document) -> None:
    """Check every key and value of `document`.

    Raises:
        ConfigError: one is not allowed; of several, the first.
    """
    if document.data is None:
        raise document.error((), "the file is empty.")
    if not isinstance(document.data, dict):
        raise document.error((), f"must be a mapping, not {described(document.data)}.")
    _root()(document, (), document.data)


@cache
def _root() -> Check:
    common = _checks(CommonConfigSchema()) | {
        "pkg_tool": nullable(one_of(DISTGIT_INSTANCES)),
        "dist_git_base_url": nullable(_base_url),
        "spec_source_id": _source_id,
    }
    package = mapping_with(common, old=OLD_KEYS)
    own = _checks(JobConfigSchema()) | {
        "job": one_of(JobType.__members__, "job type", old=OLD_JOB_TYPES),
        "trigger": _trigger,
        "packages": either(list_of(is_text), mapping_of(package)),
        "metadata": mapping_with(_checks(JobMetadataSchema()), old=OLD_KEYS),
    }
    # packit drops a null among them.
    keys = common | {name: nullable(check) for name, check in own.items()}
    job = mapping_with(keys, required=("job", "trigger"), old=OLD_KEYS)
    root = common | {"packages": mapping_of(package), "jobs": list_of(job)}
    return mapping_with(root, old=OLD_KEYS)


def _checks(schema: Schema) -> dict[str, Check]:
    """Return the check of each key of a schema."""
    return {field.data_key or name: _of(field) for name, field in schema.fields.items()}


def _of(field: fields.Field[Any]) -> Check:
    return nullable(_of_value(field)) if field.allow_none else _of_value(field)


def _of_value(field: fields.Field[Any]) -> Check:
    for kind, made in _MADE:
        if isinstance(field, kind):
            return made(field)
    return partial(_deserialized, field)


def _list(field: fields.List[Any]) -> Check:
    return list_of(_of(field.inner))


def _enum(field: fields.Enum[Any]) -> Check:
    return one_of(field.enum.__members__)


def _actions(_field: ActionField) -> Check:
    return mapping_with({action.value: anything for action in ActionName}, kind="action")


def _files_to_sync(_field: FilesToSyncField) -> Check:
    # The schema does not say what is required: the class behind it does.
    item = mapping_with(_checks(SyncFilesItemSchema()), required=("src", "dest"))
    return either(is_text, item)


def _targets(_field: Targets) -> Check:
    options: dict[str, Check] = {"distros": list_of(is_text)}
    for name, default in CHROOT_SPECIFIC_COPR_CONFIGURATION.items():
        options[name] = list_of(is_text) if isinstance(default, list) else is_text
    return texts_or(mapping_of(mapping_with(options)))


def _branches(_field: DistGitBranches) -> Check:
    options = {FAST_FORWARD_MERGE_INTO_KEY: list_of(is_text)}
    return texts_or(mapping_of(mapping_with(options)))


def _nested(field: fields.Nested) -> Check:
    schema = field.schema
    required = [name for name, inner in schema.fields.items() if inner.required]
    check = mapping_with(_checks(schema), required=required)
    return list_of(check) if field.many or schema.many else check


# How the check of each field is made; the others read their values themselves.
_MADE: tuple[tuple[type[Any], Callable[[Any], Check]], ...] = (
    (fields.List, _list),
    (fields.Nested, _nested),
    (fields.Enum, _enum),
    (ActionField, _actions),
    (FilesToSyncField, _files_to_sync),
    (Targets, _targets),
    (DistGitBranches, _branches),
)


def _deserialized(field: fields.Field[Any], document: Document, place: Path, value: Any) -> None:
    """Let the field itself read the value, and say it in our words if it will not."""
    if value is None:
        raise wrong_type(document, place, value, "")
    try:
        field.deserialize(value)
    except ValidationError as error:
        raise _type_error(field, document, place, value, error) from error


def _type_error(
    field: fields.Field[Any], document: Document, place: Path, value: Any, error: ValidationError
) -> ConfigError:
    found = (row for row in _WANTED if isinstance(field, row[0]))
    _, wanted, types = next(found, (None, "of another kind", ()))
    if isinstance(value, types):  # the type is right, so it is the value that is wrong
        said = quoted(str(error.messages[0]), LONG)
        return document.error(place, f"{quoted(dotted(place))} is refused: {said}.")
    return wrong_type(document, place, value, wanted)


def _base_url(document: Document, place: Path, value: Any) -> None:
    is_text(document, place, value)
    try:
        DistGitInstance.from_url_and_namespace(value, "rpms")
    except ValueError as error:
        raise document.error(place, f"{quoted(dotted(place))} is no URL.") from error


def _source_id(document: Document, place: Path, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise wrong_type(document, place, value, "text or a whole number")


def _trigger(document: Document, place: Path, value: Any) -> None:
    """Check one trigger or several with `|` between them."""
    is_text(document, place, value)
    for name in triggers_of(value):
        one_of(JobConfigTriggerType.__members__, "trigger")(document, place, name)
