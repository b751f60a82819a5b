// SPDX-License-Identifier: GPL-3.0-or-later
// Two Signalbox servers and a python-socketio server on one Redis: every event reaches each socket once; rooms, disconnects
// and callbacks work; nonsense is counted and stops nothing.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { open } from './support/clients.js';
import { Cluster, all, came, until } from './support/cluster.js';
import { Python } from './support/python.js';

const BOUND = { timeout: 120_000 };
const CHANNEL = 'socketio';

let cluster;
let python;
let pupil; // a client of the Python server

before(async () => {
    cluster = await Cluster.start({ settings: { SIGNALBOX_SOCKETIO_CLUSTER: 'python', DATABASE_URL: 'none' } });
    python = await Python.start(cluster.redis);
    pupil = open('4.8', python.address, { transports: ['polling'] });
    pupil.seen = [];
    pupil.onAny((...event) => pupil.seen.push(event));
    await until('the client is there', () => pupil.connected); // then its server begins to listen
    await until('three listen', async () => (await cluster.control.pubSubNumSub(CHANNEL))[CHANNEL] === 3);
}, BOUND);

after(async () => {
    pupil?.disconnect();
    await python?.stop();
    await cluster?.stop();
}, BOUND);
afterEach(() => cluster.end(), BOUND);

const two = () => Promise.all(cluster.gateways.map((gateway) => cluster.operator(gateway)));
const publish = (message) => cluster.control.publish(CHANNEL, JSON.stringify({ host_id: 'test', namespace: '/', ...message }));
const events = (socket, name) => all(socket, name).map((values) => values.filter((value) => value !== null));

test('what Python emits reaches each socket once, in order', BOUND, async () => {
    const sockets = await two();
    for (let i = 0; i < 20; i++)
        python.order('emit', 'tick', [i], 'operators');
    python.order('emit', 'many', [1, 'two', { three: [4] }]);
    python.order('bytes', 'bytes', 'operators');
    python.order('emit', 'not-you', [1], 'operators', sockets[0].id);
    python.order('emit', 'you', [1], sockets[0].id);
    python.order('emit', 'end', [1], 'operators');
    for (const socket of sockets) {
        await came(socket, 'end');
        assert.deepEqual(events(socket, 'tick'), [...Array(20).keys()].map((i) => [i]));
        assert.deepEqual(events(socket, 'many'), [[1, 'two', { three: [4] }]]);
        assert.deepEqual(events(socket, 'bytes'), [[{ b: Buffer.from([1, 2]) }]]);
    }
    assert.deepEqual(sockets.map((socket) => all(socket, 'not-you').length), [0, 1]);
    assert.deepEqual(sockets.map((socket) => all(socket, 'you').length), [1, 0]);
});

test('what the bus has reaches all of them once', BOUND, async () => {
    const sockets = [...await two(), pupil];
    for (const [id, gateway] of cluster.gateways.entries())
        await cluster.broadcast('call-new', { call: { id }, rooms: ['operators', 'staff'] }, gateway);
    python.order('emit', 'last', [1], 'operators');
    for (const socket of sockets) {
        await came(socket, 'last');
        await until('both came', () => all(socket, 'call:new').length >= 2);
        assert.deepEqual(all(socket, 'call:new').map(([{ id }]) => id).sort(), [0, 1]);
    }
});

test('a callback comes back to Python', BOUND, async () => {
    const [socket] = await two();
    socket.on('question', (what, answer) => answer({ got: what }, 2));
    python.order('ask', 'question', 'why', socket.id);
    await until('it came', () => python.said.some(([name]) => name === 'answer'));
    assert.deepEqual(python.said.filter(([name]) => name === 'answer'), [['answer', { got: 'why' }, 2]]);
});

test('rooms are entered, left and closed, and sockets disconnected', BOUND, async () => {
    const sockets = await two();
    for (const socket of sockets)
        await publish({ method: 'enter_room', sid: socket.id, room: 'order:5' });
    python.order('emit', 'first', [1], 'order:5');
    for (const socket of sockets)
        await came(socket, 'first');
    await publish({ method: 'leave_room', sid: sockets[0].id, room: 'order:5' });
    await publish({ method: 'emit', event: 'second', data: [1], room: 'order:5' });
    await publish({ method: 'close_room', room: 'order:5' });
    await publish({ method: 'emit', event: 'third', data: [1], room: 'order:5' });
    await publish({ method: 'emit', event: 'end', data: [1], room: 'operators' });
    for (const socket of sockets)
        await came(socket, 'end');
    assert.deepEqual(sockets.map((socket) => all(socket, 'second').length), [0, 1]);
    assert.deepEqual(sockets.map((socket) => all(socket, 'third').length), [0, 0]);
    const gone = new Promise((resolve) => sockets[1].once('disconnect', resolve));
    python.order('disconnect', sockets[1].id);
    assert.equal(await gone, 'io server disconnect');
    assert.ok(sockets[0].connected);
});

test('nonsense is counted, logged, and stops nothing', BOUND, async () => {
    const sockets = await two();
    const before = await Promise.all(cluster.gateways.map((gateway) => cluster.dropped(gateway)));
    const nonsense = [Buffer.alloc(0), 'nonsense', '[]', '{}', Buffer.from('800495', 'hex'), Buffer.alloc((1 << 20) + 1, 0x20),
        `{"method":"emit","event":"e","data":${'['.repeat(100_000)}`, '{"method":"emit","event":"disconnect"}',
        '{"method":"emit","event":"e","binary":true,"data":[[{"_placeholder":true,"num":9}],"aGk="]}', '{"method":"disconnect","sid":{}}'];
    for (const message of nonsense)
        await cluster.control.publish(CHANNEL, message);
    for (const [i, gateway] of cluster.gateways.entries()) {
        await until('all of it is counted', async () => await cluster.dropped(gateway) === before[i] + nonsense.length);
        assert.match(gateway.log, /a message of "socketio" was dropped: \S/);
    }
    python.order('emit', 'still', [7], 'operators');
    for (const socket of sockets)
        assert.deepEqual(await came(socket, 'still'), [[7]]);
});
