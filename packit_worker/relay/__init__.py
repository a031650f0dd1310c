"""The HTTP door: webhooks in, `task.parse_message` out.

`app` is the Flask application, `signatures` tells whether the sender knows the secret, `body` reads
what is sent within limits, `gate` spares senders the wait for a broker that is down. gunicorn runs
it all: `http_server`.
"""
