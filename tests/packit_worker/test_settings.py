"""Settings: read once, checked whole; secrets never show."""

from pathlib import Path

import pytest

from packit_worker.routing import DEFAULT_FILE
from packit_worker.sections.authentication import ForgeAccess
from packit_worker.settings import ServiceFile, Settings
from packit_worker.yaml_file import FileError

WHOLE = """\
deployment: stg
admins: [Adele]
bots: [Our-Bot]
comment_command_prefix: /packit-stg
edited_comments: never
pages_url: https://packit.example.org/
copr_user: packit-stg
koji_user: packit-stg
duplicate_hours: 2
authentication:
  github.com: {token: s3cret}
  ghe.example.org: {type: github, api_url: "https://ghe.example.org/api/v3"}
  src.example.org: {declared_public: true}
"""


@pytest.fixture
def settings_of(tmp_path):
    """`settings_of(text)`: the settings whose packit-worker.yaml is that."""

    def read(text, **environ):
        file = tmp_path / "packit-worker.yaml"
        file.write_text(text)
        return Settings.from_environ({"PACKIT_WORKER_CONFIG": str(file), **environ})

    return read


def test_nothing_set_is_the_embedded_broker_and_database():
    empty = {"PACKIT_WORKER_BROKER": "", "PACKIT_WORKER_DATABASE": "", "PACKIT_WORKER_CONFIG": ""}
    for environ in ({}, empty):
        settings = Settings.from_environ(environ)
        assert (settings.broker, settings.database) == (None, None)
        assert settings.queues_file == DEFAULT_FILE
        assert settings.service == ServiceFile()


def test_the_environment_names_files_and_servers(settings_of):
    settings = settings_of(
        WHOLE,
        PACKIT_WORKER_BROKER="redis://h/1",
        PACKIT_WORKER_DATABASE="postgresql://h/d",
        PACKIT_WORKER_QUEUES="q.yaml",
    )
    assert settings.broker == "redis://h/1"
    assert settings.database == "postgresql://h/d"
    assert settings.queues_file == Path("q.yaml")


def test_the_policy_comes_from_the_file(settings_of):
    policy = settings_of(WHOLE).policy()
    assert policy.forges == {
        "github.com": "github",
        "ghe.example.org": "github",
        "src.example.org": "pagure",
    }
    assert policy.is_admin("github.com", "ADELE")
    assert not policy.is_admin("src.example.org", "adele")
    assert policy.is_bot("our-bot")
    assert policy.is_bot("packit-as-a-service[bot]")
    assert not policy.is_bot(None)
    assert (policy.command_prefix, policy.status_prefix) == ("/packit-stg", "packit-stg")
    assert policy.pages_url == "https://packit.example.org"
    assert (policy.copr_user, policy.koji_user) == ("packit-stg", "packit-stg")


def test_production_has_no_suffix():
    assert Settings().policy().status_prefix == "packit"


def test_stage_1_is_told_what_it_needs(settings_of):
    options = settings_of(WHOLE).options()
    assert options.command_prefix == "/packit-stg"
    assert options.edited_comments == "never"
    assert options.github_hosts == {"github.com", "ghe.example.org"}
    assert "our-bot" in options.bots


def test_no_secret_shows(settings_of):
    settings = settings_of(WHOLE, PACKIT_WORKER_BROKER="redis://:s3cret@h/1")
    shown = [settings, settings.service, settings.service.authentication]
    assert [one for one in shown if "s3cret" in repr(one) or "s3cret" in str(one)] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("deploiment: prod\n", 'line 1: unknown key "deploiment"; did you mean "deployment"?'),
        ("deployment: s3cret\n", "line 1: deployment: no such value; valid are: prod, stg, dev"),
        ("duplicate_hours: .inf\n", "line 1: duplicate_hours: Expected `float` <= 87600.0"),
        ("pages_url: https://u:s3cret@packit.example.org\n", "line 1: pages_url: "),
        ("bodhi_url: 'https://h/ s3cret'\n", "line 1: bodhi_url: "),
        (
            "authentication:\n  src.org: {git_url: 'https://u:s3cret@src.org'}\n",
            "line 2: authentication.src.org.git_url: ",
        ),
        (
            "authentication:\n  https://u:s3cret@src.org: {}\n",
            "authentication: write each forge as its host",
        ),
        ("pagure_webhook_secrets: {s3cret .: pagure.io}\n", "write each key as host/namespace/"),
        ("webhook_secret: {s3cret}\n", "webhook_secret: unknown key; valid are: env, file"),
        ("webhook_secret: [s3cret]\n", "webhook_secret: expected a text"),
        ('webhook_secret: "s3cret\\ud800"\n', "webhook_secret: expected a text of letters"),
        ("duplicate_hours: 0\n", "line 1: duplicate_hours: "),
        ("pages_url: packit.example.org\n", "line 1: pages_url: "),
        ("comment_command_prefix: ''\n", "line 1: comment_command_prefix: "),
        ("comment_command_prefix: /packit build\n", "line 1: comment_command_prefix: "),
        (
            "authentication:\n  github.com:\n    tokn: s3cret\n",
            'line 3: unknown key "tokn"; did you mean "token"?',
        ),
        (
            "authentication:\n  github.com:\n    api_url: ghe.example.org\n",
            "line 3: authentication.github.com.api_url: ",
        ),
        (
            "authentication:\n  github.com: {token: {fil: s3cret}}\n",
            'line 2: authentication.github.com.token: unknown key "fil"; did you mean "file"?',
        ),
        (
            "authentication:\n  github.com:\n    github_app_id: 7\n",
            "line 3: authentication.github.com: github_app_id without github_app_private_key_path",
        ),
        (
            (
                "authentication:\n  github.com:\n    token: s3cret\n    github_app_id: 7\n"
                "    github_app_private_key_path: key.pem\n"
            ),
            "line 3: authentication.github.com: a GitHub App is used instead of a token",
        ),
        (
            "deployment: dev\nauthentication:\n  github.com: {declared_public: true}\n",
            "authentication.github.com: declared_public is for forges that cannot tell",
        ),
        (
            "authentication:\n  a.org: {token: x}\n  b.org: {token: [s3cret]}\n",
            "line 3: authentication.b.org.token: expected a text, {file: path} or",
        ),
    ],
)
def test_a_mistake_is_told_with_file_line_and_key(settings_of, text, said):
    with pytest.raises(FileError) as caught:
        settings_of(text)
    assert said in str(caught.value)
    assert "packit-worker.yaml, " in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_the_number_of_an_app_may_be_written_as_one(settings_of):
    text = (
        "authentication:\n  github.com: {github_app_id: 7, github_app_private_key_path: key.pem}\n"
    )
    access = settings_of(text).service.authentication["github.com"]
    assert access.app_id == "7"


def test_the_type_of_a_forge_goes_by_its_host():
    assert ForgeAccess().type_of("github.com") == "github"
    assert ForgeAccess().type_of("pagure.io") == "pagure"
    assert ForgeAccess(type="github").type_of("ghe.example.org") == "github"


def test_all_that_is_wrong_is_told_at_once(tmp_path):
    file = tmp_path / "packit-worker.yaml"
    file.write_text(
        "duplicate_hours: -1\ndeploymint: prod\nlog_format: xml\nadmins: [jane]\n"
        "authentication:\n  github.com: {tokn: hush}\nsentry_traces_sample_rate: 5\n"
    )
    with pytest.raises(FileError) as raised:
        Settings.from_environ({"PACKIT_WORKER_CONFIG": str(file)})
    assert str(raised.value).splitlines() == [
        f"{file}, line 1: duplicate_hours: Expected `float` > 0.0",
        f'{file}, line 2: unknown key "deploymint"; did you mean "deployment"?',
        f"{file}, line 3: log_format: no such value; valid are: human, json",
        f'{file}, line 6: unknown key "tokn"; did you mean "token"?',
        f"{file}, line 7: sentry_traces_sample_rate: Expected `float` <= 1.0",
    ]
