#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Signalbox under random disconnects with resume: nothing lost, doubled or out of order; and the same checker must
# complain when one event is withheld from it.
# usage: soak_test.sh SIGNALBOXD LOADGEN [WS SSE SECONDS]   (the long run of the figures: 1000 1000 60)
set -u
signalboxd=$1 loadgen=$2 ws=${3:-100} sse=${4:-100} seconds=${5:-5}
dir=$(mktemp -d) || exit 1
server=''
stop() {
    [ -z "$server" ] || { kill -KILL "$server" && wait "$server"; } 2>/dev/null
    rm -rf "$dir"
}
trap stop EXIT
trap 'exit 1' INT TERM

is_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
free_port() {
    local candidate
    for _ in {1..50}; do
        candidate=$((20000 + RANDOM % 12000))
        is_open "$candidate" || { echo "$candidate" && return; }
    done
}

port=$(free_port)
export SESSION_SECRET=soak-session-secret-0123456789abcdef WEBHOOK_TOKEN=soak-webhook-token-0123456789abcdef
env PORT="$port" HOST=127.0.0.1 MANAGEMENT_PORT="$(free_port)" SIGNALBOX_PROFILE=development \
    JWT_SECRET=soak-jwt-secret-0123456789abcdef0123456789abcdef SIGNALBOX_DATA_DIR="$dir" \
    SIGNALBOX_LIMIT_CONNECTIONS=0 SIGNALBOX_LIMIT_CONNECTIONS_PER_DIALOG=0 \
    SIGNALBOX_LIMIT_CONNECTIONS_PER_TOKEN=0 SIGNALBOX_LIMIT_TABS_PER_GUEST=0 SIGNALBOX_LIMIT_REQUESTS_PER_SECOND=0 \
    "$signalboxd" >"$dir/log" 2>&1 &
server=$!
for _ in {1..200}; do
    is_open "$port" && break
    kill -0 "$server" 2>/dev/null || break
    sleep 0.05
done

soak() {
    "$loadgen" --scenario soak --target signalbox --port "$port" --pid "$server" --token "$WEBHOOK_TOKEN" \
        --session-secret "$SESSION_SECRET" --rate 50 --churn 3 "$@"
}

soak --ws "$ws" --sse "$sse" --duration "$seconds" || { tail -n 20 "$dir/log" && exit 1; }
soak --first-channel 1000 --ws 5 --sse 5 --duration 1 --churn 0.5 --quiet 1 --withhold 100 >"$dir/withheld" 2>&1
if [ $? -ne 1 ] || ! grep -q 'never came' "$dir/withheld"; then
    echo "the checker did not miss the event that was withheld from it:"
    cat "$dir/withheld"
    exit 1
fi
