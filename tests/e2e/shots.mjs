// SPDX-License-Identifier: GPL-3.0-or-later
// SIGNALBOXD=… node tests/e2e/shots.mjs FOLDER   Pictures of the widget on its demo page, for docs/images and to be looked at.
import { join } from 'node:path';

import { launchChromium } from './support/browsers.js';
import { Colleague } from './support/desk.js';
import { Gateway } from './support/gateway.js';
import { Visitor } from './support/visitor.js';
import { until } from './support/waiting.js';

const TEXTS = {
    en: { hello: 'Hello! The mug “Morning” came with a crack, order 10482.', bot: ['Assistant', 'Sorry to hear that! I am calling a colleague.'],
        name: 'Olga', answer: 'Good afternoon! Send us a photo and a new one is on its way: https://shop.example/help', file: 'label.pdf', thanks: 'Thank you, will do!' },
    ru: { hello: 'Здравствуйте! Кружка «Утро» пришла с трещиной, заказ 10482.', bot: ['Помощник', 'Жаль это слышать! Сейчас позову коллегу.'],
        name: 'Ольга', answer: 'Добрый день! Пришлите фото, и мы вышлем новую: https://shop.example/help', file: 'наклейка.pdf', thanks: 'Спасибо, так и сделаю!' },
};

const SIZES = [[1100, 760, ''], [360, 720, '-phone']];

const [folder = '.'] = process.argv.slice(2);
const gateway = await Gateway.start({ SIGNALBOX_LIMIT_REQUESTS_PER_SECOND: '0' });
const browser = await launchChromium();
const bot = await Colleague.service(gateway);
let operators = 0;

/** One visitor's whole story, with a picture at each stop. */
async function tell(visitor, language, shoot) {
    const texts = TEXTS[language];
    await shoot(visitor, 'shop');
    await visitor.loaded();
    await visitor.write(texts.hello);
    const dialog = await visitor.dialog();
    await visitor.markIs(texts.hello, 'delivered');
    await bot.say(dialog, texts.bot[1], { sender_name: texts.bot[0] });
    await visitor.click('.human');
    await visitor.see('it waits', "!root.querySelector('.queue').hidden");
    await shoot(visitor, 'queue');
    const olga = await Colleague.operator(gateway, `olga-${++operators}`, texts.name);
    await olga.take(dialog);
    const { id } = await olga.say(dialog, texts.answer, { attachments: [{ url: '/files/label', name: texts.file, size: 48213 }] });
    await olga.read(dialog, id);
    await visitor.write(texts.thanks);
    await visitor.markIs(texts.thanks, 'delivered');
    await olga.typing(dialog);
    await visitor.see('she types', "root.querySelector('.status').textContent.endsWith('…')");
    await shoot(visitor, 'widget');
    await visitor.page.setOfflineMode(true);
    await visitor.see('it says so', "!root.querySelector('.banner').hidden");
    await visitor.write(texts.hello);
    await visitor.markIs(texts.hello, 'queued', 'read');
    await shoot(visitor, 'offline');
}

/** The window in a frame, or as the page: what was said, and a draft. */
async function show(visitor, language, mode, shoot) {
    const texts = TEXTS[language];
    await visitor.loaded();
    await visitor.page.evaluate((text) => { globalThis.Signalbox.send(text); }, texts.hello);
    const dialog = await visitor.dialog();
    await bot.say(dialog, texts.bot[1], { sender_name: texts.bot[0] });
    const frame = mode === 'iframe' ? await until('the frame is there', () => visitor.page.frames().find((one) => one.url().includes('/widget/chat')))
        : visitor.page;
    await until('the answer is there', () => frame.evaluate((text) => document.querySelector('.signalbox').shadowRoot
        .querySelector('.list').textContent.includes(text), texts.bot[1]));
    await shoot(visitor, mode);
}

for (const mode of ['embedded', 'iframe', 'fullscreen']) {
    for (const language of ['en', 'ru']) {
        for (const theme of ['light', 'dark']) {
            for (const [width, height, device] of SIZES) {
                const shoot = (visitor, what) => visitor.page.screenshot({ path: join(folder, `${what}-${language}-${theme}${device}.png`) });
                const context = await browser.createBrowserContext();
                const visitor = await Visitor.at(context, `${gateway.address}/widget/?mode=${mode}&lang=${language}&theme=${theme}`, { isOpen: false });
                await visitor.page.setViewport({ width, height, deviceScaleFactor: device ? 2 : 1 });
                await (mode === 'embedded' ? tell(visitor, language, shoot) : show(visitor, language, mode, shoot));
                await context.close();
            }
        }
    }
}
await browser.close();
await gateway.stop();
