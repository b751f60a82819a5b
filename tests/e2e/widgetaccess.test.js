// SPDX-License-Identifier: GPL-3.0-or-later
// Whether everybody can use the widget: axe-core over what can be on the screen, and a walk without a mouse. In Chromium.
import assert from 'node:assert/strict';
import axe from 'axe-core';
import { test } from 'node:test';

import { launchChromium } from './support/browsers.js';
import { Visitor } from './support/visitor.js';
import { until } from './support/waiting.js';
import { BOUND, PATIENCE_MS, useHouse } from './support/widgettests.js';

const house = useHouse(launchChromium);

/** Nothing for axe to complain about in the page and its frames; `what` is on the screen. */
async function passes(what, page, scope = '.signalbox') {
    for (const frame of page.frames())
        await frame.evaluate(`globalThis.axe ?? (() => { ${axe.source} })()`);
    const { violations, incomplete, passes: passed } = await page.evaluate((selector) =>
        globalThis.axe.run(selector, { resultTypes: ['violations', 'incomplete'] }), scope);
    const told = (list) => list.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html, any }) => `${html} ${any[0]?.message ?? ''}`).join(' | ')}`);
    assert.deepEqual(told([...violations, ...incomplete]), [], what);
    assert.ok(passed.length > 5, `${what}: axe has looked at ${passed.length} things`);
}

for (const language of ['en', 'ru']) {
    for (const theme of ['light', 'dark']) {
        test(`axe-core: ${language}, ${theme}`, BOUND, async () => {
            const { olga, bot } = house;
            const visitor = await house.visitor({}, `data-lang="${language}" data-theme="${theme}"`);
            const { page } = visitor;
            await visitor.write('hello');
            await visitor.markIs('hello', 'delivered');
            const dialog = await visitor.dialog();
            await bot.say(dialog, 'see https://shop.example/help', { attachments: [{ url: '/files/a.pdf', name: 'a.pdf', size: 2048 }] });
            await visitor.sees('see https://shop.example/help');
            await visitor.click('.human');
            await visitor.see('it waits', "!root.querySelector('.queue').hidden");
            await passes('the AI has answered, a human is called', page);
            await olga.take(dialog);
            const { id } = await olga.say(dialog, 'good dya');
            await olga.edit(dialog, id, 'good day');
            await visitor.sees('good day');
            await page.evaluate(() => { globalThis.Signalbox.send('x'.repeat(10_001)); });
            await visitor.see('one is refused', "root.querySelector('.refusal')");
            await page.setOfflineMode(true);
            await visitor.see('it says so', "!root.querySelector('.banner').hidden");
            await passes('an edited message, a refused one, no connection', page);
            await page.setOfflineMode(false);
            await page.evaluate(() => { globalThis.Signalbox.close(); });
            await olga.say(dialog, 'are you there?');
            await visitor.see('the badge counts', "root.querySelector('.badge')");
            await passes('closed, with a badge', page);
            assert.deepEqual(visitor.complaints, []);
        });
    }
}

for (const options of ['lang=en&theme=light', 'lang=ru&theme=dark']) {
    test(`axe-core: the demo shop, with a frame and as a full page: ${options}`, BOUND, async () => {
        const address = `${house.gateway.address}/widget/?${options}`;
        const shop = await Visitor.at(await house.context(), `${address}&mode=iframe`);
        const frame = await until('the frame is there', () => shop.page.frames().find((one) => one.url().includes('/widget/chat')), PATIENCE_MS);
        await until('it has a window', () => frame.evaluate(() => document.querySelector('.signalbox')?.shadowRoot.querySelector('textarea')), PATIENCE_MS);
        await passes('the shop', shop.page, 'html');
        const whole = await Visitor.at(await house.context(), `${address}&mode=fullscreen`);
        await passes('the full page', whole.page);
    });
}

test('without a mouse: open, write, call a human and think better of it, delete what was refused, follow a link, close', BOUND, async () => {
    const visitor = await house.visitor({ isOpen: false });
    const { keyboard } = visitor.page;
    const focused = () => visitor.look("[root.activeElement?.className, root.activeElement?.textContent, root.activeElement?.tagName]");
    /** Tab, or with Shift, until the focus is on `name`: a class, a text or a tag. */
    const walk = async (name, back = false) => {
        if (back)
            await keyboard.down('Shift');
        const seen = [];
        for (let step = 0; step < 20 && !seen.at(-1)?.includes(name); step++) {
            await keyboard.press('Tab');
            seen.push(await focused());
        }
        if (back)
            await keyboard.up('Shift');
        assert.ok(seen.at(-1).includes(name), `${name} after ${JSON.stringify(seen)}`);
        assert.ok(seen.every(([className]) => className !== undefined && className !== 'launcher'), JSON.stringify(seen));
    };
    await visitor.page.focus('#before');
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await visitor.write('hello');
    const dialog = await visitor.dialog();
    await visitor.markIs('hello', 'delivered');
    await house.bot.say(dialog, 'https://shop.example/help');
    await visitor.sees('https://shop.example/help');
    const { session_id: other } = await house.bot.ask('POST', '/chat/session', {});
    await house.bot.ask('POST', `/api/dialogs/${other}/handoff`, { reason: 'was here before' });
    await walk('human');
    await keyboard.press('Enter');
    await visitor.see('it waits', "!root.querySelector('.queue').hidden && root.activeElement.tagName === 'TEXTAREA'");
    await walk('Cancel', true);
    const place = await visitor.look("root.querySelector('.queue span').textContent");
    await house.bot.ask('POST', `/api/dialogs/${other}/handoff/cancel`, {});
    await visitor.see('its place has changed', `root.querySelector('.queue span').textContent !== ${JSON.stringify(place)}`);
    assert.equal((await focused())[1], 'Cancel');
    await keyboard.press('Enter');
    await visitor.see('it waits no more', "root.querySelector('.queue').hidden");
    assert.equal((await focused())[0], 'log');
    await visitor.page.evaluate(() => { globalThis.Signalbox.send('x'.repeat(10_001)); });
    await visitor.see('one is refused', "root.querySelector('.refusal')");
    await walk('Delete');
    await keyboard.press('Enter');
    await visitor.see('it is gone', "!root.querySelector('.refusal')");
    assert.equal((await focused())[0], 'log');
    await walk('https://shop.example/help');
    await walk('TEXTAREA', true);
    await keyboard.press('Escape');
    await visitor.see('it is closed, with the focus on the button', "root.querySelector('.panel').hidden && root.activeElement.className === 'launcher'");
    assert.deepEqual(visitor.complaints, []);
});
