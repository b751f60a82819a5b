// SPDX-License-Identifier: GPL-3.0-or-later
// Every door through a real nginx with the configuration that is shipped.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { io } from 'socket.io-client';
import WebSocket from 'ws';

import { launchBrowser } from './support/browser.js';
import { importClient, MemoryStore } from './support/clientpackage.js';
import { Colleague } from './support/desk.js';
import { Gateway } from './support/gateway.js';
import { Nginx } from './support/nginx.js';
import { Site } from './support/site.js';
import { until } from './support/waiting.js';

const BOUND = { timeout: 90_000 };
const PATIENCE_MS = 40_000;
const AT = '2026-01-01T00:00:00Z';
const deal = (id) => ({ event: 'deal.created', data: { deal_id: id, client_id: 1, title: 'A deal', status: 'new', created_at: AT } });

let site;
let gateway;
let nginx;
let ended = [];

before(async () => {
    site = await Site.open();
    gateway = await Gateway.start({ CORS_ORIGIN: site.origin, SIGNALBOX_TRUSTED_PROXIES: '127.0.0.1', SIGNALBOX_STREAM_RETRY_MS: '200' });
    nginx = await Nginx.before(gateway);
}, BOUND);

after(async () => {
    await nginx?.stop();
    await gateway?.stop();
    site?.close();
}, BOUND);

afterEach(async () => {
    for (const end of ended.reverse())
        await end();
    ended = [];
}, BOUND);

test('the client goes through by every transport', BOUND, async () => {
    const client = await importClient();
    const bot = await Colleague.service(gateway);
    for (const transport of ['websocket', 'sse', 'polling']) {
        const conversation = new client.Conversation({ server: nginx.address, store: new MemoryStore(),
            feed: { WebSocket, transports: [transport], pollMs: 100 } });
        ended.push(() => conversation.stop());
        conversation.start();
        conversation.send('one');
        await until(`it is live by ${transport}`, () => conversation.feed?.transport === transport, PATIENCE_MS);
        await until('the first is stored', () => conversation.entries().every(({ id }) => id !== undefined), PATIENCE_MS);
        await bot.say(conversation.session.id, 'two');
        await until('the answer came', () => conversation.entries().map(({ text }) => text).join() === 'one,two', PATIENCE_MS);
    }
});

test('events of a stream pass one by one, while it is open', BOUND, async () => {
    const token = await gateway.token('operator', '--sub', 'olga');
    const stop = new AbortController();
    ended.push(() => stop.abort());
    const answer = await fetch(`${nginx.address}/api/v1/streams/deals`,
        { headers: { Authorization: `Bearer ${token}`, 'Accept-Encoding': 'gzip' }, signal: stop.signal });
    assert.deepEqual([answer.status, answer.headers.get('content-encoding'), answer.headers.get('cache-control')],
        [200, null, 'no-cache, no-transform']);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (const id of [1, 2, 3]) {
        await gateway.publish(deal(id));
        while (!text.includes(`"deal_id":${id}`)) // each before the next one is published
            text += (await reader.read()).value;
    }
});

test('Socket.IO begins by polling and is upgraded', BOUND, async () => {
    const socket = io(nginx.address, { auth: { token: await gateway.token('operator', '--sub', 'vera') }, reconnection: false });
    ended.push(() => socket.close());
    await new Promise((resolve, reject) => socket.once('authenticated', resolve).once('connect_error', reject));
    await until('it is upgraded', () => socket.io.engine.transport.name === 'websocket', PATIENCE_MS);
    const called = new Promise((resolve) => socket.once('call:new', resolve));
    await gateway.publish({ event: 'call:new', data: { id: 7, phoneClient: '+7' } });
    assert.equal((await called).id, 7);
});

test('Socket.IO by polling alone', BOUND, async () => {
    const socket = io(nginx.address, { auth: { token: await gateway.token('operator', '--sub', 'pavel') }, reconnection: false, transports: ['polling'] });
    ended.push(() => socket.close());
    await new Promise((resolve, reject) => socket.once('authenticated', resolve).once('connect_error', reject));
    const called = new Promise((resolve) => socket.once('call:new', resolve));
    await gateway.publish({ event: 'call:new', data: { id: 8 } });
    assert.equal((await called).id, 8);
});

test('a restart of the server leaves no EventSource dead', BOUND, async () => {
    const browser = await launchBrowser();
    ended.push(() => browser.close());
    const page = await browser.newPage();
    await page.goto(site.origin);
    const address = `${nginx.address}/api/v1/streams/deals?access_token=${await gateway.token('operator', '--sub', 'nina')}`;
    await page.evaluate((stream) => followEventSource('source', stream, ['deal.created', 'reset']), address);
    const log = () => page.evaluate(() => ({ ...clients.source }));
    await until('it is open', async () => (await log()).opens === 1, PATIENCE_MS);
    await gateway.restart(() => until('it was refused meanwhile', // what kills an EventSource when it gets a 502
        async () => (await nginx.log()).filter((line) => line.startsWith('444 /api/v1/streams/deals')).length >= 2, PATIENCE_MS));
    await until('it is open again', async () => (await log()).opens === 2, PATIENCE_MS);
    await gateway.publish(deal(9));
    await until('it hears', async () => (await log()).events.some(({ data }) => data.deal_id === 9), PATIENCE_MS);
    assert.equal((await log()).ended, false);
});

test('the server sees clients and not the proxy', BOUND, async () => {
    const admin = await gateway.token('admin', '--sub', 'boss');
    const token = await gateway.token('session', '--dialog', '9000001');
    const socket = new WebSocket(`${nginx.address.replace('http', 'ws')}/channel/ws?session=9000001&token=${token}`,
        { headers: { 'X-Forwarded-For': '203.0.113.9' } });
    ended.push(() => socket.close());
    await new Promise((resolve, reject) => socket.once('message', resolve).once('error', reject));
    const { connections } = await (await fetch(`${nginx.address}/api/v1/stats/connections`, { headers: { Authorization: `Bearer ${admin}` } })).json();
    assert.ok(connections.some(({ address }) => address === '203.0.113.9'), JSON.stringify(connections));
});
