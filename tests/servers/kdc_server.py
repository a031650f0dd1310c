"""A real KDC of MIT Kerberos on loopback, with a realm of its own that no file of the system names.

https://web.mit.edu/kerberos/krb5-latest/doc/admin/
"""

import os
import socket
import subprocess

import pytest
from servers.process import ServerProcess, find_program, free_port

REALM = "PACKIT.TEST"
PACKAGE = "krb5-kdc and krb5-admin-server (Debian) or krb5-server (Fedora)"
PLACES = ("/usr/sbin", "/usr/bin")
CLIENT = """\
[libdefaults]
 default_realm = {realm}
 dns_lookup_kdc = false
 dns_lookup_realm = false
 dns_canonicalize_hostname = false
 rdns = false
[realms]
 {realm} = {{
  kdc = 127.0.0.1:{port}
 }}
"""
SERVER = """\
[kdcdefaults]
 kdc_listen = 127.0.0.1:{port}
 kdc_tcp_listen = 127.0.0.1:{port}
[realms]
 {realm} = {{
  database_name = {folder}/principal
  key_stash_file = {folder}/stash
  acl_file = {folder}/acl
 }}
"""


class Kdc(ServerProcess):
    """A KDC; `config` is the krb5.conf that leads to it."""

    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        self.config = self.config_for(self.port)
        (folder / "kdc.conf").write_text(SERVER.format(realm=REALM, port=self.port, folder=folder))
        self.environment = {
            "KRB5_CONFIG": str(self.config),
            "KRB5_KDC_PROFILE": str(folder / "kdc.conf"),
        }
        self._run("kdb5_util", "create", "-s", "-P", "master", "-r", REALM)
        command = [_program("krb5kdc"), "-n", "-P", folder / "pid"]
        super().__init__(command, folder / "kdc.log", self._listens, self.environment)

    def config_for(self, port, realm=REALM):
        """Write a krb5.conf that looks for the KDC there."""
        path = self.folder / f"krb5-{port}.conf"
        path.write_text(CLIENT.format(realm=realm, port=port))
        return path

    def principal(self, name, *options):
        """Add an account with a random key, and return a keytab with that key."""
        self.admin(f"addprinc -randkey +requires_preauth {' '.join(options)} {name}")
        return self.keytab(name, name)

    def keytab(self, file, *names):
        """Write a keytab; the keys in older ones are no longer good."""
        path = self.folder / f"{file.replace('/', '-')}.keytab"
        path.unlink(missing_ok=True)
        self.admin(f"ktadd -q -k {path} {' '.join(names)}")
        return path

    def admin(self, query):
        """Have kadmin.local do something."""
        self._run("kadmin.local", "-q", query)

    def _run(self, program, *arguments):
        done = subprocess.run(
            [_program(program), *arguments],
            env=os.environ | self.environment,
            check=True,
            capture_output=True,
            text=True,
        )
        assert not done.stderr.startswith(f"{program}:"), done.stderr

    def _listens(self):
        with socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True


def _program(name):
    return find_program([name, *(f"{place}/{name}" for place in PLACES)], PACKAGE)


@pytest.fixture(scope="session")
def kdc_server(tmp_path_factory):
    """A KDC of the whole session: whoever stops it starts it again."""
    server = Kdc(tmp_path_factory.mktemp("kdc"))
    server.start()
    # The stand-ins, by the address at which they are spoken to.
    server.services = server.principal("HTTP/127.0.0.1")
    server.packit = server.principal("packit")
    yield server
    server.kill()


@pytest.fixture
def kdc(kdc_server, monkeypatch):
    """The KDC, to which the libraries of this process are led."""
    for name, value in kdc_server.environment.items():
        monkeypatch.setenv(name, value)
    return kdc_server
