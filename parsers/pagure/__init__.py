"""Parsers of what Pagure says: by webhook, by fedora-messaging, by centosmsg.

https://docs.pagure.org/pagure/usage/using_webhooks.html
"""
