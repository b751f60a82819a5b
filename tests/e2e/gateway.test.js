// SPDX-License-Identifier: GPL-3.0-or-later
// A page of another site follows the server with a browser's own EventSource and WebSocket.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { launchBrowser } from './support/browser.js';
import { Cable } from './support/cable.js';
import { Gateway } from './support/gateway.js';
import { Site } from './support/site.js';
import { until } from './support/waiting.js';

const BOUND = { timeout: 60_000 };
const RECONNECT_MS = 5_000;
const AT = '2026-01-01T00:00:00Z';

const deal = (id) => ({ event: 'deal.created', data: { deal_id: id, client_id: 1, title: 'A deal', status: 'new', created_at: AT } });
const chat = (id, channels) =>
    ({ event: 'chat.message', channels, data: { id, sender_type: 'client', body: `No. ${id}`, created_at: AT } });

let browser;
let site;
let page;
let gateway;
let ended = [];

before(async () => {
    [browser, site] = await Promise.all([launchBrowser(), Site.open()]);
}, BOUND);

after(async () => {
    await browser?.close();
    site?.close();
}, BOUND);

beforeEach(async () => {
    ended = [];
    page = await openPage(site);
}, BOUND);

afterEach(async () => {
    for (const end of ended.reverse())
        await end();
}, BOUND);

async function openPage(from) {
    const context = await browser.newContext();
    ended.push(() => context.close());
    const opened = await context.newPage();
    await opened.goto(from.origin);
    return opened;
}

async function startGateway(settings = {}) {
    gateway = await Gateway.start({ CORS_ORIGIN: site.origin, ...settings });
    ended.push(() => gateway.stop());
}

async function cableToGateway() {
    const cable = await Cable.to(gateway.port);
    ended.push(() => cable.cut());
    return cable;
}

async function streamAddress(base, channel, subject = 'olga', ...options) {
    return `${base}/api/v1/streams/${channel}?access_token=${await gateway.token('operator', '--sub', subject, ...options)}`;
}

async function guestAddress(base) {
    const token = await gateway.token('session', '--dialog', '17');
    return `${base.replace('http', 'ws')}/channel/ws?session=17&token=${encodeURIComponent(token)}`;
}

const followEventSource = (name, address, types = [], on = page) =>
    on.evaluate(([...args]) => followEventSource(...args), [name, address, types]);
const followWebSocket = (name, address, place = 'position', on = page) =>
    on.evaluate(([...args]) => followWebSocket(...args), [name, address, place]);

const logOf = (name, on = page) => on.evaluate((key) => ({ ...clients[key] }), name);

/** Ids of the events with data of this name, in the order of their arrival. */
const idsOf = (log, name, member) => log.events.filter(({ type }) => type === name).map(({ data }) => data[member]);
/** The same of an EventSource whose events stand in an envelope. */
const wrappedIdsOf = (log, name) => log.events.filter(({ data }) => data.type === name).map(({ data }) => data.data.id);

const isOpen = (name, times = 1, on = page) =>
    until(`${name} is open for the ${times}. time`, async () => (await logOf(name, on)).opens >= times);
const hasSeen = (name, count, ids, on = page) =>
    until(`${name} sees ${count} events`, async () => ids(await logOf(name, on)).length >= count);

const oneTo = (last) => Array.from({ length: last }, (_, index) => index + 1);

test('EventSource and WebSocket of another origin receive what is published', BOUND, async () => {
    await startGateway();
    await followEventSource('source', await streamAddress(gateway.address, 'deals'), ['deal.created']);
    await followWebSocket('socket', await guestAddress(gateway.address));
    await Promise.all([isOpen('source'), isOpen('socket')]);
    const { results: [{ positions }] } = await gateway.publish(deal(1));
    await gateway.publish(chat(1, ['dialog:17']), chat(2, ['dialog:18']), chat(3, ['dialog:17']));
    await hasSeen('source', 1, (log) => idsOf(log, 'deal.created', 'deal_id'));
    await hasSeen('socket', 2, (log) => idsOf(log, 'chat.message', 'id'));
    const source = await logOf('source');
    assert.deepEqual(source.events.map(({ type, data }) => [type, data]), [['deal.created', deal(1).data]]);
    assert.equal(source.events[0].id, positions['stream:deals']);
    assert.match(source.events[0].id, /^[\w.:-]{1,200}$/);
    const socket = await logOf('socket');
    assert.equal(socket.events[0].type, 'connection.established');
    assert.deepEqual(idsOf(socket, 'chat.message', 'id'), [1, 3]);
});

test('both survive a restart within seconds and are told that the history is gone', BOUND, async () => {
    await startGateway();
    await followEventSource('source', await streamAddress(gateway.address, 'deals'), ['deal.created', 'reset']);
    await followWebSocket('socket', await guestAddress(gateway.address));
    await Promise.all([isOpen('source'), isOpen('socket')]);
    await gateway.publish(deal(1), chat(1, ['dialog:17']));
    await hasSeen('source', 1, (log) => idsOf(log, 'deal.created', 'deal_id'));
    await hasSeen('socket', 1, (log) => idsOf(log, 'chat.message', 'id'));

    await gateway.restart();
    const isBack = async (name) => (await logOf(name)).events.some(({ type }) => type === 'reset');
    await until('both are back', async () => await isBack('source') && await isBack('socket'), RECONNECT_MS);
    await gateway.publish(deal(2), chat(2, ['dialog:17']));
    await hasSeen('source', 2, (log) => idsOf(log, 'deal.created', 'deal_id'));
    await hasSeen('socket', 2, (log) => idsOf(log, 'chat.message', 'id'));

    const source = await logOf('source');
    assert.deepEqual(source.events.map(({ type }) => type), ['deal.created', 'reset', 'deal.created']);
    assert.deepEqual(source.events[1].data, { code: 'history_lost' });
    const socket = await logOf('socket');
    assert.equal(socket.closeCodes[0], 1001);
    const types = socket.events.map(({ type }) => type).filter((type) => type !== 'connection.closed');
    assert.deepEqual(types, ['connection.established', 'chat.message', 'connection.established', 'reset', 'chat.message']);
    assert.equal(socket.events.find(({ type }) => type === 'reset').code, 'history_lost');
});

test('nothing is lost, doubled or out of order when connections are cut while the history is alive', BOUND, async () => {
    await startGateway({ SIGNALBOX_STREAM_RETRY_MS: '200' });
    const cable = await cableToGateway();
    const staff = await gateway.token('operator', '--sub', 'olga');
    const staffQuery = `/channel/sse?type=staff&channels=dialog:17&access_token=${staff}`;
    await followEventSource('stream', await streamAddress(cable.address, 'deals'), ['deal.created', 'reset']);
    await followEventSource('feed', cable.address + staffQuery, ['reset']);
    await followWebSocket('guest', await guestAddress(cable.address));
    await followWebSocket('staff', (cable.address + staffQuery).replace('http', 'ws').replace('/sse', '/ws'), 'cursor');
    const readers = {
        stream: (log) => idsOf(log, 'deal.created', 'deal_id'),
        feed: (log) => wrappedIdsOf(log, 'chat.message'),
        guest: (log) => idsOf(log, 'chat.message', 'id'),
        staff: (log) => idsOf(log, 'chat.message', 'id'),
    };
    await Promise.all(Object.keys(readers).map((name) => isOpen(name)));

    let last = 0;
    const publish = async (count) => {
        const ids = oneTo(count).map((step) => last + step);
        last += count;
        await gateway.publish(...ids.flatMap((id) => [deal(id), chat(id, ['dialog:17', 'staff', 'operators'])]));
    };
    const rounds = 4;
    for (let round = 1; round <= rounds; round++) {
        await publish(5);
        await cable.cut(round % 2 === 0); // also while the five are on their way
        await publish(5);
        await cable.mend();
        await publish(5);
        await Promise.all(Object.keys(readers).map((name) => isOpen(name, round + 1)));
    }
    await publish(1);
    for (const [name, ids] of Object.entries(readers)) {
        await hasSeen(name, last, ids);
        const log = await logOf(name);
        assert.deepEqual(ids(log), oneTo(last), name);
        assert.ok(!log.events.some(({ type }) => type === 'reset'), `${name}: no reset`);
        assert.ok(log.breaks >= rounds, `${name}: really was cut`);
    }
});

test('an EventSource that may not see the channel is told so and stopped', BOUND, async () => {
    await startGateway({ SIGNALBOX_STREAM_RETRY_MS: '100' });
    const statuses = [];
    page.on('response', (response) => {
        if (response.url().includes('/streams/deals'))
            statuses.push(response.status());
    });
    const options = ['--channels', 'stream:tasks'];
    await followEventSource('denied', await streamAddress(gateway.address, 'deals', 'tim', ...options), ['error', 'deal.created']);
    await followEventSource('allowed', await streamAddress(gateway.address, 'tasks', 'tim', ...options));
    await until('the browser has given up', async () => (await logOf('denied')).ended);
    await isOpen('allowed');
    await gateway.publish(deal(1));
    const log = await logOf('denied');
    assert.deepEqual(log.events.map(({ type, data }) => [type, data]), [['error', { code: 'forbidden' }]]);
    assert.deepEqual(statuses, [200, 204]);
    assert.ok(!(await logOf('allowed')).ended);
});

test('a page of a foreign origin can neither read a stream nor open a WebSocket', BOUND, async () => {
    await startGateway();
    const stranger = await Site.open();
    ended.push(() => stranger.close());
    const foreign = await openPage(stranger);
    const addresses = [await streamAddress(gateway.address, 'deals', 'olga'), await guestAddress(gateway.address)];
    await followEventSource('source', addresses[0], ['deal.created'], foreign);
    await followWebSocket('socket', addresses[1], 'position', foreign);
    await until('the stream is refused', async () => (await logOf('source', foreign)).ended);
    await until('the socket is refused twice', async () => (await logOf('socket', foreign)).breaks >= 2);

    await followEventSource('source', addresses[0], ['deal.created']); // the same addresses open from our own site
    await followWebSocket('socket', addresses[1]);
    await Promise.all([isOpen('source'), isOpen('socket')]);
    await gateway.publish(deal(1), chat(1, ['dialog:17']));
    await hasSeen('source', 1, (log) => idsOf(log, 'deal.created', 'deal_id'));
    await hasSeen('socket', 1, (log) => idsOf(log, 'chat.message', 'id'));

    for (const name of ['source', 'socket']) {
        const { opens, events } = await logOf(name, foreign);
        assert.deepEqual({ opens, events }, { opens: 0, events: [] }, name);
    }
    const read = await foreign.evaluate((address) => fetch(address).then(() => 'read', () => 'refused'), `${gateway.address}/health`);
    assert.equal(read, 'refused');
});
