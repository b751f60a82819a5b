// SPDX-License-Identifier: GPL-3.0-or-later
// The React and Vue examples of the Socket.IO service's page, as they stand there, in a browser: they know their server
// as localhost:5009, and get ours.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

import { launchBrowser } from './support/browser.js';
import { Gateway } from './support/gateway.js';
import { Site } from './support/site.js';
import { until } from './support/waiting.js';

const BOUND = { timeout: 60_000 };
const WEBHOOK = 'what-the-snippets-tests-publish-with';
const HTML = 'text/html; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';

let browser;
let site;
let gateway;
let context;
let orders;

async function bundled(name) {
    const { outputFiles } = await build({
        entryPoints: [fileURLToPath(new URL(`page/seed001/${name}`, import.meta.url))],
        bundle: true,
        write: false,
        define: { 'process.env.NODE_ENV': '"production"', __VUE_OPTIONS_API__: 'true', __VUE_PROD_DEVTOOLS__: 'false',
            __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false' },
        logLevel: 'warning',
    });
    return outputFiles[0].text;
}

before(async () => {
    const [react, vue] = await Promise.all([bundled('reactpage.ts'), bundled('vuepage.js')]);
    site = await Site.open({
        '/react': ['seed001/react.html', HTML],
        '/react.js': [() => react, SCRIPT],
        '/vue': ['seed001/vue.html', HTML],
        '/vue.js': [() => vue, SCRIPT],
        '/orders': [() => JSON.stringify(orders), 'application/json'],
    });
    gateway = await Gateway.start({ CORS_ORIGIN: site.origin, WEBHOOK_TOKEN: WEBHOOK });
    browser = await launchBrowser(`--host-resolver-rules=MAP localhost:5009 127.0.0.1:${gateway.port}`);
}, BOUND);

after(async () => {
    await browser?.close();
    await gateway?.stop();
    site?.close();
}, BOUND);

afterEach(() => context?.close(), BOUND);

/** The page at this path as the operator 7 sees it; what it writes to the console is in `said`. */
async function open(path) {
    orders = [];
    context = await browser.newContext();
    const page = await context.newPage();
    page.said = [];
    page.on('console', (message) => page.said.push(message.text()));
    page.on('pageerror', (error) => page.said.push(`error: ${error.message}`));
    const token = await gateway.token('operator', '--sub', '7', '--name', 'Ольга');
    await page.addInitScript((value) => localStorage.setItem('token', value), token);
    await page.goto(site.origin + path);
    await until('the operator is connected', async () => (await connections()).length === 1);
    return page;
}

async function connections() {
    const answer = await fetch(`${gateway.address}/api/v1/stats/connections?user=7`, { headers: { Authorization: `Bearer ${WEBHOOK}` } });
    return (await answer.json()).connections;
}

async function broadcast(route, body) {
    const answer = await fetch(`${gateway.address}/api/v1/broadcast/${route}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ token: WEBHOOK, ...body }),
    });
    assert.equal(answer.status, 200, await answer.text());
}

const listed = (page, id) => page.$$eval(`#${id} li`, (items) => items.map((item) => item.textContent));
const shows = (page, id, texts) =>
    until(`#${id} shows ${texts}`, async () => JSON.stringify(await listed(page, id)) === JSON.stringify(texts));

const call = (id, more) => ({ call: { id, phoneClient: `+7 900 ${id}`, operatorId: 7, status: 'ringing', ...more },
    rooms: ['operators', 'operator:7'] });

test('the React example shows calls, orders and notifications', BOUND, async () => {
    const page = await open('/react');
    await until('the page says that it is connected', () => page.said.some((text) => /^Connected: [\w-]{20}$/.test(text)));
    await broadcast('call-new', call(1));
    await shows(page, 'notices', ['Новый звонок: +7 900 1']);
    orders.push({ id: 17, clientName: 'Иванов' });
    await broadcast('order-new', { order: { id: 17, clientName: 'Иванов', city: 'Саратов', statusOrder: 'new' },
        rooms: ['operators', 'directors', 'city:Саратов'] });
    await shows(page, 'orders', ['№ 17 Иванов']);
    await broadcast('notification', { notification: { type: 'info', message: 'Обед в час' } });
    await shows(page, 'toasts', ['Обед в час']);

    await gateway.restart();
    await until('the page is connected again', () => page.said.filter((text) => text.startsWith('Connected')).length === 2, 20_000);
    assert.ok(page.said.includes('Disconnected'));
    await until('the operator is known again', async () => (await connections()).length === 1);
    await broadcast('call-new', call(2));
    await shows(page, 'notices', ['Новый звонок: +7 900 1', 'Новый звонок: +7 900 2']);
    assert.deepEqual(page.said.filter((text) => text.startsWith('error')), []);
});

test('the Vue example shows calls, the latest first, and what becomes of them', BOUND, async () => {
    const page = await open('/vue');
    await broadcast('call-new', call(1));
    await broadcast('call-new', call(2));
    await shows(page, 'calls', ['+7 900 2 ringing', '+7 900 1 ringing']);
    await broadcast('call-updated', call(1, { status: 'answered', duration: 4 }));
    await shows(page, 'calls', ['+7 900 2 ringing', '+7 900 1 answered']);
    await page.evaluate(() => leave());
    await until('the connection is closed', async () => (await connections()).length === 0);
    assert.deepEqual(page.said.filter((text) => text.startsWith('error')), []);
});
