#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Does the checker see what it has to see? A faultless hub must pass, and each kind of fault must be found.
# usage: checker_test.sh LOADGEN BAREHUB
set -u
loadgen=$1
barehub=$2
dir=$(mktemp -d) || exit 1
number=0
trap 'rm -rf "$dir"' EXIT
trap 'kill $(cat "$dir"/*.pid) 2>/dev/null; exit 1' INT TERM

wait_for_port() { # FILE: prints the port that barehub wrote there
    tries=0
    until grep -q listening "$1"; do
        tries=$((tries + 1))
        [ "$tries" -lt 200 ] || return 1
        sleep 0.05
    done
    sed 's/listening //' "$1"
}

# one FILE-PREFIX NAME WANTED-EXIT-CODE PATTERN HUB-FLAGS -- LOADGEN-FLAGS
one() {
    files=$1 name=$2 wanted=$3 pattern=$4
    shift 4
    flags=
    while [ "$1" != -- ]; do
        flags="$flags $1"
        shift
    done
    shift
    # shellcheck disable=SC2086 # flags are words
    "$barehub" --port 0 $flags >"$files.port" &
    hub=$!
    echo "$hub" >"$files.pid"
    code=none
    quiet=20 # never waited for when nothing is missing
    [ "$wanted" != 1 ] || quiet=1
    if port=$(wait_for_port "$files.port"); then
        "$loadgen" --target bare --port "$port" --quiet "$quiet" "$@" >"$files.out" 2>&1
        code=$?
    fi
    { kill "$hub" && wait "$hub"; } 2>/dev/null
    if [ "$code" = "$wanted" ] && grep -Eq "$pattern" "$files.out"; then
        echo "ok   $name" >"$files.result"
    else
        {
            echo "FAIL $name: exit code $code, wanted $wanted and /$pattern/ in:"
            tail -n 20 "$files.out"
        } >"$files.result"
    fi
}

# The run must end with that exit code and print something that fits the pattern. All runs go side by side.
check() {
    number=$((number + 1))
    one "$dir/$(printf %02d "$number")" "$@" &
}

load="--subscribers 20 --channels 2 --publishers 2 --window 4 --warmup 0.1 --duration 0.3"
soak="--scenario soak --ws 10 --sse 10 --channels 3 --rate 100 --duration 2 --churn 0.5"
# shellcheck disable=SC2086
{
    check "load without faults" 0 '"lost":0,"doubled":0,"reordered":0,"position_faults":0.*"errors":0' -- $load
    check "load over SSE" 0 '"lost":0,"doubled":0,"reordered":0,"position_faults":0.*"errors":0' -- \
        $load --transport sse
    check "load on two threads" 0 '"lost":0,"doubled":0,"reordered":0.*"errors":0' -- $load --threads 2
    check "load in an open loop" 0 '"mode":"open".*"publishes":[1-9].*"lost":0' -- $load --rate 200
    check "batched load" 0 '"lost":0,"doubled":0,"reordered":0,"position_faults":0' --batch -- $load
    check "lost events" 1 '"lost":[1-9][0-9]*,"doubled":0,"reordered":0' --drop-every 97 -- $load
    check "doubled events" 1 '"lost":0,"doubled":[1-9][0-9]*,"reordered":0' --double-every 97 -- $load
    check "events out of order" 1 '"doubled":0,"reordered":[1-9]' --swap-every 97 -- $load
    check "soak without faults" 0 '"drops":[1-9].*"violations":0' --history 1000 -- $soak
    check "soak: one event withheld" 1 'violation: client .* never came' --history 1000 -- $soak --withhold 200
    check "soak: lost events" 1 'violation: client .* never came' --history 1000 --drop-every 101 -- $soak
    check "soak: doubled events" 1 '"doubled":[1-9]' --history 1000 --double-every 101 -- $soak
    check "soak: events out of order" 1 '"reordered":[1-9]' --history 1000 --swap-every 101 -- $soak
    check "soak: no history to resume from" 1 '"lost":[1-9]' -- $soak
    check "refuses foreign addresses" 2 'only loopback' -- --host 192.0.2.1
    check "refuses unknown options" 2 'unknown option' -- --wat
    check "flood" 0 '"attempts":300,.*"lost":0,"timed_out":0.*"health_failures":0' -- \
        --scenario flood --attempts 300 --slow-heads 20 --duration 1
}
wait
cat "$dir"/*.result
[ "$(grep -c '^ok ' "$dir"/*.result | grep -c ':1$')" -eq "$number" ]
