// SPDX-License-Identifier: GPL-3.0-or-later
import { spawn } from 'node:child_process';

const START_MS = 30_000;
const running = new Set();

process.on('exit', () => {
    for (const child of running)
        child.kill('SIGKILL');
});

/** An echod of its own on a free port; ECHOD names the program. */
export class Echo {
    #child;

    static async start(...options) {
        const echo = new Echo();
        echo.#child = spawn(process.env.ECHOD, ['--port', '0', ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
        running.add(echo.#child);
        echo.#child.once('exit', () => running.delete(echo.#child));
        let text = '';
        await new Promise((resolve, reject) => {
            const late = setTimeout(() => reject(new Error('echod does not listen')), START_MS);
            echo.#child.once('exit', () => reject(new Error('echod has ended')));
            echo.#child.stdout.on('data', (bytes) => {
                text += bytes;
                if (!text.includes('\n'))
                    return;
                clearTimeout(late);
                resolve();
            });
        });
        echo.port = Number(/listening on port (\d+)/.exec(text)[1]);
        return echo;
    }

    get address() {
        return `http://127.0.0.1:${this.port}`;
    }

    /** Resolves with the exit code. */
    stop() {
        return new Promise((resolve) => {
            this.#child.once('exit', (code) => resolve(code));
            this.#child.kill('SIGTERM');
        });
    }
}
