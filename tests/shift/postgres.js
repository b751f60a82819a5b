// SPDX-License-Identifier: GPL-3.0-or-later
// A PostgreSQL of the shift's own, in a temporary folder; can crash and come back.
import { execFile, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { everySoOften, freePort } from './desk.js';

const run = promisify(execFile);
const ROOT = '/usr/lib/postgresql';
const PATIENCE_MS = 60_000;

function newestProgram(name) {
    const newest = readdirSync(ROOT).map(Number).sort((a, b) => b - a)[0];
    return join(ROOT, String(newest), 'bin', name);
}

/** PostgreSQL refuses root. */
async function otherUser() {
    if (process.getuid() !== 0)
        return {};
    const numbers = await Promise.all(['-u', '-g'].map((which) => run('id', [which, 'postgres'])));
    const [uid, gid] = numbers.map(({ stdout }) => Number(stdout));
    return { uid, gid };
}

export class Postgres {
    crashes = 0;
    #folder;
    #user;
    #port;
    #child;
    #gone;

    static async start() {
        const postgres = new Postgres();
        postgres.#user = await otherUser();
        postgres.#folder = await mkdtemp(join(tmpdir(), 'signalbox-shift-pg-'));
        if (postgres.#user.uid !== undefined)
            await chown(postgres.#folder, postgres.#user.uid, postgres.#user.gid);
        await run(newestProgram('initdb'), ['-D', join(postgres.#folder, 'data'), '-U', 'desk', '-E', 'UTF8',
            '--no-locale', '--no-sync', '--auth=trust'], { ...postgres.#user, cwd: '/' });
        postgres.#port = await freePort();
        await postgres.#launch();
        process.on('exit', () => postgres.#child.kill('SIGQUIT'));
        return postgres;
    }

    get url() {
        return `postgresql://desk@127.0.0.1:${this.#port}/postgres`;
    }

    /** Every so often it ends without a word to anybody, and is started at once, until `isOver`. */
    crashEvery(ms, isOver) {
        return everySoOften(ms, isOver, async () => {
            this.#child.kill('SIGQUIT');
            await this.#gone;
            ++this.crashes;
            await this.#launch();
        });
    }

    async stop() {
        this.#child.kill('SIGINT');
        await this.#gone;
        await rm(this.#folder, { recursive: true, force: true });
    }

    async #launch() {
        const child = spawn(newestProgram('postgres'), ['-D', join(this.#folder, 'data'), '-k', this.#folder,
            '-h', '127.0.0.1', '-p', String(this.#port)], { ...this.#user, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
        this.#child = child;
        let log = '';
        this.#gone = new Promise((resolve) => { child.once('close', resolve); });
        await new Promise((resolve, reject) => {
            const timer = setTimeout(() => reject(new Error(`PostgreSQL did not start:\n${log}`)), PATIENCE_MS);
            child.stderr.on('data', (bytes) => {
                log = (log + bytes).slice(-20_000);
                if (log.includes('ready to accept connections')) {
                    clearTimeout(timer);
                    resolve();
                }
            });
            child.once('close', () => { clearTimeout(timer); reject(new Error(`PostgreSQL ended:\n${log}`)); });
        });
    }
}
