// SPDX-License-Identifier: GPL-3.0-or-later

/** How far a stream has come: where the next connection resumes, and what was there already. */
export class Places {
    readonly #seen = new Map<string, { epoch: string; offset: number }>();
    /** Where to go on from; empty: from now on, with the state loaded anew. */
    place: string;

    constructor(place: string) {
        this.place = place;
    }

    /** Everything is new from there. */
    restart(place: string): void {
        this.place = place;
        this.#seen.clear();
    }

    /** Steps over an event, on to the place behind it; false: it was there before. */
    pass(channel: string, position: string, behind: string): boolean {
        const colon = position.lastIndexOf(':');
        const epoch = position.slice(0, colon);
        const offset = Number(position.slice(colon + 1));
        const last = this.#seen.get(channel);
        if (last && last.epoch === epoch && offset <= last.offset)
            return false;
        this.#seen.set(channel, { epoch, offset });
        this.place = behind;
        return true;
    }
}
