#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# record.sh FILE PROGRAM…   Runs a test program and keeps what it says in FILE, for table.py.
set -u
file=$1
shift
mkdir -p "$(dirname "$file")" || exit 1
rm -f "$file"
"$@" | tee "$file.new"
code=${PIPESTATUS[0]}
mv "$file.new" "$file"
exit "$code"
