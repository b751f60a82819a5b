#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing, builds, starts the server with its defaults (no Redis, no RabbitMQ) and prints how to reach
# it. Where there is a display the operator console opens too, logged in. Running it again is safe: a running server is
# kept, or restarted when its program has changed.
#   ./run.sh              start in the background; with a display open the console
#   ./run.sh --server     the server alone
#   ./run.sh --foreground start in this terminal
#   ./run.sh --stop       stop it
# Everything that `signalboxd --help` lists may be set by environment variables, e.g. PORT=8080 ./run.sh
set -euo pipefail
cd "$(dirname "$0")"
program=build/release/bin/signalboxd
data="${SIGNALBOX_DATA_DIR:-${XDG_DATA_HOME:-$HOME/.local/share}/signalbox}"
port="${PORT:-5009}"
management="${MANAGEMENT_PORT:-5010}"
pidfile="$data/signalboxd.pid"
log="$data/signalboxd.log"

running() { [ -f "$pidfile" ] && kill -0 "$(cat "$pidfile")" 2>/dev/null; }
stop() {
    running || return 0
    kill "$(cat "$pidfile")"
    for _ in $(seq 100); do running || break; sleep 0.1; done
    rm -f "$pidfile"
}

# A guest who has written, and waits for a human unless the third argument is "ai".
sample_dialog() {
    local answer session token
    answer="$(curl -fs -X POST "http://127.0.0.1:$port/chat/session" -H 'Content-Type: application/json' \
        -d "{\"guest_name\":\"$1\",\"message\":\"$2\"}")" || return 0
    session="$(sed -E 's/.*"session_id":([0-9]+).*/\1/' <<<"$answer")"
    token="$(sed -E 's/.*"token":"([^"]+)".*/\1/' <<<"$answer")"
    [ "${3:-}" = ai ] || curl -fs -o /dev/null -X POST "http://127.0.0.1:$port/chat/session/$session/handoff" \
        -H "X-Session-Token: $token" -H 'Content-Type: application/json' -d "{\"reason\":\"$2\"}" || true
}
sample_dialogs() {
    sample_dialog "Анна Петрова" "Здравствуйте! Не приходит код подтверждения, что делать?"
    sample_dialog "John Smith" "Can I get a refund for order #10482? It arrived broken."
    sample_dialog "Екатерина Щёголева" "Можно перенести мастера на завтра после 18?"
    sample_dialog "Patrick O'Brien" "Do you ship to Ireland?" ai
}

if [ "${1:-}" = --stop ]; then stop; echo "stopped"; exit 0; fi

targets=(signalboxd)
console=build/release/bin/signalbox-console
wants_console=false
if [ -z "${1:-}" ] && [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    wants_console=true
    targets+=(signalbox-console)
fi

cmake/install-packages.sh build
[ -f build/release/build.ninja ] || cmake --preset release >build-configure.log 2>&1 || { cat build-configure.log; exit 1; }
rm -f build-configure.log
cmake --build --preset release --target "${targets[@]}" -- --quiet

mkdir -p "$data"
export SIGNALBOX_DATA_DIR="$data"
if [ "${1:-}" = --foreground ]; then exec "$program"; fi

if running && [ "$program" -nt "$pidfile" ]; then echo "The program has changed: restarting."; stop; fi
if ! running; then
    setsid nohup "$program" >>"$log" 2>&1 </dev/null &
    echo $! >"$pidfile"
fi
for _ in $(seq 100); do
    curl -fs -o /dev/null "http://127.0.0.1:$port/health" && break
    running || { echo "signalboxd did not start:"; tail -n 20 "$log"; exit 1; }
    sleep 0.1
done
curl -fs -o /dev/null "http://127.0.0.1:$port/health" || { echo "signalboxd does not answer; see $log"; exit 1; }

# The desk's first administrator; its password is printed this once.
admin="An administrator of the desk is there already (signalboxd operator list)."
if [ "${DATABASE_URL:-}" = none ]; then
    admin="There is no desk: DATABASE_URL is none."
elif ! "$program" operator list | cut -f 3 | grep -qx admin; then
    admin="$("$program" operator add --login admin --name Administrator --role admin | grep '^Password: ')"
    SIGNALBOX_CONSOLE_PASSWORD="${admin#Password: }"
    export SIGNALBOX_CONSOLE_PASSWORD
    sample_dialogs
    admin="The desk's administrator, login \"admin\". Keep the password, it is not shown again:
  $admin"
fi

cat <<END

Signalbox is running.
  Page, WebSocket, SSE, REST   http://localhost:$port/
  Management (this host only)  http://localhost:$management/metrics
  Data folder                  $data
  Log                          $log

An administrator's token, good for a day (paste it into the page, or use it as a Bearer token):
  $("$program" token admin --sub admin --ttl 24h)

$admin

Next: the five-minute tour in README.md.  Stop with: ./run.sh --stop
END

if $wants_console; then
    setsid nohup "$console" --server "http://127.0.0.1:$port" --login admin >>"$data/console.log" 2>&1 </dev/null &
    echo "The operator console opens."
fi
