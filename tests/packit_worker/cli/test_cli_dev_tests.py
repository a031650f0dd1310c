"""A command, and no more: real workers build and test, and each chroot ends with its statuses."""

import time

import requests
import yaml
from saved_messages import MESSAGES

COMMAND = MESSAGES / "github/pull_request_comment_gh/command.json"
SECONDS = 60
ENDS = {
    "packit-dev/rpm-build:fedora-43-x86_64": "success",
    "packit-dev/rpm-build:fedora-44-x86_64": "success",
    "packit-dev/rpm-build:fedora-45-x86_64": "success",
    "packit-dev/rpm-build:fedora-rawhide-x86_64": "failure",
    "packit-dev/testing-farm:fedora-43-x86_64": "success",
    "packit-dev/testing-farm:fedora-44-x86_64": "failure",
}


def writes(url):
    return [each["data"] for each in requests.get(f"{url}/_sandbox/writes", timeout=5).json()]


def statuses(github):
    found = [each for each in writes(github) if "context" in each]
    return {each["context"]: (each["state"], each["description"]) for each in found}


def test_from_a_command_to_the_statuses_of_tests(dev, run):
    dev.start()
    settings = yaml.safe_load((dev.folder / "state/sandbox/packit-worker.yaml").read_text())
    github = settings["authentication"]["github.com"]["api_url"]
    farm = settings["testing_farm"]["api_url"].removesuffix("/v0.1")
    done = run("replay", "--json", "--timeout", SECONDS, COMMAND)
    assert (done.returncode, done.stderr) == (0, "")
    deadline = time.monotonic() + SECONDS
    while {name: state for name, (state, _) in statuses(github).items()} != ENDS:
        assert time.monotonic() < deadline, (statuses(github), dev.log.read_text()[-3000:])
        time.sleep(0.2)
    texts = [text for name, (_, text) in statuses(github).items() if "testing-farm" in name]
    assert sorted(texts) == ["The tests failed. 1 of 3 tests failed.", "The tests passed."]
    links = {each["context"]: each["target_url"] for each in writes(github) if "context" in each}
    for context, link in links.items():
        page = requests.get(link, timeout=30)
        assert page.status_code == 200, link
        assert context.rpartition(":")[2] in page.text
    bodies = writes(farm)
    assert sorted(each["environments"][0]["os"]["compose"] for each in bodies) == [
        "Fedora-43",
        "Fedora-44",
    ]
    (plans,) = {str(each["test"]["tmt"]["url"]) for each in bodies}
    assert plans == "https://github.com/oat-farmer/hedgehog"
    assert dev.end() == 0
    log = dev.log.read_text()
    for secret in (settings["testing_farm_secret"], settings["testing_farm"]["api_key"]):
        assert secret not in log
    assert "Traceback" not in log
