// SPDX-License-Identifier: GPL-3.0-or-later
import { execFile, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const START_MS = 30_000;
const STOP_MS = 30_000;
const SHELL_MS = 15_000;
const SESSION_TOKEN_S = 24 * 3600;
const run = promisify(execFile);
const running = new Set();

process.on('exit', () => {
    for (const child of running)
        child.kill('SIGKILL');
});

/** A server of its own: free ports, its own secrets and data folder. */
export class Gateway {
    #environment;
    #folder;
    #child;
    #gone;
    #isKilled = false;
    /** The end of what it has logged since its last start. */
    log = '';

    static async start(settings = {}) {
        const gateway = new Gateway();
        gateway.#folder = await mkdtemp(join(tmpdir(), 'signalbox-e2e-'));
        gateway.#environment = {
            ...process.env,
            HOST: '127.0.0.1',
            PORT: '0',
            MANAGEMENT_PORT: '0',
            JWT_SECRET: 'a secret of the browser tests, long enough for HS256',
            SESSION_SECRET: 'another secret of the browser tests, as long as that',
            WEBHOOK_TOKEN: 'what-the-browser-tests-publish-with',
            SIGNALBOX_DATA_DIR: gateway.#folder,
            SIGNALBOX_LOG_FORMAT: 'text',
            ...settings,
        };
        await gateway.#launch();
        return gateway;
    }

    get address() {
        return `http://127.0.0.1:${this.port}`;
    }

    /** SIGTERM, the end of the process, and the same again on the same port. Resolves when it listens. */
    async restart(meanwhile = async () => {}) {
        await this.#terminate();
        await meanwhile();
        this.#environment.PORT = String(this.port);
        await this.#launch();
    }

    /** SIGKILL, and the same again on the same port. Resolves when it listens. */
    async crash(meanwhile = async () => {}) {
        this.#child.kill('SIGKILL');
        await within(STOP_MS, 'the server was not killed', this.#gone);
        await meanwhile();
        this.#environment.PORT = String(this.port);
        await this.#launch();
    }

    /** SIGKILL, for good. */
    async kill() {
        this.#isKilled = true;
        this.#child.kill('SIGKILL');
        await within(STOP_MS, 'the server was not killed', this.#gone);
    }

    async stop() {
        if (!this.#isKilled)
            await this.#terminate();
        await rm(this.#folder, { recursive: true, force: true });
    }

    /** What `signalboxd token …` prints. */
    async token(...words) {
        const { stdout } = await run(process.env.SIGNALBOXD, ['token', ...words], { env: this.#environment });
        return stdout.trim();
    }

    /** A session token of so many seconds ago that it lives this long yet (negative: that it has ended). */
    sessionToken(dialog, lifeS) {
        const created = Math.floor(Date.now() / 1000) - SESSION_TOKEN_S + lifeS;
        const mac = createHmac('sha256', this.#environment.SESSION_SECRET).update(`${dialog}:${created}`).digest('base64url');
        return `v1.${created}.${mac}`;
    }

    /** Makes an operator of the desk; resolves with the password. */
    async operator(login, name) {
        const { stdout } = await run(process.env.SIGNALBOXD, ['operator', 'add', '--login', login, '--name', name, '--role', 'operator'],
            { env: this.#environment });
        return /^Password: (\S+)/m.exec(stdout)[1];
    }

    /** Runs a line as somebody would type it beside this server. Resolves with what it has printed when it ended, or
     *  when that matched `enough`; then it is stopped. */
    async shell(line, environment = {}, enough = /$^/) {
        const path = `${dirname(process.env.SIGNALBOXD)}:${process.env.PATH}`;
        const child = spawn('bash', ['-c', line],
            { env: { ...this.#environment, PATH: path, ...environment }, stdio: ['ignore', 'pipe', 'ignore'], detached: true });
        let text = '';
        const printed = new Promise((resolve) => {
            child.stdout.on('data', (bytes) => {
                text += bytes;
                if (enough.test(text))
                    resolve();
            });
            child.once('close', resolve);
        });
        try {
            await within(SHELL_MS, `this did not end, nor print what was awaited: ${line}`, printed);
        } finally {
            if (child.exitCode === null)
                process.kill(-child.pid, 'SIGKILL');
        }
        return text;
    }

    /** Publishes by REST, as one batch; resolves with the answer's body. */
    async publish(...events) {
        const answer = await fetch(`${this.address}/api/v1/publish`, {
            method: 'POST',
            headers: { Authorization: `Bearer ${this.#environment.WEBHOOK_TOKEN}`, 'Content-Type': 'application/json' },
            body: JSON.stringify(events),
        });
        const body = await answer.json();
        if (!answer.ok)
            throw new Error(`publish: ${answer.status} ${JSON.stringify(body)}`);
        return body;
    }

    #launch() {
        const child = spawn(process.env.SIGNALBOXD, [], { env: this.#environment, stdio: ['ignore', 'ignore', 'pipe'] });
        running.add(child);
        this.#child = child;
        let log = '';
        this.#gone = new Promise((resolve) => {
            child.once('close', (code, signal) => {
                running.delete(child);
                resolve({ code, signal, log });
            });
        });
        const listens = new Promise((resolve) => {
            child.stderr.on('data', (bytes) => {
                log = (log + bytes).slice(-100_000);
                this.log = log;
                const ports = /listening on port (\d+) management on port (\d+)/.exec(log);
                if (ports)
                    resolve(ports);
            });
        });
        const failed = this.#gone.then(() => { throw new Error(`the server ended:\n${log}`); });
        failed.catch(() => {}); // an end after the start is no failure of the start
        return within(START_MS, 'the server did not start', Promise.race([listens, failed])).then(([, port, management]) => {
            this.port = Number(port);
            this.management = `http://127.0.0.1:${management}`;
        });
    }

    async #terminate() {
        this.#child.kill('SIGTERM');
        const { code, signal, log } = await within(STOP_MS, 'the server did not stop', this.#gone);
        if (code !== 0)
            throw new Error(`the server ended with ${code ?? signal}:\n${log}`);
    }
}

function within(ms, complaint, promise) {
    let timer;
    const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`${complaint} within ${ms} ms`)), ms);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
