"""Which keys and values packit allows in a package config, asked of its own schemas.

packit moves the keys of the file about before it validates, so that its errors name places that
are not in the file. So each place is checked here first, as written; the checks are made of the
marshmallow fields of `packit.schema`, and a key that packit learns is known here as well.
"""

from collections.abc import Callable, Mapping, Sequence
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
    PackageConfigSchema,
    StringOrListOfStringsField,
    SyncFilesItemSchema,
    Targets,
)

from packit_worker.services.config_names import OLD_JOB_TYPES, OLD_KEYS, triggers_of
from packit_worker.services.config_text import Document, Path, dotted
from packit_worker.services.config_words import described, meant, quoted

Check = Callable[[Document, Path, Any], None]
"""Raises ConfigError if the value at a place of the document is not as it must be."""

# How a value of each field is called; the first that fits counts.
_WANTED: tuple[tuple[type[fields.Field[Any]], str, tuple[type, ...]], ...] = (
    (fields.String, "text", (str,)),
    (fields.Integer, "a whole number", (int,)),
    (fields.Boolean, "true or false", (bool,)),
    (fields.Dict, "a mapping", (dict,)),
    (StringOrListOfStringsField, "text or a list of texts", ()),
    (fields.Method, "text or a whole number", ()),
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
        "pkg_tool": _nullable(_one_of(DISTGIT_INSTANCES)),
        "dist_git_base_url": _nullable(_base_url),
    }
    package = _mapping(common | _old(OLD_KEYS, common))
    own = _checks(JobConfigSchema()) | {
        "job": _one_of(JobType.__members__, "job type", OLD_JOB_TYPES),
        "trigger": _trigger,
        "packages": _either(_list(_text), _mapping_of(package)),
    }
    metadata = _checks(JobMetadataSchema())
    job = common | {name: _nullable(check) for name, check in own.items()}
    job["metadata"] = _nullable(_mapping(metadata | _old(OLD_KEYS, metadata)))
    root = common | {
        "packages": _mapping_of(package),
        "jobs": _list(_mapping(job | _old(OLD_KEYS, common), required=("job", "trigger"))),
    }
    return _mapping(root | _old(OLD_KEYS, common))


def _old(names: Mapping[str, str], checks: Mapping[str, Check]) -> dict[str, Check]:
    """Return the checks of the old names of keys: those of the new ones."""
    return {old: checks[new] for old, new in names.items() if new in checks}


def _checks(schema: Schema) -> dict[str, Check]:
    """Return the check of each key of a schema."""
    return {field.data_key or name: _of(field) for name, field in schema.fields.items()}


def _of(field: fields.Field[Any]) -> Check:
    return _nullable(_of_value(field)) if field.allow_none else _of_value(field)


def _of_value(field: fields.Field[Any]) -> Check:
    if isinstance(field, fields.List):
        return _list(_of(field.inner))
    if isinstance(field, fields.Nested):
        return _nested(field)
    if isinstance(field, fields.Enum):
        return _one_of(field.enum.__members__)
    if isinstance(field, ActionField):
        return _mapping({action.value: _anything for action in ActionName}, kind="action")
    if isinstance(field, FilesToSyncField):
        return _either(_text, _mapping(_checks(SyncFilesItemSchema()), required=("src", "dest")))
    if isinstance(field, Targets):
        return _texts_or(_mapping_of(_mapping(_target_options())))
    if isinstance(field, DistGitBranches):
        return _texts_or(_mapping_of(_mapping({FAST_FORWARD_MERGE_INTO_KEY: _list(_text)})))
    return partial(_deserialized, field)


def _nested(field: fields.Nested) -> Check:
    schema = field.schema
    required = [name for name, inner in schema.fields.items() if inner.required]
    check = _mapping(_checks(schema), required=required)
    return _list(check) if field.many or schema.many else check


def _target_options() -> dict[str, Check]:
    options = CHROOT_SPECIFIC_COPR_CONFIGURATION.items()
    typed = {name: _list(_text) if isinstance(value, list) else _text for name, value in options}
    return {"distros": _list(_text)} | typed


def _deserialized(field: fields.Field[Any], document: Document, place: Path, value: Any) -> None:
    """Let the field itself read the value, and say it in our words if it will not."""
    if value is None:
        raise document.error(place, f"{quoted(dotted(place))} has no value.")
    try:
        field.deserialize(value)
    except (ValidationError, TypeError, ValueError) as error:  # a Method field lets the latter out
        raise _type_error(field, document, place, value, error) from error


def _type_error(
    field: fields.Field[Any], document: Document, place: Path, value: Any, error: Exception
) -> Exception:
    found = (row for row in _WANTED if isinstance(field, row[0]))
    _, wanted, types = next(found, (None, "of another kind", ()))
    if isinstance(value, types):  # the type is right, so it is the value that is wrong
        said = error.messages[0] if isinstance(error, ValidationError) else error
        return document.error(place, f"{quoted(dotted(place))} is refused: {said}")
    return _wrong_type(document, place, value, wanted)


def _wrong_type(document: Document, place: Path, value: Any, wanted: str) -> Exception:
    if value is None:
        return document.error(place, f"{quoted(dotted(place))} has no value.")
    hint = "; put it in quotes" if wanted == "text" and isinstance(value, int | float) else ""
    reason = f"{quoted(dotted(place))} must be {wanted}, not {described(value)}{hint}."
    return document.error(place, reason)


def _anything(_document: Document, _place: Path, _value: Any) -> None:
    """Accept every value: packit looks at it when it is used."""


def _text(document: Document, place: Path, value: Any) -> None:
    if not isinstance(value, str):
        raise _wrong_type(document, place, value, "text")


def _base_url(document: Document, place: Path, value: Any) -> None:
    _text(document, place, value)
    try:
        DistGitInstance.from_url_and_namespace(value, "rpms")
    except ValueError as error:
        raise document.error(place, f"{quoted(dotted(place))} is no URL.") from error


def _trigger(document: Document, place: Path, value: Any) -> None:
    """Check one trigger or several with `|` between them."""
    _text(document, place, value)
    for name in triggers_of(value):
        _one_of(JobConfigTriggerType.__members__, "trigger")(document, place, name)


def _nullable(check: Check) -> Check:
    def checked(document: Document, place: Path, value: Any) -> None:
        if value is not None:
            check(document, place, value)

    return checked


def _one_of(valid: Mapping[str, Any], kind: str = "", old: Mapping[str, str] | None = None) -> Check:
    def checked(document: Document, place: Path, value: Any) -> None:
        _text(document, place, value)
        if value not in valid and value not in (old or {}):
            what = f"unknown {kind} {quoted(value)}" if kind else _not_one(place, value)
            raise document.error(place, f"{what}.{meant(value, valid)}")

    return checked


def _not_one(place: Path, value: str) -> str:
    return f"{quoted(dotted(place))} cannot be {quoted(value)}"


def _list(check: Check) -> Check:
    def checked(document: Document, place: Path, value: Any) -> None:
        if not isinstance(value, list):
            raise _wrong_type(document, place, value, "a list")
        for index, item in enumerate(value):
            check(document, (*place, index), item)

    return checked


def _mapping(checks: Mapping[str, Check], *, required: Sequence[str] = (), kind: str = "") -> Check:
    def checked(document: Document, place: Path, value: Any) -> None:
        if not isinstance(value, dict):
            raise _wrong_type(document, place, value, "a mapping")
        for key, item in value.items():
            if key not in checks:
                reason = f"unknown {kind or 'key'} {quoted(key)}.{meant(key, checks)}"
                raise document.error((*place, key), reason)
            checks[key](document, (*place, key), item)
        for key in required:
            if value.get(key) is None:
                raise document.error(place, f'{quoted(dotted(place))} has no "{key}".')

    return checked


def _mapping_of(check: Check) -> Check:
    """Return the check of a mapping with keys of the writer's own choice."""

    def checked(document: Document, place: Path, value: Any) -> None:
        if not isinstance(value, dict):
            raise _wrong_type(document, place, value, "a mapping")
        for key, item in value.items():
            check(document, (*place, key), item)

    return checked


def _either(first: Check, mapping: Check) -> Check:
    """Return a check that asks `mapping` about mappings and `first` about all else."""

    def checked(document: Document, place: Path, value: Any) -> None:
        check = mapping if isinstance(value, dict) else first
        check(document, place, value)

    return checked


def _texts_or(mapping: Check) -> Check:
    """Return the check of one text, a list of texts, or a mapping."""

    def checked(document: Document, place: Path, value: Any) -> None:
        if isinstance(value, dict):
            mapping(document, place, value)
        elif isinstance(value, list):
            _list(_text)(document, place, value)
        elif not isinstance(value, str):
            raise _wrong_type(document, place, value, "text, a list or a mapping")

    return checked
