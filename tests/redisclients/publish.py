# SPDX-License-Identifier: GPL-3.0-or-later
"""publish.py PORT   Publishes as seed 003's FastAPI backend does: lines "CHANNEL JSON" of standard input, in order. What
goes to ws:dialog:ID is put into the stream sse:dialog:ID as well, as its bridge does."""
import json
import sys

import redis

client = redis.Redis(port=int(sys.argv[1]), decode_responses=True)
for line in sys.stdin:
    channel, text = line.rstrip("\n").split(" ", 1)
    message = json.dumps(json.loads(text), ensure_ascii=False)
    client.publish(channel, message)
    if channel.startswith("ws:dialog:"):
        client.xadd(channel.replace("ws:", "sse:", 1), {"data": message}, maxlen=1000)
