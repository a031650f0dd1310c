from parsers import Options


def test_the_defaults_are_those_of_the_public_service():
    options = Options()
    assert options.command_prefix == "/packit"
    assert options.edited_comments == "new-commands"
    assert options.github_hosts == {"github.com"}
    assert options.web_url == {
        "github": "https://github.com",
        "fedora-messaging": "https://src.fedoraproject.org",
        "pagure": "https://pagure.io",
    }


def test_both_deployments_ignore_each_other():
    assert Options().bots == {
        "packit",
        "packit-stg",
        "packit-as-a-service",
        "packit-as-a-service[bot]",
        "packit-as-a-service-stg",
        "packit-as-a-service-stg[bot]",
    }
