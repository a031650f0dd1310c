#!/usr/bin/env bash
# Passes the tests, set-up included. Arguments go to pytest; without any, coverage is checked too.
set -euo pipefail
cd "$(dirname "$0")/.."
files/setup.sh testing
[ $# -gt 0 ] || set -- --cov
exec "${PACKIT_WORKER_VENV:-.venv}/bin/python" -m pytest "$@"
