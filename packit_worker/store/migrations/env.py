"""Run by Alembic for each command; `schema` hands it a connection with its transaction open."""

from alembic import context

from packit_worker.store.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # Both databases can take a half-made schema back.
    transactional_ddl=True,
)
context.run_migrations()
