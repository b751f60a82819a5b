// SPDX-License-Identifier: GPL-3.0-or-later
// A visitor at the widget in Chromium, an operator at the console's client library, and what happens to servers and lines.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { launchChromium } from './support/browsers.js';
import { Cable } from './support/cable.js';
import { ConsoleOperator } from './support/consoleoperator.js';
import { Visitor } from './support/visitor.js';
import { until } from './support/waiting.js';
import { BOUND, PATIENCE_MS, useHouse } from './support/widgettests.js';

const BURST = 8;
const house = useHouse(launchChromium);

const numbered = (word) => Array.from({ length: BURST }, (_, index) => `${word} ${index + 1}`);

/** She has all of it, on the server too. */
const has = (operator, ...texts) => until(`the operator has ${texts}`, () => texts.every((text) =>
    operator.thread.some((line) => line.text === text && line.from !== 'outbox')), PATIENCE_MS);

test('visitor and console: kill -9 of the server, cuts on either side, a reload', BOUND, async () => {
    const { gateway, cable } = house;
    const password = await gateway.operator('anna', 'Анна');
    const line = await Cable.to(gateway.port);
    house.ended.push(() => line.cut());
    const anna = await ConsoleOperator.at(new URL(line.address).port, 'anna', password);
    house.ended.push(() => anna.end());
    await until('she is there', () => anna.isLive, PATIENCE_MS);

    const visitor = await Visitor.at(await house.context(), house.shop.origin);
    await visitor.write('one');
    await visitor.click('.human');
    const dialog = Number(await visitor.dialog());
    await until('she sees who waits', () => anna.waiting.includes(dialog), PATIENCE_MS);
    anna.take(dialog);
    await until('she has it', () => anna.taken === dialog, PATIENCE_MS);
    await visitor.see('her name is there', "root.querySelector('.who').textContent === 'Анна'");
    await has(anna, 'one');
    anna.say('two');
    await visitor.sees('two');

    for (const text of numbered('before'))
        anna.say(text);
    await gateway.crash(async () => {
        await visitor.write('three');
        anna.say('four');
    });
    await visitor.sees('two', ...numbered('before'), 'three', 'four');
    await has(anna, ...numbered('before'), 'three', 'four');

    await cable.cut(true);
    await visitor.write('five');
    anna.say('six');
    await has(anna, 'six');
    await cable.mend();
    await visitor.sees('five', 'six');
    await has(anna, 'five');

    await line.cut(true);
    await visitor.write('seven');
    anna.say('eight');
    await visitor.markIs('seven', 'sent', 'delivered');
    await line.mend();
    await visitor.sees('seven', 'eight');
    await has(anna, 'seven', 'eight');

    await visitor.page.reload();
    await visitor.loaded();
    await visitor.write('nine');
    await has(anna, 'nine');
    anna.read();
    await visitor.markIs('nine', 'read');

    const stored = await house.bot.texts(dialog);
    assert.deepEqual([...stored].sort(), ['one', 'two', ...numbered('before'), 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'].sort());
    assert.deepEqual(await visitor.texts(), stored);
    assert.deepEqual(anna.texts(), stored);
    assert.deepEqual(stored.filter((text) => /before|two|four|six|eight/.test(text)), ['two', ...numbered('before'), 'four', 'six', 'eight']);
    assert.deepEqual(stored.filter((text) => /one|three|five|seven|nine/.test(text)), ['one', 'three', 'five', 'seven', 'nine']);
    assert.deepEqual([visitor.complaints, anna.refusals], [[], []]);
});
