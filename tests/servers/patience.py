"""How long the clients of stand-ins wait for an answer."""

# Whole seconds. So long that a busy machine fails no test, and no longer, because each test about a
# service that is silent takes so long.
PATIENCE = 3
