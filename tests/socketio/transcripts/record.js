// SPDX-License-Identifier: GPL-3.0-or-later
// node record.js: writes down in recorded.json what the official server answers. It is that of tests/bench/socketio
// (npm ci there first); its application is the one of echod.
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

import { SCENARIOS } from './scenarios.js';
import { Wire } from './wire.js';

const require = createRequire(new URL('../../bench/socketio/', import.meta.url));
const socketio = require('socket.io');
const engineio = createRequire(require.resolve('socket.io'))('engine.io');

const cors = { origin: '*' };

function echo(io) {
    io.on('connection', (socket) => {
        socket.emit('auth', socket.handshake.auth);
        socket.on('message', (...values) => socket.emit('message-back', ...values));
        socket.on('message-with-ack', (...values) => values.pop()(...values));
        socket.on('ask', (question) => socket.emit('ask', question, (...answers) => socket.emit('answered', ...answers)));
        socket.on('disconnect-me', (close) => socket.disconnect(close));
    });
    io.of('/custom').on('connection', (socket) => {
        socket.emit('auth', socket.handshake.auth);
        socket.on('message', (...values) => socket.emit('message-back', ...values));
        socket.on('message-with-ack', (...values) => values.pop()(...values));
        socket.on('disconnect-me', (close) => socket.disconnect(close));
    });
    io.of('/refused').use((_, next) => next(Object.assign(new Error('Not authorized'), { data: { retry: false } })));
}

async function serve({ at, options }) {
    const http = createServer((_, answer) => answer.writeHead(404).end());
    const { pingInterval = 25_000, pingTimeout = 20_000, maxPayload = 1_000_000, connectTimeout, recovery } = options;
    const settings = { cors, pingInterval, pingTimeout, maxHttpBufferSize: maxPayload, httpCompression: false };
    let io;
    if (at === '/engine.io/') {
        io = engineio.attach(http, settings);
        io.on('connection', (socket) => socket.on('message', (message) => socket.send(message)));
    } else {
        io = new socketio.Server(http, { ...settings, ...(connectTimeout ? { connectTimeout } : {}),
            ...(recovery ? { connectionStateRecovery: { maxDisconnectionDuration: recovery } } : {}) });
        echo(io);
    }
    await new Promise((resolve) => { http.listen(0, '127.0.0.1', resolve); });
    return { port: http.address().port, stop: () => { io.close(); http.close(); http.closeAllConnections(); } };
}

const rows = {};
for (const scenario of SCENARIOS) {
    const server = await serve(scenario);
    const wire = new Wire(server.port, scenario.at);
    try {
        await scenario.run(wire);
        rows[scenario.row] = wire.transcript();
    } catch (error) {
        console.error(`${scenario.row}: ${error.message}\n  ${wire.lines.join('\n  ')}`);
        process.exitCode = 1;
    }
    wire.end();
    server.stop();
}
const { packages } = require('./package-lock.json');
const of = ['socket.io', 'engine.io', 'socket.io-parser'].map((name) => `${name} ${packages[`node_modules/${name}`].version}`);
await writeFile(new URL('recorded.json', import.meta.url), `${JSON.stringify({ of, rows }, null, 1)}\n`);
process.exit();
