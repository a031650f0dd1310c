"""Who is an admin: from the settings file to the question of a check."""

import pytest

from packit_worker.settings import ServiceFile, Settings


@pytest.mark.parametrize(
    ("host", "login", "is_admin"),
    [
        ("github.com", "jane", True),
        ("github.com", "JANE", True),
        ("github.com", "jane2", False),
        ("github.com", "joe", False),
        ("github.com", None, False),
        ("src.fedoraproject.org", "joe", True),
        ("src.fedoraproject.org", "jane", False),  # somebody else may have the name there
        ("pagure.io", "joe", False),
    ],
)
def test_a_login_is_of_one_forge(host, login, is_admin):
    service = ServiceFile(admins=["Jane", "src.fedoraproject.org/Joe"])
    assert Settings(service=service).policy().is_admin(host, login) is is_admin


def test_nobody_is_an_admin_unless_the_settings_say_so():
    assert not Settings().policy().is_admin("github.com", "packit")
