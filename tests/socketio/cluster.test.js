// SPDX-License-Identifier: GPL-3.0-or-later
// Two Signalbox servers and the official Node.js server with @socket.io/redis-adapter, on one Redis: every event reaches
// each socket once, wherever it and its publisher are; what one server asks all of them is answered by ours too.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';

import { createAdapter } from '@socket.io/redis-adapter';
import { Emitter } from '@socket.io/redis-emitter';

import { Gateway } from '../e2e/support/gateway.js';
import { WAYS, ask, next, open } from './support/clients.js';
import { Cluster, all, came, until } from './support/cluster.js';

const BOUND = { timeout: 120_000 };
const REQUESTS = 'socket.io-request#/#';

let cluster;
let emitter;

before(async () => {
    cluster = await Cluster.start({
        settings: { SIGNALBOX_SOCKETIO_CLUSTER: 'redis', DATABASE_URL: 'none' },
        adapter: async (redis) => createAdapter(await redis.client(), await redis.client(), { requestsTimeout: 30_000 }),
    });
    emitter = new Emitter(await cluster.redis.client());
    await until('three servers listen', async () => (await cluster.control.pubSubNumSub(REQUESTS))[REQUESTS] === 3);
}, BOUND);

after(() => cluster?.stop(), BOUND);
afterEach(() => cluster.end(), BOUND);

const bytes = (...values) => Buffer.from(values);

/** Everything that was published before has come to these sockets, by whichever way. */
async function settled(...sockets) {
    await cluster.settled(sockets, (name) => cluster.io.to(sockets.map((socket) => socket.id)).emit(name));
    await cluster.settled(sockets, async (name) => {
        await cluster.broadcast('notification', { notification: { type: 'x', message: name }, rooms: ['operators'] });
        for (const socket of sockets) {
            await until(`notification ${name}`, () => all(socket, 'notification').some(([data]) => data.message === name));
            socket.seen.push([name]);
        }
    });
}

describe('events', () => {
    test('of the bus reach all three servers once, from either of ours', BOUND, async () => {
        const sockets = await cluster.three();
        for (const [i, gateway] of cluster.gateways.entries())
            await cluster.broadcast('call-new', { call: { id: i + 1 }, rooms: ['operators', 'city:Саратов'] }, gateway);
        for (const socket of sockets)
            await came(socket, 'call:new');
        await settled(...sockets);
        for (const socket of sockets)
            assert.deepEqual(all(socket, 'call:new').map(([data]) => data.id).sort(), [1, 2]);
    });

    test('of the Node.js server reach each socket once, in order', BOUND, async () => {
        const sockets = await cluster.three();
        for (let i = 0; i < 50; i++)
            cluster.io.to(['operators', 'staff']).emit('tick', i);
        await settled(...sockets);
        for (const socket of sockets)
            assert.deepEqual(all(socket, 'tick').map(([i]) => i), [...Array(50).keys()]);
    });

    test('have any arguments, bytes and times too', BOUND, async () => {
        const sockets = await cluster.three();
        cluster.io.to('operators').emit('mixed', 1, 'two', null, [3.5, { four: bytes(4, 5) }], new Date(0), bytes(6), true);
        for (const socket of sockets) {
            const [values] = await came(socket, 'mixed');
            assert.deepEqual(values, [1, 'two', null, [3.5, { four: bytes(4, 5) }], '1970-01-01T00:00:00.000Z', bytes(6), true]);
        }
    });

    for (const way of Object.keys(WAYS)) {
        test(`come by ${way}, from the emitter`, BOUND, async () => {
            const socket = await cluster.operator(cluster.gateways[0], { way });
            emitter.to('operators').emit('one', 'room');
            emitter.to(['operators', 'staff']).emit('two', bytes(1));
            emitter.emit('all', { of: 'them' });
            await came(socket, 'all');
            // With recovery a text at the end would be taken for a place to resume from.
            assert.deepEqual(all(socket, 'one'), [['room', null]]);
            assert.deepEqual(all(socket, 'two'), [[bytes(1)]]);
            assert.deepEqual(all(socket, 'all'), [[{ of: 'them' }]]);
        });
    }

    test('go to some rooms and not to others, and to one socket by its id', BOUND, async () => {
        const [first, second, third] = await cluster.three();
        await ask(first, 'join-room', { room: 'order:7' });
        third.served.join('order:7');
        emitter.except('order:7').emit('without');
        cluster.io.to('order:7').emit('within');
        cluster.io.to([first.id, second.id]).except(second.id).emit('alone');
        third.served.broadcast.emit('others');
        await settled(first, second, third);
        const names = (socket) => ['without', 'within', 'alone', 'others'].filter((name) => all(socket, name).length === 1);
        assert.deepEqual(names(first), ['within', 'alone', 'others']);
        assert.deepEqual(names(second), ['without', 'others']);
        assert.deepEqual(names(third), ['within']);
    });

    test('do not reach who has not said who it is, or has left', BOUND, async () => {
        const socket = await cluster.operator(cluster.gateways[0]);
        const nobody = open('4.8', cluster.gateways[0].address, WAYS.websocket);
        const heard = [];
        nobody.onAny((name) => heard.push(name));
        await next(nobody, 'connected');
        emitter.emit('all');
        cluster.io.to(nobody.id).emit('you');
        await came(socket, 'all');
        await ask(nobody, 'join-room', { room: 'operators' }); // answered behind whatever came before
        nobody.disconnect();
        assert.deepEqual(heard.filter((name) => name === 'all' || name === 'you'), []);
    });

    test('leave a lost client its place to resume from', BOUND, async () => {
        const socket = await cluster.operator(cluster.gateways[0]);
        socket.io.opts.reconnection = true;
        socket.io._reconnection = true;
        emitter.to('operators').emit('last', 'looks like a place');
        await came(socket, 'last');
        const again = next(socket, 'connect');
        socket.io.engine.close();
        await cluster.broadcast('call-new', { call: { id: 9 }, rooms: ['operators'] });
        socket.connect();
        await again;
        assert.equal(socket.recovered, true);
        assert.deepEqual((await came(socket, 'call:new')).map(([data]) => data.id), [9]);
    });
});

describe('what one server asks all', () => {
    const ids = (sockets) => sockets.map(({ id }) => id).sort();

    test('fetchSockets() lists those of all servers', BOUND, async () => {
        const sockets = await cluster.three();
        const found = await cluster.io.in('operators').fetchSockets();
        assert.deepEqual(ids(found), ids(sockets));
        const ours = found.find(({ id }) => id === sockets[0].id);
        assert.deepEqual(ours.data, { userId: sockets[0].name, role: 'operator' });
        assert.ok(ours.rooms.has('operators') && ours.rooms.has(sockets[0].id));
        assert.equal(ours.handshake.address, '127.0.0.1');
        assert.doesNotMatch(JSON.stringify(ours.handshake), /eyJ/, 'a token is nobody else’s business');
        assert.deepEqual(await cluster.io.in('nowhere').fetchSockets(), []);
        assert.deepEqual(ids(await cluster.io.except(sockets[1].id).fetchSockets()), ids([sockets[0], sockets[2]]));
    });

    test('the rooms of all servers', BOUND, async () => {
        const sockets = await cluster.three();
        const rooms = await cluster.io.of('/').adapter.allRooms();
        for (const room of ['operators', `operator:${sockets[0].name}`, ...sockets.map(({ id }) => id)])
            assert.ok(rooms.has(room), room);
    });

    test('joining and leaving, by a server and by the emitter', BOUND, async () => {
        const sockets = await cluster.three();
        cluster.io.in('operators').socketsJoin(['order:1', 'order:2']);
        cluster.io.to('order:1').emit('joined'); // behind it, in one channel's order or another's
        await until('all are in order:1', async () => (await cluster.io.in('order:1').fetchSockets()).length === 3);
        await cluster.broadcast('order-new', { order: { id: 1 }, rooms: ['order:1'] });
        for (const socket of sockets)
            await came(socket, 'order:new');
        emitter.in(sockets[0].id).socketsLeave('order:1');
        await until('one has left', async () => (await cluster.io.in('order:1').fetchSockets()).length === 2);
        assert.equal((await cluster.io.in('order:2').fetchSockets()).length, 3);
        emitter.to('order:1').emit('rest');
        await settled(...sockets);
        assert.deepEqual(sockets.map((socket) => all(socket, 'rest').length), [0, 1, 1]);
        assert.deepEqual(sockets.map((socket) => all(socket, 'order:new').length), [1, 1, 1]);
    });

    test('disconnecting, with and without the connection', BOUND, async () => {
        const [first, second, third] = await cluster.three();
        const gone = (socket) => new Promise((resolve) => socket.once('disconnect', resolve));
        const firstGone = gone(first);
        cluster.io.in(first.id).disconnectSockets();
        assert.equal(await firstGone, 'io server disconnect');
        const others = [gone(second), gone(third)];
        emitter.in('operators').disconnectSockets(true);
        assert.deepEqual(await Promise.all(others), ['io server disconnect', 'io server disconnect']);
        await until('nobody is there', async () => (await cluster.io.fetchSockets()).length === 0);
    });

    test('acknowledgements come from the clients of all servers', BOUND, async () => {
        const sockets = await cluster.three();
        for (const [i, socket] of sockets.entries())
            socket.on('ask', (question, answer) => answer({ i, back: question }));
        const answers = await cluster.io.timeout(30_000).to('operators').emitWithAck('ask', bytes(7, 8));
        assert.deepEqual(answers.sort((a, b) => a.i - b.i), [0, 1, 2].map((i) => ({ i, back: bytes(7, 8) })));
        const [answer] = await cluster.io.timeout(30_000).to(sockets[1].id).emitWithAck('ask', 'one');
        assert.deepEqual(answer, { i: 1, back: 'one' });
        assert.deepEqual(await cluster.io.timeout(30_000).to('nowhere').emitWithAck('ask', 1), []);
    });

    test('a client that never answers is one that times out', BOUND, async () => {
        const sockets = await cluster.three();
        sockets[0].on('ask', (answer) => answer('here'));
        await assert.rejects(cluster.io.timeout(1000).to('operators').emitWithAck('ask'), (error) => {
            assert.deepEqual(error.responses, ['here']);
            return true;
        });
    });

    test('serverSideEmit() is answered, so that nobody waits for us', BOUND, async () => {
        cluster.io.serverSideEmit('hello', 1);
        assert.deepEqual(await cluster.io.serverSideEmitWithAck('hello', 2), [null, null]);
    });
});

describe('a desk of another deployment in the same cluster', () => {
    test('is heard by all servers once, without seed 002’s channels', BOUND, async () => {
        const sockets = await cluster.three({ rooms: ['dialog:none'] });
        const desk = await Gateway.start({
            REDIS_HOST: '127.0.0.1',
            REDIS_PORT: String(cluster.redis.port),
            SIGNALBOX_REDIS_PREFIX: 'desk',
            SIGNALBOX_REDIS_BRIDGE: 'false',
            SIGNALBOX_DRAIN_SECONDS: '0',
            SIGNALBOX_SOCKETIO_CLUSTER: 'redis',
        });
        try {
            await until('four servers listen', async () => (await cluster.control.pubSubNumSub(REQUESTS))[REQUESTS] === 4);
            const post = async (path, body, token) => (await fetch(`${desk.address}${path}`, {
                method: 'POST',
                headers: { 'Content-Type': 'application/json', 'X-Session-Token': token ?? '' },
                body: JSON.stringify(body),
            })).json();
            const { session_id: dialog, token } = await post('/chat/session', {});
            cluster.io.in('operators').socketsJoin(`dialog:${dialog}`);
            await until('all are there', async () => (await cluster.io.in(`dialog:${dialog}`).fetchSockets()).length === 3);
            const texts = ['one', 'two', 'three'];
            for (const text of texts)
                await post(`/chat/session/${dialog}/messages`, { text }, token);
            for (const socket of sockets) {
                await until('the last one came', () => all(socket, 'dialog.message.created').some(([data]) => data.message.text === 'three'));
                assert.deepEqual(all(socket, 'dialog.message.created').map(([data]) => data.message.text), texts);
            }
        } finally {
            await desk.stop();
        }
        await until('it has left', async () => (await cluster.control.pubSubNumSub(REQUESTS))[REQUESTS] === 3);
    });
});
