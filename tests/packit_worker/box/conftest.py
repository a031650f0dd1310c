import os
import shutil
from pathlib import Path

import pytest
from box_side import ORDINARY, Worker, open_folder

WORKERS = ("root", "ordinary")


@pytest.fixture(scope="session", autouse=True)
def _programs():
    missing = [name for name in ("bwrap", "git", "rpmbuild", "rpm") if not shutil.which(name)]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


@pytest.fixture(params=WORKERS)
def worker(request):
    if request.param == "root" and os.geteuid() != 0:
        pytest.skip("only root can run a worker as root")
    uid = 0 if request.param == "root" else ORDINARY if os.geteuid() == 0 else os.geteuid()
    with open_folder(uid) as folder:
        yield Worker(Path(folder) / "boxes", uid)
        assert [path.name for path in (Path(folder) / "boxes").glob("run-*")] == []


@pytest.fixture
def pushed():
    """A folder for repositories, which workers of both kinds can read."""
    with open_folder(os.geteuid()) as folder:
        yield Path(folder)
