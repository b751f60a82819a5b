// SPDX-License-Identifier: GPL-3.0-or-later
// A client of an event stream that keeps what it gets and resumes where it stood.
import { patience, sleep } from './desk.js';

export class Follower {
    /** Everything that came, in order: `{type, channel, position, session_id, data, …}`; of a typed stream `{type, data}`. */
    events = [];
    resets = 0;
    warnings = 0;
    connects = 0;
    #listeners = new Set();
    #lastId = '';
    #last = 'nothing was asked';
    #stopped = new AbortController();
    #done;

    constructor(way, path, headers = {}) {
        this.way = way;
        this.path = path;
        this.isTyped = path.startsWith('/api/v1/streams/');
        this.headers = headers;
        this.#done = this.#follow();
    }

    /** `listener(event)` for each that comes from now on. */
    listen(listener) {
        this.#listeners.add(listener);
    }

    /** Resolves with the first event, come or coming, for which `wanted` holds. */
    async until(wanted, ms = patience.ms) {
        const limit = Date.now() + ms;
        for (let seen = 0; Date.now() < limit; await sleep(20)) {
            for (; seen < this.events.length; ++seen) {
                if (wanted(this.events[seen]))
                    return this.events[seen];
            }
        }
        throw new Error(`${this.path} did not get what was awaited`);
    }

    /** Resolves once it stands somewhere in its channels: from there on it misses nothing. */
    async stands(ms = patience.ms) {
        for (const limit = Date.now() + ms; !this.#lastId; await sleep(20)) {
            if (Date.now() > limit)
                throw new Error(`${this.path} was not served: ${this.#last}`);
        }
    }

    /** Resolves once it has been let in. */
    async isConnected(ms = patience.ms) {
        for (const limit = Date.now() + ms; this.connects === 0; await sleep(20)) {
            if (Date.now() > limit)
                throw new Error(`${this.path} was not served: ${this.#last}`);
        }
    }

    async stop() {
        this.#stopped.abort();
        await this.#done;
    }

    async #follow() {
        while (!this.#stopped.signal.aborted) {
            try {
                await this.#connection();
            } catch (error) {
                this.#last = error.message; // the cable or the server: again
            }
            this.way.turn();
            if (!this.#stopped.signal.aborted)
                await sleep(100);
        }
    }

    async #connection() {
        this.#last = `asked ${new Date().toISOString()}`;
        const answer = await fetch(this.way.address + this.path, {
            headers: { ...this.headers, ...(this.#lastId ? { 'Last-Event-ID': this.#lastId } : {}) },
            signal: this.#stopped.signal,
        });
        if (answer.status !== 200) {
            this.#last = `${answer.status} ${await answer.text()}`;
            return;
        }
        this.#last = `connected ${new Date().toISOString()}`;
        ++this.connects;
        // Not `for await`: with Node.js 18 an abort does not end it.
        const reader = answer.body.getReader();
        this.#stopped.signal.addEventListener('abort', () => reader.cancel().catch(() => {}), { once: true });
        const decoder = new TextDecoder();
        let text = '';
        for (let part = await reader.read(); !part.done; part = await reader.read()) {
            text += decoder.decode(part.value, { stream: true });
            const blocks = text.split('\n\n');
            text = blocks.pop();
            for (const block of blocks)
                this.#take(block);
        }
    }

    #take(block) {
        let type = 'message';
        let data = '';
        for (const line of block.split('\n')) {
            if (line.startsWith('id: '))
                this.#lastId = line.slice(4);
            else if (line.startsWith('event: '))
                type = line.slice(7);
            else if (line.startsWith('data: '))
                data += line.slice(6);
        }
        if (type === 'reset')
            ++this.resets;
        if (type === 'warning')
            ++this.warnings;
        const isEvent = this.isTyped ? !['heartbeat', 'warning', 'error', 'reset'].includes(type) : type === 'message';
        if (!isEvent || !data)
            return;
        const event = this.isTyped ? { type, data: JSON.parse(data) } : JSON.parse(data);
        if (!this.isTyped && !event.channel)
            return;
        this.events.push(event);
        for (const listener of this.#listeners)
            listener(event);
    }
}
