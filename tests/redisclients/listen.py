# SPDX-License-Identifier: GPL-3.0-or-later
"""listen.py PORT PATTERN   Prints "ready", then a line "CHANNEL MESSAGE" for each message of Pub/Sub."""
import sys

import redis

listener = redis.Redis(port=int(sys.argv[1]), decode_responses=True).pubsub()
listener.psubscribe(sys.argv[2])
for message in listener.listen():
    if message["type"] == "psubscribe":
        print("ready", flush=True)
    elif message["type"] == "pmessage":
        print(message["channel"], message["data"], flush=True)
