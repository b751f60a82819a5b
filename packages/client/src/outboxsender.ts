// SPDX-License-Identifier: GPL-3.0-or-later
import type { ApiError } from './guest.js';
import type { Outbox, Outgoing } from './outbox.js';
import { jittered, linked, sleep } from './patience.js';

const RETRY_MS = [500, 1000, 2000, 4000, 8000, 10000] as const;

/** Empties an outbox: one message after the other, the same again for as long as an error may pass. */
export class OutboxSender {
    readonly #outbox: Outbox;
    readonly #post: (entry: Outgoing) => Promise<ApiError | undefined>;
    #isRunning = false;
    #signal: AbortSignal | undefined; // the latest given
    #again: (() => void) | undefined;

    /** `post` takes the message out of the outbox, or refuses it there; else it returns an error that may pass. */
    constructor(outbox: Outbox, post: (entry: Outgoing) => Promise<ApiError | undefined>) {
        this.#outbox = outbox;
        this.#post = post;
    }

    /** Sends what waits, until nothing does or the signal is given; while it is at it, goes on afterwards with this one. */
    async run(signal: AbortSignal): Promise<void> {
        this.#signal = signal;
        if (this.#isRunning)
            return;
        this.#isRunning = true;
        try {
            await this.#sendWaiting(signal);
        } finally {
            this.#isRunning = false;
        }
        if (this.#outbox.next() && !this.#signal.aborted)
            void this.run(this.#signal); // written while the loop was ending
    }

    /** Waits no longer for the next attempt. */
    wake(): void {
        this.#again?.();
    }

    async #sendWaiting(signal: AbortSignal): Promise<void> {
        let tries = 0;
        for (let entry = this.#outbox.next(); entry && !signal.aborted; entry = this.#outbox.next()) {
            const error = await this.#post(entry);
            tries = error ? tries + 1 : 0;
            if (error)
                await this.#pause(error.retryAfterMs || RETRY_MS[Math.min(tries, RETRY_MS.length) - 1] || 0, signal);
        }
    }

    async #pause(ms: number, outer: AbortSignal): Promise<void> {
        const pause = linked(outer);
        this.#again = () => pause.abort();
        await sleep(jittered(ms), pause.signal);
        this.#again = undefined;
        pause.abort();
    }
}
