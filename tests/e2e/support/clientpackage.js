// SPDX-License-Identifier: GPL-3.0-or-later
import { build } from 'esbuild';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const SOURCE = fileURLToPath(new URL('../../../packages/client/src/index.ts', import.meta.url));

/** The client package, from its source: what its own build makes of it is tested by package.test.js. */
export async function importClient() {
    const folder = await mkdtemp(join(tmpdir(), 'signalbox-client-'));
    try {
        const outfile = join(folder, 'client.mjs');
        await build({ entryPoints: [SOURCE], bundle: true, format: 'esm', outfile, logLevel: 'warning' });
        return await import(pathToFileURL(outfile));
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

/** localStorage as far as the client uses it, to be shared by those who share a browser. */
export class MemoryStore {
    #items = new Map();
    /** Throws at writing, like a full disk. */
    isFull = false;

    get length() { return this.#items.size; }
    key(index) { return [...this.#items.keys()][index] ?? null; }
    getItem(key) { return this.#items.get(key) ?? null; }
    removeItem(key) { this.#items.delete(key); }
    setItem(key, value) {
        if (this.isFull)
            throw new DOMException('full', 'QuotaExceededError');
        this.#items.set(key, String(value));
    }
}
