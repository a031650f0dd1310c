"""A project of a forge, as packit in the box sees it: it answers from what it was told."""

from urllib.parse import urlsplit


class Service:
    """The forge of a project.

    Args:
        url: of the forge.
    """

    def __init__(self, url: str) -> None:
        self.instance_url = url
        self.hostname = urlsplit(url).hostname


class Project:
    """As much of ogr's `GitProject` as packit asks for, without a network.

    Args:
        url: where the project lies, `https://host/namespace/name`.
    """

    is_fork = False
    default_branch = "main"

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        path = parts.path.strip("/").removesuffix(".git")
        self.namespace, _, self.repo = path.rpartition("/")
        self.full_repo_name = path
        self.service = Service(f"{parts.scheme}://{parts.netloc}")
        self._url = url

    def get_web_url(self) -> str:
        """Return where people find it."""
        return self._url.removesuffix(".git")
