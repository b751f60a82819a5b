// SPDX-License-Identifier: GPL-3.0-or-later
import { Emitter } from './emitter.js';
import { type Delivery, type Entry, entryOfMessage, entryOfOutgoing } from './entries.js';
import { Feed, type FeedEvent, type FeedOptions } from './feed.js';
import { ApiError, GuestApi, type GuestDialog, type GuestMessage, type GuestSession, type QueuePlace,
    readMessage, readOperator, readQueuePlace } from './guest.js';
import { idOf, numberOf, objectOf, parseJson, textOf } from './json.js';
import { type KeyStore, type Outgoing, Outbox, SafeStore } from './outbox.js';
import { jittered, linked, sleep } from './patience.js';

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

export interface ConversationEvents {
    /** Entries came, changed or went; ask entries(). */
    entries: undefined;
    state: ConversationState;
    /** The connection's state. */
    feed: { readonly state: Feed['state']; readonly transport: Feed['transport']; readonly code: string };
    /** A message of somebody else that was not there when the dialog was first loaded. */
    message: GuestMessage;
}

export interface ConversationOptions {
    readonly server: string;
    readonly assistantId?: string | undefined;
    readonly guestName?: string | undefined;
    readonly metadata?: object | undefined;
    /** Where session and outbox are kept, by default localStorage; null: nowhere. */
    readonly store?: KeyStore | null;
    readonly feed?: Pick<FeedOptions, 'transports' | 'pollMs' | 'WebSocket' | 'fetch'> | undefined;
}

const PAGE = 50;
const MOST_PAGES = 40;
const MOST_LOSSES = 2; ///< a server that lets nobody into new dialogs is not asked for ever more of them
const LOST = new Set(['unauthorized', 'token_expired', 'not_found']); ///< the dialog, to us
const TOKEN_REFRESH_MS = 12 * 3600 * 1000;
const TYPING_EVERY_MS = 3000;
const TYPING_ENDS_MS = 9000;
const RETRY_MS = [500, 1000, 2000, 4000, 8000, 10000] as const;

/**
 * A guest's dialog: what was said, who is there, and an outbox that sends what was written, once and in order, when it can. It
 * begins with the first message, is restored from the store, and when its token has ended for good the next message begins
 * another one. Tabs of one site share it.
 */
export class Conversation extends Emitter<ConversationEvents> {
    readonly api: GuestApi;
    readonly #options: ConversationOptions;
    readonly #store: SafeStore;
    readonly #outbox: Outbox;
    readonly #messages = new Map<number, GuestMessage>();
    readonly #keys = new Map<string, number>(); ///< client_message_id → id
    readonly #delivered = new Set<number>();
    readonly #entries = new WeakMap<GuestMessage, Entry>(); ///< the same object as long as nothing about it changes
    #feed: Feed | undefined;
    #state: ConversationState = NO_DIALOG;
    #staffRead = 0;
    #guestRead = 0;
    #askedRead = 0;
    #running = new AbortController();
    #isLoaded = false; ///< the dialog that the session is of
    #sending = false;
    #opening: Promise<void> | undefined;
    #losses = 0; ///< of dialogs since a message was last stored
    #again: (() => void) | undefined;
    #typingTimer: ReturnType<typeof setTimeout> | undefined;
    #saidTyping = 0;
    #sorted: readonly GuestMessage[] | undefined;

    constructor(options: ConversationOptions) {
        super();
        this.#options = options;
        const store = options.store === undefined ? localStore() : options.store ?? undefined;
        this.#store = new SafeStore(store, `signalbox:${options.server}:${options.assistantId ?? ''}:`);
        this.#outbox = new Outbox(this.#store);
        this.api = new GuestApi(options.server, undefined, options.feed?.fetch);
    }

    get state(): ConversationState { return this.#state; }
    get feed(): Feed | undefined { return this.#feed; }
    get session(): GuestSession | undefined { return this.api.session; }

    /** Restores the dialog, if there is one, and sends what waits. */
    start(): void {
        if (this.#running.signal.aborted)
            this.#running = new AbortController();
        globalThis.addEventListener?.('storage', this.#storedElsewhere);
        globalThis.addEventListener?.('online', this.#wakeSender);
        this.#adopt(this.#stored());
        void this.#sendAll();
    }

    stop(): void {
        globalThis.removeEventListener?.('storage', this.#storedElsewhere);
        globalThis.removeEventListener?.('online', this.#wakeSender);
        this.#running.abort();
        this.#feed?.stop();
        this.#feed = undefined;
        clearTimeout(this.#typingTimer);
    }

    /** What was said, oldest first, then what waits in the outbox. */
    entries(): Entry[] {
        this.#sorted ??= [...this.#messages.values()].sort((one, other) => one.id - other.id);
        const said = this.#sorted.map((message) => this.#entryOf(message));
        const waiting = this.#outbox.all().filter(({ id }) => !this.#keys.has(id)).map(entryOfOutgoing);
        return said.concat(waiting);
    }

    /** Takes the message into the outbox; it is sent when it can be. Empty text is nothing. */
    send(text: string): void {
        if (!text.trim())
            return;
        this.#outbox.add(text);
        this.#saidTyping = 0;
        this.emit('entries', undefined);
        if (this.#feed?.state === 'failed')
            this.#feed.retry();
        this.#wakeSender();
        void this.#sendAll();
    }

    /** Sends a refused message again. */
    resend(key: string): void {
        this.#outbox.refuse(key, '');
        this.emit('entries', undefined);
        void this.#sendAll();
    }

    discard(key: string): void {
        this.#outbox.remove(key);
        this.emit('entries', undefined);
    }

    /** After the connection has failed. */
    retry(): void {
        this.#feed?.retry();
        this.#wakeSender();
    }

    /** The guest is writing; call it at every keystroke. An end is said by typing(false), sending says it too. */
    typing(starts = true): void {
        const now = Date.now();
        if (!this.api.session || (starts ? now - this.#saidTyping < TYPING_EVERY_MS : this.#saidTyping === 0))
            return;
        this.#saidTyping = starts ? now : 0;
        this.api.typing(starts).catch(() => {}); // it is but a hint
    }

    /** What has come was seen. */
    markRead(): void {
        const last = this.#lastForeign();
        if (!this.api.session || last <= Math.max(this.#guestRead, this.#askedRead))
            return;
        this.#askedRead = last;
        this.api.read(last).then(() => this.#readTo(last), () => { this.#askedRead = 0; });
    }

    /** Asks for a human; a dialog is begun when there is none. Rejects with an ApiError. */
    async callHuman(reason = ''): Promise<void> {
        if (!this.api.session)
            await this.#open();
        const queue = await this.api.requestHandoff(reason);
        if (this.#state.status !== 'operator')
            this.#change({ status: 'queued', queue });
    }

    async cancelHuman(): Promise<void> {
        await this.api.cancelHandoff();
    }

    async loadOlder(): Promise<void> {
        const first = Math.min(...this.#messages.keys());
        const page = await this.api.messages({ before: first, limit: PAGE });
        this.#merge(page.items);
        this.#change({ hasOlder: page.hasMore });
        this.emit('entries', undefined);
    }

    // ---- the session

    #stored(): GuestSession | undefined {
        const json = objectOf(parseJson(this.#store.get('session') ?? ''));
        const id = idOf(json['id']);
        const token = textOf(json['token']);
        return id && token ? { id, token, createdAt: textOf(json['createdAt']), assistantId: textOf(json['assistantId']),
            guestId: textOf(json['guestId']) } : undefined;
    }

    readonly #storedElsewhere = (event: StorageEvent): void => {
        const stored = this.#stored();
        if (stored && stored.id !== this.api.session?.id)
            this.#adopt(stored);
        else if (stored && this.api.session)
            this.api.session = stored; // perhaps with a newer token
        if (event.key?.includes(':out:'))
            this.emit('entries', undefined);
    };

    #adopt(session: GuestSession | undefined): void {
        if (!session)
            return;
        this.#feed?.stop();
        this.#messages.clear();
        this.#keys.clear();
        this.#staffRead = this.#guestRead = this.#askedRead = 0;
        this.#isLoaded = false;
        this.api.session = session;
        const feed = new Feed({
            ...this.#options.feed,
            server: this.#options.server,
            credential: () => ({ session: this.api.session?.id ?? '', token: this.api.session?.token ?? '' }),
            refresh: () => this.#refresh(),
            snapshot: () => this.#load(),
        });
        this.#feed = feed;
        feed.on('event', (event) => this.#take(event));
        feed.on('state', (state) => {
            if (feed !== this.#feed)
                return;
            if (state.state === 'failed' && LOST.has(state.code))
                this.#lose();
            else
                this.emit('feed', state);
            if (state.state === 'live')
                this.#wakeSender();
        });
        const age = Date.now() - Date.parse(session.createdAt);
        if (age > TOKEN_REFRESH_MS)
            void this.#refresh().catch(() => {}); // a refusal comes up again when it matters
        feed.start();
    }

    async #refresh(): Promise<boolean> {
        const before = this.api.session;
        const session = await this.api.refresh();
        if (before?.id === session.id)
            this.#store.set('session', JSON.stringify(session));
        return true;
    }

    /** Nobody lets us into this dialog any more: what is still to be said begins another one. */
    #lose(): void {
        this.#feed?.stop();
        this.#feed = undefined;
        this.api.session = undefined;
        this.#store.remove('session');
        this.#messages.clear();
        this.#keys.clear();
        this.#sorted = undefined;
        this.#change(NO_DIALOG);
        this.emit('entries', undefined);
        void this.#sendAll();
    }

    #open(): Promise<void> {
        return this.#opening ??= this.#begin().finally(() => { this.#opening = undefined; });
    }

    async #begin(): Promise<void> {
        const { assistantId, guestName, metadata } = this.#options;
        const begin = async (): Promise<GuestSession> => {
            const other = this.#stored(); // of another tab, while we waited
            if (other)
                return other;
            const opened = await this.api.open({ assistantId, name: guestName, metadata });
            this.#store.set('session', JSON.stringify(opened));
            return opened;
        };
        const locks = globalThis.navigator?.locks as LockManager | undefined;
        this.#adopt(await (locks ? locks.request(`signalbox:${this.#options.server}`, begin) : begin()));
    }

    // ---- sending

    readonly #wakeSender = (): void => this.#again?.();

    async #sendAll(): Promise<void> {
        if (this.#sending)
            return;
        this.#sending = true;
        try {
            await this.#sendWaiting(this.#running.signal);
        } finally {
            this.#sending = false;
        }
        if (this.#outbox.next() && !this.#running.signal.aborted)
            void this.#sendAll(); // written while the loop was ending
    }

    async #sendWaiting(signal: AbortSignal): Promise<void> {
        let tries = 0;
        for (let entry = this.#outbox.next(); entry && !signal.aborted; entry = this.#outbox.next()) {
            const error = await this.#sendOne(entry);
            tries = error ? tries + 1 : 0;
            if (error)
                await this.#pauseSending(error.retryAfterMs || RETRY_MS[Math.min(tries, RETRY_MS.length) - 1] || 0, signal);
        }
    }

    /** An error is one that may pass. */
    async #sendOne(entry: Outgoing): Promise<ApiError | undefined> {
        try {
            if (!this.api.session)
                await this.#open();
            const message = await this.api.post(entry.text, entry.id);
            this.#losses = 0;
            this.#merge([message]);
            this.#outbox.remove(entry.id);
        } catch (error) {
            if (!(error instanceof ApiError))
                throw error;
            if (error.isPassing)
                return error;
            if ((error.status === 401 || error.status === 404) && this.#losses < MOST_LOSSES)
                return await this.#enterAgain(error);
            this.#outbox.refuse(entry.id, error.code);
        }
        this.emit('entries', undefined);
        return undefined;
    }

    async #enterAgain(refusal: ApiError): Promise<ApiError | undefined> {
        try {
            if (refusal.status === 401) {
                await this.#refresh();
                return undefined;
            }
        } catch (error) {
            if (error instanceof ApiError && error.isPassing)
                return error;
        }
        this.#losses++;
        this.#lose();
        return refusal; // a moment's peace before another dialog is begun
    }

    async #pauseSending(ms: number, outer: AbortSignal): Promise<void> {
        const pause = linked(outer);
        this.#again = () => pause.abort();
        await sleep(jittered(ms), pause.signal);
        this.#again = undefined;
        pause.abort();
    }

    // ---- hearing

    async #load(): Promise<void> {
        const known = Math.max(0, ...this.#messages.keys());
        const [dialog, newest] = await Promise.all([this.api.dialog(), this.api.messages({ limit: PAGE })]);
        let page = newest;
        const items = [...page.items];
        for (let pages = 1; known && page.hasMore && pages < MOST_PAGES; pages++) {
            const first = page.items[0]?.id ?? 0;
            if (first <= known)
                break;
            page = await this.api.messages({ before: first, limit: 200 });
            items.push(...page.items);
        }
        const isFirst = !this.#isLoaded;
        this.#isLoaded = true;
        const news = items.filter(({ id, sender }) => !isFirst && sender !== 'client' && !this.#messages.has(id));
        for (const { id } of items)
            this.#delivered.add(id);
        this.#merge(items);
        this.#staffRead = Math.max(this.#staffRead, dialog.staffRead);
        this.#guestRead = Math.max(this.#guestRead, dialog.guestRead);
        this.#change({ status: dialog.status, operator: dialog.operator, queue: dialog.queue, unread: this.#unread(),
            hasOlder: isFirst ? newest.hasMore : this.#state.hasOlder });
        for (const message of news.sort((one, other) => one.id - other.id))
            this.emit('message', message);
        this.emit('entries', undefined);
    }

    /** Adds or replaces; an older text does not replace a newer one. */
    #merge(messages: readonly GuestMessage[]): void {
        for (const message of messages) {
            const known = this.#messages.get(message.id);
            if (known && known.editedAt > message.editedAt)
                continue;
            this.#messages.set(message.id, message);
            if (message.clientMessageId) {
                this.#keys.set(message.clientMessageId, message.id);
                this.#outbox.remove(message.clientMessageId); // its answer may have been lost
            }
        }
        this.#sorted = undefined;
    }

    #take({ type, data }: FeedEvent): void {
        switch (type) {
        case 'chat.message': return this.#takeMessage(data);
        case 'dialog.message.updated': return this.#takeEdit(data);
        case 'dialog.read.updated': return this.#takeRead(data);
        case 'chat.session.status': return this.#takeStatus(textOf(data['status']));
        case 'chat.session.assigned':
            return this.#change({ operator: readOperator(data['operator']), queue: undefined });
        case 'handoff.requested':
        case 'handoff.queue.updated':
            return this.#change({ queue: readQueuePlace(data) });
        case 'typing.start':
        case 'typing.stop':
            return this.#takeTyping(type === 'typing.start', objectOf(data['actor']));
        }
    }

    #takeMessage(data: FeedEvent['data']): void {
        const message = readMessage(data);
        if (!message)
            return;
        const isNew = !this.#messages.has(message.id);
        this.#delivered.add(message.id);
        this.#merge([message]);
        if (isNew && message.sender !== 'client') {
            this.#change({ unread: this.#unread(), typing: undefined });
            this.emit('message', message);
        }
        this.emit('entries', undefined);
    }

    #takeEdit(data: FeedEvent['data']): void {
        const message = this.#messages.get(numberOf(data['message_id']) ?? Number(textOf(data['message_id'])));
        const changes = objectOf(data['changes']);
        if (!message)
            return;
        this.#merge([{ ...message, text: textOf(changes['text']) || message.text, editedAt: textOf(changes['edited_at']) }]);
        this.emit('entries', undefined);
    }

    #takeRead(data: FeedEvent['data']): void {
        const last = numberOf(data['last_id']) ?? 0;
        if (data['reader'] === 'client')
            return this.#readTo(last);
        this.#staffRead = Math.max(this.#staffRead, last);
        this.emit('entries', undefined);
    }

    #readTo(last: number): void {
        this.#guestRead = Math.max(this.#guestRead, last);
        this.#change({ unread: this.#unread() });
    }

    #takeStatus(status: string): void {
        this.#change({ status, ...(status === 'operator' ? {} : { operator: undefined }), ...(status === 'queued' ? {} : { queue: undefined }) });
    }

    #takeTyping(starts: boolean, actor: FeedEvent['data']): void {
        if (actor['type'] === 'client')
            return;
        clearTimeout(this.#typingTimer);
        this.#change({ typing: starts ? textOf(actor['name']) : undefined });
        if (starts)
            this.#typingTimer = setTimeout(() => this.#change({ typing: undefined }), TYPING_ENDS_MS);
    }

    #change(changes: Partial<ConversationState>): void {
        this.#state = { ...this.#state, ...changes };
        this.emit('state', this.#state);
    }

    #lastForeign(): number {
        let last = 0;
        for (const { id, sender } of this.#messages.values()) {
            if (sender !== 'client' && id > last)
                last = id;
        }
        return last;
    }

    #unread(): number {
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

const NO_DIALOG: ConversationState = { status: '', operator: undefined, queue: undefined, typing: undefined, unread: 0, hasOlder: false };

/** Asking for it may throw: a sandboxed frame, cookies switched off. */
function localStore(): KeyStore | undefined {
    try {
        return globalThis.localStorage;
    } catch {
        return undefined;
    }
}
