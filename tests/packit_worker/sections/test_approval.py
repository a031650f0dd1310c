"""`approval`: what an operator may write there, and what the worker makes of it."""

import pytest

from packit_worker.errors import RefusedError
from packit_worker.forge import Repository
from packit_worker.service_assembly import build_services
from packit_worker.settings import Settings
from packit_worker.yaml_file import FileError


@pytest.fixture
def settings_of(tmp_path):
    """`settings_of(text)`: the settings whose packit-worker.yaml is that."""

    def read(text):
        file = tmp_path / "packit-worker.yaml"
        file.write_text(text)
        return Settings.from_environ({"PACKIT_WORKER_CONFIG": str(file)})

    return read


@pytest.mark.parametrize(
    "text",
    [
        "github.com/packit/notifications",
        "https://github.com/packit/notifications",
        "GitHub.com/packit/notifications",
    ],
)
def test_the_notifications_repository(settings_of, text):
    policy = settings_of(f"approval: {{notifications_repository: '{text}'}}").policy()
    assert policy.notifications == Repository("github.com", "packit", "notifications")


def test_without_a_word_nobody_is_told_and_nothing_is_asked(settings_of):
    settings = settings_of("deployment: stg")
    policy = settings.policy()
    assert policy.notifications is None
    assert policy.fas_groups == {"packager", "signed_fpca"}
    with pytest.raises(RefusedError, match=r"approval\.fasjson_url"):
        build_services(settings).fedora_accounts()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{notifications_repository: notifications}", "write it as host/namespace/name"),
        ("{notifications_repository: 'a.example/b c/d'}", "write it as host/namespace/name"),
        ("{fasjson_url: fasjson.example.org}", "fasjson_url"),
        ("{keytab_path: /k}", "fasjson_url is missing"),
        ("{fasjson_token: t}", "fasjson_url is missing"),
        (
            "{fasjson_url: 'https://f.example.org', fasjson_token: hush, keytab_path: /k}",
            "keep one of them",
        ),
        ("{fas_group: [packager]}", "fas_groups"),
    ],
)
def test_what_cannot_be_meant_is_refused(settings_of, text, complaint):
    with pytest.raises(FileError, match=complaint) as caught:
        settings_of(f"approval: {text}")
    assert "hush" not in str(caught.value)


def test_a_host_with_an_app_is_one_where_installations_count(settings_of):
    settings = settings_of(
        "authentication:\n"
        "  github.com: {github_app_id: 1, github_app_private_key_path: /k}\n"
        "  github.example.org: {type: github, token: t}\n"
    )
    assert settings.policy().app_hosts == {"github.com"}


def test_the_token_may_lie_in_a_file(settings_of, tmp_path):
    token = tmp_path / "token"
    token.write_text("s3cret\n")
    text = f"{{fasjson_url: 'https://f.example.org', fasjson_token: {{file: {token}}}}}"
    services = build_services(settings_of(f"approval: {text}"))
    assert services.fedora_accounts() is services.fedora_accounts()
    token.unlink()
    with pytest.raises(FileError, match=r"approval\.fasjson_token"):
        build_services(settings_of(f"approval: {text}"))
