"""Alembic's folder: `env.py` runs the revisions of `versions/` one after the other."""
