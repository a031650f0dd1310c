"""Stage 2 of the packaging bot, and everything around both stages."""
