// SPDX-License-Identifier: GPL-3.0-or-later
import type { Attachment, GuestMessage, Sender } from './guest.js';
import type { Outgoing } from './outbox.js';

/** `queued` here, `sent`: on the server's disk, `delivered` to those who listen, `read` by staff; `failed`: refused. */
export type Delivery = 'queued' | 'sent' | 'delivered' | 'read' | 'failed';

export interface Entry {
    /** The same from writing to reading. */
    readonly key: string;
    /** Undefined while it is in the outbox. */
    readonly id: number | undefined;
    readonly sender: Sender;
    readonly text: string;
    readonly at: string;
    readonly senderName: string;
    readonly systemType: string;
    readonly attachments: readonly Attachment[];
    readonly isEdited: boolean;
    /** Of the guest's own; undefined for others'. */
    readonly delivery: Delivery | undefined;
    /** Why it failed: a code of docs/protocol.md. */
    readonly refusal: string;
}

export function entryOfMessage(message: GuestMessage, delivery: Delivery | undefined): Entry {
    const { id, sender, text, senderName, systemType, attachments } = message;
    return { key: message.clientMessageId || String(id), id, sender, text, at: message.timestamp, senderName, systemType,
        attachments, isEdited: Boolean(message.editedAt), delivery, refusal: '' };
}

export function entryOfOutgoing({ id, text, at, refusal }: Outgoing): Entry {
    return { key: id, id: undefined, sender: 'client', text, at, senderName: '', systemType: '', attachments: [], isEdited: false,
        delivery: refusal ? 'failed' : 'queued', refusal };
}
