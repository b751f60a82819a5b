// SPDX-License-Identifier: GPL-3.0-or-later
// The desk's REST as a program with an outbox uses it: a request whose answer is lost is sent again.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';

/** How long anybody waits for an answer or an event; a shift with outages makes it longer. */
export const patience = { ms: 60_000 };

export const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** Does it every so often, until `isOver`; resolves when the last time is done. */
export async function everySoOften(ms, isOver, deed) {
    while (!isOver()) {
        await sleep(ms * (0.5 + Math.random()));
        if (!isOver())
            await deed();
    }
}

export function freePort() {
    return new Promise((resolve, reject) => {
        const server = createServer().once('error', reject).listen(0, '127.0.0.1', () => {
            const { port } = server.address();
            server.close(() => resolve(port));
        });
    });
}

/** Where a client finds the service: one of several servers, and the next one when that does not answer. */
export class Way {
    #servers;
    #at;

    constructor(servers, first = Math.floor(Math.random() * servers.length)) {
        this.#servers = servers;
        this.#at = first;
    }

    get address() {
        return this.#servers[this.#at].address;
    }

    turn() {
        this.#at = (this.#at + 1) % this.#servers.length;
    }
}

/** A refusal that the server meant: its status and its body. */
export class Refused extends Error {
    constructor(status, body, what) {
        super(`${what}: ${status} ${JSON.stringify(body)}`);
        this.status = status;
        this.body = body;
    }
}

/** One party's way in: `way` is a Way, `credential` are headers. */
export class Desk {
    constructor(way, credential) {
        this.way = way;
        this.credential = credential;
    }

    get(path) { return this.#ask('GET', path); }
    post(path, body = {}) { return this.#ask('POST', path, body); }
    put(path, body) { return this.#ask('PUT', path, body); }

    /** Says something, once, however often the connection breaks. */
    say(path, text, more = {}) {
        return this.post(path, { text, client_message_id: randomUUID(), ...more });
    }

    /** The first answer, whatever it is: `{status, body, retryAfter}`, or null. */
    tryPost(path, body) { return this.#once('POST', path, body); }

    /** Waits out a server that is away or down (no answer, 503) or asks to slow down (429). */
    async #ask(method, path, body) {
        const until = Date.now() + patience.ms;
        for (let wait = 50; ; wait = Math.min(500, wait * 2)) {
            const answer = await this.#once(method, path, body);
            if (answer && answer.status < 400)
                return answer;
            if (answer && (![429, 503].includes(answer.status) || !answer.retryAfter))
                throw new Refused(answer.status, answer.body, `${method} ${path}`);
            if (Date.now() > until)
                throw new Error(`${method} ${path} found no server in ${patience.ms} ms: ${JSON.stringify(answer)}`);
            this.way.turn();
            await sleep(wait);
        }
    }

    async #once(method, path, body) {
        try {
            const answer = await fetch(this.way.address + path, {
                method,
                headers: { ...this.credential, ...(body ? { 'Content-Type': 'application/json' } : {}) },
                body: body ? JSON.stringify(body) : undefined,
                signal: AbortSignal.timeout(10_000),
            });
            const text = await answer.text();
            return { status: answer.status, body: text ? JSON.parse(text) : null, retryAfter: answer.headers.get('Retry-After') };
        } catch {
            return null;
        }
    }
}
