"""A real rabbitmq for tests."""
