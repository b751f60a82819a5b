// SPDX-License-Identifier: GPL-3.0-or-later
// Two Signalbox servers and the official Node.js server with @socket.io/redis-streams-adapter, on one Redis: every event
// reaches each socket once, also when a connection to Redis breaks; what one server asks all is answered by ours too.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { createAdapter } from '@socket.io/redis-streams-adapter';

import { Cluster, all, came, until } from './support/cluster.js';

const BOUND = { timeout: 120_000 };
const CHANNEL = 'socket.io#/#';

let cluster;

before(async () => {
    cluster = await Cluster.start({
        settings: { SIGNALBOX_SOCKETIO_CLUSTER: 'streams', DATABASE_URL: 'none' },
        adapter: async (redis) => createAdapter(await redis.client()),
    });
    await until('three servers listen', async () => (await cluster.control.pubSubNumSub(CHANNEL))[CHANNEL] === 3);
    // The official adapter may lose what comes before the first entry that it has read.
    const first = await cluster.foreigner();
    await until('it reads', async () => {
        await cluster.broadcast('notification', { notification: { type: 'x', message: 'first' }, rooms: ['operators'] });
        return all(first, 'notification').length > 0;
    });
    await cluster.end();
}, BOUND);

after(() => cluster?.stop(), BOUND);
afterEach(() => cluster.end(), BOUND);

const bytes = (...values) => Buffer.from(values);
const settled = (...sockets) =>
    cluster.settled(sockets, (name) => cluster.io.to(sockets.map((socket) => socket.id)).emit(name));

test('events of the bus and of the Node.js server reach each socket once, in order', BOUND, async () => {
    const sockets = await cluster.three();
    for (let i = 0; i < 30; i++)
        cluster.io.to(['operators', 'staff']).emit('tick', i);
    for (const [id, gateway] of cluster.gateways.entries())
        await cluster.broadcast('call-new', { call: { id }, rooms: ['operators', 'city:Саратов'] }, gateway);
    for (const socket of sockets)
        await until('both calls came', () => all(socket, 'call:new').length >= 2);
    await settled(...sockets);
    for (const socket of sockets) {
        assert.deepEqual(all(socket, 'tick').map(([i]) => i), [...Array(30).keys()]);
        assert.deepEqual(all(socket, 'call:new').map(([{ id }]) => id).sort(), [0, 1]);
    }
});

test('events have bytes, rooms and exceptions', BOUND, async () => {
    const [first, second, third] = await cluster.three();
    cluster.io.to('operators').emit('mixed', 1, 'two', { three: bytes(3) }, true);
    cluster.io.except(first.id).emit('without');
    for (const socket of [first, second, third])
        assert.deepEqual(await came(socket, 'mixed'), [[1, 'two', { three: bytes(3) }, true]]);
    await settled(first, second, third);
    assert.deepEqual([first, second, third].map((socket) => all(socket, 'without').length), [0, 1, 1]);
});

test('nothing is lost when the connections to the stream break', BOUND, async () => {
    const sockets = await Promise.all(cluster.gateways.map((gateway) => cluster.operator(gateway)));
    for (let i = 0; i < 40; i++) {
        if (i % 10 === 5) {
            const readers = (await cluster.control.clientList()).filter(({ cmd }) => cmd === 'xread');
            for (const { id } of readers)
                await cluster.control.sendCommand(['CLIENT', 'KILL', 'ID', String(id)]);
        }
        cluster.io.to('operators').emit('numbered', i);
    }
    for (const socket of sockets) {
        await until('the last one came', () => all(socket, 'numbered').some(([i]) => i === 39));
        assert.deepEqual(all(socket, 'numbered').map(([i]) => i), [...Array(40).keys()]);
    }
});

test('sockets are listed, moved and disconnected, and their answers come', BOUND, async () => {
    const sockets = await cluster.three();
    const ids = (found) => found.map(({ id }) => id).sort();
    assert.deepEqual(ids(await cluster.io.in('operators').fetchSockets()), ids(sockets));
    cluster.io.in('operators').socketsJoin('order:1');
    await until('all are in', async () => (await cluster.io.in('order:1').fetchSockets()).length === 3);
    cluster.io.in(sockets[0].id).socketsLeave('order:1');
    await until('one has left', async () => (await cluster.io.in('order:1').fetchSockets()).length === 2);
    for (const [i, socket] of sockets.entries())
        socket.on('ask', (question, answer) => answer({ i, back: question }));
    const answers = await cluster.io.timeout(30_000).to('operators').emitWithAck('ask', bytes(7));
    assert.deepEqual(answers.sort((a, b) => a.i - b.i), [0, 1, 2].map((i) => ({ i, back: bytes(7) })));
    assert.deepEqual(await cluster.io.serverSideEmitWithAck('hello', 2), [null, null]);
    const gone = sockets.map((socket) => new Promise((resolve) => socket.once('disconnect', resolve)));
    cluster.io.in('operators').disconnectSockets(true);
    assert.deepEqual(await Promise.all(gone), Array(3).fill('io server disconnect'));
});
