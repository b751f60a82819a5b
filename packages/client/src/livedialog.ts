// SPDX-License-Identifier: GPL-3.0-or-later
import type { FeedEvent } from './feedtypes.js';
import { type GuestApi, type GuestDialog, type GuestMessage, type QueuePlace, readMessage, readOperator, readQueuePlace } from './guest.js';
import { type Json, numberOf, objectOf, textOf } from './json.js';
import { Transcript } from './transcript.js';

export interface ConversationState {
    /** `ai`, `queued`, `operator`, `closed`; empty before there is a dialog. */
    readonly status: string;
    readonly operator: GuestDialog['operator'];
    readonly queue: QueuePlace | undefined;
    /** Who types, by name (perhaps empty); undefined: nobody. */
    readonly typing: string | undefined;
    readonly unread: number;
    readonly hasOlder: boolean;
}

/** Who is told of changes. */
export interface DialogWatcher {
    readonly entries: () => void;
    readonly state: (state: ConversationState) => void;
    /** A message of somebody else that was not there when the dialog was first loaded. */
    readonly message: (message: GuestMessage) => void;
    /** The server has the message with this `client_message_id`. */
    readonly stored: (key: string) => void;
}

const PAGE = 50;
const MOST_PAGES = 40;
const TYPING_ENDS_MS = 9000;
const NO_DIALOG: ConversationState = { status: '', operator: undefined, queue: undefined, typing: undefined, unread: 0, hasOlder: false };

/** One dialog as the guest knows it, loaded, and kept up by what is heard. Empty until then. */
export class LiveDialog {
    readonly transcript = new Transcript();
    #watcher: DialogWatcher | undefined;
    #state = NO_DIALOG;
    #isLoaded = false;
    #typingTimer: ReturnType<typeof setTimeout> | undefined;

    constructor(watcher: DialogWatcher) {
        this.#watcher = watcher;
    }

    get state(): ConversationState { return this.#state; }

    /** Nothing is told any more. */
    end(): void {
        this.#watcher = undefined;
        clearTimeout(this.#typingTimer);
    }

    /** What there is now, without a gap to what is known. */
    async load(api: GuestApi): Promise<void> {
        const known = this.transcript.last;
        const [dialog, newest] = await Promise.all([api.dialog(), api.messages({ limit: PAGE })]);
        let page = newest;
        const items = [...page.items];
        for (let pages = 1; known && page.hasMore && pages < MOST_PAGES; pages++) {
            const first = page.items[0]?.id ?? 0;
            if (first <= known)
                break;
            page = await api.messages({ before: first, limit: 200 });
            items.push(...page.items);
        }
        const isFirst = !this.#isLoaded;
        this.#isLoaded = true;
        const news = items.filter(({ id, sender }) => !isFirst && sender !== 'client' && !this.transcript.get(id));
        this.merge(items, true);
        this.transcript.staffReadTo(dialog.staffRead);
        this.transcript.guestReadTo(dialog.guestRead);
        this.change({ status: dialog.status, operator: dialog.operator, queue: dialog.queue, unread: this.transcript.unread(),
            hasOlder: isFirst ? newest.hasMore : this.#state.hasOlder });
        for (const message of news.sort((one, other) => one.id - other.id))
            this.#watcher?.message(message);
        this.#watcher?.entries();
    }

    async loadOlder(api: GuestApi): Promise<void> {
        const page = await api.messages({ before: this.transcript.first, limit: PAGE });
        this.merge(page.items);
        this.change({ hasOlder: page.hasMore });
        this.#watcher?.entries();
    }

    merge(messages: readonly GuestMessage[], areDelivered = false): void {
        this.transcript.merge(messages, areDelivered);
        for (const { clientMessageId } of messages) {
            if (clientMessageId)
                this.#watcher?.stored(clientMessageId);
        }
    }

    change(changes: Partial<ConversationState>): void {
        this.#state = { ...this.#state, ...changes };
        this.#watcher?.state(this.#state);
    }

    guestReadTo(last: number): void {
        this.transcript.guestReadTo(last);
        this.change({ unread: this.transcript.unread() });
    }

    take({ type, data }: FeedEvent): void {
        switch (type) {
        case 'chat.message': return this.#takeMessage(data);
        case 'dialog.message.updated': return this.#takeEdit(data);
        case 'dialog.read.updated': return this.#takeRead(data);
        case 'chat.session.status': return this.#takeStatus(textOf(data['status']));
        case 'chat.session.assigned':
            return this.change({ operator: readOperator(data['operator']), queue: undefined });
        case 'handoff.requested':
        case 'handoff.queue.updated':
            return this.change({ queue: readQueuePlace(data) });
        case 'typing.start':
        case 'typing.stop':
            return this.#takeTyping(type === 'typing.start', objectOf(data['actor']));
        }
    }

    #takeMessage(data: Json): void {
        const message = readMessage(data);
        if (!message)
            return;
        const isNew = !this.transcript.get(message.id);
        this.merge([message], true);
        if (isNew && message.sender !== 'client') {
            this.change({ unread: this.transcript.unread(), typing: undefined });
            this.#watcher?.message(message);
        }
        this.#watcher?.entries();
    }

    #takeEdit(data: Json): void {
        const message = this.transcript.get(numberOf(data['message_id']) ?? Number(textOf(data['message_id'])));
        const changes = objectOf(data['changes']);
        if (!message)
            return;
        this.merge([{ ...message, text: textOf(changes['text']) || message.text, editedAt: textOf(changes['edited_at']) }]);
        this.#watcher?.entries();
    }

    #takeRead(data: Json): void {
        const last = numberOf(data['last_id']) ?? 0;
        if (data['reader'] === 'client')
            return this.guestReadTo(last);
        this.transcript.staffReadTo(last);
        this.#watcher?.entries();
    }

    #takeStatus(status: string): void {
        this.change({ status, ...(status === 'operator' ? {} : { operator: undefined }), ...(status === 'queued' ? {} : { queue: undefined }) });
    }

    #takeTyping(starts: boolean, actor: Json): void {
        if (actor['type'] === 'client')
            return;
        clearTimeout(this.#typingTimer);
        this.change({ typing: starts ? textOf(actor['name']) : undefined });
        if (starts)
            this.#typingTimer = setTimeout(() => this.change({ typing: undefined }), TYPING_ENDS_MS);
    }
}
