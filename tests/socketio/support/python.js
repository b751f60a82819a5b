// SPDX-License-Identifier: GPL-3.0-or-later
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { until } from './cluster.js';

const running = new Set();

process.on('exit', () => {
    for (const child of running)
        child.kill('SIGKILL');
});

/** A python-socketio server (python.py), on Debian's Python and its packages. */
export class Python {
    said = [];
    #child;

    static async start(redis) {
        const python = new Python();
        python.#child = spawn('/usr/bin/python3', [fileURLToPath(new URL('python.py', import.meta.url)), String(redis.port)],
            { stdio: ['pipe', 'pipe', 'inherit'] });
        running.add(python.#child);
        python.#child.once('exit', () => running.delete(python.#child));
        createInterface(python.#child.stdout).on('line', (line) => python.said.push(JSON.parse(line)));
        const [, port] = await until('python-socketio listens', () => python.said[0]);
        python.address = `http://127.0.0.1:${port}`;
        return python;
    }

    order(...words) {
        this.#child.stdin.write(`${JSON.stringify(words)}\n`);
    }

    async stop() {
        const gone = new Promise((resolve) => this.#child.once('exit', resolve));
        this.#child.kill('SIGKILL');
        await gone;
    }
}
