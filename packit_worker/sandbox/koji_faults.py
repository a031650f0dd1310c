"""The faults by which Koji's hub says no, with their numbers.

https://pagure.io/koji/blob/master/f/koji/__init__.py (class GenericError and below)
"""

from xmlrpc.client import Fault

_CODES = {
    "error": 1000,
    "auth": 1002,
    "not-allowed": 1004,
    "build": 1005,
    "expired": 1007,
    "offline": 1014,
    "parameter": 1019,
}


def fault(kind: str, text: str) -> Fault:
    """Return a fault to raise."""
    return Fault(_CODES[kind], text)
