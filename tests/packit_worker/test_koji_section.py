"""What an operator may say of Koji, and what its client gets."""

import pytest
from servers.koji_stand_ins import PASSWORD

from packit_worker.errors import RefusedError
from packit_worker.secret import Secret
from packit_worker.sections.koji import KojiSection
from packit_worker.service_assembly import build_services, koji_settings
from packit_worker.services.koji_settings import KojiCertificate, KojiKeytab, KojiPassword
from packit_worker.settings import ServiceFile, Settings
from packit_worker.yaml_file import FileError, load


@pytest.fixture
def read(tmp_path):
    """Read what stands below `koji`."""

    def read(text):
        file = tmp_path / "packit-worker.yaml"
        file.write_text(f"koji:\n{text}")
        return load(file, ServiceFile).koji

    return read


def test_what_is_left_out_is_fedora_s():
    section = KojiSection(password=Secret(PASSWORD))
    settings = koji_settings(section, "packit")
    assert settings.hub_url == "https://koji.fedoraproject.org/kojihub"
    assert settings.web_url == "https://koji.fedoraproject.org/koji"
    assert settings.files_url == "https://kojipkgs.fedoraproject.org"
    assert (settings.username, settings.server_ca) == ("packit", None)
    assert settings.login == KojiPassword(password=PASSWORD)


def test_everything_is_said(read, tmp_path):
    keytab, ca = tmp_path / "packit.keytab", tmp_path / "ca.pem"
    keytab.write_bytes(b"keys")
    ca.write_bytes(b"certificates")
    section = read(
        "  hub_url: https://hub.example.org/kojihub/\n"
        "  web_url: https://web.example.org/\n"
        "  files_url: https://files.example.org/\n"
        "  username: packit-stg\n"
        f"  keytab_path: {keytab}\n"
        "  principal: packit-stg@EXAMPLE.ORG\n"
        f"  server_ca_path: {ca}\n"
    )
    settings = koji_settings(section, "packit")
    assert settings.hub_url == "https://hub.example.org/kojihub"
    assert settings.web_url == "https://web.example.org/koji"
    assert settings.files_url == "https://files.example.org"
    assert (settings.username, settings.server_ca) == ("packit-stg", ca)
    assert settings.login == KojiKeytab(principal="packit-stg@EXAMPLE.ORG", file=keytab)


def test_a_certificate(tmp_path):
    file = tmp_path / "packit.pem"
    file.write_bytes(b"certificate")
    settings = koji_settings(KojiSection(certificate_path=str(file)), "packit")
    assert settings.login == KojiCertificate(file=file)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("  password: x\n  keytab_path: /k\n", "password and keytab_path are both set"),
        ("  password: x\n  principal: p@E\n", "principal without keytab_path"),
        ("  hub_url: http://h.example.org/kojihub\n  keytab_path: /k\n", "keytab_path needs"),
        ("  hub_url: ftp://h.example.org\n", "hub_url"),
        ("  hub_ur: https://h.example.org\n", "hub_url"),
    ],
)
def test_what_cannot_be_meant_is_refused(read, text, said):
    with pytest.raises(FileError, match=said):
        read(text)


@pytest.mark.parametrize("key", ["certificate_path", "keytab_path", "server_ca_path"])
def test_a_file_that_cannot_be_read_refuses_the_start(tmp_path, key):
    more = {"password": Secret("x")} if key == "server_ca_path" else {}
    section = KojiSection(**{key: str(tmp_path / "missing")}, **more)
    with pytest.raises(FileError, match=rf"koji\.{key}: .*missing: No such file"):
        koji_settings(section, "packit")


def test_without_a_login_nothing_is_built():
    settings = Settings(service=ServiceFile(koji=KojiSection()))
    with pytest.raises(RefusedError) as caught:
        build_services(settings).koji()
    assert caught.value.code == "not-configured"
    with pytest.raises(RefusedError):
        build_services(Settings()).koji()


def test_whose_results_are_ours():
    section = KojiSection(password=Secret(PASSWORD), username="packit-dev")
    assert ServiceFile().koji_user == "packit"
    assert Settings(service=ServiceFile(koji=section)).policy().koji_user == "packit-dev"
    assert Settings(service=ServiceFile(koji_user="me")).policy().koji_user == "me"


def test_the_client_is_made_once():
    section = KojiSection(password=Secret(PASSWORD), username="packit-dev")
    services = build_services(Settings(service=ServiceFile(koji=section)))
    assert services.koji().username == "packit-dev"
    assert services.koji() is services.koji()
    assert PASSWORD not in repr(section)
