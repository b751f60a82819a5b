// SPDX-License-Identifier: GPL-3.0-or-later
// Connection state recovery over several servers on one Redis: a client whose server is killed, or stops, or that comes
// to another one, is the same again and has missed nothing; where that cannot be, it is another one from the start.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { promisify } from 'node:util';

import { Cable } from '../e2e/support/cable.js';
import { Gateway } from '../e2e/support/gateway.js';
import { until } from '../e2e/support/waiting.js';
import { Postgres } from '../shift/postgres.js';
import { Redis } from '../shift/redis.js';
import { VERSIONS, WAYS, ask, next, open, upgraded } from './support/clients.js';

const BOUND = { timeout: 120_000 };
const PATIENCE_MS = 60_000;
const WEBHOOK = 'what-the-recovery-tests-publish-with';
const ROOM = 'city:Москва';
const run = promisify(execFile);

let ended = [];

afterEach(async () => {
    for (const end of ended.reverse())
        await end();
    ended = [];
}, BOUND);

/** Two servers on one Redis, and a cable that leads to the first of them. */
class Pair {
    static async start(redis, settings = {}) {
        const pair = new Pair();
        pair.redis = redis;
        pair.settings = {
            REDIS_HOST: '127.0.0.1',
            REDIS_PORT: String(redis.port),
            SIGNALBOX_REDIS_PREFIX: `recovery-${Math.random()}`,
            DATABASE_URL: 'none',
            WEBHOOK_TOKEN: WEBHOOK,
            SIGNALBOX_WORKERS: '2',
            SIGNALBOX_DRAIN_SECONDS: '0',
            SIGNALBOX_LIMIT_REQUESTS_PER_SECOND: '0',
            SIGNALBOX_LIMIT_CONNECTIONS_PER_TOKEN: '0',
            ...settings,
        };
        pair.first = await pair.server();
        pair.second = await pair.server();
        pair.cable = await Cable.to(pair.first.port);
        ended.push(() => pair.cable.cut().catch(() => {}));
        return pair;
    }

    async server() {
        const server = await Gateway.start(this.settings);
        ended.push(() => server.stop());
        await until('the server uses Redis', () => redisOf(server, 'ok'), PATIENCE_MS);
        return server;
    }

    /** A director's client on the cable, in ROOM, on the transport that it ends up with. */
    async client(way = 'websocket', user = 'd') {
        const token = await this.first.token('director', '--sub', user);
        const socket = watched(open('4.8', this.cable.address, { ...WAYS[way], auth: { token }, reconnection: true,
            reconnectionDelay: 100, reconnectionDelayMax: 300 }));
        await next(socket, 'authenticated');
        if (way === 'upgrade')
            await upgraded(socket);
        assert.equal((await ask(socket, 'join-room', { room: ROOM }))[0].success, true);
        return socket;
    }

    /** The cable leads to the second server now; what is on it is cut, and nothing comes through before `mend`. */
    async move() {
        await this.cable.cut();
        this.cable.turn(this.second.port);
    }
}

function watched(socket) {
    socket.orders = [];
    socket.connects = 0;
    socket.on('order:new', ({ id }) => socket.orders.push(id));
    socket.on('connect', () => { ++socket.connects; });
    ended.push(() => socket.disconnect());
    return socket;
}

async function partOf(server, part, state) {
    const answer = await fetch(`${server.management}/health/ready`);
    return (await answer.json()).parts?.[part]?.status === state;
}

const redisOf = (server, state) => partOf(server, 'redis', state);

async function order(server, id, rooms = [ROOM]) {
    const answer = await fetch(`${server.address}/api/v1/broadcast/order-new`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ token: WEBHOOK, order: { id }, rooms }),
    });
    assert.equal(answer.status, 200, await answer.text());
}

async function orders(server, from, to, rooms) {
    for (let id = from; id <= to; ++id)
        await order(server, id, rooms);
}

const upTo = (count, from = 1) => Array.from({ length: count - from + 1 }, (_, n) => from + n);
const has = (socket, id) => until(`order ${id} came`, () => socket.orders.includes(id), PATIENCE_MS);
const back = (socket, times = 2) => until('it is back', () => socket.connected && socket.connects >= times, PATIENCE_MS);

async function connectionsOf(server, user) {
    const answer = await fetch(`${server.address}/api/v1/stats/connections?user=${user}`,
        { headers: { Authorization: `Bearer ${WEBHOOK}` } });
    return (await answer.json()).connections.length;
}

/** It is another one: in the rooms of its role, but not in those that it had joined, and nothing of before came. */
async function isAnother(socket, server, before, had) {
    await back(socket);
    assert.equal(socket.recovered, false);
    assert.notEqual(socket.id, before);
    await until('it is known', async () => (await connectionsOf(server, 'd')) === 1, PATIENCE_MS);
    const mark = next(socket, 'notification');
    await order(server, 500, [ROOM]);
    await fetch(`${server.address}/api/v1/broadcast/notification`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ token: WEBHOOK, notification: { type: 'x', message: 'mark' } }),
    });
    await mark;
    assert.deepEqual(socket.orders, had);
}

let redis;
let postgres;

before(async () => {
    [redis, postgres] = await Promise.all([Redis.start(), Postgres.start()]);
}, BOUND);

after(async () => {
    await Promise.all([redis?.stop(), postgres?.stop()]);
}, BOUND);

for (const desk of ['none', 'PostgreSQL']) {
    describe(`with the desk: ${desk}`, BOUND, () => {
        let pair;
        beforeEach(async () => {
            pair = await Pair.start(redis, desk === 'none' ? {} : { DATABASE_URL: postgres.url });
        }, BOUND);

        for (const way of Object.keys(WAYS)) {
            test(`a client whose server is killed comes back to another one (${way})`, async () => {
                const socket = await pair.client(way);
                await orders(pair.second, 1, 3);
                await has(socket, 3);
                const before = socket.id;
                await pair.first.kill();
                await pair.move();
                await orders(pair.second, 4, 12, [ROOM, 'directors']);
                await order(pair.second, 13, ['directors']);
                await pair.cable.mend();
                await back(socket);
                assert.equal(socket.recovered, true);
                assert.equal(socket.id, before);
                await order(pair.second, 14);
                await has(socket, 14);
                assert.deepEqual(socket.orders, upTo(14));
            });
        }

        test('a client whose server stops comes back to another one', async () => {
            const socket = await pair.client();
            await order(pair.second, 1);
            await has(socket, 1);
            const before = socket.id;
            pair.cable.turn(pair.second.port);
            await pair.first.stop();
            await order(pair.second, 2);
            await back(socket);
            assert.equal(socket.recovered, true);
            assert.equal(socket.id, before);
            await order(pair.second, 3);
            await has(socket, 3);
            assert.deepEqual(socket.orders, upTo(3));
        });

        test('a client comes to another server while its own goes on', async () => {
            const socket = await pair.client('upgrade');
            await order(pair.first, 1);
            await has(socket, 1);
            const before = socket.id;
            await pair.move();
            await orders(pair.first, 2, 5);
            await pair.cable.mend();
            await back(socket);
            assert.equal(socket.recovered, true);
            assert.equal(socket.id, before);
            await order(pair.first, 6);
            await has(socket, 6);
            assert.deepEqual(socket.orders, upTo(6));
            await until('the first has no connection of it', async () => (await connectionsOf(pair.first, 'd')) === 0, PATIENCE_MS);
        });

        test('a client goes from server to server, and to one that was started again', async () => {
            const socket = await pair.client();
            await order(pair.first, 1);
            await has(socket, 1);
            const before = socket.id;
            await pair.move();
            await pair.first.restart();
            await order(pair.second, 2);
            await pair.cable.mend();
            await back(socket);
            await until('the first uses Redis', () => redisOf(pair.first, 'ok'), PATIENCE_MS);
            await order(pair.first, 3);
            await has(socket, 3);
            await pair.second.kill();
            await pair.cable.cut();
            pair.cable.turn(pair.first.port);
            await order(pair.first, 4);
            await pair.cable.mend();
            await back(socket, 3);
            assert.equal(socket.recovered, true);
            assert.equal(socket.id, before);
            await order(pair.first, 5);
            await has(socket, 5);
            assert.deepEqual(socket.orders, upTo(5));
        });

        test('what was joined and left counts, and events of before the joining do not', async () => {
            const socket = await pair.client();
            await order(pair.first, 1);
            await has(socket, 1); // the client's place from now on
            await order(pair.first, 300, ['city:Тверь']);
            assert.equal((await ask(socket, 'join-room', { room: 'city:Тверь' }))[0].success, true);
            assert.equal((await ask(socket, 'leave-room', { room: ROOM }))[0].success, true);
            await pair.first.kill();
            await pair.move();
            await order(pair.second, 400, [ROOM]);
            await order(pair.second, 2, ['city:Тверь']);
            await pair.cable.mend();
            await back(socket);
            assert.equal(socket.recovered, true);
            await order(pair.second, 401, [ROOM]);
            await order(pair.second, 3, ['city:Тверь']);
            await has(socket, 3);
            assert.deepEqual(socket.orders, upTo(3));
        });
    });
}

for (const version of VERSIONS) {
    test(`socket.io-client ${version} comes to another server, on every transport`, BOUND, async () => {
        const pair = await Pair.start(redis);
        const token = await pair.first.token('director', '--sub', 'd');
        const sockets = Object.values(WAYS).map((way) => {
            const socket = watched(open(version, pair.cable.address, { ...way, auth: { token }, reconnection: true,
                reconnectionDelay: 100, reconnectionDelayMax: 300 }));
            socket.joined = 0;
            socket.on('authenticated', () => socket.emit('join-room', { room: ROOM }, ({ success }) => { socket.joined += success ? 1 : 0; }));
            return socket;
        });
        const allJoined = (times) => until('all are in the room', () => sockets.every(({ joined }) => joined >= times), PATIENCE_MS);
        await allJoined(1);
        await order(pair.second, 1);
        await Promise.all(sockets.map((socket) => has(socket, 1)));
        await pair.move();
        await pair.first.kill();
        await pair.cable.mend();
        await allJoined(2);
        await order(pair.second, 2);
        await Promise.all(sockets.map((socket) => has(socket, 2)));
        for (const socket of sockets) {
            assert.deepEqual(socket.orders, [1, 2]);
            assert.equal(socket.recovered === true, version === '4.8'); // the only one that asks for it
        }
    });
}

test('an older connection of the same client ends', BOUND, async () => {
    const pair = await Pair.start(redis, { SIGNALBOX_SOCKETIO_RECOVERY_SECONDS: '8' });
    const older = await pair.client();
    older.io.reconnection(false);
    await order(pair.first, 1);
    await has(older, 1);
    const newer = watched(open('4.8', pair.second.address,
        { ...WAYS.websocket, auth: { ...older.auth, pid: older._pid, offset: older._lastOffset } }));
    newer._pid = older._pid; // what a client remembers
    await back(newer, 1);
    assert.equal(newer.recovered, true);
    await until('the older one has ended', () => !older.connected, PATIENCE_MS);
    assert.equal(await connectionsOf(pair.second, 'd'), 1);
    await order(pair.first, 2);
    await has(newer, 2);
    assert.deepEqual([older.orders, newer.orders], [[1], [2]]);
});

describe('a client is another one from the start', BOUND, () => {
    test('when it comes too late', async () => {
        const pair = await Pair.start(redis, { SIGNALBOX_SOCKETIO_RECOVERY_SECONDS: '1' });
        const socket = await pair.client();
        await order(pair.first, 1);
        await has(socket, 1);
        const before = socket.id;
        await pair.first.kill();
        await pair.move();
        await order(pair.second, 2);
        const keys = async () => (await run('redis-cli', ['-p', String(redis.port), '--raw', 'KEYS', `{${pair.settings.SIGNALBOX_REDIS_PREFIX}}:socket:*`])).stdout.trim();
        await until('Redis has forgotten it', async () => (await keys()) === '', PATIENCE_MS);
        await pair.cable.mend();
        await isAnother(socket, pair.second, before, [1]);
    });

    test('when the history does not reach so far', async () => {
        const pair = await Pair.start(redis, { SIGNALBOX_LIMIT_HISTORY_EVENTS: '5' });
        const socket = await pair.client();
        await order(pair.first, 1);
        await has(socket, 1);
        const before = socket.id;
        await pair.first.kill();
        await pair.move();
        await orders(pair.second, 2, 20);
        await pair.cable.mend();
        await isAnother(socket, pair.second, before, [1]);
    });

    test('when it took leave', async () => {
        const pair = await Pair.start(redis);
        const socket = await pair.client();
        await order(pair.first, 1);
        await has(socket, 1);
        const before = socket.id;
        socket.disconnect();
        await until('it has gone', async () => (await connectionsOf(pair.first, 'd')) === 0, PATIENCE_MS);
        await pair.move();
        await order(pair.second, 2);
        await pair.cable.mend();
        socket.connect();
        await isAnother(socket, pair.second, before, [1]);
    });

    test('when its token is another user\'s', async () => {
        const pair = await Pair.start(redis);
        const socket = await pair.client('websocket', 'e');
        await order(pair.first, 1);
        await has(socket, 1);
        const before = socket.id;
        socket.auth = { token: await pair.first.token('director', '--sub', 'd') };
        await pair.first.kill();
        await pair.move();
        await order(pair.second, 2);
        await pair.cable.mend();
        await isAnother(socket, pair.second, before, [1]);
    });
});

describe('when Redis was away', BOUND, () => {
    /** A lost client whose server is killed, while Redis is away. */
    async function lost() {
        const own = await Redis.start();
        ended.push(() => own.stop());
        const pair = await Pair.start(own);
        const socket = await pair.client();
        await order(pair.first, 1);
        await has(socket, 1);
        const before = socket.id;
        await pair.first.kill();
        await pair.move();
        await own.goAway();
        await until('Redis is missed', () => redisOf(pair.second, 'down'), PATIENCE_MS);
        return { own, pair, socket, before };
    }

    async function isBack(own, pair) {
        await own.comeBack();
        await until('Redis is back', () => redisOf(pair.second, 'ok'), PATIENCE_MS);
    }

    test('a client waits for it and is the same again', async () => {
        const { own, pair, socket, before } = await lost();
        const refused = new Promise((resolve) => { socket.io.once('reconnect_error', resolve); });
        await pair.cable.mend();
        await refused;
        await isBack(own, pair);
        await back(socket);
        assert.equal(socket.recovered, true);
        assert.equal(socket.id, before);
        await order(pair.second, 2);
        await has(socket, 2);
        assert.deepEqual(socket.orders, [1, 2]);
    });

    test('and has lost everything, a client is another one', async () => {
        const { own, pair, socket, before } = await lost();
        await isBack(own, pair);
        await run('redis-cli', ['-p', String(own.port), 'FLUSHALL']);
        await order(pair.second, 2);
        await pair.cable.mend();
        await isAnother(socket, pair.second, before, [1]);
    });
});

test('while the database is away a client tries on, and is the same again', BOUND, async () => {
    const own = await Postgres.start();
    ended.push(() => own.stop());
    const pair = await Pair.start(redis, { DATABASE_URL: own.url });
    const socket = await pair.client();
    await order(pair.first, 1);
    await has(socket, 1);
    const before = socket.id;
    await pair.first.kill();
    await pair.move();
    await own.goAway();
    await until('the database is missed', () => partOf(pair.second, 'database', 'down'), PATIENCE_MS);
    let ends = 0; // the one of the cut may be among them
    socket.io.on('close', () => { ++ends; });
    await pair.cable.mend();
    await until('it was refused twice', () => ends > 2, PATIENCE_MS);
    assert.equal(socket.connected, false);
    await own.comeBack();
    await until('the database is back', () => partOf(pair.second, 'database', 'ok'), PATIENCE_MS);
    await back(socket);
    assert.equal(socket.recovered, true);
    assert.equal(socket.id, before);
    await order(pair.second, 2);
    await has(socket, 2);
    assert.deepEqual(socket.orders, [1, 2]);
});
