// SPDX-License-Identifier: GPL-3.0-or-later
// A PostgreSQL of the shift's own; can crash and come back.
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { chown } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './desk.js';
import { Child, Engine } from './engine.js';

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

export class Postgres extends Engine {
    killSignal = 'SIGQUIT'; // ends its children, too, and writes nothing
    stopSignal = 'SIGINT';
    #user;
    #port;

    static async start() {
        const postgres = new Postgres();
        postgres.#user = await otherUser();
        postgres.folder = await Engine.folder('pg');
        if (postgres.#user.uid !== undefined)
            await chown(postgres.folder, postgres.#user.uid, postgres.#user.gid);
        await run(newestProgram('initdb'), ['-D', join(postgres.folder, 'data'), '-U', 'desk', '-E', 'UTF8',
            '--no-locale', '--no-sync', '--auth=trust'], { ...postgres.#user, cwd: '/' });
        postgres.#port = await freePort();
        await postgres.launch();
        return postgres;
    }

    get url() {
        return `postgresql://desk@127.0.0.1:${this.#port}/postgres`;
    }

    async launch() {
        this.child = new Child(newestProgram('postgres'), ['-D', join(this.folder, 'data'), '-k', this.folder,
            '-h', '127.0.0.1', '-p', String(this.#port)], { ...this.#user, cwd: '/' }, this.killSignal);
        await this.child.says(/ready to accept connections/, PATIENCE_MS);
    }
}
