// SPDX-License-Identifier: GPL-3.0-or-later
// The widget in Chromium.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { launchChromium } from './support/browsers.js';
import { Gateway } from './support/gateway.js';
import { Visitor, openShop } from './support/visitor.js';
import { until } from './support/waiting.js';
import { BOUND, PATIENCE_MS, testWidget, useHouse } from './support/widgettests.js';

const house = useHouse(launchChromium);
testWidget(house);

for (const [switchedOff, expected] of [[['WEBSOCKET'], 'sse'], [['WEBSOCKET', 'SSE'], 'polling']]) {
    test(`without ${switchedOff.join(' and ')} it is ${expected}`, BOUND, async () => {
        let gateway;
        const shop = await openShop(() => gateway.address, () => 'data-open');
        house.ended.push(() => shop.close());
        const off = Object.fromEntries(switchedOff.map((name) => [`SIGNALBOX_TRANSPORTS_${name}`, 'false']));
        gateway = await Gateway.start({ CORS_ORIGIN: shop.origin, SIGNALBOX_LIMIT_REQUESTS_PER_SECOND: '0', ...off });
        house.ended.push(() => gateway.stop());
        const visitor = await Visitor.at(await house.context(), shop.origin);
        await visitor.write('hello');
        const dialog = await visitor.dialog();
        const asked = (part) => visitor.page.evaluate((text) => performance.getEntriesByType('resource').filter(({ name }) => name.includes(text)).length, part);
        if (expected === 'polling')
            await until('it asks again and again', async () => await asked('/messages?limit') >= 2, PATIENCE_MS);
        const token = await gateway.token('service', '--sub', 'bot');
        await fetch(`${gateway.address}/api/dialogs/${dialog}/messages`, { method: 'POST',
            headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }, body: '{"text":"answer"}' });
        await visitor.sees('hello', 'answer');
        const { connections } = await (await fetch(`${gateway.management}/stats/summary`)).json();
        assert.equal(connections.total, expected === 'sse' ? 1 : 0);
        assert.equal(connections.by_transport.sse, connections.total);
        assert.deepEqual(visitor.complaints, []);
    });
}

test('the browser goes offline, and comes back with what was written meanwhile', BOUND, async () => {
    const visitor = await house.visitor();
    await visitor.write('one');
    const dialog = await visitor.dialog();
    await visitor.markIs('one', 'delivered');
    await visitor.page.setOfflineMode(true);
    await visitor.write('two');
    await visitor.see('it says so', "root.querySelector('.banner').textContent.startsWith('No connection')");
    await visitor.markIs('two', 'queued');
    await house.bot.say(dialog, 'three');
    await visitor.page.setOfflineMode(false);
    await visitor.sees('three');
    await visitor.markIs('two', 'sent', 'delivered');
    await visitor.see('it is connected', "root.querySelector('.banner').hidden");
    assert.deepEqual(await visitor.texts(), await house.bot.texts(dialog));
    assert.deepEqual(visitor.complaints, []);
});

test('after five attempts there is Retry, and nothing is lost', BOUND, async () => {
    const visitor = await house.visitor();
    await visitor.write('one');
    await visitor.markIs('one', 'delivered');
    await house.cable.cut();
    await visitor.see('it has given up', "root.querySelector('.banner').textContent.startsWith('Could not connect')", 90_000);
    await house.cable.mend();
    await house.bot.say(await visitor.dialog(), 'two');
    await visitor.click('.banner button');
    await visitor.sees('one', 'two');
    await visitor.see('it is connected', "root.querySelector('.banner').hidden");
});

test('full page, languages by the page, the API', BOUND, async () => {
    const whole = await house.visitor({ isOpen: false }, 'data-mode="fullscreen" data-lang="ru-RU"');
    assert.deepEqual(await whole.look(`[root.querySelector('.panel').offsetWidth === innerWidth, root.querySelector('.launcher'),
        root.querySelector('textarea').placeholder]`), [true, null, 'Сообщение']);
    await whole.page.close();
    const visitor = await house.visitor({ isOpen: false }, 'data-side="left" data-accent="#123456" data-title="Ask us"');
    await visitor.page.evaluate(() => {
        globalThis.told = [];
        globalThis.Signalbox.on('open', () => globalThis.told.push('open'));
        globalThis.ends = globalThis.Signalbox.on('close', () => globalThis.told.push('close'));
        globalThis.Signalbox.toggle();
        globalThis.Signalbox.close();
        globalThis.ends();
        globalThis.Signalbox.open();
        globalThis.Signalbox.close();
        globalThis.Signalbox.open();
        globalThis.Signalbox.send('by the page');
    });
    await visitor.sees('by the page');
    assert.deepEqual(await visitor.page.evaluate(() => globalThis.told), ['open', 'close', 'open', 'open']);
    assert.deepEqual(await visitor.look(`[root.querySelector('.who').textContent, getComputedStyle(root.querySelector('.launcher')).backgroundColor,
        root.querySelector('.launcher').getBoundingClientRect().left < 100]`), ['Ask us', 'rgb(18, 52, 86)', true]);
    assert.deepEqual(visitor.complaints, []);
});

test('the demo shop, in both languages, has nothing to complain about', BOUND, async () => {
    for (const [language, name] of [['en', 'Linen & Clay'], ['ru', 'Лён и глина']]) {
        const visitor = await Visitor.at(await house.context(), `${house.gateway.address}/widget/?lang=${language}`);
        assert.equal(await visitor.page.title(), name);
        await visitor.write('hello');
        await visitor.markIs('hello', 'delivered');
        assert.deepEqual(visitor.complaints, []);
    }
});

test('files are served compressed, with entity tags, and frames only where they may be', BOUND, async () => {
    const { gateway, shop } = house;
    const ask = (path, headers = {}) => fetch(gateway.address + path, { headers, redirect: 'manual' });
    const plain = await ask('/widget/widget.js', { 'Accept-Encoding': 'identity' });
    const packed = await ask('/widget/widget.js', { 'Accept-Encoding': 'gzip' });
    assert.deepEqual([plain.headers.get('content-encoding'), packed.headers.get('content-encoding')], [null, 'gzip']);
    assert.equal(await packed.text(), await plain.text());
    assert.ok(Number(packed.headers.get('content-length')) <= 15 * 1024);
    assert.notEqual(packed.headers.get('etag'), plain.headers.get('etag'));
    const known = await ask('/widget/widget.js', { 'Accept-Encoding': 'gzip', 'If-None-Match': packed.headers.get('etag') });
    assert.equal(known.status, 304);
    assert.match((await ask('/widget/chat')).headers.get('content-security-policy'), new RegExp(`frame-ancestors 'self' ${shop.origin}$`));
    assert.match((await ask('/widget/')).headers.get('content-security-policy'), /frame-ancestors 'none'$/);
    const moved = await ask('/widget');
    assert.deepEqual([moved.status, moved.headers.get('location')], [301, '/widget/']);
});
