"""The only importers of ogr, copr, koji, packit and requests: each loaded when first used."""
