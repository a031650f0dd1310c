"""The only importers of ogr, copr and koji, and, but for steps in the box, of packit and requests.

Each is loaded when first used.
"""
