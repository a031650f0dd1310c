"""Services are made from the settings: secrets when a worker starts, clients when first used."""

import os
import signal
import subprocess
import sys

import pytest
from servers.worker_process import ROOT

from packit_worker.boxed_assembly import add_boxed
from packit_worker.errors import RefusedError
from packit_worker.secret import Secret
from packit_worker.sections.box import BoxSection
from packit_worker.sections.copr import CoprSection
from packit_worker.service_access import Services
from packit_worker.service_assembly import build_services, copr_settings
from packit_worker.settings import ServiceFile, Settings
from packit_worker.yaml_file import FileError, load

CONFIG = """\
[copr-cli]
login = kept-login
username = kept-user
token = kept%token
copr_url = https://copr.example.org/
"""


@pytest.fixture
def config_file(tmp_path):
    file = tmp_path / "copr"
    file.write_text(CONFIG)
    return str(file)


def test_a_file_of_copr_holds_all(config_file):
    found = copr_settings(CoprSection(config_file=config_file), "packit")
    assert (found.url, found.username) == ("https://copr.example.org", "kept-user")
    assert (found.login, found.token) == ("kept-login", "kept%token")


def test_what_stands_beside_the_file_counts_before_it(config_file):
    section = CoprSection(
        config_file=config_file,
        url="https://copr.test/",
        username="me",
        login=Secret("l"),
        token=Secret("t"),
    )
    found = copr_settings(section, "packit")
    assert (found.url, found.username, found.login, found.token) == (
        "https://copr.test", "me", "l", "t",
    )  # fmt: skip


def test_whose_results_are_ours(config_file):
    def ours(section):
        return Settings(service=ServiceFile(copr=section, copr_user="me")).policy().copr_user

    assert ours(None) == "me"
    assert ours(CoprSection(login=Secret("l"), token=Secret("t"))) == "me"
    assert ours(CoprSection(config_file=config_file)) == "kept-user"
    # Then the file, which holds the key, is not needed.
    assert ours(CoprSection(config_file="/nowhere", username="mybot")) == "mybot"
    with pytest.raises(FileError, match="config_file: /nowhere: No such file"):
        ours(CoprSection(config_file="/nowhere"))


def test_without_a_file_the_rest_has_defaults():
    found = copr_settings(CoprSection(login=Secret("l"), token=Secret("t")), "packit-stg")
    assert (found.url, found.username) == ("https://copr.fedorainfracloud.org", "packit-stg")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "No such file"),
        ("[other]\ntoken = hush-hush\n", "it has no section [copr-cli]"),
        ("token = hush-hush\n", "it has no section [copr-cli]"),
        ("[copr-cli]\ntoken = hush-hush\n", "has no login, or no token"),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path, text, reason):
    file = tmp_path / "copr"
    if text is not None:
        file.write_text(text)
    settings = Settings(service=ServiceFile(copr=CoprSection(config_file=str(file))))
    with pytest.raises(FileError, match="config_file") as told:
        build_services(settings)
    assert reason in str(told.value)
    assert "hush" not in str(told.value)


@pytest.mark.parametrize(
    ("section", "reason"),
    [
        ("login: a", "login and token belong together"),
        ("token: a", "login and token belong together"),
        ("url: https://copr.example.org", "neither login and token nor config_file are set"),
        ("srpm_build: here", "srpm_build"),
        ("tokne: a", "tokne"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path, section, reason):
    file = tmp_path / "packit-worker.yaml"
    file.write_text(f"copr:\n  {section}\n")
    with pytest.raises(FileError) as told:
        load(file, ServiceFile)
    assert reason in str(told.value)


def test_what_is_not_configured_is_refused_when_it_is_used():
    services = build_services(Settings())
    with pytest.raises(RefusedError) as told:
        services.copr()
    assert told.value.code == "not-configured"


def test_a_client_is_made_once():
    section = CoprSection(login=Secret("l"), token=Secret("t"))
    services = build_services(Settings(service=ServiceFile(copr=section)))
    assert services.copr() is services.copr()


def test_the_copr_client_is_loaded_when_it_is_first_used():
    program = """
import sys
from packit_worker.secret import Secret
from packit_worker.sections.copr import CoprSection
from packit_worker.service_assembly import build_services
from packit_worker.settings import ServiceFile, Settings
copr = CoprSection(login=Secret("l"), token=Secret("t"))
services = build_services(Settings(service=ServiceFile(copr=copr)))
assert "copr" not in sys.modules
services.copr()
assert "copr" in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, timeout=60)


HOLD = """
import os, sys
from packit_worker.boxed_assembly import add_boxed
from packit_worker.sections.box import BoxSection
from packit_worker.service_access import Services
from packit_worker.settings import ServiceFile, Settings
settings = Settings(service=ServiceFile(box=BoxSection(folder=sys.argv[1])))
with add_boxed(Services(), settings, {}).work_folder() as folder:
    (folder / "hello-1.src.rpm").write_bytes(b"x")
    os.kill(os.getpid(), 9)
"""


def test_the_work_folder_of_a_worker_that_was_killed_is_removed_by_the_next(tmp_path):
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    killed = subprocess.run(command, cwd=ROOT, check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert [path.name for path in tmp_path.rglob("*.rpm")] == ["hello-1.src.rpm"]
    settings = Settings(service=ServiceFile(box=BoxSection(folder=str(tmp_path))))
    with add_boxed(Services(), settings, {}).work_folder() as folder:
        assert list(tmp_path.rglob("*.rpm")) == []
        assert folder.stat().st_uid == os.getuid()
    assert list(tmp_path.glob("run-*")) == []
