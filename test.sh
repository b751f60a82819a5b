#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what the tests need, builds them and runs every one.   ./test.sh [preset] [ctest arguments…]
set -euo pipefail
cd "$(dirname "$0")"
preset="${1:-dev}"
[ $# -gt 0 ] && shift

cmake/install-packages.sh build test
for folder in tests/e2e; do
    stamp="$folder/node_modules/.package-lock.json"
    [ -f "$stamp" ] && [ "$stamp" -nt "$folder/package-lock.json" ] || npm ci --silent --no-audit --no-fund --prefix "$folder"
done
log="$(mktemp)"
trap 'rm -f "$log"' EXIT
[ -f "build/$preset/build.ninja" ] || cmake --preset "$preset" >"$log" 2>&1 || { cat "$log"; exit 1; }
cmake --build --preset "$preset" -- --quiet
ctest --preset "$preset" -j "$(($(nproc) * 2))" "$@"
