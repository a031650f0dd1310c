"""Keys of packit-service.yaml in ours: taken over, noted as meaningless here, or refused in words.

The keys: https://github.com/packit/packit-service/blob/main/packit_service/schema.py and, of packit
itself, https://packit.dev/docs/configuration#user-configuration-file
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from packit_worker.forge import host_of
from packit_worker.yaml_file import FileError

# The same meaning under another name of ours; a key with the same name needs no line here.
MOVED: dict[str, tuple[str, ...]] = {
    "enabled_projects_for_internal_tf": ("testing_farm", "internal_projects"),
    "github_token": ("authentication", "github.com", "token"),
    "github_app_id": ("authentication", "github.com", "github_app_id"),
    "pkg_tool": ("dist_git", "package_tool"),
    "github_app_cert_path": ("authentication", "github.com", "github_app_private_key_path"),
    "internal_testing_farm_secret": ("testing_farm", "internal_api_key"),
    "testing_farm_api_url": ("testing_farm", "api_url"),
    "keytab_path": ("koji", "keytab_path"),
    "koji_logs_url": ("koji", "files_url"),
    "koji_web_url": ("koji", "web_url"),
}

# In each entry of `authentication`.
MOVED_OF_FORGES = {"instance_url": "api_url"}

_NO_SANDCASTLE = "code of others runs in a box on the worker itself, not in OpenShift"
_NO_GITLAB = "GitLab is not served"
_NO_HOST = "write each forge as its host (src.example.org), or say its instance_url"
_NO_FAS = "Fedora accounts are asked for through FASJSON, with a keytab: see `approval`"
_NO_PATH = "packit's own settings are not read"
_NO_CI = "Fedora CI is not part of packit-worker"
_NO_LOG_DETECTIVE = "Log Detective is not asked"

# What may stay in the file, and why it changes nothing.
MEANINGLESS = {
    "add_repositories_to_repository_cache": "repositories are not cached",
    "appcode": "nothing here runs in OpenShift",
    "bugzilla_api_key": "Bugzilla is not asked",
    "bugzilla_url": "Bugzilla is not asked",
    "command_handler": _NO_SANDCASTLE,
    "command_handler_image_reference": _NO_SANDCASTLE,
    "command_handler_k8s_namespace": _NO_SANDCASTLE,
    "command_handler_pvc_env_var": _NO_SANDCASTLE,
    "command_handler_pvc_volume_specs": _NO_SANDCASTLE,
    "command_handler_storage_class": _NO_SANDCASTLE,
    "command_handler_work_dir": _NO_SANDCASTLE,
    "dashboard_url": "statuses link to pages of ours: pages_url says where they lie",
    "debug": "say `--loglevel DEBUG` to a worker instead",
    "default_parse_time_macros": _NO_PATH,
    "disabled_projects_for_fedora_ci": _NO_CI,
    "enabled_private_namespaces": "nothing is ever done for a private repository",
    "enabled_projects_for_fedora_ci": _NO_CI,
    "enabled_projects_for_srpm_in_copr": "every SRPM is made in Copr unless its job says otherwise",
    "fas_password": _NO_FAS,
    "fas_user": _NO_FAS,
    "fedora_ci_run_by_default": _NO_CI,
    "github_app_installation_id": "the installation is looked up by repository",
    "gitlab_mr_targets_handled": _NO_GITLAB,
    "gitlab_token_secret": _NO_GITLAB,
    "kerberos_realm": "the keytab names it",
    "koji_build_command": "Koji is asked by its own client, without a command",
    "logdetective_enabled": _NO_LOG_DETECTIVE,
    "logdetective_token": _NO_LOG_DETECTIVE,
    "logdetective_url": _NO_LOG_DETECTIVE,
    "package_config_path": _NO_PATH,
    "package_config_path_override": "the names and order of config files are fixed",
    "projects_to_sync": "the package config of dist-git says what is synchronised",
    "rate_limit_threshold": "a forge that asks to wait is waited for",
    "redhat_api_refresh_token": "VM images are not built",
    "repository_cache": "repositories are not cached",
    "server_name": "pages_url says where the pages lie",
    "upstream_git_remote": _NO_PATH,
}

# What would be dangerous, or a loss, to pass over in silence.
REFUSED = {
    "dry_run": "there is no dry run; `packit-worker explain` shows what would be done",
    "pagure_fork_token": "write it as authentication.<host>.token",
    "pagure_instance_url": "write it as authentication.<host>.api_url",
    "pagure_user_token": "write it as authentication.<host>.token",
}


def translate(file: Path, root: yaml.Node) -> list[str]:
    """Put what stands under a key of packit-service where it belongs; drop what means nothing.

    Args:
        file: for the texts.
        root: the whole document; it is changed.

    Returns:
        A note for each key that was dropped or moved: line, key and what to know.

    Raises:
        FileError: a key that must not be passed over, or one that stands under both names.
    """
    if not isinstance(root, yaml.MappingNode):
        return []
    notes: list[str] = []
    kept = []
    moves = []
    for key, value in root.value:
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        place = f"{file}, line {key.start_mark.line + 1}"
        if name in REFUSED:
            raise FileError(f'{place}: "{name}": {REFUSED[name]}')
        if name in MEANINGLESS:
            notes.append(f'{place}: "{name}" means nothing here: {MEANINGLESS[name]}')
        elif name in MOVED:
            notes.append(f'{place}: "{name}" is read as {".".join(MOVED[name])}')
            moves.append((place, MOVED[name], key, value))
        else:
            kept.append((key, value))
    root.value = kept
    for place, path, key, value in moves:
        _put(root, place, path, key, value)
    for table in _tables_of_forges(root):
        table.value = list(_forges(file, table, notes))
    return notes


def _tables_of_forges(root: yaml.MappingNode) -> list[yaml.MappingNode]:
    tables = [value for key, value in root.value if key.value == "authentication"]
    return [each for each in tables if isinstance(each, yaml.MappingNode)]


def _forges(
    file: Path, table: yaml.MappingNode, notes: list[str]
) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    """Yield each entry of `authentication` under its host, without those of a GitLab.

    Raises:
        FileError: the host of one is not said.
    """
    for key, access in table.value:
        if not isinstance(key, yaml.ScalarNode) or not isinstance(access, yaml.MappingNode):
            yield key, access
            continue
        place = f"{file}, line {key.start_mark.line + 1}"
        said = {str(each.value): value.value for each, value in access.value}
        access.value = [(_renamed(each), value) for each, value in access.value]
        host = _host(key.value, said)
        # No key is quoted: who mixes key and value up has a secret there.
        if host is None:
            raise FileError(f"{place}: authentication: {_NO_HOST}")
        if _is_gitlab(host, said):
            notes.append(f'{place}: this forge of "authentication" means nothing: {_NO_GITLAB}')
        else:
            yield (_word(host, key) if host != key.value else key), access


def _host(name: str, said: Mapping[str, object]) -> str | None:
    """Return the host of an entry: ogr takes URLs too, and words like `pagure`; None: not said."""
    if "://" in name and "@" not in name:
        return host_of(name) or None
    if "." in name or ":" in name or "api_url" in said or _is_gitlab(name, said):
        return name
    return host_of(str(said.get("instance_url", ""))) or None


def _is_gitlab(host: str, said: Mapping[str, object]) -> bool:
    return said.get("type", "gitlab" if host.startswith("gitlab") else None) == "gitlab"


def _renamed(key: yaml.Node) -> yaml.Node:
    new = MOVED_OF_FORGES.get(key.value) if isinstance(key, yaml.ScalarNode) else None
    return _word(new, key) if new else key


def _put(
    node: yaml.MappingNode, place: str, path: tuple[str, ...], key: yaml.Node, value: yaml.Node
) -> None:
    """Add a value below a path; its lines stay those of where it stood."""
    *sections, last = path
    for name in sections:
        node = _section(node, name, key)
    if any(each.value == last for each, _ in node.value):
        raise FileError(f'{place}: "{key.value}" and {".".join(path)} mean the same; keep one')
    node.value.append((_word(last, key), value))


def _section(node: yaml.MappingNode, name: str, key: yaml.Node) -> yaml.MappingNode:
    for each, value in node.value:
        if each.value == name and isinstance(value, yaml.MappingNode):
            return value
    made = yaml.MappingNode("tag:yaml.org,2002:map", [], key.start_mark, key.end_mark)
    node.value.append((_word(name, key), made))
    return made


def _word(text: str, key: yaml.Node) -> yaml.ScalarNode:
    return yaml.ScalarNode("tag:yaml.org,2002:str", text, key.start_mark, key.end_mark)
