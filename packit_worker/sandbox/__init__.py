"""Stand-ins of outside services on loopback, for demos and tests: they speak the real protocol."""
