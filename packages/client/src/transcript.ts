// SPDX-License-Identifier: GPL-3.0-or-later
import { type Delivery, type Entry, entryOfMessage, entryOfOutgoing } from './entries.js';
import type { GuestMessage } from './guest.js';
import type { Outgoing } from './outbox.js';

/** What was said in one dialog, and who has read how far. */
export class Transcript {
    readonly #messages = new Map<number, GuestMessage>();
    readonly #ids = new Map<string, number>(); ///< by client_message_id
    readonly #delivered = new Set<number>();
    readonly #entries = new WeakMap<GuestMessage, Entry>(); ///< the same object as long as nothing about it changes
    #sorted: readonly GuestMessage[] | undefined;
    #staffRead = 0;
    #guestRead = 0;

    get guestRead(): number { return this.#guestRead; }
    /** Ids of the oldest and the newest; nothing said: no number worth having, and 0. */
    get first(): number { return Math.min(...this.#messages.keys()); }
    get last(): number { return Math.max(0, ...this.#messages.keys()); }

    get(id: number): GuestMessage | undefined { return this.#messages.get(id); }

    /** Adds or replaces; an older text does not replace a newer one. */
    merge(messages: readonly GuestMessage[], areDelivered: boolean): void {
        for (const message of messages) {
            if (areDelivered)
                this.#delivered.add(message.id);
            const known = this.#messages.get(message.id);
            if (known && known.editedAt > message.editedAt)
                continue;
            this.#messages.set(message.id, message);
            if (message.clientMessageId)
                this.#ids.set(message.clientMessageId, message.id);
        }
        this.#sorted = undefined;
    }

    staffReadTo(last: number): void {
        this.#staffRead = Math.max(this.#staffRead, last);
    }

    guestReadTo(last: number): void {
        this.#guestRead = Math.max(this.#guestRead, last);
    }

    /** Oldest first, then what waits and was not heard of yet. */
    entries(waiting: readonly Outgoing[]): Entry[] {
        this.#sorted ??= [...this.#messages.values()].sort((one, other) => one.id - other.id);
        const said = this.#sorted.map((message) => this.#entryOf(message));
        return said.concat(waiting.filter(({ id }) => !this.#ids.has(id)).map(entryOfOutgoing));
    }

    /** The newest that is not the guest's; 0: there is none. */
    lastForeign(): number {
        let last = 0;
        for (const { id, sender } of this.#messages.values()) {
            if (sender !== 'client' && id > last)
                last = id;
        }
        return last;
    }

    unread(): number {
        let count = 0;
        for (const { id, sender } of this.#messages.values())
            count += Number(id > this.#guestRead && (sender === 'ai' || sender === 'operator'));
        return count;
    }

    #entryOf(message: GuestMessage): Entry {
        const delivery = this.#deliveryOf(message);
        let entry = this.#entries.get(message);
        if (entry?.delivery !== delivery || !entry)
            this.#entries.set(message, (entry = entryOfMessage(message, delivery)));
        return entry;
    }

    #deliveryOf({ id, sender }: GuestMessage): Delivery | undefined {
        if (sender !== 'client')
            return undefined;
        return id <= this.#staffRead ? 'read' : this.#delivered.has(id) ? 'delivered' : 'sent';
    }
}
