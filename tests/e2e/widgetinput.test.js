// SPDX-License-Identifier: GPL-3.0-or-later
// What the widget makes of malformed events, a spoilt store, and texts and names as long as they may be. In Chromium.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { launchChromium } from './support/browsers.js';
import { Colleague } from './support/desk.js';
import { BOUND, useHouse } from './support/widgettests.js';

const house = useHouse(launchChromium);

test('malformed events change nothing that they should not, and what follows is shown', BOUND, async () => {
    const { bot } = house;
    const visitor = await house.visitor();
    await visitor.page.evaluateOnNewDocument(() => { // our server checks what is published; another one may not
        const Real = globalThis.WebSocket;
        globalThis.WebSocket = class extends Real {
            constructor(address) {
                super(address);
                globalThis.distort = (lines) => lines.forEach((data) => this.onmessage({ data }));
            }
        };
    });
    await visitor.page.reload();
    await visitor.loaded();
    await visitor.write('hello');
    await visitor.markIs('hello', 'delivered');
    const dialog = await visitor.dialog();
    const message = (id, more) => ['chat.message', { id, sender_type: 'operator', created_at: '2026-01-01T00:00:00Z', ...more }];
    const events = [
        ['chat.message', {}], ['chat.message', { id: 'x', sender_type: 'operator', body: 'never' }],
        message(1e300, { body: 'never' }), message(900000002, { sender_type: 'hacker', body: 'never' }),
        message(900000003, { body: { toString: 'never' }, sender_name: {}, created_at: 'never', edited_at: [] }),
        message(900000004, { body: 'files', attachments: [null, 7, [], { url: 5 }, { url: 'data:text/html,x' }, { url: 'javascript:never', name: 'no link' }] }),
        ['dialog.message.updated', { message_id: {}, changes: 'never' }], ['dialog.message.updated', { message_id: 900000004, changes: { text: ['never'] } }],
        ['dialog.read.updated', { last_id: 'x', reader: [] }], ['handoff.queue.updated', { queue_position: '<b>', estimated_wait: 'never' }],
        ['typing.start', { actor: 'never' }], ['typing.stop', {}], ['chat.session.assigned', { operator: 'never' }], ['chat.session.status', { status: {} }],
    ];
    const lines = events.map(([type, data], index) => JSON.stringify({ type, data, channel: 'dialog:x', position: `x:${index + 1}` }));
    await visitor.page.evaluate((all) => { globalThis.distort(all); }, ['[[[', 'null', '7', '[]', '{"type":{}}', '{"type":"warning"}',
        '{"type":"chat.message","channel":{},"position":[]}', ...lines]);
    await bot.say(dialog, 'after');
    await visitor.sees('after', 'files');
    assert.deepEqual((await visitor.texts()).filter(Boolean).sort(), ['after', 'files', 'hello']);
    assert.doesNotMatch(await visitor.look("root.querySelector('.panel').textContent"), /never|object|undefined|NaN/);
    assert.equal(await visitor.look("root.querySelectorAll('.log a').length"), 0);
    await visitor.page.evaluate(() => { // another page of the site, or somebody who is curious, has written there
        const prefix = Object.keys(localStorage).find((name) => name.endsWith(':session')).replace(/session$/, '');
        const garbage = { session: '{"id":{},"token":[]}', 'out:a': '[[[', 'out:b': '{"text":{}}', 'out:c': '{"text":"kept","at":7,"refusal":{}}' };
        for (const [name, value] of Object.entries(garbage))
            localStorage.setItem(prefix + name, value);
    });
    await visitor.page.reload();
    await visitor.loaded();
    await visitor.markIs('kept', 'delivered');
    assert.deepEqual(await visitor.texts(), ['kept']);
    assert.deepEqual(visitor.complaints, []);
});

test('giant texts and names stay in their places', BOUND, async () => {
    const { gateway, bot } = house;
    const giant = { word: 'Ш'.repeat(10_000), lines: 'a\n'.repeat(4_998) + 'end', marks: 'e\u0301\u0302'.repeat(3_000) };
    const visitor = await house.visitor({}, `data-title="${'long '.repeat(200)}"`);
    const inPlace = () => visitor.look(`(() => {
        const [panel, log, head] = ['.panel', '.log', '.titles'].map((name) => root.querySelector(name).getBoundingClientRect());
        const inside = [...root.querySelectorAll('.panel *:not(.hidden, .log *)')].map((node) => node.getBoundingClientRect())
            .filter(({ width }) => width > 0).every(({ left, right, top, bottom }) => left >= panel.left && right <= panel.right && top >= panel.top && bottom <= panel.bottom);
        return [inside, root.querySelector('.log').scrollWidth <= root.querySelector('.log').clientWidth, head.height < 60, log.height > 200,
            [...root.querySelectorAll('.bubble')].every((node) => node.getBoundingClientRect().right <= log.right)];
    })()`);
    const allTrue = Array(5).fill(true);
    assert.deepEqual(await inPlace(), allTrue);
    await visitor.page.evaluate((text) => { globalThis.Signalbox.send(text); }, giant.word);
    await visitor.sees(giant.word);
    const dialog = await visitor.dialog();
    for (const text of [giant.lines, giant.marks, giant.word])
        await bot.say(dialog, text, { sender_name: 'Ж'.repeat(100), attachments: [{ url: '/files/a', name: 'f'.repeat(200) }] });
    await visitor.sees(giant.lines.trim(), giant.marks, giant.word);
    assert.deepEqual(await inPlace(), allTrue);
    const operator = await Colleague.operator(gateway, 'giant', 'Щ'.repeat(100));
    await operator.take(dialog);
    await visitor.see('the name is there', "root.querySelector('.who').textContent.startsWith('ЩЩ')");
    await operator.typing(dialog);
    await visitor.see('it types', "root.querySelector('.status').textContent === 'Typing…'");
    assert.deepEqual(await inPlace(), allTrue);
    assert.deepEqual(visitor.complaints, []);
});
