"""What goes wrong with the embedded broker."""


class EmbeddedBrokerError(Exception):
    """The embedded broker cannot be used; the text says why and what to do."""
