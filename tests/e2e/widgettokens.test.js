// SPDX-License-Identifier: GPL-3.0-or-later
// A session token that ends while the widget is open, closed or without a line, in Chromium.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { launchChromium } from './support/browsers.js';
import { until } from './support/waiting.js';
import { BOUND, PATIENCE_MS, useHouse } from './support/widgettests.js';

const LIFE_S = 15;
const NOTICE_S = 12;
const ENDED_S = -100;
const house = useHouse(launchChromium, { SIGNALBOX_EXPIRY_NOTICE_SECONDS: String(NOTICE_S) });

/** Puts a token into the page's storage that lives so long yet; `changes` are of the stored session. Resolves with it. */
async function shorten(visitor, lifeS, changes = {}) {
    const token = house.gateway.sessionToken(await visitor.dialog(), lifeS);
    await visitor.page.evaluate((more) => {
        const key = Object.keys(localStorage).find((name) => name.endsWith(':session'));
        localStorage.setItem(key, JSON.stringify({ ...JSON.parse(localStorage.getItem(key)), ...more }));
    }, { token, ...changes });
    return token;
}

const storedToken = (visitor) => visitor.page.evaluate(() =>
    JSON.parse(localStorage.getItem(Object.keys(localStorage).find((name) => name.endsWith(':session')))).token);

async function reload(visitor) {
    await visitor.page.reload();
    await visitor.loaded();
    await visitor.page.evaluate(() => {
        globalThis.states = [];
        globalThis.Signalbox.on('connection', (state) => globalThis.states.push(state));
    });
}

/** A visitor who has said `one`. */
async function begun(attributes) {
    const visitor = await house.visitor({}, attributes);
    await visitor.write('one');
    await visitor.markIs('one', 'delivered');
    return { visitor, dialog: await visitor.dialog() };
}

for (const way of ['websocket', 'sse', 'polling']) {
    test(`${way}: the token ends while the window is open, and nobody notices`, BOUND, async () => {
        const { visitor, dialog } = await begun(`data-transports="${way}"`);
        const token = await shorten(visitor, LIFE_S);
        house.attributes = `data-transports="${way}"`;
        await reload(visitor);
        await visitor.sees('one');
        const status = async () => (await fetch(`${house.gateway.address}/chat/session/${dialog}`, { headers: { 'X-Session-Token': token } })).status;
        await until('the token has ended', async () => await status() === 401, PATIENCE_MS);
        await house.bot.say(dialog, 'two');
        await visitor.sees('two');
        await visitor.write('three');
        await visitor.markIs('three', 'delivered');
        assert.notEqual(await storedToken(visitor), token);
        assert.equal(await visitor.dialog(), dialog);
        assert.deepEqual(await visitor.texts(), ['one', 'two', 'three']);
        assert.deepEqual(await house.bot.texts(dialog), ['one', 'two', 'three']);
        const states = await visitor.page.evaluate(() => globalThis.states);
        assert.ok(!states.includes('failed') && (way === 'polling' || !states.includes('waiting')), states.join());
        assert.deepEqual(visitor.complaints, []);
    });
}

test('the token has ended while the page was closed: the guest id gets another one, what is written at once is sent', BOUND, async () => {
    for (const createdAt of [new Date().toISOString(), '2026-01-01T00:00:00Z']) { // known to be old, and not
        const { visitor, dialog } = await begun();
        await shorten(visitor, ENDED_S, { createdAt });
        await reload(visitor);
        await visitor.write('two');
        await visitor.sees('one', 'two');
        await visitor.markIs('two', 'delivered');
        assert.equal(await visitor.dialog(), dialog);
        assert.deepEqual(await house.bot.texts(dialog), ['one', 'two']);
        assert.deepEqual(visitor.complaints, []);
    }
});

/** Without a line the visitor writes, and the token ends. */
async function cutOff(visitor, changes, ...texts) {
    await house.cable.cut(true);
    for (const text of texts)
        await visitor.write(text);
    await visitor.markIs(texts.at(-1), 'queued');
    await shorten(visitor, ENDED_S, changes);
    await visitor.page.evaluate(() => { dispatchEvent(new StorageEvent('storage')); }); // as when another tab had written
}

test('the token ends while there is no line: what was written meanwhile comes once', BOUND, async () => {
    const { visitor, dialog } = await begun();
    await cutOff(visitor, {}, 'two', 'three');
    await house.bot.say(dialog, 'four');
    await house.cable.mend();
    await visitor.sees('four');
    await visitor.markIs('three', 'sent', 'delivered');
    assert.equal(await visitor.dialog(), dialog);
    assert.deepEqual(await house.bot.texts(dialog), ['one', 'four', 'two', 'three']);
    assert.deepEqual(await visitor.texts(), ['one', 'four', 'two', 'three']);
    assert.deepEqual(visitor.complaints, []);
});

test('neither token nor guest id opens the dialog: another one begins with what was written', BOUND, async () => {
    const { visitor, dialog } = await begun();
    await cutOff(visitor, { guestId: '' }, 'two', 'three');
    await house.cable.mend();
    await until('there is another dialog', async () => await visitor.dialog() !== dialog, PATIENCE_MS);
    await visitor.markIs('three', 'delivered');
    assert.deepEqual(await visitor.texts(), ['two', 'three']);
    assert.deepEqual(await house.bot.texts(await visitor.dialog()), ['two', 'three']);
    assert.deepEqual(await house.bot.texts(dialog), ['one']);
    assert.deepEqual(visitor.complaints, []);
});
