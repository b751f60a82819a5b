// SPDX-License-Identifier: GPL-3.0-or-later
// A Redis of the shift's own, in a temporary folder; can be killed and comes back with its data.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { everySoOften, freePort, sleep } from './desk.js';

const PATIENCE_MS = 60_000;

export class Redis {
    kills = 0;
    port;
    #folder;
    #child;
    #gone;

    static async start() {
        const redis = new Redis();
        redis.#folder = await mkdtemp(join(tmpdir(), 'signalbox-shift-redis-'));
        redis.port = await freePort();
        await redis.#launch();
        process.on('exit', () => redis.#child.kill('SIGKILL'));
        return redis;
    }

    /** SIGKILL every so often, and back after a moment, until `isOver`. */
    killEvery(ms, isOver) {
        return everySoOften(ms, isOver, async () => {
            await this.kill();
            ++this.kills;
            await sleep(Math.random() * 2000);
            await this.revive();
        });
    }

    /** SIGKILL. */
    kill() {
        this.#child.kill('SIGKILL');
        return this.#gone;
    }

    /** After kill(): with the data that it had. */
    revive() {
        return this.#launch();
    }

    async stop() {
        this.#child.kill('SIGTERM');
        await this.#gone;
        await rm(this.#folder, { recursive: true, force: true });
    }

    async #launch() {
        const child = spawn('redis-server', ['--bind', '127.0.0.1', '--port', String(this.port), '--dir', this.#folder,
            '--appendonly', 'yes', '--appendfsync', 'always', '--save', ''], { stdio: ['ignore', 'pipe', 'ignore'] });
        this.#child = child;
        let log = '';
        this.#gone = new Promise((resolve) => { child.once('close', resolve); });
        await new Promise((resolve, reject) => {
            const timer = setTimeout(() => reject(new Error(`Redis did not start:\n${log}`)), PATIENCE_MS);
            child.stdout.on('data', (bytes) => {
                log = (log + bytes).slice(-20_000);
                if (log.includes('Ready to accept connections')) {
                    clearTimeout(timer);
                    resolve();
                }
            });
            child.once('close', () => { clearTimeout(timer); reject(new Error(`Redis ended:\n${log}`)); });
        });
    }
}
