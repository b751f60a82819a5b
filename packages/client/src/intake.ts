// SPDX-License-Identifier: GPL-3.0-or-later
import type { FeedEvent } from './feedtypes.js';
import { type Json, codeOf, objectOf, textOf } from './json.js';
import type { Places } from './places.js';

/** What messages mean for the feed and for the connection that brought them. */
export interface Told {
    readonly opened: () => void;
    readonly event: (event: FeedEvent) => void;
    readonly warning: (data: Json) => void;
    /** The token ends soon. */
    readonly expiring: () => void;
    readonly snapshot: () => Promise<void> | undefined;
    /** The snapshot has failed. */
    readonly unloaded: (code: string) => void;
}

/** The messages of one connection, each event once; while the state is loaded events are newer than it, and wait. */
export class Intake {
    readonly #places: Places;
    readonly #isOneChannel: boolean;
    readonly #told: Told;
    #held: FeedEvent[] | undefined;

    /** One channel resumes by its own position, several by the place in the order of all. */
    constructor(places: Places, isOneChannel: boolean, told: Told) {
        this.#places = places;
        this.#isOneChannel = isOneChannel;
        this.#told = told;
    }

    hear(message: Json): void {
        const type = textOf(message['type']);
        const position = textOf(message['position']);
        if (type === 'connection.established') {
            const isFresh = !this.#places.place;
            this.#places.place ||= position;
            this.#told.opened();
            if (isFresh)
                void this.#load();
        } else if (type === 'reset') {
            this.#places.restart(position);
            void this.#load();
        } else if (type === 'token.expiring') {
            this.#told.expiring();
        } else if (type === 'warning') {
            this.#told.warning(objectOf(message['data']));
        } else if (textOf(message['channel']) && position) {
            this.#take(message, position);
        }
    }

    /** The connection is over. What was kept aside was not told: all of it comes anew. */
    end(): void {
        if (this.#held)
            this.#places.restart('');
        this.#held = undefined;
    }

    async #load(): Promise<void> {
        const held: FeedEvent[] = (this.#held = []);
        try {
            await this.#told.snapshot();
        } catch (error) {
            if (this.#held === held)
                this.#told.unloaded(codeOf(error));
            return;
        }
        if (this.#held !== held)
            return;
        this.#held = undefined;
        for (const event of held)
            this.#told.event(event);
    }

    #take(message: Json, position: string): void {
        const event: FeedEvent = {
            type: textOf(message['type']),
            data: objectOf(message['data']),
            channel: textOf(message['channel']),
            position,
            id: textOf(message['id']),
            timestamp: textOf(message['timestamp']),
        };
        if (!this.#places.pass(event.channel, position, this.#isOneChannel ? position : textOf(message['cursor']) || position))
            return;
        if (this.#held)
            this.#held.push(event);
        else
            this.#told.event(event);
    }
}
