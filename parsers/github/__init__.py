"""Parsers of GitHub's webhooks: https://docs.github.com/webhooks/webhook-events-and-payloads."""
