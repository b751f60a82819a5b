// SPDX-License-Identifier: GPL-3.0-or-later
// A client that writes down what it is answered, byte for byte but for ids, and knows nothing of what should come.
import { createRequire } from 'node:module';
import { request } from 'node:http';

import { pause } from '../../e2e/support/waiting.js';

const WebSocket = createRequire(import.meta.url)('ws');
const PATIENCE_MS = 60_000;
const PARKED_MS = 300;

function patiently(what, promise) {
    let timer;
    const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`did not come: ${what}`)), PATIENCE_MS);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

export class Wire {
    lines = [];
    #port;
    #path;
    #sockets = [];
    #names = new Map();

    constructor(port, path) {
        this.#port = port;
        this.#path = path;
    }

    /** What was written down, with names in place of what is new each time. */
    transcript() {
        const ids = new Map();
        return this.lines.map((line) => {
            let text = line;
            for (const [value, name] of this.#names)
                text = text.replaceAll(`\\"${value}\\"`, `\\"<${name}>\\"`);
            return text.replace(/(?<![\w-])[\w-]{20}(?![\w-])/g, (id) => {
                if (!ids.has(id))
                    ids.set(id, `<id ${ids.size + 1}>`);
                return ids.get(id);
            });
        });
    }

    /** The first group of the pattern in the last line; it is called `name` in the transcript. */
    name(name, pattern) {
        const value = pattern.exec(this.lines.at(-1))?.[1];
        if (value === undefined)
            throw new Error(`no ${name} in: ${this.lines.at(-1)}`);
        this.#names.set(value, name);
        return value;
    }

    #log(what, answer) {
        const { status, headers, body } = answer;
        const words = [`${what}: ${status}`, headers['content-type'], headers['cache-control'], headers.connection === 'close' && answer.isUpgrade ? 'close' : '',
            answer.origin && headers['access-control-allow-origin'] ? `allows ${headers['access-control-allow-origin']}` : '',
            headers['access-control-allow-methods'], headers['access-control-allow-headers']];
        this.lines.push([...words.filter(Boolean), JSON.stringify(body)].join(' | '));
        return answer;
    }

    #send(method, query, { body, headers = {} } = {}, started = () => {}) {
        return patiently(`${method} ${query}`, new Promise((resolve, reject) => {
            const path = query.startsWith('/') ? query : this.#path + query;
            const asked = request({ host: '127.0.0.1', port: this.#port, path, method, agent: false, headers: {
                ...(body === undefined ? {} : { 'Content-Type': 'text/plain;charset=UTF-8', 'Content-Length': Buffer.byteLength(body) }), ...headers,
            } }, (answer) => {
                const parts = [];
                answer.on('data', (part) => parts.push(part));
                answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, origin: headers.Origin,
                    body: Buffer.concat(parts).toString() }));
                answer.on('error', reject);
            });
            started(asked);
            asked.on('error', reject).end(body);
        }));
    }

    async ask(method, query, options) {
        const label = query.replace(/&sid=[\w-]{20}/, '&sid=…');
        return this.#log(`${method} ${label}`, await this.#send(method, query, options));
    }

    /** A session by long-polling. */
    async open() {
        const answer = await this.ask('GET', '?EIO=4&transport=polling');
        this.sid = JSON.parse(answer.body.slice(1)).sid;
    }

    get session() {
        return `?EIO=4&transport=polling&sid=${this.sid}`;
    }

    get = () => this.ask('GET', this.session);
    post = (body, headers) => this.ask('POST', this.session, { body, headers });

    /** Until the server knows the session no more. */
    async gone() {
        while ((await this.#send('POST', this.session, { body: '3' })).status !== 400)
            await pause(20);
    }

    /** Polls until this has come; the packets of all answers are written down as one. */
    async pollFor(part) {
        let body = '';
        while (!body.includes(part)) {
            const answer = await this.#send('GET', this.session);
            if (answer.status !== 200)
                throw new Error(`${answer.status} ${answer.body}`);
            body += (body ? '\x1e' : '') + answer.body;
        }
        this.lines.push(`polled: ${JSON.stringify(body)}`);
    }

    /** A poll that waits at the server. */
    async park() {
        let asked;
        const coming = this.#send('GET', this.session, {}, (request) => { asked = request; });
        coming.catch(() => {}); // one that is left
        await pause(PARKED_MS);
        return {
            answer: async (what = 'the parked poll') => this.#log(what, await coming),
            leave: () => asked.destroy(),
        };
    }

    /** A WebSocket, or what it is refused with. */
    async socket(query = '?EIO=4&transport=websocket') {
        const socket = new WebSocket(`ws://127.0.0.1:${this.#port}${this.#path}${query}`, { perMessageDeflate: false });
        this.#sockets.push(socket);
        const came = [];
        let wake = () => {};
        let code;
        socket.on('message', (data) => { came.push(typeof data !== 'string' ? `bytes ${data.toString('hex')}` : `text ${JSON.stringify(data)}`); wake(); });
        socket.on('close', (given) => { code = given; wake(); });
        socket.on('error', () => {}); // 'close' follows
        const label = query.replace(/&sid=[\w-]{20}/, '&sid=…');
        const refused = await patiently(`a WebSocket at ${query}`, new Promise((resolve) => {
            socket.once('open', () => resolve(null));
            socket.once('unexpected-response', (_, answer) => {
                let body = '';
                answer.on('data', (part) => { body += part; }).on('end', () => {
                    resolve({ status: answer.statusCode, headers: answer.headers, body, isUpgrade: true });
                });
            });
        }));
        if (refused) {
            this.#log(`WebSocket ${label}`, refused);
            return null;
        }
        this.lines.push(`WebSocket ${label}: open`);
        const until = (what, isThere) => patiently(what, new Promise((resolve, reject) => {
            wake = () => {
                if (isThere())
                    resolve();
                else if (code !== undefined)
                    reject(new Error(`closed with ${code}, awaited: ${what}`));
            };
            wake();
        }));
        return {
            send: (data) => socket.send(data),
            /** The next messages. */
            read: async (count = 1) => {
                await until(`${count} messages`, () => came.length >= count);
                this.lines.push(...came.splice(0, count).map((message) => `WebSocket: ${message}`));
            },
            closed: async () => {
                await until('its end', () => code !== undefined);
                this.lines.push(...came.splice(0).map((message) => `WebSocket: ${message}`), `WebSocket: closed with ${code}`);
            },
            break: () => socket.terminate(),
        };
    }

    end() {
        for (const socket of this.#sockets)
            socket.terminate();
    }
}
