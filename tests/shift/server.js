// SPDX-License-Identifier: GPL-3.0-or-later
// A server that can be killed and comes back on its port with its data.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { sleep } from './desk.js';
import { Child, Engine } from './engine.js';

const START_MS = 60_000;
const run = promisify(execFile);

export class Server extends Engine {
    #environment;
    #managementPort;

    static async start(settings) {
        const server = new Server();
        server.folder = await Engine.folder('server');
        server.#environment = {
            ...process.env,
            HOST: '127.0.0.1',
            PORT: '0',
            MANAGEMENT_PORT: '0',
            JWT_SECRET: 'a secret of the shift, long enough for HS256 tokens',
            SESSION_SECRET: 'another secret of the shift, as long as that one',
            WEBHOOK_TOKEN: 'what-the-shift-publishes-with',
            SIGNALBOX_DATA_DIR: server.folder,
            SIGNALBOX_LIMIT_REQUESTS_PER_SECOND: '0',
            ...settings,
        };
        await server.launch();
        return server;
    }

    get address() {
        return `http://127.0.0.1:${this.port}`;
    }

    async token(...words) {
        const { stdout } = await run(process.env.SIGNALBOXD, ['token', ...words], { env: this.#environment });
        return stdout.trim();
    }

    /** The answer of the private port: status and body. */
    async manage(path) {
        const answer = await fetch(`http://127.0.0.1:${this.#managementPort}${path}`,
            { signal: AbortSignal.timeout(START_MS) });
        return { status: answer.status, body: await answer.json() };
    }

    /** As a service manager does: a start that found the database away is tried again. */
    async comeBack() {
        for (const until = Date.now() + START_MS; ;) {
            try {
                return await this.launch();
            } catch (error) {
                if (Date.now() > until)
                    throw error;
                await sleep(200);
            }
        }
    }

    async stop() {
        const code = await super.stop();
        if (code !== 0)
            throw new Error(`the server ended with ${code}:\n${this.child.log}`);
    }

    async launch() {
        this.child = new Child(process.env.SIGNALBOXD, [], { env: this.#environment });
        const [, port, managementPort] =
            await this.child.says(/listening on port (\d+) management on port (\d+)/, START_MS);
        this.port = Number(port);
        this.#managementPort = Number(managementPort);
        this.#environment.PORT = port;
    }
}
