// SPDX-License-Identifier: GPL-3.0-or-later
// What the official server was seen to answer (transcripts/recorded.json, by transcripts/record.js), row by row of the
// wire facts, is what we answer, byte for byte; where we differ on purpose, transcripts/differences.js says so.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { DIFFERENCES } from './transcripts/differences.js';
import { SCENARIOS } from './transcripts/scenarios.js';
import { Wire } from './transcripts/wire.js';
import { Echo } from './support/server.js';

const BOUND = { timeout: 180_000 };
const ATTEMPTS = 3; // of what asks by two connections at once
const FLAGS = { pingInterval: '--ping-interval', pingTimeout: '--ping-timeout', maxPayload: '--max-payload',
    connectTimeout: '--connect-timeout', recovery: '--recovery' };

const { rows } = JSON.parse(await readFile(new URL('transcripts/recorded.json', import.meta.url), 'utf8'));
const echoes = new Map();
const flagsOf = ({ options }) => Object.entries(options).flatMap(([name, value]) => [FLAGS[name], String(value)]);

before(async () => {
    for (const scenario of SCENARIOS) {
        const flags = flagsOf(scenario);
        if (!echoes.has(flags.join(' ')))
            echoes.set(flags.join(' '), await Echo.start('--workers', '2', ...flags));
    }
}, BOUND);

after(async () => {
    for (const echo of echoes.values())
        assert.equal(await echo.stop(), 0);
}, BOUND);

async function answersTo(scenario) {
    const wire = new Wire(echoes.get(flagsOf(scenario).join(' ')).port, scenario.at);
    try {
        await scenario.run(wire);
    } finally {
        wire.end();
    }
    return wire.transcript();
}

for (const scenario of SCENARIOS) {
    test(scenario.row, BOUND, async () => {
        const expected = DIFFERENCES[scenario.row]?.ours(rows[scenario.row]) ?? rows[scenario.row];
        assert.ok(expected, 'it was not recorded: node transcripts/record.js');
        for (let attempt = 1; ; ++attempt) {
            try {
                assert.deepEqual(await answersTo(scenario), expected);
                return;
            } catch (error) {
                if (!scenario.races || attempt === ATTEMPTS)
                    throw error;
            }
        }
    });
}

test('README.md names the transcripts of each row', async () => {
    const text = await readFile(new URL('README.md', import.meta.url), 'utf8');
    const named = [...text.matchAll(/"(1\.\d [^"]*?)(…?)"(?: \((\d+)\))?/g)].map(([, row, more, count]) => {
        const meant = SCENARIOS.filter((scenario) => (more ? scenario.row.startsWith(row) : scenario.row === row));
        assert.equal(meant.length, count ? Number(count) : 1, row);
        return meant;
    });
    assert.deepEqual(SCENARIOS.filter((scenario) => !named.flat().includes(scenario)), []);
});

test('nothing was recorded that is not asked any more', () => {
    const asked = new Set(SCENARIOS.map(({ row }) => row));
    assert.equal(asked.size, SCENARIOS.length);
    assert.deepEqual(Object.keys(rows).filter((row) => !asked.has(row)), []);
    assert.deepEqual(Object.keys(DIFFERENCES).filter((row) => !asked.has(row)), []);
});
