"""The pages in a real browser: Chromium, driven over its own protocol by Playwright."""

import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import requests
from playwright.sync_api import sync_playwright
from public_world import LOG, PRIVATE, World, stopped
from servers.forge_stand_ins import HELLO, github_settings
from servers.process import ServerProcess, free_port
from servers.worker_process import ROOT

from packit_worker.decision import Decision
from packit_worker.policy import Policy
from packit_worker.reporting import Reporter, Status
from packit_worker.run_states import RunState
from packit_worker.sandbox.copr_backend import Outcome
from packit_worker.store import schema

CHECKS = Path(__file__).with_name("checks.js").read_text()
# What the browser would ask of its makers; nothing here may leave the machine.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
HOSTILE = "<script>window.hacked=1</script><img src=x onerror='window.hacked=2'>\"&amp;\u202egnp"
SHOWN = HOSTILE.replace("\u202e", "\ufffd")
LONG_LOG = "\n".join(f"gcc -O2 -c part{number}.c" for number in range(300)) + "\n" + LOG
WINDOWS = [(360, 740), (1280, 720)]


@pytest.fixture(scope="module")
def chromium():
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "Chromium is missing: files/setup.sh testing installs it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class Served:
    """The pages as a process, over an embedded database of its own or over another."""

    def __init__(self, folder, database=None):
        self.url = f"http://127.0.0.1:{free_port()}"
        state = folder / "state"
        state.mkdir(mode=0o700)
        if database is None:
            self.database = schema.open_database(None, state)
            self.world = World(self.database)
        config = folder / "packit-worker.yaml"
        config.write_text(f"pages_url: {self.url}\nauthentication: {{github.com: {{}}}}\n")
        environment = {"PACKIT_WORKER_STATE": str(state), "PACKIT_WORKER_CONFIG": str(config)}
        environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        if database is not None:
            environment["PACKIT_WORKER_DATABASE"] = database.render_as_string(hide_password=False)
        command = [sys.executable, "-m", "packit_worker", "pages"]
        self.process = ServerProcess(command, folder / "log", self._answers, environment)

    def _answers(self):
        return requests.get(f"{self.url}/healthz", timeout=5).status_code == 200


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    served = Served(tmp_path_factory.mktemp("pages"))
    served.process.start()
    yield served
    served.process.stop()
    served.database.close()


@pytest.fixture
def visit(chromium):
    """Open an address; at the end nothing may have gone wrong in the browser."""
    contexts, wrong = [], []

    def visit(url, *, size=(1280, 720), scripts=True):
        width, height = size
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=scripts,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: wrong.append(dialog.message))
        page.on("requestfailed", lambda request: wrong.append(request.url))
        page.add_init_script(
            "window.violations = [];"
            "document.addEventListener('securitypolicyviolation',"
            " event => window.violations.push(event.violatedDirective))"
        )
        assert page.goto(url).status == 200
        if scripts:
            assert page.evaluate("window.violations") == []
        return page

    yield visit
    for context in contexts:
        context.close()
    assert wrong == []


def is_in_first_screen(page, locator):
    """Whether all of it is seen without scrolling."""
    box = locator.bounding_box()
    size = page.viewport_size
    ends = (box["x"] + box["width"], box["y"] + box["height"])
    return (
        box["x"] >= 0 and box["y"] >= 0 and ends[0] <= size["width"] and ends[1] <= size["height"]
    )


@pytest.mark.parametrize("size", WINDOWS)
def test_the_link_of_a_failed_status_leads_to_the_error(served, visit, github, open_forges, size):
    """From the status on the commit, as the forge has it, to the first screen of the page."""
    _, (run_id,) = served.world.build(log=LONG_LOG)
    project = github.world.projects["octo/hello"]
    pull = github.world.pull(project, author="olaf", files={"a.txt": "a"})
    forge = open_forges(github_settings(github.url))
    Reporter(forge, Policy(pages_url=served.url), HELLO).status(
        Status(
            commit=pull.head_sha,
            context="rpm-build:fedora-42-x86_64",
            state="failure",
            text="Build failed after 4 min. The page shows the first error.",
            url=f"{served.url}/runs/{run_id}",
        ),
        thread=None,
    )
    (write,) = github.world.writes
    page = visit(write.data["target_url"], size=size)
    error = page.locator(".first-error mark")
    assert (
        error.inner_text() == "wick.c:42:9: error: 'flame' undeclared (first use in this function)"
    )
    assert is_in_first_screen(page, error)
    assert is_in_first_screen(page, page.get_by_role("heading", level=1))
    assert page.get_by_role("heading", level=1).inner_text() == (
        "Copr build for fedora-42-x86_64 failed"
    )
    # ... and on to the place in the log.
    page.get_by_role("link", name="See it in the log").click()
    assert page.url.endswith("#log-error")
    assert is_in_first_screen(page, page.locator("#log-error"))


def test_from_a_pull_request_to_the_first_error(copr_side, visit, tmp_path):
    """Through the real engine: a pull request, a build that Copr fails, the link of its status."""
    side = copr_side
    served = Served(tmp_path, database=side.database.engine.url)
    served.process.start()
    try:
        side.change(policy=replace(side.engine.policy, pages_url=served.url))
        side.opened()
        side.build(Outcome(chroots={"fedora-43-x86_64": "failed"}))
        context = "packit/rpm-build:fedora-43-x86_64"
        status = [
            write.data for write in side.github.world.writes if write.data.get("context") == context
        ][-1]
        assert status["state"] == "failure"
        page = visit(status["target_url"], size=(360, 740))
        heading = page.get_by_role("heading", level=1).inner_text()
        assert heading == "Copr build for fedora-43-x86_64 failed"
        assert is_in_first_screen(page, page.locator(".first-error mark"))
        assert "error: " in page.locator(".first-error mark").inner_text()
        assert "yes not-denied" in page.get_by_role("region", name="Why").inner_text()
        links = page.get_by_role("navigation", name="Elsewhere").get_by_role("link")
        assert links.all_inner_texts() == ["Open in Copr (7000001)", "Open log"]
    finally:
        served.process.stop()


def test_why_is_one_link_away(served, visit):
    event_id, (run_id,) = served.world.build()
    page = visit(f"{served.url}/runs/{run_id}")
    page.get_by_role("link", name=event_id).click()
    page.wait_for_url(f"{served.url}/events/{event_id}")
    tree = page.get_by_role("region", name="Why").inner_text()
    assert "yes visibility: fedora-lab/lantern is public" in tree
    page.get_by_role("link", name="Copr build for fedora-42-x86_64").first.click()
    page.wait_for_url(f"{served.url}/runs/{run_id}")


def test_a_page_is_whole_without_scripts(served, visit):
    event_id, (run_id,) = served.world.build()
    for path in (f"/runs/{run_id}", f"/events/{event_id}"):
        with_scripts = visit(served.url + path).locator("body").inner_text()
        without = visit(served.url + path, scripts=False).locator("body").inner_text()
        assert with_scripts == without


def test_hostile_text_stays_text(served, visit):
    decision = {"notes": [HOSTILE], "looked_at": [HOSTILE]}
    event_id, (run_id,) = served.world.build(
        log=f"{HOSTILE}\nerror: {HOSTILE}\n",
        text=HOSTILE,
        targets=(HOSTILE,),
        kwargs={"comment": HOSTILE, "git_ref": HOSTILE, "user_login": HOSTILE},
        ref=HOSTILE,
        web_url="javascript:window.hacked=3",
        details={"log_url": "javascript:window.hacked=4"},
        detail=HOSTILE,
        made=Decision.from_json(decision),
    )
    # Heading, status text, branch and the excerpt of the log; comment, branch and account.
    for path, at_least in ((f"/runs/{run_id}", 8), (f"/events/{event_id}", 6)):
        page = visit(served.url + path)
        assert page.evaluate("window.hacked") is None
        assert page.locator("script, img, iframe, object, [onerror]").count() == 0
        text = page.locator("body").inner_text()
        assert text.count("<script>window.hacked=1</script>") >= at_least
        assert SHOWN in text
        assert "\u202e" not in text
        assert page.locator("a[href^='javascript:']").count() == 0
        assert page.evaluate(CHECKS) == []


def test_everybody_can_read_it(served, visit):
    """In small and large windows, in light and dark."""
    failed_event, (failed, _) = served.world.build(
        log=f"{'x' * 5000}\n{LONG_LOG}",
        targets=("fedora-42-x86_64", "a" * 200),
        details={"log_url": "https://copr.example.org/log"},
    )
    _, (good,) = served.world.build(state=RunState.SUCCESS, text="Built in 4 min 12 s.")
    _, (still,) = served.world.build(state=RunState.RUNNING, log=None, targets=("still",))
    denied = served.world.event(made=stopped("not-allowed", "y" * 400), outcome="denied")
    runs = [f"/runs/{run}" for run in (failed, good, still)]
    for path in [*runs, f"/events/{failed_event}", f"/events/{denied}"]:
        page = visit(served.url + path)
        for width, height in WINDOWS:
            page.set_viewport_size({"width": width, "height": height})
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                assert page.evaluate(CHECKS) == [], (path, width, scheme)


def test_the_checks_see_what_is_wrong(served, visit):
    """Else the test above would say nothing."""
    _, (run_id,) = served.world.build()
    page = visit(f"{served.url}/runs/{run_id}")
    page.evaluate("document.querySelector('h2').outerHTML = '<h4>x</h4>'")
    page.evaluate("document.querySelector('dt').style.color = 'rgb(150, 150, 150)'")
    page.evaluate("document.querySelector('pre').style.width = '3000px'")
    page.evaluate("document.querySelector('nav').removeAttribute('aria-label')")
    assert page.evaluate(CHECKS) == [
        'a level is skipped before "x"',
        "a label is missing",
        "NAV has no name",
        "the page scrolls sideways",
        'contrast 2.96 of "Repository"',
    ]


def test_the_keyboard_leads_through_it(served, visit):
    _, (run_id,) = served.world.build()
    page = visit(f"{served.url}/runs/{run_id}", size=(360, 740))
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    assert is_in_first_screen(page, skip)
    page.keyboard.press("Enter")
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "() => { const e = document.activeElement; const s = getComputedStyle(e);"
            " return [e.tagName, e.textContent, s.outlineStyle, parseFloat(s.outlineWidth)] }"
        )
        if focused[0] == "BODY":
            break
        seen.append(focused)
    # It begins in the content, at the error; what has the focus shows it; nothing traps it.
    assert seen[0][0] == "PRE"
    assert "undeclared" in seen[0][1]
    assert [each for each in seen if each[2] != "solid" or each[3] < 2] == []
    assert len(seen) < 60
    assert seen[-1][0] == "PRE"


def test_what_is_hidden_looks_like_what_is_not_there(served, chromium):
    _, (run_id,) = served.world.build(PRIVATE)
    context = chromium.new_context()
    pages = []
    for path in (f"/runs/{run_id}", "/runs/999999", "/events/x"):
        page = context.new_page()
        assert page.goto(served.url + path).status == 404
        assert page.evaluate(CHECKS) == []
        pages.append(page.content())
    assert len(set(pages)) == 1
    context.close()
