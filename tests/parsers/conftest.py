from collections import Counter

import pytest

CORPUS = pytest.StashKey[Counter]()


@pytest.fixture
def corpus_counts(request):
    """What became of the real payloads; told at the end of the run."""
    return request.config.stash.setdefault(CORPUS, Counter())


def pytest_terminal_summary(terminalreporter, config):
    counts = config.stash.get(CORPUS, None)
    if counts:
        terminalreporter.section("real payloads")
        for what, number in sorted(counts.items()):
            terminalreporter.write_line(f"{number:5} {what}")
