// SPDX-License-Identifier: GPL-3.0-or-later
// node run.js FILE…   Runs test files, after a look at what they need. ECHOD and SIGNALBOXD name the programs.
import { accessSync } from 'node:fs';

const LONGEST_MS = 300_000;
try {
    accessSync(new URL('node_modules/socket.io-client-4.8', import.meta.url));
} catch {
    console.error('error: the clients are not installed: run "npm ci --prefix tests/socketio", or ./test.sh, which does it');
    process.exit(1);
}
setTimeout(() => {
    console.error(`error: not finished after ${LONGEST_MS / 1000} s`);
    process.exit(1);
}, LONGEST_MS).unref();

for (const file of process.argv.slice(2))
    await import(new URL(file, import.meta.url));
