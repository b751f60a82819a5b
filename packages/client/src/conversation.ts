// SPDX-License-Identifier: GPL-3.0-or-later
import { Emitter } from './emitter.js';
import type { Entry } from './entries.js';
import { Feed } from './feed.js';
import type { FeedOptions } from './feedtypes.js';
import { ApiError, GuestApi, type GuestMessage, type GuestSession } from './guest.js';
import { type ConversationState, LiveDialog } from './livedialog.js';
import { type KeyStore, Outbox, type Outgoing, SafeStore } from './outbox.js';
import { OutboxSender } from './outboxsender.js';
import { StoredSession } from './storedsession.js';

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
    /** Where session, outbox and draft are kept, by default localStorage (the draft: sessionStorage); null: nowhere. */
    readonly store?: KeyStore | null;
    readonly feed?: Pick<FeedOptions, 'transports' | 'pollMs' | 'WebSocket' | 'fetch'> | undefined;
}

const MOST_LOSSES = 2; ///< a server that lets nobody into new dialogs is not asked for ever more of them
const LOST = new Set(['unauthorized', 'token_expired', 'not_found']); ///< the dialog, to us
const TOKEN_REFRESH_MS = 12 * 3600 * 1000;
const TYPING_EVERY_MS = 3000;

/**
 * A guest's dialog: what was said, who is there, and an outbox that sends what was written, once and in order, when it can. It
 * begins with the first message, is restored from the store, and when its token has ended for good the next message begins
 * another one. Tabs of one site share it.
 */
export class Conversation extends Emitter<ConversationEvents> {
    readonly api: GuestApi;
    readonly #options: ConversationOptions;
    readonly #stored: StoredSession;
    readonly #drafts: SafeStore;
    readonly #outbox: Outbox;
    readonly #sender: OutboxSender;
    #dialog = this.#newDialog();
    #feed: Feed | undefined;
    #askedRead = 0;
    #running = new AbortController();
    #opening: Promise<void> | undefined;
    #losses = 0; ///< of dialogs since a message was last stored
    #saidTyping = 0;

    constructor(options: ConversationOptions) {
        super();
        this.#options = options;
        const open = (name: 'localStorage' | 'sessionStorage'): SafeStore =>
            new SafeStore(options.store === undefined ? storageOf(name) : options.store ?? undefined, `signalbox:${options.server}:${options.assistantId ?? ''}:`);
        const store = open('localStorage');
        this.#drafts = open('sessionStorage');
        this.api = new GuestApi(options.server, undefined, options.feed?.fetch);
        this.#stored = new StoredSession(store, this.api);
        this.#outbox = new Outbox(store);
        this.#sender = new OutboxSender(this.#outbox, (entry) => this.#post(entry));
    }

    get state(): ConversationState { return this.#dialog.state; }
    get feed(): Feed | undefined { return this.#feed; }
    get session(): GuestSession | undefined { return this.api.session; }

    /** Restores the dialog, if there is one, and sends what waits. */
    start(): void {
        if (this.#running.signal.aborted)
            this.#running = new AbortController();
        globalThis.addEventListener?.('storage', this.#storedElsewhere);
        globalThis.addEventListener?.('online', this.#wakeSender);
        const session = this.#stored.get();
        if (session)
            this.#adopt(session);
        this.#sendAll();
    }

    stop(): void {
        globalThis.removeEventListener?.('storage', this.#storedElsewhere);
        globalThis.removeEventListener?.('online', this.#wakeSender);
        this.#running.abort();
        this.#feed?.stop();
        this.#feed = undefined;
        this.#dialog.end();
    }

    /** What was said, oldest first, then what waits in the outbox. */
    entries(): Entry[] {
        return this.#dialog.transcript.entries(this.#outbox.all());
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
        this.#sendAll();
    }

    /** Sends a refused message again. */
    resend(key: string): void {
        this.#outbox.refuse(key, '');
        this.emit('entries', undefined);
        this.#sendAll();
    }

    discard(key: string): void {
        this.#outbox.remove(key);
        this.emit('entries', undefined);
    }

    /** What is being written: the tab's own, there again after a reload. */
    get draft(): string { return this.#drafts.get('draft') ?? ''; }
    set draft(text: string) { this.#drafts.set('draft', text); }

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
        const dialog = this.#dialog;
        const last = dialog.transcript.lastForeign();
        if (!this.api.session || last <= Math.max(dialog.transcript.guestRead, this.#askedRead))
            return;
        this.#askedRead = last;
        this.api.read(last).then(() => dialog.guestReadTo(last), () => { this.#askedRead = 0; });
    }

    /** Asks for a human; a dialog is begun when there is none. Rejects with an ApiError. */
    async callHuman(reason = ''): Promise<void> {
        if (!this.api.session)
            await this.#open();
        const queue = await this.api.requestHandoff(reason);
        if (this.state.status !== 'operator')
            this.#dialog.change({ status: 'queued', queue });
    }

    async cancelHuman(): Promise<void> {
        await this.api.cancelHandoff();
    }

    async loadOlder(): Promise<void> {
        await this.#dialog.loadOlder(this.api);
    }

    // ---- the session

    readonly #storedElsewhere = (event: StorageEvent): void => {
        const stored = this.#stored.get();
        if (stored && stored.id !== this.api.session?.id)
            this.#adopt(stored);
        else if (stored)
            this.api.session = stored; // perhaps with a newer token
        if (event.key?.includes(':out:'))
            this.emit('entries', undefined);
    };

    #adopt(session: GuestSession): void {
        this.#leave();
        this.api.session = session;
        const dialog = this.#dialog;
        const feed = new Feed({
            ...this.#options.feed,
            server: this.#options.server,
            credential: () => ({ session: this.api.session?.id ?? '', token: this.api.session?.token ?? '' }),
            refresh: () => this.#stored.refresh().then(() => true),
            snapshot: () => dialog.load(this.api),
        });
        this.#feed = feed;
        feed.on('event', (event) => dialog.take(event));
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
            this.#stored.refresh().catch(() => {}); // a refusal comes up again when it matters
        feed.start();
    }

    #leave(): void {
        this.#feed?.stop();
        this.#feed = undefined;
        this.#dialog.end();
        this.#dialog = this.#newDialog();
        this.#askedRead = 0;
    }

    /** Nobody lets us into this dialog any more: what is still to be said begins another one. */
    #lose(): void {
        this.#leave();
        this.#stored.forget();
        this.emit('state', this.state);
        this.emit('entries', undefined);
        this.#sendAll();
    }

    #newDialog(): LiveDialog {
        return new LiveDialog({
            entries: () => this.emit('entries', undefined),
            state: (state) => this.emit('state', state),
            message: (message) => this.emit('message', message),
            stored: (key) => this.#outbox.remove(key), // the answer to its sending may have been lost
        });
    }

    #open(): Promise<void> {
        const { assistantId, guestName: name, metadata } = this.#options;
        return this.#opening ??= this.#stored.open({ assistantId, name, metadata }).then((session) => this.#adopt(session))
            .finally(() => { this.#opening = undefined; });
    }

    // ---- sending

    readonly #wakeSender = (): void => this.#sender.wake();

    #sendAll(): void {
        void this.#sender.run(this.#running.signal);
    }

    async #post(entry: Outgoing): Promise<ApiError | undefined> {
        try {
            if (!this.api.session)
                await this.#open();
            const message = await this.api.post(entry.text, entry.id);
            this.#losses = 0;
            this.#dialog.merge([message]);
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
                await this.#stored.refresh();
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
}

/** Asking for it may throw: a sandboxed frame, cookies switched off. */
function storageOf(name: 'localStorage' | 'sessionStorage'): KeyStore | undefined {
    try {
        return globalThis[name];
    } catch {
        return undefined;
    }
}
