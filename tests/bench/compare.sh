#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The same load on Signalbox and its neighbours, side by side, as one table of ratios to a bare send() loop.
# Builds and installs nothing. README.md tells how to read the table.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
bin=${BIN:-$root/build/bench/bin}
signalboxd=${SIGNALBOXD:-$bin/signalboxd}
loadgen=${LOADGEN:-$bin/loadgen}
barehub=${BAREHUB:-$bin/barehub}
socketio_dir=${SOCKETIO_DIR:-$here/socketio}
nchan_module=${NCHAN_MODULE:-/usr/lib/nginx/modules/ngx_nchan_module.so}
rate=${OPEN_RATE:-100}

rounds=5 duration=4 warmup=1 keep='' loads='' servers='' two_workers=no

usage() {
    cat <<EOF
usage: compare.sh [--quick] [--rounds N] [--duration S] [--servers "A B …"] [--loads "A B …"] [--two-workers] [--keep DIR]
  --quick         one round of one second
  --servers       of: signalbox signalbox-socketio bare bare-batch nchan socketio (default: those that are there)
  --loads         of: ws-open ws-closed sse-open sse-closed channels ws-10k sse-10k rest (default: all)
  --two-workers   also the closed loop on one and two workers (wants four cores)
  --keep DIR      leave every measured JSON line in DIR/LOAD.SERVER
environment: SIGNALBOXD LOADGEN BAREHUB (or BIN, their folder), SOCKETIO_DIR, NCHAN_MODULE, OPEN_RATE
EOF
}

while [ $# -gt 0 ]; do
    case $1 in
    --quick) rounds=1 duration=1 warmup=0.5 ;;
    --rounds) rounds=$2 && shift ;;
    --duration) duration=$2 && shift ;;
    --servers) servers=$2 && shift ;;
    --loads) loads=$2 && shift ;;
    --two-workers) two_workers=yes ;;
    --keep) keep=$2 && shift ;;
    --help) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
    esac
    shift
done

work=$(mktemp -d) || exit 1
out=${keep:-$work/results}
mkdir -p "$out" || exit 1
server_pid=''

stop_server() {
    [ -n "$server_pid" ] || return 0
    kill -TERM "$server_pid" 2>/dev/null
    for _ in {1..10}; do
        kill -0 "$server_pid" 2>/dev/null || break
        sleep 0.05
    done
    kill -KILL "$server_pid" 2>/dev/null
    wait "$server_pid" 2>/dev/null
    server_pid=''
}
trap 'stop_server; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

ulimit -n "$(ulimit -Hn)" 2>/dev/null
many=10000
if [ "$(ulimit -n)" != unlimited ] && [ "$(ulimit -n)" -lt 10200 ]; then
    many=$(($(ulimit -n) - 200))
    echo "notice: only $(ulimit -n) descriptors, so $many connections instead of 10000" >&2
fi

cores=$(nproc)
on_server=() on_load=()
if [ "$cores" -ge 2 ] && command -v taskset >/dev/null; then
    on_server=(taskset -c 0) on_load=(taskset -c 1)
else
    echo "notice: one core or no taskset: server and load share what there is" >&2
fi

# ---- servers -------------------------------------------------------------------------------------------------------

missing() { # SERVER: prints why it cannot run, nothing when it can
    case $1 in
    signalbox*) [ -x "$signalboxd" ] || echo "no $signalboxd" ;;
    bare*) [ -x "$barehub" ] || echo "no $barehub" ;;
    nchan) { command -v nginx >/dev/null && [ -r "$nchan_module" ]; } || echo "nginx with nchan is not installed" ;;
    socketio)
        if ! command -v node >/dev/null; then
            echo "node is not installed"
        elif [ ! -d "$socketio_dir/node_modules/socket.io" ]; then
            echo "run 'npm ci' in $socketio_dir first"
        fi
        ;;
    *) echo "unknown server" ;;
    esac
}

free_port() {
    local candidate
    for _ in {1..50}; do
        candidate=$((20000 + RANDOM % 12000))
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$candidate") 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
}

nginx_configuration() { # PORT
    cat <<EOF
load_module $nchan_module;
daemon off;
worker_processes 1;
worker_rlimit_nofile 65536;
pid $work/nginx.pid;
error_log $work/nginx.log error;
events { worker_connections 20000; }
http {
    access_log off;
    client_body_temp_path $work/body;
    proxy_temp_path $work/proxy;
    fastcgi_temp_path $work/fastcgi;
    uwsgi_temp_path $work/uwsgi;
    scgi_temp_path $work/scgi;
    nchan_max_reserved_memory 512m;
    keepalive_requests 1000000000;
    server {
        listen 127.0.0.1:$1 backlog=4096;
        location = /pub {
            nchan_publisher;
            nchan_channel_id \$arg_id;
            nchan_message_buffer_length 1000;
            nchan_message_timeout 24h;
        }
        location = /sub {
            nchan_subscriber websocket eventsource;
            nchan_channel_id \$arg_id;
            nchan_subscriber_first_message newest;
        }
    }
}
EOF
}

start_server() { # SERVER: sets server_pid and port; its output goes to $work/server.log
    local data=$work/data
    rm -rf "$data" && mkdir -p "$data"
    port=$(free_port)
    case $1 in
    signalbox*)
        local workers=1
        [ "$1" != signalbox-2 ] || workers=2
        env PORT="$port" HOST=127.0.0.1 MANAGEMENT_PORT="$(free_port)" SIGNALBOX_PROFILE=development \
            SESSION_SECRET=bench-session-secret-0123456789abcdef WEBHOOK_TOKEN=bench-webhook-token-0123456789abcdef \
            JWT_SECRET=bench-jwt-secret-0123456789abcdef0123456789abcdef SIGNALBOX_DATA_DIR="$data" \
            SIGNALBOX_LIMIT_CONNECTIONS=0 SIGNALBOX_LIMIT_CONNECTIONS_PER_DIALOG=0 \
            SIGNALBOX_LIMIT_CONNECTIONS_PER_TOKEN=0 SIGNALBOX_LIMIT_TABS_PER_GUEST=0 SIGNALBOX_LIMIT_REQUESTS_PER_SECOND=0 \
            SIGNALBOX_LIMIT_UNIDENTIFIED=0 SIGNALBOX_LIMIT_UNIDENTIFIED_PER_ADDRESS=0 \
            "${on_server[@]}" "$signalboxd" --workers "$workers" >"$work/server.log" 2>&1 &
        ;;
    bare) "${on_server[@]}" "$barehub" --port "$port" >"$work/server.log" 2>&1 & ;;
    bare-batch) "${on_server[@]}" "$barehub" --port "$port" --batch >"$work/server.log" 2>&1 & ;;
    nchan)
        nginx_configuration "$port" >"$work/nginx.conf"
        "${on_server[@]}" nginx -c "$work/nginx.conf" >"$work/server.log" 2>&1 &
        ;;
    socketio) "${on_server[@]}" node "$socketio_dir/server.js" "$port" >"$work/server.log" 2>&1 & ;;
    esac
    server_pid=$!
    for _ in {1..200}; do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && return 0
        kill -0 "$server_pid" 2>/dev/null || break
        sleep 0.05
    done
    echo "notice: $1 does not start:" >&2
    tail -n 5 "$work/server.log" >&2
    stop_server
    return 1
}

# ---- loads ---------------------------------------------------------------------------------------------------------

all_loads="ws-open ws-closed sse-open sse-closed channels ws-10k sse-10k rest"
closed="--publishers 8 --window 8"

flags_of() { # LOAD
    case $1 in
    ws-open) echo "--subscribers 1000 --rate $rate" ;;
    ws-closed) echo "--subscribers 1000 $closed" ;;
    sse-open) echo "--transport sse --subscribers 1000 --rate $rate" ;;
    sse-closed) echo "--transport sse --subscribers 1000 $closed" ;;
    channels) echo "--subscribers $many --channels $((many / 10)) $closed" ;;
    ws-10k) echo "--subscribers $many --rate $((rate / 10))" ;;
    sse-10k) echo "--transport sse --subscribers $many --rate $((rate / 10))" ;;
    rest) echo "--subscribers 0 $closed" ;;
    workers) echo "--subscribers 1000 $closed --threads 2" ;;
    esac
}

measure() { # LOAD SERVER: appends one JSON line to $out/LOAD.SERVER
    local target=$2
    case $2 in
    bare*) target=bare ;;
    signalbox-socketio) [[ $1 != sse* ]] || return 0 ;;
    signalbox*) target=signalbox ;;
    socketio) [[ $1 != sse* ]] || return 0 ;;
    esac
    start_server "$2" || return 1
    # shellcheck disable=SC2046 # flags are words
    "${on_load[@]}" "$loadgen" --target "$target" --port "$port" --pid "$server_pid" --warmup "$warmup" \
        --duration "$duration" --token bench-webhook-token-0123456789abcdef \
        --session-secret bench-session-secret-0123456789abcdef $(flags_of "$1") \
        >"$work/line" 2>"$work/errors"
    local code=$?
    if [ $code -ne 0 ]; then
        echo "$1 on $2: exit code $code: $(head -c 300 "$work/errors") $(grep -o '"lost".*' "$work/line")" >>"$work/faults"
    fi
    cat "$work/line" >>"$out/$1.$2"
    stop_server
}

field() { # LOAD SERVER KEY: the median, or nothing
    [ -r "$out/$1.$2" ] || return 0
    sed -n "s/.*\"$3\":\([0-9.]*\).*/\1/p" "$out/$1.$2" | sort -g |
        awk '{ v[NR] = $1 } END { if (NR) print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

# ---- run -----------------------------------------------------------------------------------------------------------

for program in "$loadgen" "$barehub"; do
    [ -x "$program" ] || { echo "compare.sh: no $program: build first, or set BIN" >&2 && exit 2; }
done
chosen=()
for server in ${servers:-signalbox signalbox-socketio bare bare-batch nchan socketio}; do
    why=$(missing "$server")
    if [ -z "$why" ]; then
        chosen+=("$server")
    else
        echo "notice: without $server: $why" >&2
    fi
done

for load in ${loads:-$all_loads}; do
    [ -n "$(flags_of "$load")" ] || { echo "compare.sh: no load $load" >&2 && exit 2; }
    rm -f "$out/$load".*
    for ((round = 1; round <= rounds; round++)); do
        for server in "${chosen[@]}"; do
            echo "$load, round $round of $rounds: $server" >&2
            measure "$load" "$server"
        done
    done
done

# ---- the table -----------------------------------------------------------------------------------------------------

row() { # LOAD KEY MODE DIGITS LABEL GOAL; MODE ratio: servers as multiples of bare; MODE plain: as they are
    local server value bare cells='' any=no
    bare=$(field "$1" bare "$2")
    for server in "${chosen[@]}"; do
        value=$(field "$1" "$server" "$2")
        [ -z "$value" ] || any=yes
        if [ "$server" = bare ] || [ "$3" = plain ]; then
            value=$(awk -v v="$value" -v d="$4" 'BEGIN { if (v == "") print "-"; else printf "%.*f", d, v }')
        else
            value=$(awk -v v="$value" -v b="$bare" 'BEGIN { if (v == "" || b + 0 == 0) print "-"; else printf "x %.2f", v / b }')
        fi
        cells+=$(printf '| %-10s ' "$value")
    done
    [ $any = no ] || printf '| %-45s %s| %-9s |\n' "$5" "$cells" "$6"
}

header() {
    local server line
    line=$(printf '| %-45s ' "load, measure")
    for server in "${chosen[@]}"; do
        line+=$(printf '| %-10s ' "$server")
    done
    printf '%s| goal      |\n%s\n' "$line" "$(printf '|---%.0s' $(seq $((${#chosen[@]} + 2))))|"
}

echo
echo "$(uname -sr), $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1), $cores cores; $(date -u +%F);" \
    "median of $rounds run(s) of $duration s; one worker; 'x' is a multiple of bare"
echo
header
row ws-open server_cpu_us_per_delivery ratio 2 "1,000 WebSocket, open, CPU us per delivery" "<= x 1.15"
row ws-open last_p99_us ratio 0 "1,000 WebSocket, open, p99 to the last, us" ""
row ws-closed server_cpu_us_per_delivery ratio 2 "1,000 WebSocket, closed, CPU us per delivery" "<= x 0.40"
row ws-closed deliveries_per_s ratio 0 "1,000 WebSocket, closed, deliveries/s" ""
row sse-open server_cpu_us_per_delivery ratio 2 "1,000 SSE, open, CPU us per delivery" "<= x 1.15"
row sse-open last_p99_us ratio 0 "1,000 SSE, open, p99 to the last, us" ""
row sse-closed server_cpu_us_per_delivery ratio 2 "1,000 SSE, closed, CPU us per delivery" "<= x 0.40"
row sse-closed deliveries_per_s ratio 0 "1,000 SSE, closed, deliveries/s" ""
row channels deliveries_per_s ratio 0 "1,000 channels of 10, closed, deliveries/s" ">= x 0.90"
row channels server_cpu_us_per_delivery ratio 2 "1,000 channels of 10, closed, CPU us/delivery" ""
row ws-10k server_cpu_us_per_delivery ratio 2 "10,000 WebSocket, open, CPU us per delivery" "as 1,000"
row ws-10k rss_kib_per_connection plain 2 "10,000 WebSocket, KiB per connection" "<= 4"
row ws-10k connect_cpu_us plain 1 "10,000 WebSocket, CPU us per connect" "<= 60"
row sse-10k server_cpu_us_per_delivery ratio 2 "10,000 SSE, open, CPU us per delivery" "as 1,000"
row sse-10k rss_kib_per_connection plain 2 "10,000 SSE, KiB per connection" "<= 4"
row sse-10k connect_cpu_us plain 1 "10,000 SSE, CPU us per connect" "<= 60"
row rest publish_per_s plain 0 "REST publish, no subscribers, per second" ">= 20000"
row rest server_cpu_us_per_publish plain 1 "REST publish, no subscribers, CPU us" ""

quotient() { # LOAD KEY SERVER OTHER
    awk -v a="$(field "$1" "$3" "$2")" -v b="$(field "$1" "$4" "$2")" \
        'BEGIN { if (a == "" || b + 0 == 0) print "-"; else printf "x %.2f", a / b }'
}

if [[ " ${chosen[*]} " == *" signalbox-socketio "* ]]; then
    echo
    for load in ws-open ws-closed; do
        echo "Socket.IO, $load, CPU per delivery: $(quotient $load server_cpu_us_per_delivery signalbox-socketio signalbox)" \
            "of our plain WebSocket (goal: <= x 1.20)," \
            "$(quotient $load server_cpu_us_per_delivery signalbox-socketio socketio) of the official server (goal: <= x 0.25)"
    done
    idle=$(field ws-10k signalbox-socketio rss_kib_per_connection)
    echo "Socket.IO, KiB per idle connection: ${idle:--} (goal: <= 6)"
fi

if [ $two_workers = yes ] && [ -x "$signalboxd" ]; then
    rm -f "$out"/workers.*
    if [ "$cores" -ge 4 ]; then
        on_server=(taskset -c "0,1") on_load=(taskset -c "2,3")
    else
        on_server=() on_load=()
        echo "notice: $cores cores: two workers and the load share them, so the factor says little" >&2
    fi
    for ((round = 1; round <= rounds; round++)); do
        measure workers signalbox
        measure workers signalbox-2
    done
    awk -v one="$(field workers signalbox deliveries_per_s)" -v two="$(field workers signalbox-2 deliveries_per_s)" \
        'BEGIN { if (one > 0) printf "\nTwo workers, 1,000 WebSocket, closed: %.0f deliveries/s, x %.2f of one worker (goal: >= x 1.70)\n", two, two / one }'
fi

if [ -s "$work/faults" ]; then
    echo
    echo "Runs that lost, doubled or reordered events or had errors:"
    sort "$work/faults" | uniq -c
    exit 1
fi
