import pytest

from parsers.unhandled import is_known


@pytest.mark.parametrize(
    ("source", "message_type"),
    [
        ("github", ""),
        ("github", "star"),
        ("github", "sub_issues"),
        ("github", "integration_installation"),
        ("pagure", "issue.new"),
        ("pagure", "pull-request.flag.added"),
        ("centosmsg", "project.edit"),
        ("fedora-messaging", "pagure.issue.new"),
        ("fedora-messaging", "git.branch"),
        ("fedora-messaging", "copr.chroot.start"),
        ("fedora-messaging", "buildsys.tag"),
    ],
)
def test_types_that_start_nothing(source, message_type):
    assert is_known(source, message_type)


@pytest.mark.parametrize(
    ("source", "message_type"),
    [
        ("github", "stars"),
        ("github", "Star"),
        ("pagure", "copr.build.end"),
        ("pagure", ""),
        ("centosmsg", "buildsys.tag"),
        ("fedora-messaging", "bodhi.update.request.testing"),
        ("testing-farm", "result"),
        ("gitlab", "push"),
    ],
)
def test_types_that_nobody_knows(source, message_type):
    assert not is_known(source, message_type)
