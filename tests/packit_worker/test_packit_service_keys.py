"""A packit-service.yaml: keys that mean the same are taken over, the others are told of."""

import pytest

from packit_worker import packit_service_keys
from packit_worker.settings import ServiceFile, read_file
from packit_worker.yaml_file import FileError

# The keys of its schema, and of packit's own, which its file may hold too.
KEYS = """
add_repositories_to_repository_cache admins appcode authentication bugzilla_api_key bugzilla_url
command_handler command_handler_image_reference command_handler_k8s_namespace
command_handler_pvc_env_var command_handler_pvc_volume_specs command_handler_storage_class
command_handler_work_dir comment_command_prefix dashboard_url debug default_parse_time_macros
deployment disabled_projects_for_fedora_ci dry_run enabled_private_namespaces
enabled_projects_for_fedora_ci enabled_projects_for_internal_tf enabled_projects_for_srpm_in_copr
fas_password fas_user fedora_ci_run_by_default github_app_cert_path github_app_id
github_app_installation_id github_token gitlab_mr_targets_handled gitlab_token_secret
internal_testing_farm_secret kerberos_realm keytab_path koji_build_command koji_logs_url
koji_web_url logdetective_enabled logdetective_token logdetective_url package_config_path
package_config_path_override pagure_fork_token pagure_instance_url pagure_user_token pkg_tool
projects_to_sync rate_limit_threshold redhat_api_refresh_token repository_cache server_name
testing_farm_api_url testing_farm_secret upstream_git_remote validate_webhooks webhook_secret
""".split()
OLD = """\
deployment: stg
debug: true
admins: [adele]
command_handler: sandcastle
server_name: packit.example.org
comment_command_prefix: /packit-stg
authentication:
  src.fedoraproject.org:
    token: s3cret
    instance_url: https://src.example.org
github_app_id: 4711
github_app_cert_path: /run/secrets/app.pem
"""


@pytest.fixture
def read(tmp_path):
    def from_text(text):
        file = tmp_path / "packit-service.yaml"
        file.write_text(text)
        return read_file(file)

    return from_text


def test_every_key_is_known_by_name():
    known = {
        *packit_service_keys.MOVED,
        *packit_service_keys.MEANINGLESS,
        *packit_service_keys.REFUSED,
        *ServiceFile.__struct_fields__,
    }
    assert sorted(set(KEYS) - known) == []


def test_every_key_that_is_moved_has_a_place():
    for path in packit_service_keys.MOVED.values():
        assert path[0] in ServiceFile.__struct_fields__


def test_a_file_of_packit_service_is_read_as_it_is(read):
    service, notes = read(OLD)
    assert service.deployment == "stg"
    assert service.admins == ["adele"]
    assert service.comment_command_prefix == "/packit-stg"
    pagure = service.authentication["src.fedoraproject.org"]
    assert pagure.api_url == "https://src.example.org"
    github = service.authentication["github.com"]
    assert github.app_id == "4711"
    assert str(github.app_key.file) == "/run/secrets/app.pem"
    assert [note.partition("packit-service.yaml, ")[2] for note in notes] == [
        'line 2: "debug" means nothing here: say `--loglevel DEBUG` to a worker instead',
        (
            'line 4: "command_handler" means nothing here: code of others runs in a box on the '
            "worker itself, not in OpenShift"
        ),
        'line 5: "server_name" means nothing here: pages_url says where the pages lie',
        'line 11: "github_app_id" is read as authentication.github.com.github_app_id',
        (
            'line 12: "github_app_cert_path" is read as '
            "authentication.github.com.github_app_private_key_path"
        ),
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("deployment: stg\ndry_run: true\n", 'line 2: "dry_run": there is no dry run'),
        ("pagure_user_token: s3cret\n", "write it as authentication.<host>.token"),
        (
            "github_token: s3cret\nauthentication:\n  github.com: {token: s3cret}\n",
            'line 1: "github_token" and authentication.github.com.token mean the same; keep one',
        ),
        ("github_token: [s3cret]\n", "line 1: authentication.github.com"),
        ("authentication: 7\ngithub_token: s3cret\n", 'line 2: "authentication" stands here twice'),
        (
            "authentication:\n  pagure: {token: s3cret}\n",
            "write each forge as its host (src.example.org), or say its instance_url",
        ),
        ("authentication:\n  s3cret: {instance_url: [s3cret]}\n", "line 2: authentication: write"),
        ("authentication:\n  https://: {token: s3cret}\n", "line 2: authentication: write each"),
        (
            "authentication:\n  src.org: {}\n  pagure: {instance_url: https://src.org}\n",
            'line 3: "src.org" stands here twice',
        ),
        ("authentication:\n  a.org: {? [type] : s3cret}\n", "line 2: expected a word as key"),
        ("authentication: 7\n", "line 1: authentication: Expected `object`, got `int`"),
        ("github_tokn: s3cret\n", 'line 1: unknown key "github_tokn"'),
        ("? [a]\n: b\n", "line 1: expected a word as key"),
    ],
)
def test_what_cannot_be_taken_over_is_told(read, text, told):
    with pytest.raises(FileError) as caught:
        read(text)
    assert told in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "- 1\n", "7\n"])
def test_a_file_that_is_no_mapping_is_for_the_reader(read, text):
    if not text:
        assert read(text) == (ServiceFile(), ())
        return
    with pytest.raises(FileError, match="Expected"):
        read(text)


@pytest.mark.parametrize(
    ("entry", "host", "api_url"),
    [
        (
            "pagure: {token: t, instance_url: https://src.example.org}",
            "src.example.org",
            "https://src.example.org",
        ),
        (
            "pagure: {type: pagure, instance_url: https://src.example.org/}",
            "src.example.org",
            "https://src.example.org/",
        ),
        ("https://src.example.org/: {token: t}", "src.example.org", None),
        ("gitlab.example.org: {type: pagure}", "gitlab.example.org", None),
        ("localhost:8080: {token: t}", "localhost:8080", None),
        ("forge: {api_url: http://forge}", "forge", "http://forge"),
    ],
)
def test_a_forge_is_known_by_its_host(read, entry, host, api_url):
    service, notes = read(f"authentication:\n  {entry}\n")
    assert list(service.authentication) == [host]
    assert service.authentication[host].api_url == api_url
    assert notes == ()


@pytest.mark.parametrize(
    "entry",
    [
        "gitlab: {token: s3cret}",
        "gitlab.com: {token: s3cret, instance_url: https://gitlab.com}",
        "https://gitlab.com: {token: s3cret}",
        "salsa.example.org: {type: gitlab, token: s3cret}",
        "salsa: {type: gitlab, instance_url: https://salsa.example.org}",
    ],
)
def test_a_gitlab_is_left_out(read, entry):
    service, notes = read(f"authentication:\n  github.com: {{token: t}}\n  {entry}\n")
    assert list(service.authentication) == ["github.com"]
    (note,) = notes
    said = 'this forge of "authentication" means nothing: GitLab is not served'
    assert note.endswith(f"line 3: {said}")
