"""The sections of packit-worker.yaml: one frozen Struct a file, named as its key.

Each is data with its own rules in `__post_init__`; `service_assembly.py` makes something of it.
"""
