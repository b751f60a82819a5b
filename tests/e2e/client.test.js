// SPDX-License-Identifier: GPL-3.0-or-later
// The client package in Node against a real server: transports, resume, outbox.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import WebSocket from 'ws';

import { Cable } from './support/cable.js';
import { MemoryStore, importClient } from './support/clientpackage.js';
import { Colleague } from './support/desk.js';
import { Gateway } from './support/gateway.js';
import { until } from './support/waiting.js';

const BOUND = { timeout: 90_000 };
const PATIENCE_MS = 40_000;
const AT = '2026-01-01T00:00:00Z';
const ALL = ['websocket', 'sse', 'polling'];

let client;
let gateway;
let bot;
let ended = [];

before(async () => {
    [client, gateway] = await Promise.all([importClient(), Gateway.start({ SIGNALBOX_LIMIT_REQUESTS_PER_SECOND: '0' })]);
    bot = await Colleague.service(gateway);
}, BOUND);

after(() => gateway?.stop(), BOUND);

afterEach(async () => {
    for (const end of ended.reverse())
        await end();
    ended = [];
}, BOUND);

async function cableTo(server) {
    const cable = await Cable.to(server.port);
    ended.push(() => cable.cut());
    return cable;
}

function converse(server, options = {}, feed = {}) {
    const conversation = new client.Conversation({ server, store: new MemoryStore(), ...options, feed: { WebSocket, ...feed } });
    conversation.start();
    ended.push(() => conversation.stop());
    return conversation;
}

/** A feed on a channel that the desk does not hold, with what it has heard. */
async function follow(server, options = {}, dialog = '9000001') {
    const token = await gateway.token('session', '--dialog', dialog);
    const feed = new client.Feed({ server, credential: () => ({ session: dialog, token }), WebSocket, ...options });
    const heard = { ids: [], states: [], feed };
    feed.on('event', ({ type, data }) => type === 'chat.message' && heard.ids.push(data.id));
    feed.on('state', ({ state, transport, code }) => heard.states.push([state, transport, code].filter(Boolean).join(' ')));
    ended.push(() => feed.stop());
    feed.start();
    await until('the feed is live', () => feed.state === 'live', PATIENCE_MS);
    return heard;
}

const chat = (id, dialog = '9000001') =>
    ({ event: 'chat.message', channels: [`dialog:${dialog}`], data: { id, sender_type: 'client', body: `No. ${id}`, created_at: AT } });
const oneTo = (last) => Array.from({ length: last }, (_, index) => index + 1);
const textsOf = (conversation) => conversation.entries().filter(({ sender }) => sender !== 'system').map(({ text }) => text);
const isIn = (conversation, ...texts) => until(`the conversation has ${texts}`,
    () => texts.every((text) => textsOf(conversation).includes(text)), PATIENCE_MS);
const isSent = (conversation) => until('the outbox is empty',
    () => conversation.entries().every(({ id }) => id !== undefined), PATIENCE_MS);

for (const transport of ['websocket', 'sse']) {
    test(`${transport}: cut again and again, every event comes once and in order`, BOUND, async () => {
        const cable = await cableTo(gateway);
        const dialog = transport === 'sse' ? '9000002' : '9000001';
        const heard = await follow(cable.address, { transports: [transport] }, dialog);
        let last = 0;
        for (let round = 0; round < 3; round++) {
            await gateway.publish(...oneTo(4).map(() => chat(++last, dialog)));
            await cable.cut(round % 2 === 0);
            await gateway.publish(...oneTo(4).map(() => chat(++last, dialog)));
            await cable.mend();
            heard.feed.retry();
            await until('it is live again', () => heard.feed.state === 'live' && heard.ids.includes(last), PATIENCE_MS);
        }
        assert.deepEqual(heard.ids, oneTo(last));
        assert.equal(heard.feed.transport, transport);
    });
}

test('a feed goes on from a position it is given, and asks for a snapshot when the history there is gone', BOUND, async () => {
    const dialog = '9000003';
    const first = await follow(gateway.address, {}, dialog);
    await gateway.publish(chat(1, dialog), chat(2, dialog));
    await until('both came', () => first.ids.length === 2, PATIENCE_MS);
    const { position } = first.feed;
    first.feed.stop();
    await gateway.publish(chat(3, dialog));
    let snapshots = 0;
    const snapshot = async () => { snapshots++; };
    const second = await follow(gateway.address, { position, snapshot }, dialog);
    await until('the missed one came', () => second.ids.length === 1, PATIENCE_MS);
    assert.deepEqual([second.ids, snapshots], [[3], 0]);
    const third = await follow(gateway.address, { position: 'gone:1', snapshot }, dialog);
    await until('a snapshot is asked for', () => snapshots === 1, PATIENCE_MS);
    await gateway.publish(chat(4, dialog));
    await until('it goes on', () => third.ids.includes(4), PATIENCE_MS);
});

test('events that come while the snapshot is loaded wait for it', BOUND, async () => {
    const dialog = '9000004';
    let loaded;
    const order = [];
    const heard = await follow(gateway.address, { snapshot: () => new Promise((resolve) => { loaded = resolve; }) }, dialog);
    heard.feed.on('event', () => order.push('event'));
    await gateway.publish(chat(1, dialog));
    const probe = await follow(gateway.address, {}, dialog); // when it has the next one the first feed has had it, or will
    await gateway.publish(chat(2, dialog));
    await until('the probe has it', () => probe.ids.includes(2), PATIENCE_MS);
    order.push('snapshot');
    loaded();
    await until('both came', () => heard.ids.length === 2, PATIENCE_MS);
    assert.deepEqual(order, ['snapshot', 'event', 'event']);
});

test('without WebSocket it is SSE, without that polling; each by itself', BOUND, async () => {
    class Blocked {
        constructor() { throw new Error('forbidden by the page’s policy'); }
    }
    const noStream = (address, init) =>
        String(address).includes('/channel/sse') ? Promise.reject(new TypeError('blocked')) : fetch(address, init);
    for (const [expected, feed] of [['websocket', {}], ['sse', { WebSocket: Blocked }],
        ['polling', { WebSocket: Blocked, fetch: noStream, pollMs: 50 }]]) {
        const conversation = converse(gateway.address, {}, { transports: ALL, ...feed });
        const news = [];
        conversation.on('message', ({ text }) => news.push(text));
        conversation.send('one');
        await until(`it is live by ${expected}`, () => conversation.feed?.transport === expected, PATIENCE_MS);
        await isSent(conversation);
        await bot.say(conversation.session.id, 'two');
        await isIn(conversation, 'one', 'two');
        await bot.say(conversation.session.id, 'three'); // `two` may have come with the dialog
        await until('it is told', () => news.includes('three'), PATIENCE_MS);
        assert.deepEqual(textsOf(conversation), ['one', 'two', 'three']);
        assert.equal(new Set(news).size, news.length);
    }
});

test('with transports.websocket off it is SSE', BOUND, async () => {
    const quiet = await Gateway.start({ SIGNALBOX_TRANSPORTS_WEBSOCKET: 'false' });
    ended.push(() => quiet.stop());
    const conversation = converse(quiet.address);
    conversation.send('one');
    await until('it is live', () => conversation.feed?.state === 'live', PATIENCE_MS);
    assert.equal(conversation.feed.transport, 'sse');
});

test('five attempts in vain are a failure; retry() goes on without loss', { timeout: 120_000 }, async () => {
    const dialog = '9000005';
    const cable = await cableTo(gateway);
    const heard = await follow(cable.address, {}, dialog);
    await gateway.publish(chat(1, dialog));
    await until('it came', () => heard.ids.length === 1, PATIENCE_MS);
    heard.states.length = 0;
    await cable.cut();
    await gateway.publish(chat(2, dialog));
    await until('it has failed', () => heard.feed.state === 'failed', 90_000);
    assert.deepEqual(heard.states, [...Array(5).fill(['waiting', 'connecting']).flat(), 'failed']);
    await cable.mend();
    heard.feed.retry();
    await until('it has what it missed', () => heard.ids.length === 2, PATIENCE_MS);
    assert.deepEqual(heard.ids, [1, 2]);
});

test('a token that nobody takes is final, after one try for a newer one', BOUND, async () => {
    const states = [];
    let refreshes = 0;
    const feed = new client.Feed({
        server: gateway.address, WebSocket,
        credential: () => ({ session: '17', token: 'v1.1.forged' }),
        refresh: async () => { refreshes++; return false; },
    });
    feed.on('state', ({ state, code }) => states.push([state, code]));
    ended.push(() => feed.stop());
    feed.start();
    await until('it has failed', () => feed.state === 'failed', PATIENCE_MS);
    assert.equal(refreshes, 1);
    assert.deepEqual(states.at(-1), ['failed', 'unauthorized']);
});

test('staff follow several channels by one cursor', BOUND, async () => {
    const cable = await cableTo(gateway);
    const accessToken = await gateway.token('operator', '--sub', 'ivan');
    for (const transports of [['websocket'], ['sse']]) {
        const ids = [];
        const feed = new client.Feed({ server: cable.address, WebSocket, transports, credential: () => ({ accessToken }),
            channels: ['dialog:9000006', 'dialog:9000007'] });
        feed.on('event', ({ type, data }) => type === 'chat.message' && ids.push(data.id));
        ended.push(() => feed.stop());
        feed.start();
        await until('it is live', () => feed.state === 'live', PATIENCE_MS);
        await gateway.publish(chat(1, '9000006'), chat(2, '9000007'));
        await until('both came', () => ids.length === 2, PATIENCE_MS);
        await cable.cut();
        await gateway.publish(chat(3, '9000007'), chat(4, '9000006'));
        await cable.mend();
        feed.retry();
        await until('all came', () => ids.length === 4, PATIENCE_MS);
        assert.deepEqual(ids, [1, 2, 3, 4]);
    }
});

test('staff’s token that ends is renewed before it does, and every event comes', BOUND, async () => {
    await Promise.all(['websocket', 'sse'].map(async (transport) => {
        const dialog = transport === 'sse' ? '9000009' : '9000008';
        const first = await gateway.token('operator', '--sub', 'ivan', '--ttl', '5');
        let accessToken = first;
        const ids = [];
        const feed = new client.Feed({ server: gateway.address, WebSocket, transports: [transport], channels: [`dialog:${dialog}`],
            credential: () => ({ accessToken }),
            refresh: async () => Boolean(accessToken = await gateway.token('operator', '--sub', 'ivan')) });
        const states = [];
        feed.on('event', ({ type, data }) => type === 'chat.message' && ids.push(data.id));
        feed.on('state', ({ state }) => states.push(state));
        ended.push(() => feed.stop());
        feed.start();
        await until('it is live', () => feed.state === 'live', PATIENCE_MS);
        await gateway.publish(chat(1, dialog));
        const status = async () => (await fetch(`${gateway.address}/api/dialogs`, { headers: { Authorization: `Bearer ${first}` } })).status;
        await until('the first token has ended, half a minute after its time', async () => await status() === 401, 60_000);
        await gateway.publish(chat(2, dialog));
        await until('both came', () => ids.length === 2, PATIENCE_MS);
        assert.notEqual(accessToken, first);
        assert.deepEqual(ids, [1, 2]);
        // An event stream has no way back: there it is another connection.
        assert.deepEqual(states, transport === 'sse' ? ['connecting', 'live', 'connecting', 'live'] : ['connecting', 'live']);
    }));
});

test('what was written without a connection is sent later, once and in order', BOUND, async () => {
    const cable = await cableTo(gateway);
    const store = new MemoryStore();
    const conversation = converse(cable.address, { store });
    conversation.send('one');
    await isSent(conversation);
    await cable.cut(true);
    for (const text of ['two', 'three', 'four'])
        conversation.send(text);
    assert.deepEqual(conversation.entries().map(({ delivery }) => delivery).slice(-3), ['queued', 'queued', 'queued']);
    conversation.stop(); // the page is closed, and opened again
    const later = converse(cable.address, { store });
    assert.deepEqual(textsOf(later), ['two', 'three', 'four']);
    await cable.mend();
    later.retry();
    await isSent(later);
    await until('all is loaded', () => textsOf(later).length === 4, PATIENCE_MS);
    assert.deepEqual(textsOf(later), ['one', 'two', 'three', 'four']);
    assert.deepEqual(await bot.texts(later.session.id), ['one', 'two', 'three', 'four']);
});

test('stopped and started again while it waits for its next attempt, it sends on', BOUND, async () => {
    const cable = await cableTo(gateway);
    const conversation = converse(cable.address);
    conversation.send('one');
    await isSent(conversation);
    await cable.cut(true);
    conversation.send('two');
    await until('it has tried', () => conversation.entries().at(-1).delivery === 'queued', PATIENCE_MS);
    conversation.stop();
    conversation.start();
    await cable.mend();
    conversation.retry();
    await isSent(conversation);
    assert.deepEqual(await bot.texts(conversation.session.id), ['one', 'two']);
});

test('an answer that is lost makes no second message', BOUND, async () => {
    let losses = 2;
    const forgetful = async (address, init) => {
        const answer = await fetch(address, init);
        if (init?.method === 'POST' && String(address).endsWith('/messages') && losses-- > 0)
            throw new TypeError('the line went dead');
        return answer;
    };
    const conversation = converse(gateway.address, {}, { fetch: forgetful });
    conversation.send('one');
    conversation.send('two');
    await isSent(conversation);
    assert.ok(losses <= 0);
    assert.deepEqual(textsOf(conversation), ['one', 'two']);
    assert.deepEqual(await bot.texts(conversation.session.id), ['one', 'two']);
});

test('two tabs of one store are one guest: a message of either is in both, once', BOUND, async () => {
    const store = new MemoryStore();
    const one = converse(gateway.address, { store });
    one.send('from the first');
    await isSent(one);
    const other = converse(gateway.address, { store });
    other.send('from the second');
    await Promise.all([isSent(one), isSent(other)]);
    for (const conversation of [one, other]) {
        await isIn(conversation, 'from the first', 'from the second');
        assert.deepEqual(textsOf(conversation), ['from the first', 'from the second']);
    }
    assert.equal(one.session.id, other.session.id);
});

test('the tab that is one too many polls, and misses nothing', BOUND, async () => {
    const store = new MemoryStore();
    const first = converse(gateway.address, { store });
    first.send('one');
    await isSent(first);
    const tabs = [first, ...oneTo(4).map(() => converse(gateway.address, { store }))];
    await until('five are live', () => tabs.every(({ feed }) => feed?.state === 'live'), PATIENCE_MS);
    const sixth = converse(gateway.address, { store }, { pollMs: 100 });
    await until('the sixth polls', () => sixth.feed?.transport === 'polling', PATIENCE_MS);
    await bot.say(first.session.id, 'two');
    await isIn(sixth, 'one', 'two');
    assert.ok(tabs.every(({ feed }) => feed.transport === 'websocket'));
});

test('what the server refuses is marked, lets others pass, and is sent again when asked', BOUND, async () => {
    const conversation = converse(gateway.address);
    conversation.send('x'.repeat(10_001));
    conversation.send('short');
    await until('one is refused', () => conversation.entries().some(({ delivery }) => delivery === 'failed'), PATIENCE_MS);
    await isIn(conversation, 'short');
    const refused = conversation.entries().find(({ delivery }) => delivery === 'failed');
    assert.equal(refused.refusal, 'invalid_field');
    conversation.resend(refused.key);
    await until('it is refused again', () => conversation.entries().some(({ delivery }) => delivery === 'failed'), PATIENCE_MS);
    conversation.discard(refused.key);
    assert.deepEqual(textsOf(conversation), ['short']);
});

test('a dialog that is gone is followed by another one, and nothing written is lost', BOUND, async () => {
    const store = new MemoryStore();
    const stranger = { id: '8999999', token: await gateway.token('session', '--dialog', '8999999'), createdAt: new Date().toISOString(),
        assistantId: '', guestId: '' };
    store.setItem(`signalbox:${gateway.address}::session`, JSON.stringify(stranger));
    const conversation = converse(gateway.address, { store });
    conversation.send('is anybody here?');
    await isSent(conversation);
    assert.notEqual(conversation.session.id, stranger.id);
    assert.deepEqual(await bot.texts(conversation.session.id), ['is anybody here?']);
});

test('a token that has ended is renewed by the guest id', BOUND, async () => {
    const store = new MemoryStore();
    const first = converse(gateway.address, { store, assistantId: 'shop' });
    first.send('one');
    await isSent(first);
    const { session } = first;
    first.stop();
    const key = `signalbox:${gateway.address}:shop:session`;
    store.setItem(key, JSON.stringify({ ...session, token: 'v1.1.ended' }));
    const later = converse(gateway.address, { store, assistantId: 'shop' });
    await isIn(later, 'one');
    assert.equal(later.session.id, session.id);
    assert.notEqual(JSON.parse(store.getItem(key)).token, 'v1.1.ended');
});

test('a store that refuses loses nothing while the page is open', BOUND, async () => {
    const store = new MemoryStore();
    store.isFull = true;
    const conversation = converse(gateway.address, { store });
    conversation.send('one');
    conversation.send('two');
    await isSent(conversation);
    assert.deepEqual(await bot.texts(conversation.session.id), ['one', 'two']);
    assert.equal(store.length, 0);
});

test('a server that dies and comes back: the outbox and the feed go on, once and in order', BOUND, async () => {
    const own = await Gateway.start();
    ended.push(() => own.stop());
    const helper = await Colleague.service(own);
    const conversation = converse(own.address);
    conversation.send('one');
    await isSent(conversation);
    await until('it listens', () => conversation.feed?.state === 'live', PATIENCE_MS);
    await own.crash(() => conversation.send('two'));
    await isSent(conversation);
    await helper.say(conversation.session.id, 'three');
    await isIn(conversation, 'three');
    assert.deepEqual(textsOf(conversation), ['one', 'two', 'three']);
    assert.deepEqual(await helper.texts(conversation.session.id), ['one', 'two', 'three']);
});

test('who is there, where one waits, what was read, edited and typed', BOUND, async () => {
    const olga = await Colleague.operator(gateway);
    const conversation = converse(gateway.address);
    const knows = (what, check) => until(what, () => check(conversation.state), PATIENCE_MS);
    await conversation.callHuman('a human, please');
    await knows('it is queued', ({ status, queue }) => status === 'queued' && queue?.position >= 1);
    conversation.send('one');
    await isSent(conversation);
    const dialog = conversation.session.id;
    const again = new client.GuestApi(gateway.address, conversation.session);
    assert.ok((await again.dialog()).queue.position >= 1);
    await olga.take(dialog);
    await knows('an operator is there', ({ operator, queue }) => operator?.name === 'Ольга' && !queue);
    assert.equal((await again.dialog()).operator.name, 'Ольга');
    await olga.typing(dialog);
    await knows('she types', ({ typing }) => typing === 'Ольга');
    const said = await olga.say(dialog, 'Good dya');
    await knows('her message is unread', ({ unread, typing }) => unread === 1 && typing === undefined);
    await olga.edit(dialog, said.id, 'Good day');
    await until('it is edited', () => conversation.entries().some(({ text, isEdited }) => text === 'Good day' && isEdited), PATIENCE_MS);
    conversation.markRead();
    await knows('it is read', ({ unread }) => unread === 0);
    await olga.read(dialog, said.id);
    await until('ours is read', () => conversation.entries().find(({ text }) => text === 'one')?.delivery === 'read', PATIENCE_MS);
});

test('JSON that reaches for prototypes reaches nothing', () => {
    const store = new MemoryStore();
    store.setItem('p:out:a', '{"__proto__":{"text":"evil","polluted":true},"constructor":{"prototype":{"polluted":true}}}');
    assert.deepEqual(new client.Outbox(new client.SafeStore(store, 'p:')).all(), []);
    assert.equal({}.polluted, undefined);
});
