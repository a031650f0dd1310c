#!/usr/bin/env bash
# The main job on the embedded broker, offline: saved payloads in, typed events out, two stages, and
# pull requests that are built in Copr, a release that becomes pull requests in dist-git. Forges,
# Copr, Bodhi, dist-git are stand-ins on loopback; what was written to them is shown at the end.
set -euo pipefail
cd "$(dirname "$0")/.."
files/setup.sh demo
command="${PACKIT_WORKER_VENV:-.venv}/bin/packit-worker"

# A state of its own: the demo neither sees nor keeps what a developer has queued.
PACKIT_WORKER_STATE=$(mktemp -d)
export PACKIT_WORKER_STATE
# A port of its own, too: one beside it may be at work.
export PACKIT_WORKER_RELAY_BIND=127.0.0.1:0
unset PACKIT_WORKER_BROKER PACKIT_WORKER_CONFIG PACKIT_WORKER_DATABASE PACKIT_WORKER_QUEUES

dev="" replay=""
stop() {
    [ -z "$replay" ] || { kill -TERM "$replay" 2>/dev/null; wait "$replay"; } || true
    [ -z "$dev" ] || { kill -TERM "$dev" 2>/dev/null; wait "$dev"; } || true
    rm -rf "$PACKIT_WORKER_STATE"
}
trap stop EXIT
trap 'exit 130' INT TERM

echo "Starting the embedded broker, the sandbox, workers of both stages and the sweep."
"$command" dev >"$PACKIT_WORKER_STATE/dev.log" 2>&1 &
dev=$!

echo "Replaying the saved payloads of tests/messages."
"$command" replay --no-wait --timeout 90 tests/messages &
replay=$!

# Whichever ends first: the replay should.
status=0
wait -n -p ended "$dev" "$replay" || status=$?
if [ "$ended" = "$dev" ] || [ "$status" != 0 ]; then
    tail -n 40 "$PACKIT_WORKER_STATE/dev.log" >&2
    exit $((status ? status : 1))
fi
replay=""
echo "Builds go on in Copr; its messages come back. This is what was written, in the end:"
"$command" sandbox --writes --wait 60
echo "The release, as it lies in the bare repository of dist-git:"
package="$PACKIT_WORKER_STATE/sandbox/pagure/rpms/hedgehog.git"
for head in $(git --git-dir="$package" for-each-ref --format='%(refname)' 'refs/pull/*/head'); do
    git --git-dir="$package" --no-pager show --format='%n%s (%an)' "$head" -- '*.spec' sources
done
