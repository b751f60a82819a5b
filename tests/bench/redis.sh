#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What Redis costs: two servers on one Redis beside one server with its memory, the same 1,000 subscribers and the same
# load, in turn; and publishing into many channels that nobody listens to. Builds and installs nothing.
set -u
here=$(cd "$(dirname "$0")" && pwd)
bin=${BIN:-$here/../../build/bench/bin}
rounds=3 duration=4 quiet_seconds=30

usage() {
    cat <<EOT
usage: redis.sh [--rounds N] [--duration S] [--quiet-seconds S]
environment: BIN, the folder of signalboxd and loadgen
EOT
}
while [ $# -gt 0 ]; do
    case $1 in
    --rounds) rounds=$2 && shift ;;
    --duration) duration=$2 && shift ;;
    --quiet-seconds) quiet_seconds=$2 && shift ;;
    --help) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
    esac
    shift
done

work=$(mktemp -d) || exit 1
pids=()
stop_all() {
    for pid in "${pids[@]}"; do
        kill -TERM "$pid" 2>/dev/null
    done
    for pid in "${pids[@]}"; do
        for _ in {1..60}; do
            kill -0 "$pid" 2>/dev/null || break
            sleep 0.05
        done
        kill -KILL "$pid" 2>/dev/null
        wait "$pid" 2>/dev/null
    done
    pids=()
}
trap 'stop_all; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
ulimit -n "$(ulimit -Hn)" 2>/dev/null

# What serves on the first core, the load on the second: as compare.sh does.
on_server=() on_load=()
if [ "$(nproc)" -ge 2 ]; then
    on_server=(taskset -c 0) on_load=(taskset -c 1)
fi

free_port() {
    local candidate
    for _ in {1..50}; do
        candidate=$((20000 + RANDOM % 12000))
        (exec 3<>"/dev/tcp/127.0.0.1/$candidate") 2>/dev/null || break
    done
    echo "$candidate"
}

await_port() {
    for _ in {1..200}; do
        (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return 0
        sleep 0.05
    done
    echo "redis.sh: nothing listens on $1" >&2
    exit 1
}

start_redis() { # sets redis
    redis=$(free_port)
    "${on_server[@]}" redis-server --port "$redis" --bind 127.0.0.1 --save '' --appendonly no --dir "$work" \
        >"$work/redis.log" &
    redis_pid=$!
    pids+=("$redis_pid")
    await_port "$redis"
}

start_server() { # [VARIABLE=VALUE…]: sets port, management and server
    port=$(free_port)
    management=$(free_port)
    env PORT="$port" HOST=127.0.0.1 MANAGEMENT_PORT="$management" SIGNALBOX_PROFILE=development DATABASE_URL=none \
        SESSION_SECRET=bench-session-secret-0123456789abcdef WEBHOOK_TOKEN=bench-webhook-token-0123456789abcdef \
        JWT_SECRET=bench-jwt-secret-0123456789abcdef0123456789abcdef SIGNALBOX_DATA_DIR="$work/data-$port" \
        SIGNALBOX_LIMIT_CONNECTIONS=0 SIGNALBOX_LIMIT_CONNECTIONS_PER_DIALOG=0 \
        SIGNALBOX_LIMIT_CONNECTIONS_PER_TOKEN=0 SIGNALBOX_LIMIT_TABS_PER_GUEST=0 SIGNALBOX_LIMIT_REQUESTS_PER_SECOND=0 \
        SIGNALBOX_LIMIT_UNIDENTIFIED=0 SIGNALBOX_LIMIT_UNIDENTIFIED_PER_ADDRESS=0 "$@" "${on_server[@]}" "$bin/signalboxd" --workers 1 >"$work/server-$port.log" 2>&1 &
    server=$!
    pids+=("$server")
    await_port "$port"
    for _ in {1..200}; do
        curl -sf "http://127.0.0.1:$management/health/ready" >/dev/null && return
        sleep 0.05
    done
    echo "redis.sh: the server is not ready" >&2
    exit 1
}

load() { # FLAGS…: one JSON line
    "${on_load[@]}" "$bin/loadgen" --warmup 1 --payload 200 --token bench-webhook-token-0123456789abcdef \
        --session-secret bench-session-secret-0123456789abcdef "$@" 2>>"$work/faults" || echo "loadgen $* failed" >>"$work/faults"
}

value() { sed -n "s/.*\"$1\":\([0-9.]*\).*/\1/p"; }
median() { sort -g | awk '{ v[NR] = $1 } END { if (NR) print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

measure() { # NAME FLAGS…: appends a line for each load to $work/LOAD.NAME
    local name=$1
    shift
    load --subscribers 1000 --publishers 8 --window 8 --duration "$duration" "$@" >>"$work/closed.$name"
    load --subscribers 1000 --publishers 2 --rate 100 --duration "$duration" "$@" >>"$work/open.$name"
    load --subscribers 200 --publishers 2 --rate 100 --duration "$duration" "$@" >>"$work/light.$name"
}

for ((round = 1; round <= rounds; round++)); do
    echo "round $round of $rounds" >&2
    start_server
    measure memory --port "$port" --pid "$server"
    stop_all
    start_redis
    start_server REDIS_HOST=127.0.0.1 REDIS_PORT="$redis"
    first=$port
    start_server REDIS_HOST=127.0.0.1 REDIS_PORT="$redis"
    measure redis --port "$first" --second-port "$port" --pid "$server"
    stop_all
done

echo
echo "$(uname -sr), $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores; $(date -u +%F);" \
    "median of $rounds run(s) of $duration s; $(redis-server --version | grep -o 'v=[0-9.]*')"
echo
echo "| 1,000 WebSocket, 200 bytes | memory, 1 server | Redis, 2 servers | goal |"
echo "|---|---|---|---|"
of() { value "$2" <"$work/$1" | median; } # FILE KEY
row() { # LABEL LOAD KEY GOAL FORMAT-OF-COMPARISON
    local one two
    one=$(of "$2.memory" "$3")
    two=$(of "$2.redis" "$3")
    awk -v l="$1" -v a="$one" -v b="$two" -v g="$4" -v f="$5" 'BEGIN {
        c = f == "ratio" ? sprintf("x %.2f", b / a) : sprintf("%+.2f ms", (b - a) / 1000)
        printf "| %s | %.0f | %.0f (%s) | %s |\n", l, a, b, c, g }'
}
row "closed: deliveries/s" closed deliveries_per_s ">= x 0.70" ratio
row "100 publishes/s: median publish to screen, us" open latency_p50_us "" difference
row "100 publishes/s: p99 publish to screen, us" open latency_p99_us "<= +5 ms" difference
row "100 publishes/s: p99 to the last of them, us" open last_p99_us "" difference
echo "| 100 publishes/s: processor of one server | $(of open.memory server_cpu_share) | $(of open.redis server_cpu_share) each | |"
row "200 subscribers, 100 publishes/s: median, us" light latency_p50_us "" difference
row "200 subscribers, 100 publishes/s: p99, us" light latency_p99_us "<= +5 ms" difference

# ---- channels that nobody listens to -----------------------------------------------------------------------------------

rss() { awk '/^VmRSS/ { print $2 }' "/proc/$1/status"; }
cli() { redis-cli -p "$redis" "$@"; }
start_redis
start_server REDIS_HOST=127.0.0.1 REDIS_PORT="$redis"
echo
echo "| publishing into 10,000 channels without a subscriber, s | publishes/s | server, MiB | Redis, MiB | channels subscribed | connections of Redis |"
echo "|---|---|---|---|---|---|"
state() { # SECONDS RATE
    awk -v s="$1" -v r="$2" -v a="$(rss "$server")" -v b="$(rss "$redis_pid")" -v c="$(cli PUBSUB CHANNELS '*:channel:*' | grep -c .)" \
        -v n="$(cli CLIENT LIST | grep -c 'addr=')" \
        'BEGIN { printf "| %s | %s | %.1f | %.1f | %d | %d |\n", s, r, a / 1024, b / 1024, c, n }'
}
state 0 -
for part in 1 2 3; do
    load --subscribers 0 --channels 10000 --publishers 8 --rate 10000 --duration "$((quiet_seconds / 3))" --port "$port" >"$work/line"
    state "$((part * quiet_seconds / 3))" "$(value publish_per_s <"$work/line")"
done
if [ -s "$work/faults" ]; then
    echo
    echo "Faults:"
    sort "$work/faults" | uniq -c
    exit 1
fi
