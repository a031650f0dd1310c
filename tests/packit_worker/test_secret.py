"""A secret is written out, or lies in a file or a variable; it shows nowhere."""

import pytest

from packit_worker.secret import Secret, SecretError, secrets_in
from packit_worker.sections.authentication import ForgeAccess
from packit_worker.settings import ServiceFile, Settings
from packit_worker.yaml_file import FileError


def test_it_is_read_from_where_it_lies(tmp_path, monkeypatch):
    file = tmp_path / "token"
    file.write_text("from-file\n")
    monkeypatch.setenv("THE_TOKEN", " from-env ")
    assert Secret.from_setting("written").read("k") == "written"
    assert Secret.from_setting({"file": str(file)}).read("k") == "from-file"
    assert Secret.from_setting({"env": "THE_TOKEN"}).read("k") == "from-env"
    assert Secret.from_setting({"file": str(file)}).file == file
    assert Secret("written").file is None


def test_it_is_read_only_when_it_is_needed(tmp_path):
    secret = Secret.from_setting({"file": str(tmp_path / "later")})
    (tmp_path / "later").write_text("x")
    assert secret.read("k") == "x"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "No such file or directory"),
        (b" \n", "is empty"),
        (b"\xff\xfe", "no text in UTF-8"),
    ],
)
def test_a_file_that_holds_none(tmp_path, content, told):
    file = tmp_path / "token"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SecretError) as caught:
        Secret(str(file), place="file").read("copr.token")
    assert str(caught.value).startswith(f"copr.token: {file}")
    assert told in str(caught.value)


def test_a_variable_that_holds_none(monkeypatch):
    monkeypatch.delenv("NO_TOKEN", raising=False)
    with pytest.raises(SecretError, match=r"^copr\.token: the environment has no NO_TOKEN$"):
        Secret("NO_TOKEN", place="env").read("copr.token")
    monkeypatch.setenv("NO_TOKEN", "")
    with pytest.raises(SecretError, match=r"^copr\.token: NO_TOKEN is empty$"):
        Secret("NO_TOKEN", place="env").read("copr.token")


@pytest.mark.parametrize(
    "value", ["", " ", 7, [], {}, {"file": ""}, {"file": 7}, {"fil": "s3cret"}]
)
def test_what_is_none_is_refused(value):
    with pytest.raises(ValueError, match=r"expected|unknown key") as caught:
        Secret.from_setting(value)
    assert "s3cret" not in str(caught.value)


def test_it_does_not_show():
    assert "s3cret" not in f"{Secret('s3cret')!r} {Secret('s3cret')}"
    assert repr(Secret("/run/x", place="file")) == "Secret(file='/run/x')"


def test_it_compares_by_its_place():
    assert Secret("a") == Secret("a") != Secret("b")
    assert Secret("a") != Secret("a", place="env")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2


def test_every_secret_of_the_settings_is_found_with_its_key():
    key = Secret("APP_KEY", place="env")
    forges = {
        "github.com": ForgeAccess(token=Secret("a")),
        "ghe.example.org": ForgeAccess(github_app_id=1, github_app_private_key=key),
    }
    service = ServiceFile(broker=Secret("redis://h"), authentication=forges)
    assert dict(secrets_in(service)) == {
        "broker": Secret("redis://h"),
        "authentication.github.com.token": Secret("a"),
        "authentication.ghe.example.org.github_app_private_key": key,
    }


def test_the_broker_and_the_database_may_be_secrets(tmp_path, monkeypatch):
    (tmp_path / "broker").write_text("redis://:s3cret@host/1\n")
    monkeypatch.setenv("THE_DATABASE", "postgresql://u:s3cret@host/d")
    file = tmp_path / "packit-worker.yaml"
    file.write_text(f"broker: {{file: {tmp_path}/broker}}\ndatabase: {{env: THE_DATABASE}}\n")
    settings = Settings.from_environ({"PACKIT_WORKER_CONFIG": str(file)})
    assert settings.broker == "redis://:s3cret@host/1"
    assert settings.database_url() == "postgresql://u:s3cret@host/d"
    assert "s3cret" not in repr(settings)
    assert "s3cret" not in repr(settings.service)
    first = {"PACKIT_WORKER_BROKER": "redis://other", "PACKIT_WORKER_DATABASE": "sqlite:///x"}
    settings = Settings.from_environ({"PACKIT_WORKER_CONFIG": str(file)} | first)
    assert (settings.broker, settings.database_url()) == ("redis://other", "sqlite:///x")


def test_a_broker_that_cannot_be_read_is_told(tmp_path):
    file = tmp_path / "packit-worker.yaml"
    file.write_text("broker: {env: NO_SUCH_BROKER}\n")
    with pytest.raises(FileError, match=r"^broker: the environment has no NO_SUCH_BROKER$"):
        Settings.from_environ({"PACKIT_WORKER_CONFIG": str(file)})
