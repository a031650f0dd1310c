"""A stand-in of Bodhi's list of releases.

https://bodhi.fedoraproject.org/docs/server_api/rest/releases.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import flask

from packit_worker.sandbox.faults import Faults
from packit_worker.sandbox.stand_in import StandIn
from packit_worker.sandbox.world import Write

Release = dict[str, str]

_ROWS = 20


def fedora(version: int, state: str, branch: str | None = None) -> Release:
    """Return a release of Fedora as Bodhi writes it."""
    return {
        "name": f"F{version}",
        "long_name": f"Fedora {version}",
        "version": str(version),
        "id_prefix": "FEDORA",
        "state": state,
        "branch": branch or f"f{version}",
    }


def epel(version: str, state: str = "current", branch: str | None = None) -> Release:
    """Return a release of EPEL as Bodhi writes it."""
    return {
        "name": f"EPEL-{version}",
        "long_name": f"Fedora EPEL {version}",
        "version": version,
        "id_prefix": "FEDORA-EPEL",
        "state": state,
        "branch": branch or f"epel{version}",
    }


def other(name: str, long_name: str, version: str, id_prefix: str, branch: str) -> Release:
    """Return something that is listed like a release: ELN, containers, Flatpaks."""
    return {
        "name": name,
        "long_name": long_name,
        "version": version,
        "id_prefix": id_prefix,
        "state": "current",
        "branch": branch,
    }


RELEASES = (
    fedora(42, "archived"),
    fedora(43, "current"),
    fedora(44, "current"),
    fedora(45, "pending"),
    fedora(46, "pending", "rawhide"),
    epel("8"),
    epel("9"),
    epel("10.2"),
    epel("10.3", branch="epel10"),
    other("ELN", "Fedora ELN", "eln", "FEDORA", "eln"),
    other("F44C", "Fedora 44 Containers", "44", "FEDORA-CONTAINER", "f44"),
    other("EPEL-9N", "Fedora EPEL 9 Next", "9", "FEDORA-EPEL-NEXT", "epel9-next"),
)


@dataclass(slots=True)
class BodhiWorld:
    """The releases Bodhi lists, and how many of them at once at most."""

    most_rows: int = 100
    releases: list[Release] = field(default_factory=lambda: list(RELEASES))
    writes: list[Write] = field(default_factory=list)


class BodhiStandIn:
    """The stand-in: `world` says which releases there are, `stand_in` what was asked."""

    def __init__(self) -> None:
        self.world = BodhiWorld()
        self.faults = Faults(_error_body)
        self.stand_in = StandIn("bodhi", self.world, self.faults, lambda: None)
        self.stand_in.app.add_url_rule("/releases/", "releases", self._releases)

    def _releases(self) -> dict[str, object]:
        """`GET /releases/?state=current&state=pending&page=1`: a page of them."""
        query = flask.request.args
        states = query.getlist("state")
        found = [one for one in self.world.releases if not states or one["state"] in states]
        rows = min(int(query.get("rows_per_page", _ROWS)), self.world.most_rows)
        page = int(query.get("page", 1))
        return {
            "releases": found[(page - 1) * rows : page * rows],
            "page": page,
            "pages": -(-len(found) // rows),
            "rows_per_page": rows,
            "total": len(found),
        }


def _error_body(status: int, kind: str) -> Mapping[str, object]:
    return {"status": "error", "errors": [{"name": str(status), "description": kind}]}
