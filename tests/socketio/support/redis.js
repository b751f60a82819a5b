// SPDX-License-Identifier: GPL-3.0-or-later
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'redis';

const START_MS = 30_000;
const ATTEMPTS = 5;
const running = new Set();

process.on('exit', () => {
    for (const child of running)
        child.kill('SIGKILL');
});

function freePort() {
    return new Promise((resolve, reject) => {
        const server = createServer();
        server.once('error', reject);
        server.listen(0, '127.0.0.1', () => {
            const { port } = server.address();
            server.close(() => resolve(port));
        });
    });
}

/** A Redis of its own that keeps nothing, and clients of it. */
export class Redis {
    #child;
    #folder;
    #clients = [];

    static async start() {
        const redis = new Redis();
        redis.#folder = await mkdtemp(join(tmpdir(), 'signalbox-redis-'));
        for (let attempt = 1; ; attempt++) {
            redis.port = await freePort();
            if (await redis.#launch())
                return redis;
            if (attempt === ATTEMPTS)
                throw new Error('redis-server does not start');
        }
    }

    /** True when it takes connections; false when somebody else had the port. */
    #launch() {
        this.#child = spawn('redis-server', ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--dir', this.#folder],
            { stdio: ['ignore', 'pipe', 'inherit'] });
        const child = this.#child;
        running.add(child);
        return new Promise((resolve, reject) => {
            const late = setTimeout(() => reject(new Error('redis-server does not listen')), START_MS);
            let text = '';
            child.stdout.on('data', (bytes) => {
                text += bytes;
                if (!text.includes('Ready to accept connections'))
                    return;
                clearTimeout(late);
                resolve(true);
            });
            child.once('exit', () => {
                running.delete(child);
                clearTimeout(late);
                resolve(false);
            });
        });
    }

    async client() {
        const client = createClient({ url: `redis://127.0.0.1:${this.port}` });
        client.on('error', () => {}); // at its end
        await client.connect();
        this.#clients.push(client);
        return client;
    }

    async stop() {
        for (const client of this.#clients)
            client.destroy();
        const gone = new Promise((resolve) => this.#child.once('exit', resolve));
        this.#child.kill('SIGKILL');
        await gone;
        await rm(this.#folder, { recursive: true, force: true });
    }
}
