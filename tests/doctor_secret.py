"""A secret that the tests of doctor plant, and that must never be printed."""

SECRET = "s3cret-hush-0123456789"
