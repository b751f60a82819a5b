// SPDX-License-Identifier: GPL-3.0-or-later
// Nonsense in every channel of a cluster of Socket.IO servers is counted, logged with its channel and reason, and stops
// nothing. The official server would not survive some of it, so there is none here.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { Emitter } from '@socket.io/redis-emitter';

import { Cluster, came, until } from './support/cluster.js';

const BOUND = { timeout: 120_000 };
const REQUESTS = 'socket.io-request#/#';
const packed = (hex) => Buffer.from(hex, 'hex');
const GIANT = Buffer.alloc((1 << 20) + 1, 0x91);
const NONSENSE = {
    'socket.io#/#': [Buffer.alloc(0), 'garbage', packed('c1'), packed('93'), Buffer.alloc(100_000, 0x91), GIANT,
        packed('93a17582a47479706502a46461746191aa646973636f6e6e65637480'), // ["u", {type: 2, data: ["disconnect"]}, {}]
        packed('93a17582a47479706503a46461746191a16580'), packed('93a17582a47479706502a46461746191a16581a5726f6f6d7301')],
    'socket.io#/#operators#': ['{"type":2}'],
    [REQUESTS]: [Buffer.alloc(0), '{', '{"type":99}', '{"type":5}', '{"type":2,"opts":{"rooms":7}}', '{"type":4}',
        packed('81a47479706507'), packed('ff'), GIANT],
    'socket.io-response#/#': [Buffer.alloc(0), 'nonsense', packed('c0')],
};

const STREAM = 'socket.io';
const EPHEMERAL = 'socket.io#/#';
const ENTRIES = [{ a: 'b' }, { nsp: '/', type: '3' }, { nsp: '/', type: 'x', data: '{}' }, { nsp: '/', type: '3', data: '{' },
    { nsp: '/', type: '3', data: '{"packet":{"type":2,"data":["disconnect"]},"opts":{}}' }, { nsp: '/', type: '4', data: '%%%' },
    { nsp: '/', type: '6', data: '{"opts":{"rooms":7}}' }, { nsp: '/', type: '3', data: GIANT.toString('base64') }];

let cluster;

async function start(way, channel) {
    cluster = await Cluster.start({ settings: { SIGNALBOX_SOCKETIO_CLUSTER: way, DATABASE_URL: 'none' } });
    await until('both listen', async () => (await cluster.control.pubSubNumSub(channel))[channel] === 2);
}

afterEach(() => cluster?.stop(), BOUND);

test('nonsense for the adapter is counted, logged, and stops nothing', BOUND, async () => {
    await start('redis', REQUESTS);
    const sockets = await Promise.all(cluster.gateways.map((gateway) => cluster.operator(gateway)));
    const before = await Promise.all(cluster.gateways.map((gateway) => cluster.dropped(gateway)));
    let wrong = 0;
    for (const [channel, messages] of Object.entries(NONSENSE)) {
        for (const message of messages) {
            assert.equal(await cluster.control.publish(channel, message), 2, 'both hear it');
            ++wrong;
        }
    }
    for (const [i, gateway] of cluster.gateways.entries()) {
        await until('all of it is counted', async () => await cluster.dropped(gateway) === before[i] + wrong);
        for (const channel of Object.keys(NONSENSE))
            assert.match(gateway.log, new RegExp(`a message of "${channel}" was dropped: \\S`));
    }
    new Emitter(cluster.control).to('operators').emit('still', 7);
    for (const socket of sockets)
        assert.deepEqual(await came(socket, 'still'), [[7]]);
});

test('nonsense in the stream and beside it is counted, logged, and stops nothing', BOUND, async () => {
    await start('streams', EPHEMERAL);
    const sockets = await Promise.all(cluster.gateways.map((gateway) => cluster.operator(gateway)));
    const before = await Promise.all(cluster.gateways.map((gateway) => cluster.dropped(gateway)));
    for (const entry of ENTRIES)
        await cluster.control.xAdd(STREAM, '*', entry);
    const messages = NONSENSE['socket.io-response#/#'];
    for (const message of messages)
        await cluster.control.publish(EPHEMERAL, message);
    for (const [i, gateway] of cluster.gateways.entries()) {
        await until('all of it is counted', async () =>
            await cluster.dropped(gateway) === before[i] + ENTRIES.length + messages.length);
        for (const channel of [STREAM, EPHEMERAL])
            assert.match(gateway.log, new RegExp(`a message of "${channel}" was dropped: \\S`));
    }
    const data = JSON.stringify({ packet: { type: 2, data: ['still', 7] }, opts: { rooms: ['operators'], except: [], flags: {} } });
    await cluster.control.xAdd(STREAM, '*', { uid: 'emitter', nsp: '/', type: '3', data });
    for (const socket of sockets)
        assert.deepEqual(await came(socket, 'still'), [[7]]);
});
