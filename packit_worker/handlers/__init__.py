"""Handlers: what is done about an event. Each row of the registry names one of these functions."""
