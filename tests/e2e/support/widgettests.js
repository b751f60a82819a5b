// SPDX-License-Identifier: GPL-3.0-or-later
// What the widget must do in every browser, on a page of another origin with a strict policy.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { Cable } from './cable.js';
import { Colleague } from './desk.js';
import { Gateway } from './gateway.js';
import { Visitor, openShop } from './visitor.js';
import { until } from './waiting.js';

export const BOUND = { timeout: 150_000 };
export const PATIENCE_MS = 40_000;

/** Starts the browser, a server, a line to it and the shop; the tests of the caller find them in the result. */
export function useHouse(launch, settings = {}) {
    const house = { ended: [], attributes: '' };
    before(async () => {
        house.browser = await launch();
        house.shop = await openShop(() => house.cable.address, () => house.attributes);
        house.gateway = await Gateway.start({ CORS_ORIGIN: house.shop.origin, SIGNALBOX_LIMIT_REQUESTS_PER_SECOND: '0', ...settings });
        house.cable = await Cable.to(house.gateway.port);
        house.olga = await Colleague.operator(house.gateway);
        house.bot = await Colleague.service(house.gateway);
    }, BOUND);
    after(async () => {
        await house.browser?.close();
        house.shop?.close();
        await house.cable?.cut();
        await house.gateway?.stop();
    }, BOUND);
    afterEach(async () => {
        house.attributes = '';
        for (const end of house.ended.splice(0).reverse())
            await end();
    }, BOUND);
    house.context = async () => {
        const context = await house.browser.createBrowserContext();
        house.ended.push(() => context.close());
        return context;
    };
    house.visitor = async (options, attributes = '') => {
        house.attributes = attributes;
        return Visitor.at(await house.context(), house.shop.origin, options);
    };
    return house;
}

export function testWidget(house) {
    test('restart, cut, reload, a second tab: every message once and in order', BOUND, async () => {
        const { gateway, cable, olga } = house;
        const context = await house.context();
        const visitor = await Visitor.at(context, house.shop.origin);
        await visitor.write('one');
        const dialog = await visitor.dialog();
        await visitor.markIs('one', 'delivered');
        await olga.take(dialog);
        await olga.say(dialog, 'two');
        await visitor.sees('one', 'two');
        await visitor.see('her name is there', "root.querySelector('.who').textContent === 'Ольга'");

        await gateway.crash(() => visitor.write('three'));
        await visitor.sees('three');
        await visitor.markIs('three', 'delivered');
        await olga.say(dialog, 'four');

        await visitor.sees('four');
        await cable.cut(true);
        await visitor.write('five');
        await visitor.write('six');
        await visitor.markIs('six', 'queued');
        await olga.say(dialog, 'seven');
        await cable.mend();
        await visitor.sees('seven');
        await visitor.markIs('six', 'sent', 'delivered');

        await visitor.page.reload();
        await visitor.loaded();
        await visitor.sees('one', 'seven', 'six');
        const other = await Visitor.at(context, house.shop.origin);
        await other.write('eight');
        await olga.say(dialog, 'nine');
        for (const tab of [visitor, other]) {
            await tab.page.bringToFront(); // what nobody can see is not drawn
            await tab.sees('eight', 'nine');
            const texts = await tab.texts();
            assert.deepEqual([...texts].sort(), ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'].sort());
            assert.deepEqual(texts, await olga.texts(dialog));
            assert.deepEqual(texts.filter((text) => ['one', 'three', 'five', 'six', 'eight'].includes(text)), ['one', 'three', 'five', 'six', 'eight']);
        }
        assert.deepEqual([...visitor.complaints, ...other.complaints], []);
    });

    test('the queue, typing both ways, reading, editing', BOUND, async () => {
        const { gateway, olga } = house;
        const visitor = await house.visitor({}, 'data-lang="ru"');
        await visitor.click('.human');
        await visitor.see('its place is told', "/Ваше место в очереди: \\d+/.test(root.querySelector('.queue').textContent)");
        const dialog = await visitor.dialog();
        await olga.take(dialog);
        await visitor.see('the queue is over', "root.querySelector('.queue').hidden");
        await olga.typing(dialog);
        await visitor.see('she types', "root.querySelector('.status').textContent === 'Печатает…'");
        const said = await olga.say(dialog, 'Good dya');
        await visitor.sees('Good dya');
        await olga.edit(dialog, said.id, 'Good day');
        await visitor.sees('Good day');
        await visitor.see('it says so', "root.querySelector('.theirs .meta').textContent.startsWith('изменено')");
        const answer = async () => olga.ask('GET', `/api/dialogs/${dialog}`);
        await until('the desk knows that it was read', async () => (await answer()).guest_read >= said.id, PATIENCE_MS);
        await visitor.write('hello');
        await visitor.markIs('hello', 'delivered');
        await olga.read(dialog, 1_000_000_000);
        await visitor.markIs('hello', 'read');
        assert.deepEqual(visitor.complaints, []);
        assert.ok(gateway.port);
    });

    test('foreign text stays text, foreign names reach no prototype', BOUND, async () => {
        const { gateway, bot } = house;
        const visitor = await house.visitor();
        const evil = '<img src=x onerror="globalThis.hacked=1"><script>globalThis.hacked=1</script> https://shop.example/?q=<b>';
        await visitor.write('hello');
        const dialog = await visitor.dialog();
        await bot.say(dialog, evil, { sender_name: '<b>Bot</b>',
            attachments: [{ url: 'https://shop.example/a.pdf', name: '"><img src=x>' }, { url: '/files/b.txt', name: 'b' }] });
        await visitor.sees(evil);
        const token = await gateway.token('service', '--sub', 'bot');
        const published = await fetch(`${gateway.address}/api/v1/publish`, {
            method: 'POST',
            headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
            body: `{"event":"chat.message","channels":["dialog:${dialog}"],"data":{"id":900000001,"sender_type":"operator","body":"after",
                "created_at":"2026-01-01T00:00:00Z","__proto__":{"hacked":1},"constructor":{"prototype":{"hacked":1}},
                "attachments":[{"url":"javascript:globalThis.hacked=1","name":"run me"}]}}`,
        });
        assert.equal(published.status, 200, await published.text());
        await visitor.sees('after');
        assert.equal(await visitor.look("root.querySelectorAll('img, script, b').length"), 0);
        assert.equal(await visitor.page.evaluate(() => globalThis.hacked ?? ({}).hacked ?? Object.hacked), undefined);
        const links = await visitor.look("[...root.querySelectorAll('.log a')].map(({ href, rel }) => [href, rel])");
        const rel = 'noopener noreferrer nofollow';
        assert.deepEqual(links, [['https://shop.example/?q=', rel], ['https://shop.example/a.pdf', rel], [`${house.cable.address}/files/b.txt`, rel]]);
        assert.deepEqual(visitor.complaints, []);
    });

    test('keyboard and screen reader', BOUND, async () => {
        const visitor = await house.visitor({ isOpen: false });
        const { keyboard } = visitor.page;
        await visitor.page.focus('#before');
        await keyboard.press('Tab');
        await keyboard.press('Enter');
        await visitor.see('the field has the focus', "root.activeElement?.tagName === 'TEXTAREA'");
        assert.deepEqual(await visitor.look(`[root.querySelector('.log').getAttribute('role'), root.querySelector('.log').ariaLive,
            root.querySelector('.panel').getAttribute('role'), root.querySelector('textarea').getAttribute('aria-label'),
            root.querySelector('.launcher').getAttribute('aria-expanded')]`), ['log', 'polite', 'dialog', 'Message', 'true']);
        await keyboard.type('first');
        await keyboard.down('Shift');
        await keyboard.press('Enter');
        await keyboard.up('Shift');
        await keyboard.type('second');
        await keyboard.press('Enter');
        await visitor.sees('first\nsecond');
        const stops = new Set();
        for (let step = 0; step < 8; step++) {
            await keyboard.press('Tab');
            stops.add(await visitor.look("root.activeElement?.className || root.activeElement?.tagName || 'outside'"));
        }
        assert.ok(stops.has('close') && stops.has('TEXTAREA') && stops.has('log') && !stops.has('outside') && !stops.has('launcher'), [...stops].join());
        await keyboard.press('Escape');
        assert.ok(await visitor.look("root.querySelector('.panel').hidden && root.activeElement.className === 'launcher'"));
        assert.deepEqual(visitor.complaints, []);
    });

    test('what was being written is there after a reload, in this tab', BOUND, async () => {
        const context = await house.context();
        const visitor = await Visitor.at(context, house.shop.origin);
        const field = "root.querySelector('textarea')";
        const seen = (one) => one.look(`[${field}.value, root.querySelector('.send').disabled, ${field}.offsetHeight > 60]`);
        await visitor.see('the field has the focus', "root.activeElement?.tagName === 'TEXTAREA'");
        const { keyboard } = visitor.page;
        for (const line of ['first', 'second', 'third']) {
            await keyboard.type(line);
            await keyboard.down('Shift');
            await keyboard.press('Enter');
            await keyboard.up('Shift');
        }
        await visitor.page.reload();
        await visitor.loaded();
        assert.deepEqual(await seen(visitor), ['first\nsecond\nthird\n', false, true]);
        const other = await Visitor.at(context, house.shop.origin);
        assert.deepEqual(await seen(other), ['', true, false]);
        await visitor.page.bringToFront();
        await visitor.see('the field has the focus', "root.activeElement?.tagName === 'TEXTAREA'");
        await keyboard.press('Enter');
        await visitor.sees('first\nsecond\nthird');
        await visitor.page.reload();
        await visitor.loaded();
        assert.deepEqual(await seen(visitor), ['', true, false]);
        assert.deepEqual(visitor.complaints, []);
    });

    test('in a frame: opens, counts, is told and tells', BOUND, async () => {
        const visitor = await house.visitor({ isOpen: false }, 'data-mode="iframe" data-lang="ru"');
        await visitor.page.evaluate(() => {
            globalThis.told = [];
            for (const name of ['open', 'close', 'unread', 'message'])
                globalThis.Signalbox.on(name, (value) => globalThis.told.push([name, value]));
            globalThis.Signalbox.send('from the page');
        });
        const frame = await until('the frame is there', () => visitor.page.frames().find((one) => one.url().includes('/widget/chat')), PATIENCE_MS);
        const dialog = await until('the dialog has begun', () => frame.evaluate(() => {
            const key = Object.keys(localStorage).find((name) => name.endsWith(':session'));
            return key && JSON.parse(localStorage.getItem(key)).id;
        }), PATIENCE_MS);
        await until('the desk has it', async () => (await house.bot.texts(dialog)).includes('from the page'), PATIENCE_MS);
        await house.bot.say(dialog, 'answer');
        await visitor.see('the badge counts', "root.querySelector('.badge')?.textContent === '1'");
        await house.bot.say(dialog, 'more'); // the one before may have been there when the frame loaded the dialog
        await visitor.see('the badge counts on', "root.querySelector('.badge')?.textContent === '2'");
        await until('the page hears it', () => visitor.page.evaluate(() => globalThis.told.some(([name, value]) => name === 'message' && value.text === 'more')), PATIENCE_MS);
        await visitor.page.evaluate(() => { globalThis.Signalbox.open(); });
        await until('the frame shows it', () => frame.evaluate(() => [...document.querySelector('.signalbox').shadowRoot
            .querySelectorAll('.text')].map((node) => node.textContent).join() === 'from the page,answer,more'), PATIENCE_MS);
        await visitor.see('all is read', "!root.querySelector('.badge')");
        await until('the page was told', () => visitor.page.evaluate(() => globalThis.told.some(([name, value]) => name === 'unread' && value === 0)), PATIENCE_MS);
        await frame.evaluate(() => { document.querySelector('.signalbox').shadowRoot.querySelector('.close').click(); });
        await visitor.see('it is closed', "root.querySelector('.panel').hidden");
        const told = await visitor.page.evaluate(() => globalThis.told);
        assert.deepEqual(told.filter(([name]) => name === 'open' || name === 'close').map(([name]) => name), ['open', 'close']);
        assert.deepEqual(visitor.complaints, []);
    });
}
