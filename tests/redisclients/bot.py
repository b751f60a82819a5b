# SPDX-License-Identifier: GPL-3.0-or-later
"""bot.py PORT STREAM   Prints "ready", then the field "data" of each entry of a stream from its beginning on."""
import sys

import redis

client = redis.Redis(port=int(sys.argv[1]), decode_responses=True)
client.ping()
print("ready", flush=True)
last = "0"
while True:
    for _, entries in client.xread({sys.argv[2]: last}, block=1000) or []:
        for last, fields in entries:
            print(fields["data"], flush=True)
