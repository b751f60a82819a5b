// SPDX-License-Identifier: GPL-3.0-or-later
// The page that the server shows of itself.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { launchBrowser } from './support/browser.js';
import { Gateway } from './support/gateway.js';
import { until } from './support/waiting.js';

const BOUND = { timeout: 60_000 };
const AT = '2026-01-01T00:00:00Z';
const LINES = 200;

const deal = (id, title = 'A deal') =>
    ({ event: 'deal.created', data: { deal_id: id, client_id: 1, title, status: 'new', created_at: AT } });

let browser;
let gateway;
let context;
let page;
let complaints;
let requests;

before(async () => {
    [browser, gateway] = await Promise.all([launchBrowser(), Gateway.start({ SIGNALBOX_STREAM_RETRY_MS: '300' })]);
}, BOUND);

after(async () => {
    await browser?.close();
    await gateway?.stop();
}, BOUND);

beforeEach(() => openPage(), BOUND);
afterEach(() => context.close(), BOUND);

async function openPage(options = {}) {
    await context?.close();
    context = await browser.newContext({ locale: 'en-US', ...options });
    page = await context.newPage();
    complaints = [];
    requests = [];
    page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type()))
            complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(new URL(request.url()).origin));
    await page.goto(gateway.address);
}

/** The only complaints are those that a browser makes by itself about answers and lost connections. */
function assertNoViolation() {
    assert.deepEqual(complaints.filter((text) => !text.startsWith('Failed to load resource')), []);
}

const textOf = (selector) => page.locator(selector).innerText();
const shows = (selector, text, ms) =>
    until(`${selector} shows ${text}`, async () => (await textOf(selector)).includes(text), ms);
const rowNames = () => page.locator('#events .name').allInnerTexts();

async function signIn(...words) {
    await page.fill('#token', await gateway.token(...(words.length ? words : ['admin', '--sub', 'me'])));
    await page.press('#token', 'Enter');
}

async function listen() {
    await signIn();
    await shows('#tail-state', 'live');
}

test('it shows health, counts and events, and the browser has nothing to complain about', BOUND, async () => {
    await shows('#overall', 'All is well');
    assert.match(await textOf('#parts'), /Core\s+works/);
    assert.equal(await page.locator('#counts').isVisible(), false);
    await listen();
    await until('the stream is counted', async () => /SSE\s+1/.test(await textOf('#counts')));
    assert.match(await textOf('#token-note'), /^me · admin · until /);
    const { results: [{ positions }] } = await gateway.publish(deal(7, '<img src=/x onerror=alert(1)>'));
    await until('the event is there', async () => (await rowNames())[0] === 'deal.created');
    assert.equal(await textOf('#events .id'), positions['stream:deals']);
    await page.locator('#events summary').press('Enter');
    assert.match(await textOf('#events pre'), /"title": "<img src=\/x onerror=alert\(1\)>"/);
    assert.equal(await page.locator('#events img').count(), 0);
    assert.deepEqual(complaints, []);
    assert.deepEqual([...new Set(requests)], [gateway.address]);
});

test('it publishes a sample of every source that it can listen to', BOUND, async () => {
    await listen();
    for (const source of await page.locator('#source option').evaluateAll((options) => options.map(({ value }) => value))) {
        await page.selectOption('#source', source);
        await shows('#tail-state', 'live');
        const before = (await rowNames()).length;
        await page.click('#sample');
        await shows('#sample-note', 'Published: ');
        await until(`the sample of ${source} arrives`, async () => (await rowNames()).length > before);
        await page.click('#clear');
    }
    assert.deepEqual(complaints, []);
});

test('its commands work as they stand', BOUND, async () => {
    await listen();
    const environment = { TOKEN: (await gateway.shell('signalboxd token admin --sub curl')).trim() };
    assert.equal(await textOf('#curl-token'), 'TOKEN=$(signalboxd token admin --sub me)');
    await gateway.shell(await textOf('#curl-publish'), environment);
    await until('the first is there', async () => (await rowNames())[0] === 'deal.created');
    const resume = await textOf('#curl-resume');
    await gateway.publish(deal(41), deal(42));
    const stream = await gateway.shell(resume, environment, /"deal_id":42/);
    assert.deepEqual([...stream.matchAll(/"deal_id":(\d+)/g)].map(([, id]) => id), ['41', '42']);
    await gateway.shell(await textOf('#curl-subscribe'), environment, /^retry: \d+$/m);
    assert.ok(!(await textOf('main')).includes(environment.TOKEN));
});

test('its list is bounded', BOUND, async () => {
    await listen();
    const many = LINES + 50;
    await gateway.publish(...Array.from({ length: many }, (_, index) => deal(index + 1)));
    await shows('#tail-foot', `events: ${many} · the last ${LINES} shown`);
    assert.equal((await rowNames()).length, LINES);
    assert.match(await textOf('#events li:first-child .data'), new RegExp(`"deal_id":${many},`));
    assert.match(await textOf('#events li:last-child .data'), new RegExp(`"deal_id":${many - LINES + 1},`));
});

test('it speaks the browser’s language, and another when asked', BOUND, async () => {
    await shows('#overall', 'All is well');
    await page.click('[data-language=ru]');
    await shows('#overall', 'Всё в порядке');
    assert.equal(await page.getAttribute('html', 'lang'), 'ru');
    assert.equal(await textOf('#state-title'), 'Состояние');
    assert.equal(await page.getAttribute('[data-language=ru]', 'aria-pressed'), 'true');
    await page.reload();
    await shows('#overall', 'Всё в порядке');
    await page.click('[data-language=en]');
    await shows('#state-title', 'State');
    await openPage({ locale: 'ru-RU' });
    await shows('#overall', 'Всё в порядке');
    assert.equal(await textOf('#sample'), 'Опубликовать пример');
    assertNoViolation();
});

test('it keeps the token for the tab alone and forgets it when asked', BOUND, async () => {
    await listen();
    await page.reload();
    await shows('#tail-state', 'live');
    const stored = () => page.evaluate(() => [sessionStorage.length, localStorage.length]);
    assert.deepEqual(await stored(), [1, 0]);
    await page.click('#forget');
    await shows('#tail-state', 'not listening');
    assert.deepEqual(await stored(), [0, 0]);
    assert.equal(await page.inputValue('#token'), '');
    assertNoViolation();
});

test('it says what is wrong with a token', BOUND, async () => {
    await page.fill('#token', 'nonsense');
    await page.press('#token', 'Enter');
    await shows('#token-note', 'does not accept');
    await shows('#tail-state', 'stopped: the token is not accepted');
    await signIn('operator', '--sub', 'tim', '--channels', 'stream:tasks');
    await shows('#token-note', 'may not see the counts');
    await shows('#tail-state', 'stopped: no access to this channel');
    await page.selectOption('#source', 'tasks');
    await page.click('#toggle');
    await shows('#tail-state', 'live');
    assertNoViolation();
});

test('it follows the server through a restart', BOUND, async () => {
    await listen();
    await gateway.publish(deal(1));
    await until('the event is there', async () => (await rowNames()).length === 1);
    await gateway.restart(async () => {
        await shows('#tail-state', 'reconnecting');
        await shows('#overall', 'No answer');
    });
    await shows('#tail-state', 'live');
    await shows('#overall', 'All is well');
    await gateway.publish(deal(2));
    await until('the next one is there', async () => (await rowNames()).length === 3);
    assert.deepEqual(await rowNames(), ['deal.created', 'reset', 'deal.created']);
    assertNoViolation();
});

test('it fits narrow and wide windows in both languages and colour schemes', BOUND, async () => {
    await listen();
    await gateway.publish(deal(1, 'A title of many words, '.repeat(20)));
    await until('the event is there', async () => (await rowNames()).length === 1);
    for (const language of ['en', 'ru']) {
        await page.click(`[data-language=${language}]`);
        for (const colorScheme of ['light', 'dark']) {
            await page.emulateMedia({ colorScheme });
            for (const width of [360, 760, 1440]) {
                await page.setViewportSize({ width, height: 740 });
                const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
                assert.ok(wider <= 0, `${language} ${colorScheme} ${width}: ${wider} px too wide`);
            }
        }
    }
});
