// SPDX-License-Identifier: GPL-3.0-or-later

const OPEN_MS = 8000; ///< a proxy that lets nothing through says nothing
const QUIET_MS = 25000; ///< then a WebSocket is asked whether it lives
const DEAD_MS = 60000; ///< a stream has a heartbeat every 25 s

/** Gives up a connection that shows no life: does not open, or is silent for too long, asked if it can be. */
export class Liveness {
    readonly #ask: (() => void) | undefined;
    readonly #giveUp: () => void;
    #timer: ReturnType<typeof setTimeout> | undefined;
    #isOpen = false;
    #isAsked = false;

    constructor(ask: (() => void) | undefined, giveUp: () => void) {
        this.#ask = ask;
        this.#giveUp = giveUp;
        this.#wait(OPEN_MS);
    }

    opened(): void {
        this.#isOpen = true;
        this.alive();
    }

    alive(): void {
        this.#isAsked = false;
        if (this.#isOpen)
            this.#wait(this.#ask ? QUIET_MS : DEAD_MS);
    }

    stop(): void {
        clearTimeout(this.#timer);
    }

    #wait(ms: number): void {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#silent(), ms);
    }

    #silent(): void {
        if (!this.#isOpen || this.#isAsked || !this.#ask)
            return this.#giveUp();
        this.#isAsked = true;
        this.#ask();
        this.#wait(OPEN_MS);
    }
}
