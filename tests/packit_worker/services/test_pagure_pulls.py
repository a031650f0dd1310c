"""packit and ogr do not agree about pull requests on Pagure; this fails once they do."""

from types import SimpleNamespace

import pytest
from ogr.services.pagure import PagureProject, PagureService
from packit.distgit import DistGit


def test_packit_still_asks_ogr_for_what_its_pagure_does_not_know():
    """When this fails, the note in services/pagure_pulls.py is history."""
    service = PagureService(token="t", instance_url="http://127.0.0.9:9", max_retries=0)
    fork = PagureProject("hello", "rpms", service, username="bot", is_fork=True)
    dist_git = SimpleNamespace(
        local_project=SimpleNamespace(git_project=SimpleNamespace(get_fork=lambda: fork))
    )
    with pytest.raises(TypeError, match="allow_maintainer_edit"):
        DistGit.create_pull(dist_git, "A title", "A text", "from", "to")
