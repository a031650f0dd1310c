"""The body of a request, from plain data.

https://api.testing-farm.io/redoc
"""

from collections.abc import Mapping, Sequence
from typing import Any

from packit_worker.errors import RefusedError
from packit_worker.services.testing_farm_settings import Webhook
from packit_worker.testing_farm import NewRequest, Plans

Json = dict[str, Any]

# What a package config may write below; never the notification, which holds our token.
_OPEN = ("environments", "test", "settings")
_ARTIFACTS = "artifacts"


def body_of(request: NewRequest, webhook: Webhook | None) -> Json:
    """Return what is posted.

    Raises:
        RefusedError: `bad-request`: what the config adds does not fit in.
    """
    body: Json = {
        "test": {"tmt": _plans(request.plans)},
        "environments": [_environment(request)],
    }
    if webhook is not None:
        body["notification"] = {"webhook": {"url": webhook.url, "token": webhook.token}}
    for name, value in request.extra.items():
        if name not in _OPEN:
            allowed = ", ".join(_OPEN)
            reason = f"tf_extra_params.{name} may not be set, only {allowed} may"
            raise RefusedError("bad-request", reason)
        body[name] = _merged(body[name], value, name) if name in body else value
    return body


def _plans(plans: Plans) -> Json:
    fields = {
        "url": plans.url,
        "ref": plans.ref,
        "path": plans.path,
        "name": plans.name,
        "merge_sha": plans.merge_sha,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _environment(request: NewRequest) -> Json:
    environment: Json = {
        "arch": request.arch,
        "os": {"compose": request.compose},
        "tmt": {"context": dict(request.context)},
        "variables": dict(request.variables),
    }
    if request.artifacts:
        environment[_ARTIFACTS] = [
            {"id": f"{each.build_id}:{each.chroot}", "type": "fedora-copr-build"}
            for each in request.artifacts
        ]
    if request.post_install_script:
        script = {"post_install_script": request.post_install_script}
        environment["settings"] = {"provisioning": script}
    return environment


def _merged(ours: Any, theirs: Any, path: str) -> Any:
    """Lay what the config wrote over what we have: deep in objects, place by place in lists."""
    if isinstance(ours, Mapping) != isinstance(theirs, Mapping) or isinstance(
        ours, list
    ) != isinstance(theirs, list):
        raise RefusedError("bad-request", f"tf_extra_params.{path} is of another type here")
    if isinstance(theirs, Mapping):
        return _merged_objects(ours, theirs, path)
    if not isinstance(theirs, list):
        return theirs
    if path.endswith(f".{_ARTIFACTS}"):
        # Ours is what is tested: it stays, whatever else is installed.
        return [*ours, *theirs]
    return _merged_lists(ours, theirs, path)


def _merged_objects(ours: Json, theirs: Mapping[str, Any], path: str) -> Json:
    merged = dict(ours)
    for name, value in theirs.items():
        known = name in merged
        merged[name] = _merged(merged[name], value, f"{path}.{name}") if known else value
    return merged


def _merged_lists(ours: Sequence[Any], theirs: Sequence[Any], path: str) -> list[Any]:
    if len(theirs) > len(ours):
        # One run is one machine: a second one would have no status of its own.
        raise RefusedError("bad-request", f"tf_extra_params.{path} has more than {len(ours)} items")
    pairs = zip(ours, theirs, strict=False)
    merged = [_merged(one, other, f"{path}.{place}") for place, (one, other) in enumerate(pairs)]
    return [*merged, *ours[len(theirs) :]]
