// SPDX-License-Identifier: GPL-3.0-or-later
import { spawn } from 'node:child_process';
import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { until } from './waiting.js';

const PROGRAM = process.env.NGINX ?? '/usr/sbin/nginx';
const SHIPPED = new URL('../../../packaging/nginx/signalbox.conf', import.meta.url);

async function freePort() {
    const server = createServer();
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address();
    await new Promise((resolve) => server.close(resolve));
    return port;
}

/** A real nginx with the configuration that is shipped; the ports alone are others. */
export class Nginx {
    #folder;
    #child;

    static async before(gateway) {
        for (let attempt = 1; ; attempt++) {
            const nginx = new Nginx();
            try {
                await nginx.#start(gateway);
                return nginx;
            } catch (error) {
                await nginx.stop();
                if (attempt === 5) // somebody else has taken the port meanwhile, or something is really wrong
                    throw error;
            }
        }
    }

    async #start(gateway) {
        this.#folder = await mkdtemp(join(tmpdir(), 'signalbox-nginx-'));
        const port = await freePort();
        const shipped = await readFile(SHIPPED, 'utf8');
        const site = shipped.replace('listen 80;', `listen 127.0.0.1:${port};`).replace('server 127.0.0.1:5009;', `server 127.0.0.1:${gateway.port};`);
        const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${this.#folder}/${name};`).join(' ');
        await mkdir(join(this.#folder, 'logs'));
        await writeFile(join(this.#folder, 'site.conf'), site);
        await writeFile(join(this.#folder, 'nginx.conf'), `daemon off; worker_processes 1; pid ${this.#folder}/pid; error_log ${this.#folder}/logs/error.log info;
            events { worker_connections 256; }
            http { ${temporary} log_format told '$status $request_uri'; access_log ${this.#folder}/logs/access.log told; include ${this.#folder}/site.conf; }`);
        this.#child = spawn(PROGRAM, ['-e', join(this.#folder, 'logs/error.log'), '-p', this.#folder, '-c', join(this.#folder, 'nginx.conf')], { stdio: 'ignore' });
        this.address = `http://127.0.0.1:${port}`;
        let failure;
        this.#child.once('error', (error) => { failure = error; });
        await until('nginx serves', async () => {
            if (failure || this.#child.exitCode !== null)
                throw failure ?? new Error(`nginx ended:\n${await readFile(join(this.#folder, 'logs/error.log'), 'utf8')}`);
            return fetch(`${this.address}/health`).then(({ ok }) => ok, () => false);
        }, 30_000);
    }

    /** Status and path of every request that has ended. */
    async log() {
        return (await readFile(join(this.#folder, 'logs/access.log'), 'utf8')).split('\n').filter(Boolean);
    }

    async stop() {
        if (this.#child?.exitCode === null && this.#child.pid) {
            const ended = new Promise((resolve) => this.#child.once('exit', resolve));
            this.#child.kill('SIGTERM');
            await ended;
        }
        await rm(this.#folder, { recursive: true, force: true });
    }
}
