"""Checks: small functions, event and context in, None (go on) or Skip out. They never act."""
