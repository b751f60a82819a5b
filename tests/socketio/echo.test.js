// SPDX-License-Identifier: GPL-3.0-or-later
// Every generation of socket.io-client, on every transport, against the echo: events, acknowledgements in both
// directions, bytes, namespaces, refusals, disconnects; nothing is lost or out of order over an upgrade.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';

import { VERSIONS, WAYS, ask, next, open, upgraded } from './support/clients.js';
import { Echo } from './support/server.js';

const BOUND = { timeout: 60_000 };
const WORKERS = '3'; // so that a session's requests reach workers that it does not live on

let echo;
let sockets = [];

before(async () => {
    echo = await Echo.start('--workers', WORKERS);
}, BOUND);

after(async () => {
    assert.equal(await echo.stop(), 0);
}, BOUND);

afterEach(() => {
    for (const socket of sockets)
        socket.disconnect();
    sockets = [];
});

function connect(version, way, path = '', options = {}) {
    const socket = open(version, echo.address + path, { ...WAYS[way], ...options });
    sockets.push(socket);
    return socket;
}

for (const version of VERSIONS) {
    for (const way of Object.keys(WAYS)) {
        describe(`socket.io-client ${version}, ${way}`, BOUND, () => {
            test('connects and is told its auth', async () => {
                const socket = connect(version, way, '', { auth: { token: 'тест', n: [1, 2.5, null] } });
                const auth = next(socket, 'auth');
                await next(socket, 'connect');
                assert.match(socket.id, /^[A-Za-z0-9_-]{20}$/);
                assert.notEqual(socket.id, socket.io.engine.id);
                assert.deepEqual(await auth, [{ token: 'тест', n: [1, 2.5, null] }]);
                if (way === 'upgrade')
                    await upgraded(socket);
            });

            test('gets its arguments back', async () => {
                const socket = connect(version, way);
                await next(socket, 'connect');
                const values = [1, 'два', { a: [true, null] }, Buffer.from([0, 30, 255]), [Buffer.from('x'), {}]];
                const back = next(socket, 'message-back');
                socket.emit('message', ...values);
                assert.deepEqual(await back, values);
            });

            test('is acknowledged, and acknowledges', async () => {
                const socket = connect(version, way);
                await next(socket, 'connect');
                const values = ['a', { b: Buffer.from([1, 2, 3]) }];
                assert.deepEqual(await ask(socket, 'message-with-ack', ...values), values);
                assert.deepEqual(await ask(socket, 'message-with-ack'), []);
                const answered = next(socket, 'answered');
                socket.once('ask', (question, answer) => answer(`${question}!`, Buffer.from('!')));
                socket.emit('ask', 'well');
                assert.deepEqual(await answered, ['well!', Buffer.from('!')]);
            });

            test('joins another namespace on the same connection', async () => {
                const socket = connect(version, way);
                await next(socket, 'connect');
                const custom = socket.io.socket('/custom', { auth: { who: 'me' } });
                sockets.push(custom);
                assert.deepEqual(await next(custom, 'auth'), [{ who: 'me' }]);
                assert.deepEqual(await ask(custom, 'message-with-ack', 1), [1]);
                custom.disconnect();
                assert.deepEqual(await ask(socket, 'message-with-ack', 2), [2]);
            });

            test('is told that there is no such namespace', async () => {
                const socket = connect(version, way, '/nowhere');
                const [error] = await next(socket, 'connect_error');
                assert.equal(error.message, 'Invalid namespace');
            });

            test('is disconnected by the server', async () => {
                const socket = connect(version, way);
                await next(socket, 'connect');
                const gone = next(socket, 'disconnect');
                socket.emit('disconnect-me');
                assert.equal((await gone)[0], 'io server disconnect');
                const second = connect(version, way);
                await next(second, 'connect');
                const closed = next(second, 'disconnect');
                second.emit('disconnect-me', true);
                assert.equal((await closed)[0], 'io server disconnect');
            });

            test('loses nothing of many messages', async () => {
                const socket = connect(version, way);
                await next(socket, 'connect');
                const count = 300;
                const received = [];
                const all = new Promise((resolve) => {
                    socket.on('message-back', (n) => {
                        received.push(n);
                        if (received.length === count)
                            resolve();
                    });
                });
                for (let n = 0; n < count; ++n) {
                    socket.emit('message', n);
                    if (n % 10 === 0)
                        await new Promise((resolve) => setImmediate(resolve)); // so that an upgrade falls in between
                }
                await all;
                assert.deepEqual(received, Array.from({ length: count }, (_, n) => n));
            });
        });
    }
}
