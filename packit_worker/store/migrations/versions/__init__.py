"""One file a revision. They never import the models: those show the schema of today."""
