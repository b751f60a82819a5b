// SPDX-License-Identifier: GPL-3.0-or-later
// SIGNALBOXD=… node tests/bench/widget.mjs [ROUNDS] [SECONDS]   What the widget costs a page, in Chromium: from the arrival of
// its script to the first paint of the opened window, and the longest tasks while 100 messages a second come.
import { launchChromium } from '../e2e/support/browsers.js';
import { Colleague } from '../e2e/support/desk.js';
import { Gateway } from '../e2e/support/gateway.js';
import { Visitor, openShop } from '../e2e/support/visitor.js';
import { pause } from '../e2e/support/waiting.js';

const [rounds = 20, seconds = 10] = process.argv.slice(2).map(Number);
const PER_SECOND = 100;

let gateway;
const shop = await openShop(() => gateway.address, () => 'data-open');
gateway = await Gateway.start({ CORS_ORIGIN: shop.origin, SIGNALBOX_LIMIT_REQUESTS_PER_SECOND: '0' });
const browser = await launchChromium();
const bot = await Colleague.service(gateway);

/** From the last byte of the script to the frame after the one in which the window is there. */
function paintedAfter() {
    return new Promise((resolve) => {
        const look = () => {
            const panel = document.querySelector('.signalbox')?.shadowRoot.querySelector('.panel');
            if (!panel?.offsetHeight)
                return requestAnimationFrame(look);
            requestAnimationFrame(() => setTimeout(() => {
                const [script] = performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/widget.js'));
                resolve(performance.now() - script.responseEnd);
            }));
        };
        look();
    });
}

const paints = [];
for (let round = 0; round < rounds; round++) {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    await page.evaluateOnNewDocument(`globalThis.painted = new Promise((resolve) => document.addEventListener('signalbox:ready',
        () => (${paintedAfter})().then(resolve)));`);
    await page.goto(shop.origin);
    paints.push(await page.evaluate(() => globalThis.painted));
    await context.close();
}
paints.sort((one, other) => one - other);
console.log(`first paint of the opened window after its script: median ${paints[rounds >> 1].toFixed(1)} ms, worst of ${rounds} ${paints.at(-1).toFixed(1)} ms`);

const visitor = await Visitor.at(browser.defaultBrowserContext(), shop.origin);
await visitor.write('hello');
const dialog = await visitor.dialog();
await visitor.page.evaluate(() => {
    globalThis.tasks = [];
    globalThis.gaps = [];
    new PerformanceObserver((list) => globalThis.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' });
    let last = performance.now();
    const beat = (now) => {
        globalThis.gaps.push(now - last);
        last = now;
        requestAnimationFrame(beat);
    };
    requestAnimationFrame(beat);
});
const before = await visitor.page.metrics();
const start = performance.now();
const posts = [];
for (let sent = 0; sent < seconds * PER_SECOND;) {
    for (const due = Math.min(seconds, (performance.now() - start) / 1000) * PER_SECOND; sent < due; sent++)
        posts.push(bot.say(dialog, `Message ${sent}: the quick brown fox, https://shop.example/${sent}`));
    await pause(5);
}
await Promise.all(posts);
await visitor.sees(`Message ${seconds * PER_SECOND - 1}: the quick brown fox, https://shop.example/${seconds * PER_SECOND - 1}`);
const took = (performance.now() - start) / 1000;
const after = await visitor.page.metrics();
const { tasks, gaps } = await visitor.page.evaluate(() => ({ tasks: globalThis.tasks, gaps: globalThis.gaps }));
gaps.sort((one, other) => one - other);
console.log(`${posts.length} messages in ${took.toFixed(1)} s: tasks over 50 ms: ${tasks.length}${tasks.length ? ` (longest ${Math.max(...tasks).toFixed(0)} ms)` : ''};`,
    `frames 99th percentile ${gaps[Math.floor(gaps.length * 0.99)].toFixed(1)} ms, worst ${gaps.at(-1).toFixed(1)} ms;`,
    `main thread ${(100 * (after.TaskDuration - before.TaskDuration) / took).toFixed(0)} % busy, scripts ${(100 * (after.ScriptDuration - before.ScriptDuration) / took).toFixed(0)} %`);

await browser.close();
shop.close();
await gateway.stop();
