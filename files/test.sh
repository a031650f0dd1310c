#!/usr/bin/env bash
# Passes the tests, set-up included. Arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")/.."
files/setup.sh testing
exec "${PACKIT_WORKER_VENV:-.venv}/bin/python" -m pytest --cov "$@"
