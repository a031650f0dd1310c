#!/usr/bin/env bash
# Passes the tests, set-up included. Arguments go to pytest; without any, coverage is checked too.
set -euo pipefail
cd "$(dirname "$0")/.."
files/setup.sh testing
# Files side by side, each process with servers of its own; more than cores, because most tests wait.
# Servers that the environment names are emptied by each test: one process at a time.
named="${PACKIT_WORKER_TEST_REDIS-}${PACKIT_WORKER_TEST_RABBITMQ-}${PACKIT_WORKER_TEST_POSTGRES-}"
[ -n "$named" ] && beside=() || beside=(--numprocesses 4 --dist loadfile --no-loadscope-reorder)
test() { "${PACKIT_WORKER_VENV:-.venv}/bin/python" -m pytest "${beside[@]}" "$@"; }
if [ $# -gt 0 ]; then
  test "$@"
else
  # The parsers answer for their coverage alone: to measure it slows all other tests.
  test tests/parsers --cov
  test --ignore tests/parsers
fi
