// SPDX-License-Identifier: GPL-3.0-or-later
// A server that can be killed and comes back on its port with its data.
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { everySoOften, sleep } from './desk.js';

const START_MS = 30_000;
const run = promisify(execFile);

export class Server {
    kills = 0;
    #environment;
    #folder;
    #child;
    #gone;

    static async start(settings) {
        const server = new Server();
        server.#folder = await mkdtemp(join(tmpdir(), 'signalbox-shift-'));
        server.#environment = {
            ...process.env,
            HOST: '127.0.0.1',
            PORT: '0',
            MANAGEMENT_PORT: '0',
            JWT_SECRET: 'a secret of the shift, long enough for HS256 tokens',
            SESSION_SECRET: 'another secret of the shift, as long as that one',
            WEBHOOK_TOKEN: 'what-the-shift-publishes-with',
            SIGNALBOX_DATA_DIR: server.#folder,
            SIGNALBOX_LIMIT_REQUESTS_PER_SECOND: '0',
            ...settings,
        };
        await server.#launch();
        process.on('exit', () => server.#child.kill('SIGKILL'));
        return server;
    }

    get address() {
        return `http://127.0.0.1:${this.port}`;
    }

    async token(...words) {
        const { stdout } = await run(process.env.SIGNALBOXD, ['token', ...words], { env: this.#environment });
        return stdout.trim();
    }

    /** SIGKILL every so often, and a new start at once, until `isOver`. The server is up when it resolves. */
    killEvery(ms, isOver) {
        return everySoOften(ms, isOver, async () => {
            this.#child.kill('SIGKILL');
            await this.#gone;
            ++this.kills;
            await this.#comeBack();
        });
    }

    async stop() {
        this.#child.kill('SIGTERM');
        const { code, log } = await this.#gone;
        await rm(this.#folder, { recursive: true, force: true });
        if (code !== 0)
            throw new Error(`the server ended with ${code}:\n${log}`);
    }

    /** As a service manager does: a start that found the database away is tried again. */
    async #comeBack() {
        for (const until = Date.now() + START_MS; ;) {
            try {
                return await this.#launch();
            } catch (error) {
                if (Date.now() > until)
                    throw error;
                await sleep(200);
            }
        }
    }

    async #launch() {
        const child = spawn(process.env.SIGNALBOXD, [], { env: this.#environment, stdio: ['ignore', 'ignore', 'pipe'] });
        this.#child = child;
        let log = '';
        this.#gone = new Promise((resolve) => { child.once('close', (code) => resolve({ code, log })); });
        const listens = new Promise((resolve, reject) => {
            const timer = setTimeout(() => reject(new Error(`the server did not start:\n${log}`)), START_MS);
            child.stderr.on('data', (bytes) => {
                log = (log + bytes).slice(-50_000);
                const ports = /listening on port (\d+)/.exec(log);
                if (ports) {
                    clearTimeout(timer);
                    resolve(Number(ports[1]));
                }
            });
            child.once('close', () => { clearTimeout(timer); reject(new Error(`the server ended:\n${log}`)); });
        });
        this.port = await listens;
        this.#environment.PORT = String(this.port);
    }
}
