"""Puts stage 2 together from the settings: store, forges, config reader, engine.

Imported when a worker gets its first event, after the fork: connections do not survive one, and a
stage 1 worker pays for none of it.
"""

from contextlib import suppress
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from packit_worker import embedded, services
from packit_worker.boxed_assembly import add_boxed
from packit_worker.handler import AnySpec
from packit_worker.ledger import Ledger
from packit_worker.pipeline import Engine
from packit_worker.registry import CHECKUPS, HANDLERS
from packit_worker.sections.authentication import ForgeAccess
from packit_worker.service_assembly import build_services
from packit_worker.services.forge import Forges
from packit_worker.services.forge_settings import ForgeSettings, GithubAppKey
from packit_worker.services.package_config import PackitConfigReader
from packit_worker.settings import Settings
from packit_worker.store import schema
from packit_worker.store.database import Database
from packit_worker.store.errors import StoreError

_USUAL_API = {"github.com": "https://api.github.com"}


def open_database(settings: Settings) -> Database:
    """Return the database, fit for use.

    The embedded file is made and upgraded here; a database that the settings name never is.

    Raises:
        SchemaTooOldError: its operator must upgrade it first.
        StoreUnavailableError: it does not answer.
    """
    return schema.open_database(settings.database_url(), embedded.state_folder())


def database_to_read(settings: Settings) -> Database:
    """Return the database for reading only; it is not asked yet, and nothing is made.

    Raises:
        BadDatabaseUrlError: the settings name none that we can use.
    """
    return schema.open_to_read(settings.database_url(), embedded.state_path())


def database_to_upgrade(settings: Settings) -> Database:
    """Return the database as it is, whatever its schema."""
    url = settings.database_url()
    if url is not None:
        return Database(url)
    return Database(schema.embedded_url(embedded.state_folder()))


def database_to_ask(settings: Settings, spare: Path) -> Database:
    """Return the database for reading only; if there is none yet, an empty one in a folder.

    Raises:
        SchemaTooOldError: it must be upgraded first.
        StoreUnavailableError: it does not answer, or is none of ours.
    """
    is_embedded = settings.database_url() is None
    if is_embedded and not (embedded.state_path() / schema.EMBEDDED).exists():
        return schema.open_database(None, spare)
    database = database_to_read(settings)
    try:
        schema.check_schema(database)
    except StoreError:
        database.close()
        raise
    return database


def build_engine(
    settings: Settings,
    handlers: tuple[AnySpec, ...] = HANDLERS,
    *,
    database: Database | None = None,
) -> Engine:
    """Return what walks events through stage 2; one for each thread of a worker.

    Args:
        settings: of the service.
        handlers: the table.
        database: opened by the caller; None: the one of the settings, fit for use.
    """
    service = settings.service
    opened = database or open_database(settings)
    return Engine(
        ledger=Ledger(opened, window=timedelta(hours=service.duplicate_hours)),
        forge=build_forges(settings),
        reader=PackitConfigReader(),
        policy=settings.policy(),
        handlers=handlers,
        services=add_boxed(build_services(settings), settings, forges_of(settings)),
        checkups=CHECKUPS,
    )


def load_clients() -> None:
    """Import what else is imported at its first use; to be called before threads may do it.

    Python locks each module by itself: two threads that enter a circle of imports, as that of ogr,
    at different places wait for each other, and one of them gets half a module.
    """
    for module in iter_modules(services.__path__, f"{services.__name__}."):
        with suppress(ImportError):  # whoever needs it says so
            import_module(module.name)


def build_forges(settings: Settings) -> Forges:
    """Return the forges of the settings.

    Raises:
        ValueError, FileError: what the settings say of one cannot be used, or a secret not be read.
    """
    return Forges(list(forges_of(settings).values()))


def forges_of(settings: Settings) -> dict[str, ForgeSettings]:
    """Return by host how to speak to each forge.

    Raises:
        ValueError, FileError: as above.
    """
    access = settings.service.authentication
    return {host: forge_settings(host, forge) for host, forge in access.items()}


def forge_settings(host: str, access: ForgeAccess) -> ForgeSettings:
    """Return what a forge's client needs, with its secrets.

    Raises:
        ValueError, FileError: as `build_forges`.
    """
    key = f"authentication.{host}"
    app = None
    if access.app_id and access.app_key:
        private = access.app_key.read(f"{key}.github_app_private_key")
        app = GithubAppKey(app_id=access.app_id, private_key=private)
    return ForgeSettings(
        host=host,
        type=access.type_of(host),
        api_url=(access.api_url or _USUAL_API.get(host, f"https://{host}")).rstrip("/"),
        token=access.token.read(f"{key}.token") if access.token else None,
        app=app,
        git_url=access.git_url,
        declared_public=access.declared_public,
    )
