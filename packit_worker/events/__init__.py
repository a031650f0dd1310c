"""The typed events of stage 2, one a file."""
