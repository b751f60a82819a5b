#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Durable posts of one client (one fsync each) and of 32 (groups), in turn on one server.   posts.sh [ROUNDS [SECONDS]]
# DATABASE_URL names another database than a SQLite file in a temporary folder, DATA_DIR another folder.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
bin=${BIN:-$root/build/bench/bin}
rounds=${1:-5}
seconds=${2:-4}
work=${DATA_DIR:-$(mktemp -d)}
[ -n "${DATA_DIR:-}" ] || trap 'rm -rf "$work"' EXIT
export SIGNALBOX_DATA_DIR=$work HOST=127.0.0.1 PORT=0 MANAGEMENT_PORT=0 SIGNALBOX_LIMIT_REQUESTS_PER_SECOND=0
export WEBHOOK_TOKEN=what-the-bench-publishes-with-0123456789
"${SIGNALBOXD:-$bin/signalboxd}" 2>"$work/log" &
server=$!
for _ in $(seq 100); do
    port=$(sed -n 's/.*listening on port \([0-9]*\).*/\1/p' "$work/log" | head -n 1)
    [ -n "$port" ] && break
    sleep 0.1
done
for _ in $(seq "$rounds"); do
    for clients in 1 32; do
        "$bin/bench_posts" "$port" "$WEBHOOK_TOKEN" "$clients" "$seconds"
    done
done
grep VmRSS "/proc/$server/status"
kill "$server"
wait "$server"
