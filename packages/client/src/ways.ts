// SPDX-License-Identifier: GPL-3.0-or-later
import type { Transport } from './feedtypes.js';

/** So long a way rests that did not work while a lesser one did. */
export const REST_MS = 60000;

/** The transports, best first, and which of them are worth trying now. */
export class Ways {
    readonly #possible: readonly Transport[];
    readonly #restUntil = new Map<Transport, number>();

    constructor(possible: readonly Transport[]) {
        this.#possible = possible;
    }

    /** Those that do not rest; when all do, all. */
    open(): Transport[] {
        const now = Date.now();
        const open = this.#possible.filter((way) => (this.#restUntil.get(way) ?? 0) <= now);
        return open.length ? open : [...this.#possible];
    }

    rest(ways: readonly Transport[]): void {
        for (const way of ways)
            this.#restUntil.set(way, Date.now() + REST_MS);
    }

    wake(): void {
        this.#restUntil.clear();
    }

    /** There is one, and none rests that may be better. */
    get isOne(): boolean { return this.open().length === 1 && this.#restUntil.size === 0; }
}
