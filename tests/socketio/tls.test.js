// SPDX-License-Identifier: GPL-3.0-or-later
// Socket.IO over TLS, with a certificate that a private authority has signed: polling, WebSocket and the upgrade, whose
// connection goes from one thread to another in the middle of TLS.
import assert from 'node:assert/strict';
import { request, Agent } from 'node:https';
import { connect as connectTls } from 'node:tls';
import { after, afterEach, before, describe, test } from 'node:test';

import { Gateway } from '../e2e/support/gateway.js';
import { Certificates } from './support/certificates.js';
import { VERSIONS, WAYS, ask, next, open, upgraded } from './support/clients.js';

const BOUND = { timeout: 60_000 };
const WEBHOOK = 'what-the-tls-tests-publish-with';
const ROOM = 'city:Саратов';

let certificates;
let gateway;
let ended = [];

before(async () => {
    certificates = await Certificates.make();
    gateway = await Gateway.start({
        ...certificates.settings,
        WEBHOOK_TOKEN: WEBHOOK,
        SIGNALBOX_WORKERS: '3',
        SIGNALBOX_LIMIT_CONNECTIONS_PER_TOKEN: '0',
        SIGNALBOX_LIMIT_REQUESTS_PER_SECOND: '0',
    });
}, BOUND);

after(async () => {
    await gateway?.stop();
    await certificates?.remove();
}, BOUND);

afterEach(() => {
    for (const end of ended.reverse())
        end();
    ended = [];
});

async function connect(way, options = {}, version = '4.8') {
    const auth = { token: await gateway.token('director', '--sub', 'd1') };
    const socket = open(version, `https://localhost:${gateway.port}`, { ...WAYS[way], auth, ca: certificates.ca, ...options });
    socket.seen = [];
    socket.on('order:new', ({ id }) => socket.seen.push(id));
    ended.push(() => socket.disconnect());
    return socket;
}

/** One HTTPS request; resolves with status, headers, body and whether its connection had served another before. */
function send(method, path, body = '', { agent, type = 'text/plain;charset=UTF-8' } = {}) {
    return new Promise((resolve, reject) => {
        const asked = request({ host: 'localhost', port: gateway.port, method, path, agent, ca: certificates.ca,
            headers: { 'Content-Type': type } }, (answer) => {
            let text = '';
            answer.setEncoding('utf8').on('data', (part) => { text += part; });
            answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text, reused: asked.reusedSocket }));
        });
        asked.on('error', reject).end(body);
    });
}

async function order(id) {
    const body = JSON.stringify({ token: WEBHOOK, order: { id }, rooms: [ROOM, 'directors'] });
    const { status, text } = await send('POST', '/api/v1/broadcast/order-new', body, { type: 'application/json' });
    assert.equal(status, 200, text);
}

const upTo = (count) => Array.from({ length: count }, (_, n) => n + 1);

for (const version of VERSIONS) {
    for (const way of Object.keys(WAYS)) {
        test(`socket.io-client ${version}, ${way}`, BOUND, async () => {
            const socket = await connect(way, {}, version);
            await next(socket, 'authenticated');
            if (way === 'upgrade')
                await upgraded(socket);
            assert.equal((await ask(socket, 'join-room', { room: ROOM }))[0].success, true);
            const came = next(socket, 'order:new');
            await order(7);
            assert.deepEqual((await came)[0], { id: 7 });
        });
    }
}

test('loses nothing while it is upgraded', BOUND, async () => {
    const sockets = await Promise.all(Array.from({ length: 8 }, () => connect('upgrade')));
    await Promise.all(sockets.map((socket) => next(socket, 'authenticated')));
    const count = 60;
    const all = Promise.all(sockets.map((socket) => new Promise((resolve) => {
        socket.on('order:new', ({ id }) => { if (id === count) resolve(); });
    })));
    for (const id of upTo(count))
        await order(id);
    await all;
    await Promise.all(sockets.map(upgraded));
    for (const socket of sockets)
        assert.deepEqual(socket.seen, upTo(count));
});

test('is refused by a client that does not know the authority', BOUND, async () => {
    for (const way of ['polling', 'websocket']) {
        const socket = await connect(way, { ca: undefined });
        const [error] = await next(socket, 'connect_error');
        assert.match(error.message, /xhr poll error|websocket error/);
    }
});

test('comes back by the same way when its connection was lost', BOUND, async () => {
    const socket = await connect('upgrade', { reconnection: true, reconnectionDelay: 100, reconnectionDelayMax: 200 });
    await next(socket, 'authenticated');
    await upgraded(socket);
    await ask(socket, 'join-room', { room: ROOM });
    const first = next(socket, 'order:new');
    await order(1);
    await first;
    const back = next(socket, 'connect');
    socket.io.engine.close();
    await order(2);
    await back;
    assert.equal(socket.recovered, true);
    await upgraded(socket);
    const third = next(socket, 'order:new');
    await order(3);
    await third;
    assert.deepEqual(socket.seen, [1, 2, 3]);
});

describe('a WebSocket that nobody wants', BOUND, () => {
    /** Everything that comes of a WebSocket for this session, in which `sent` is said at once. */
    function whole(sid, sent = Buffer.alloc(0)) {
        return new Promise((resolve, reject) => {
            const parts = [];
            const socket = connectTls({ host: 'localhost', port: gateway.port, ca: certificates.ca }, () => {
                socket.write(`GET /socket.io/?EIO=4&transport=websocket&sid=${sid} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n`
                    + 'Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n');
                socket.write(sent);
            });
            socket.on('data', (part) => parts.push(part));
            socket.on('end', () => resolve(Buffer.concat(parts)));
            socket.on('error', reject);
            ended.push(() => socket.destroy());
        });
    }
    const CLOSE = Buffer.from([0x88, 0x00]);
    /** `4x`, masked with zeros. */
    const NO_PROBE = Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x34, 0x78]);

    test('is told so to the end', async () => {
        const socket = await connect('websocket');
        await next(socket, 'authenticated');
        for (let i = 0; i < 10; ++i) {
            const answer = await whole(socket.io.engine.id);
            assert.match(answer.toString('latin1'), /^HTTP\/1\.1 101 /);
            assert.deepEqual(answer.subarray(-2), CLOSE);
        }
    });

    test('that says the wrong thing is told so, too', async () => {
        const opening = await send('GET', '/socket.io/?EIO=4&transport=polling');
        const { sid } = JSON.parse(opening.text.slice(1));
        for (let i = 0; i < 10; ++i) {
            const answer = await whole(sid, NO_PROBE);
            assert.match(answer.toString('latin1'), /^HTTP\/1\.1 101 /);
            assert.deepEqual(answer.subarray(-2), CLOSE);
        }
    });

    test('for an unknown session is refused in words', async () => {
        const answer = (await whole('abcdefghijklmnopqrs0')).toString('latin1');
        assert.match(answer, /^HTTP\/1\.1 400 /);
        assert.ok(answer.endsWith('\r\n\r\nSession ID unknown'));
    });
});

describe('long-polling with keep-alive', BOUND, () => {
    const path = '/socket.io/?EIO=4&transport=polling';

    test('goes on over the connections that it has', async () => {
        const agent = new Agent({ keepAlive: true, maxSockets: 2, ca: certificates.ca });
        ended.push(() => agent.destroy());
        const opening = await send('GET', path, '', { agent });
        assert.equal(opening.status, 200);
        assert.equal(opening.reused, false);
        const session = `${path}&sid=${JSON.parse(opening.text.slice(1)).sid}`;
        const token = await gateway.token('director', '--sub', 'd1');
        const posted = await send('POST', session, `40${JSON.stringify({ token })}`, { agent });
        assert.deepEqual([posted.text, posted.reused], ['ok', true]);
        let text = '';
        const pollFor = async (part) => {
            while (!text.includes(part)) {
                const answer = await send('GET', session, '', { agent });
                assert.equal(answer.status, 200);
                assert.equal(answer.headers['content-type'], 'text/plain; charset=UTF-8');
                assert.equal(answer.reused, true);
                text += `\x1e${answer.text}`;
            }
        };
        await pollFor('"authenticated"');
        const parked = pollFor('430[');
        assert.equal((await send('POST', session, `420${JSON.stringify(['join-room', { room: ROOM }])}`, { agent })).text, 'ok');
        await parked;
        for (const id of upTo(20))
            await order(id);
        await pollFor('{"id":20}');
        const ids = [...text.matchAll(/42\["order:new",\{"id":(\d+)\}/g)].map(([, id]) => Number(id));
        assert.deepEqual(ids, upTo(20));
        const released = send('GET', session, '', { agent });
        assert.equal((await send('POST', session, '1', { agent })).text, 'ok');
        // Two connections, two threads: the goodbye may have come first, and then there is nothing to poll any more.
        assert.ok(['6', '{"code":1,"message":"Session ID unknown"}'].includes((await released).text));
        const sockets = Object.values({ ...agent.freeSockets }).flat();
        assert.ok(sockets.length <= 2);
    });

    test('is what a client with an agent of its own gets', async () => {
        const agent = new Agent({ keepAlive: true, ca: certificates.ca });
        ended.push(() => agent.destroy());
        const socket = await connect('polling', { agent });
        await next(socket, 'authenticated');
        await ask(socket, 'join-room', { room: ROOM });
        const came = next(socket, 'order:new');
        await order(5);
        assert.deepEqual((await came)[0], { id: 5 });
    });
});
