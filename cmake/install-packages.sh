#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Usage: install-packages.sh KIND… — installs the packages of packages.txt that are missing, asks for root only then.
set -euo pipefail
list="$(dirname "$0")/../packages.txt"
missing=()
for kind in "$@"; do
    for package in $(sed -n "s/^$kind: *//p" "$list"); do
        # A program from elsewhere (a newer Node.js) serves as well as Debian's.
        case "$package" in nodejs) command -v node >/dev/null && continue ;; npm) command -v npm >/dev/null && continue ;; esac
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
    done
done
[ ${#missing[@]} -eq 0 ] && exit 0
echo "Installing: ${missing[*]}"
root=()
[ "$(id -u)" -eq 0 ] || root=(sudo)
"${root[@]}" apt-get update -qq
"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
