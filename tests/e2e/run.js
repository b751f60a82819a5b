// SPDX-License-Identifier: GPL-3.0-or-later
// node run.js FILE…   Runs test files, after a look at what they need; says what is missing instead of a stack trace.
// SIGNALBOXD: the server's program; CHROMIUM: the browser's, when it is not where Debian puts it.
import { accessSync, constants } from 'node:fs';

const LONGEST_MS = 360_000;

function need(path, advice) {
    try {
        accessSync(path, constants.X_OK);
    } catch {
        console.error(`error: ${path || 'the path'} is not there: ${advice}`);
        process.exit(1);
    }
}

const here = new URL('.', import.meta.url);
for (const [folder, module] of [['', 'playwright-core'], ['', 'puppeteer-core'], ['../../packages/client/', 'typescript'], ['../../resources/widget/', 'terser']])
    need(new URL(`${folder}node_modules/${module}`, here).pathname, 'run "npm ci" in its folder, or ./test.sh, which does it');
const { BROWSER } = await import('./support/browser.js'); // not before its library is known to be there
need(BROWSER, 'install Chromium, or name it in CHROMIUM');
need(process.env.SIGNALBOXD ?? '', 'SIGNALBOXD must name the server’s program');

setTimeout(() => {
    console.error(`error: not finished after ${LONGEST_MS / 1000} s`);
    process.exit(1);
}, LONGEST_MS).unref();

for (const file of process.argv.slice(2))
    await import(new URL(file, here));
