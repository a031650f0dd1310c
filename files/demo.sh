#!/usr/bin/env bash
# The main job on the embedded broker, offline: saved payloads in, typed events out, two stages.
set -euo pipefail
cd "$(dirname "$0")/.."
files/setup.sh demo
command="${PACKIT_WORKER_VENV:-.venv}/bin/packit-worker"

# A broker of its own: the demo neither sees nor keeps what a developer has queued.
PACKIT_WORKER_STATE=$(mktemp -d)
export PACKIT_WORKER_STATE
unset PACKIT_WORKER_BROKER PACKIT_WORKER_QUEUES

stop() {
    [ -z "${dev:-}" ] || { kill -TERM "$dev" 2>/dev/null; wait "$dev"; } || true
    rm -rf "$PACKIT_WORKER_STATE"
}
trap stop EXIT

echo "Starting the embedded broker, a stage 1 worker and a stage 2 worker."
"$command" dev >"$PACKIT_WORKER_STATE/dev.log" 2>&1 &
dev=$!

echo "Replaying the saved payloads of tests/messages."
"$command" replay --timeout 50 tests/messages || {
    status=$?
    tail -n 40 "$PACKIT_WORKER_STATE/dev.log" >&2
    exit $status
}
