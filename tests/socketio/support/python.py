# SPDX-License-Identifier: GPL-3.0-or-later
"""python.py REDIS_PORT   A python-socketio server on a free port, which it prints, with others on that Redis. Takes orders
as lines of JSON, [name, argument, ...], and prints what they give, one line each.

Debian's python-socketio is older than 5.14, which began to write JSON: its manager is given the lines of 5.18 that do."""
import base64
import json
import sys
import threading
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import socketio


class Manager(socketio.RedisManager):
    def _publish(self, data):
        if data['method'] == 'emit':
            values = data['data']
            values = list(values) if isinstance(values, tuple) else [values]
            binary = has_bytes(values)
            if binary:
                attachments = []
                values = [taken_apart(values, attachments), *[base64.b64encode(a).decode() for a in attachments]]
            data = {**data, 'data': values, 'binary': binary}
        return self.redis.publish(self.channel, json.dumps(data))

    def _handle_emit(self, message):
        values = message['data']
        super()._handle_emit({**message, 'data': values[0] if len(values) == 1 else tuple(values)})


def has_bytes(value):
    if isinstance(value, bytes):
        return True
    if isinstance(value, dict):
        value = list(value.values())
    return isinstance(value, list) and any(has_bytes(item) for item in value)


def taken_apart(value, attachments):
    if isinstance(value, bytes):
        attachments.append(value)
        return {'_placeholder': True, 'num': len(attachments) - 1}
    if isinstance(value, list):
        return [taken_apart(item, attachments) for item in value]
    if isinstance(value, dict):
        return {key: taken_apart(item, attachments) for key, item in value.items()}
    return value


def say(*values):
    sys.stdout.write(json.dumps(values) + '\n')
    sys.stdout.flush()


class Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


server = socketio.Server(async_mode='threading', client_manager=Manager(f'redis://127.0.0.1:{sys.argv[1]}/0'))


@server.event
def connect(sid, _environ):
    server.enter_room(sid, 'operators')


ORDERS = {
    'emit': lambda event, data, room=None, skip=None: server.emit(event, tuple(data), room=room, skip_sid=skip),
    'bytes': lambda event, room: server.emit(event, {'b': b'\x01\x02'}, room=room),
    'ask': lambda event, data, sid: server.emit(event, data, room=sid, callback=lambda *answer: say('answer', *answer)),
    'disconnect': lambda sid: server.disconnect(sid),
    'close_room': lambda room: server.close_room(room),
}

web = make_server('127.0.0.1', 0, socketio.WSGIApp(server), server_class=Threads, handler_class=Quiet)
threading.Thread(target=web.serve_forever, daemon=True).start()
say('port', web.server_port)
for line in sys.stdin:
    name, *arguments = json.loads(line)
    ORDERS[name](*arguments)
