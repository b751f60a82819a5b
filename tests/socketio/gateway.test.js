// SPDX-License-Identifier: GPL-3.0-or-later
// Seed 001's service as its clients know it: every generation of socket.io-client against signalboxd.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';

import { Gateway } from '../e2e/support/gateway.js';
import { VERSIONS, WAYS, ask, next, open, upgraded } from './support/clients.js';

const BOUND = { timeout: 60_000 };
const WEBHOOK = 'what-the-socketio-tests-publish-with';

let gateway;
let sockets = [];

before(async () => {
    gateway = await Gateway.start({
        WEBHOOK_TOKEN: WEBHOOK,
        SIGNALBOX_WORKERS: '3',
        SIGNALBOX_LIMIT_CONNECTIONS_PER_TOKEN: '0',
        SIGNALBOX_SOCKETIO_AUTHENTICATE_SECONDS: '1',
        SIGNALBOX_DESK_OFFLINE_SECONDS: '0',
    });
}, BOUND);

after(() => gateway?.stop(), BOUND);

afterEach(() => {
    for (const socket of sockets)
        socket.disconnect();
    sockets = [];
});

function connect(options = {}, version = '4.8', way = 'upgrade', to = gateway) {
    const socket = open(version, to.address, { ...WAYS[way], ...options });
    socket.seen = [];
    for (const name of ['call:new', 'order:new', 'notification', 'user:online', 'user:offline', 'exception', 'error'])
        socket.on(name, (data) => socket.seen.push([name, data]));
    sockets.push(socket);
    return socket;
}

const token = (...words) => gateway.token(...words);

async function broadcast(route, body, to = gateway) {
    const answer = await fetch(`${to.address}/api/v1/broadcast/${route}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ token: WEBHOOK, ...body }),
    });
    assert.equal(answer.status, 200, await answer.text());
}

/** Resolves when a notification that is sent now has come: then everything before it has. */
async function settled(socket) {
    const last = next(socket, 'notification');
    await broadcast('notification', { notification: { type: 'x', message: 'last' } });
    await last;
}

/** Sends a broadcast and resolves with what came of it. */
async function came(socket, name, route, body) {
    const event = next(socket, name);
    await broadcast(route, body);
    return event;
}

const ids = (socket, name) => socket.seen.filter(([seen]) => seen === name).map(([, data]) => data.id);

for (const version of VERSIONS) {
    for (const way of Object.keys(WAYS)) {
        test(`socket.io-client ${version}, ${way}: a call and an order come once`, BOUND, async () => {
            const operator = connect({ auth: { token: await token('operator', '--sub', '7') } }, version, way);
            const [connected, authenticated] = [next(operator, 'connected'), next(operator, 'authenticated')];
            const [hello] = await connected;
            assert.equal(hello.userId, '7');
            assert.equal(hello.role, 'operator');
            assert.equal(hello.socketId, operator.id);
            const [who] = await authenticated;
            for (const room of ['operators', 'operator:7', 'staff'])
                assert.ok(who.rooms.includes(room), room);
            if (way === 'upgrade')
                await upgraded(operator);
            await broadcast('call-new', { call: { id: 1, phoneClient: '+7', operatorId: 7 }, rooms: ['operators', 'operator:7'] });
            await broadcast('order-new', { order: { id: 2, city: 'Саратов' }, rooms: ['operators', 'directors'] });
            await settled(operator);
            assert.deepEqual(ids(operator, 'call:new'), [1]);
            assert.deepEqual(ids(operator, 'order:new'), [2]);
        });
    }
}

describe('who a client is', BOUND, () => {
    test('is said by the event authenticate', async () => {
        const socket = connect();
        const [hello] = await next(socket, 'connected');
        assert.equal(hello.userId, null);
        const authenticated = next(socket, 'authenticated');
        const [answer] = await ask(socket, 'authenticate', { token: await token('operator', '--sub', '8') });
        assert.deepEqual(answer, { success: true });
        assert.equal((await authenticated)[0].userId, '8');
    });

    test('is said by the header', async () => {
        const bearer = `Bearer ${await token('director', '--sub', 'd1')}`;
        const socket = connect({ extraHeaders: { Authorization: bearer } });
        const [who] = await next(socket, 'authenticated');
        assert.ok(who.rooms.includes('directors'));
    });

    test('must be said in time', async () => {
        const socket = connect();
        const [error, gone] = [next(socket, 'error'), next(socket, 'disconnect')];
        assert.equal((await error)[0].code, 'unauthorized');
        assert.equal((await gone)[0], 'io server disconnect');
    });

    test('is not believed without a valid token', async () => {
        const socket = connect({ auth: { token: 'x.y.z' } });
        const gone = next(socket, 'disconnect');
        assert.equal((await next(socket, 'error'))[0].status, 'error');
        assert.equal((await gone)[0], 'io server disconnect');
    });

    test('cannot become somebody else', async () => {
        const socket = connect({ auth: { token: await token('operator', '--sub', '7') } });
        await next(socket, 'authenticated');
        const [answer] = await ask(socket, 'authenticate', { token: await token('director', '--sub', '9') });
        assert.equal(answer.success, false);
        assert.deepEqual(await ask(socket, 'authenticate', { token: await token('operator', '--sub', '7') }), [{ success: true }]);
    });
});

describe('rooms', BOUND, () => {
    test('are joined at once after the connect, with names in any script, and left', async () => {
        const socket = connect({ auth: { token: await token('director', '--sub', 'd2') } });
        await next(socket, 'connect');
        const room = 'city:Саратов';
        assert.deepEqual(await ask(socket, 'join-room', { room }), [{ success: true, room, message: `Joined room: ${room}` }]);
        await came(socket, 'order:new', 'order-new', { order: { id: 5 }, rooms: [room] });
        assert.equal((await ask(socket, 'leave-room', { room }))[0].success, true);
        await broadcast('order-new', { order: { id: 6 }, rooms: [room] });
        await settled(socket);
        assert.deepEqual(ids(socket, 'order:new'), [5]);
    });

    test('are open only to those who may', async () => {
        const socket = connect({ auth: { token: await token('operator', '--sub', '7') } });
        await next(socket, 'authenticated');
        for (const room of ['directors', 'operator:8', 'city:Саратов']) {
            const exception = next(socket, 'exception');
            const [answer] = await ask(socket, 'join-room', { room });
            assert.equal(answer.success, false);
            assert.equal(answer.code, 'forbidden');
            assert.equal((await exception)[0].status, 'error');
        }
        for (const room of ['', 'a,b', 'x'.repeat(300), 7, null, {}])
            assert.equal((await ask(socket, 'join-room', { room }))[0].success, false);
        assert.equal((await ask(socket, 'join-room'))[0].success, false);
        assert.equal((await ask(socket, 'leave-room', { room: 'order:1' }))[0].success, false);
    });

    test('are closed before one has said who one is', async () => {
        const socket = connect();
        await next(socket, 'connect');
        assert.equal((await ask(socket, 'join-room', { room: 'operators' }))[0].code, 'unauthorized');
    });
});

/** The next of these events that is about this user; a watcher hears of itself too. */
async function nextAbout(userId, socket, name) {
    for (;;) {
        const [user] = await next(socket, name);
        if (user.userId === userId)
            return user;
    }
}

describe('presence', BOUND, () => {
    test('tells staff who comes and goes', async () => {
        const watcher = connect({ auth: { token: await token('operator', '--sub', 'watcher') } });
        await next(watcher, 'authenticated');
        const online = nextAbout('other', watcher, 'user:online');
        const other = connect({ auth: { token: await token('operator', '--sub', 'other', '--name', 'Анна') } });
        assert.deepEqual(await online, { userId: 'other', name: 'Анна', role: 'operator' });
        const second = connect({ auth: { token: await token('operator', '--sub', 'other') } });
        await Promise.all([next(second, 'authenticated')]);
        const offline = nextAbout('other', watcher, 'user:offline');
        second.disconnect();
        other.disconnect();
        await offline;
        assert.equal(watcher.seen.filter(([name, data]) => name === 'user:online' && data.userId === 'other').length, 1);
    });
});

describe('another namespace', BOUND, () => {
    test('is invalid', async () => {
        const socket = open('4.8', `${gateway.address}/admin`, WAYS.websocket);
        sockets.push(socket);
        assert.equal((await next(socket, 'connect_error'))[0].message, 'Invalid namespace');
    });
});

describe('a client that was lost', BOUND, () => {
    for (const way of Object.keys(WAYS)) {
        test(`comes back as the same and has missed nothing (${way})`, async () => {
            const socket = connect({ auth: { token: await token('director', '--sub', `r-${way}`) }, reconnection: true, reconnectionDelay: 500, reconnectionDelayMax: 500 }, '4.8', way);
            await next(socket, 'authenticated');
            if (way === 'upgrade')
                await upgraded(socket);
            await ask(socket, 'join-room', { room: 'city:Москва' });
            await came(socket, 'order:new', 'order-new', { order: { id: 1 }, rooms: ['city:Москва'] });
            const before = socket.id;
            const gone = next(socket, 'disconnect');
            socket.io.engine.close();
            await gone;
            const back = next(socket, 'connect');
            for (let id = 2; id <= 20; ++id)
                await broadcast('order-new', { order: { id }, rooms: ['city:Москва', 'operators'] });
            await back;
            assert.equal(socket.recovered, true);
            assert.equal(socket.id, before);
            await broadcast('order-new', { order: { id: 21 }, rooms: ['city:Москва'] });
            await settled(socket);
            assert.deepEqual(ids(socket, 'order:new'), Array.from({ length: 21 }, (_, n) => n + 1));
        });
    }

    test('is another one when nobody knows it', async () => {
        const socket = connect({ auth: { token: await token('operator', '--sub', '7'), pid: 'made-up', offset: 'x:1' } });
        await next(socket, 'authenticated');
        assert.notEqual(socket.recovered, true);
    });
});

describe('other doors', BOUND, () => {
    test('see the same call', async () => {
        const bearer = await token('operator', '--sub', '7');
        const stream = await fetch(`${gateway.address}/channel/sse?type=staff`, { headers: { Authorization: `Bearer ${bearer}` } });
        const reader = stream.body.getReader();
        let text = '';
        const read = async (part) => {
            while (!text.includes(part)) {
                const { value, done } = await reader.read();
                assert.ok(!done);
                text += new TextDecoder().decode(value);
            }
        };
        await read('connection.established');
        await broadcast('call-new', { call: { id: 77 } });
        await read('call:new');
        await reader.cancel();
    });
});

describe('a server that restarts', BOUND, () => {
    test('is found again by its clients', async () => {
        const own = await Gateway.start({ WEBHOOK_TOKEN: WEBHOOK });
        try {
            const bearer = await own.token('operator', '--sub', '7');
            const list = Object.keys(WAYS).map((way) => connect({ auth: { token: bearer }, reconnection: true, reconnectionDelay: 100, reconnectionDelayMax: 300 }, '4.8', way, own));
            await Promise.all(list.map((socket) => next(socket, 'authenticated')));
            const again = Promise.all(list.map((socket) => next(socket, 'authenticated')));
            await own.restart();
            await again;
            const calls = Promise.all(list.map((socket) => next(socket, 'call:new')));
            await broadcast('call-new', { call: { id: 9 } }, own);
            await calls;
        } finally {
            for (const socket of sockets)
                socket.disconnect();
            await own.stop();
        }
    });
});
