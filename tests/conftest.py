"""Fixtures of the whole suite. Real servers come from `tests/servers/`, one file a server."""

pytest_plugins = (
    "servers.redis_server",
    "servers.rabbitmq_server",
    "servers.postgres_server",
    "servers.kdc_server",
    "servers.forge_stand_ins",
    "servers.sentry_server",
    "servers.warm_commands",
    "engine_side",
    "servers.copr_stand_ins",
    "copr_side",
    "servers.testing_farm_stand_in",
    "testing_farm_side",
    "downstream_side",
    "servers.koji_stand_ins",
    "koji_side",
)
