// SPDX-License-Identifier: GPL-3.0-or-later
import { objectOf, parseJson, textOf } from './json.js';

/** The part of localStorage that is used. Any call may throw: private windows, a full disk, a page's sandbox. */
export interface KeyStore {
    readonly length: number;
    key(index: number): string | null;
    getItem(key: string): string | null;
    setItem(key: string, value: string): void;
    removeItem(key: string): void;
}

/** A store under a prefix that never throws; what the real one refuses is kept for the life of the page. */
export class SafeStore {
    readonly #store: KeyStore | undefined;
    readonly #prefix: string;
    readonly #refused = new Map<string, string>();

    constructor(store: KeyStore | undefined, prefix: string) {
        this.#store = store;
        this.#prefix = prefix;
    }

    get(name: string): string | undefined {
        const kept = this.#refused.get(name);
        if (kept !== undefined)
            return kept;
        try {
            return this.#store?.getItem(this.#prefix + name) ?? undefined;
        } catch {
            return undefined;
        }
    }

    set(name: string, value: string): void {
        this.#refused.delete(name);
        try {
            if (this.#store)
                return this.#store.setItem(this.#prefix + name, value);
        } catch { /* below */ }
        this.#refused.set(name, value);
    }

    remove(name: string): void {
        this.#refused.delete(name);
        try {
            this.#store?.removeItem(this.#prefix + name);
        } catch { /* then it was not stored either */ }
    }

    names(): string[] {
        const names = new Set(this.#refused.keys());
        try {
            for (let index = 0; index < (this.#store?.length ?? 0); index++) {
                const key = this.#store?.key(index);
                if (key?.startsWith(this.#prefix))
                    names.add(key.slice(this.#prefix.length));
            }
        } catch { /* what was found so far */ }
        return [...names];
    }
}

export interface Outgoing {
    /** The `client_message_id`; sorts by the time of writing. */
    readonly id: string;
    readonly text: string;
    readonly at: string;
    /** The code of the refusal; empty while it waits. */
    readonly refusal: string;
}

const PREFIX = 'out:';

/**
 * What was written and is not stored by the server yet, in the order of writing. Each message is an entry of its own, so tabs
 * do not write over each other; two that send the same one do no harm, its id makes it one.
 */
export class Outbox {
    readonly #store: SafeStore;
    #last = 0;

    constructor(store: SafeStore) {
        this.#store = store;
    }

    add(text: string): Outgoing {
        // Of two in one millisecond the second is later; the clock may also have been set back.
        const newest = this.all().pop()?.id.slice(0, 9) ?? '';
        this.#last = Math.max(Date.now(), this.#last + 1, newest ? parseInt(newest, 36) + 1 : 0);
        const entry = { id: this.#last.toString(36).padStart(9, '0') + randomText(), text, at: new Date().toISOString(), refusal: '' };
        this.#write(entry);
        return entry;
    }

    all(): Outgoing[] {
        const names = this.#store.names().filter((name) => name.startsWith(PREFIX)).sort();
        return names.map((name) => this.#read(name.slice(PREFIX.length))).filter((entry) => entry !== undefined);
    }

    /** The oldest that waits. */
    next(): Outgoing | undefined {
        return this.all().find(({ refusal }) => !refusal);
    }

    /** With an empty code the message waits again. */
    refuse(id: string, refusal: string): void {
        const entry = this.#read(id);
        if (entry)
            this.#write({ ...entry, refusal });
    }

    remove(id: string): void {
        this.#store.remove(PREFIX + id);
    }

    #write(entry: Outgoing): void {
        const { text, at, refusal } = entry;
        this.#store.set(PREFIX + entry.id, JSON.stringify({ text, at, refusal }));
    }

    #read(id: string): Outgoing | undefined {
        const json = objectOf(parseJson(this.#store.get(PREFIX + id) ?? ''));
        const text = textOf(json['text']);
        return text ? { id, text, at: textOf(json['at']), refusal: textOf(json['refusal']) } : undefined;
    }
}

/** Against another tab's message of the same millisecond. */
const randomText = (): string => Math.random().toString(36).slice(2, 10);
