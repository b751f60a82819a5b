// SPDX-License-Identifier: GPL-3.0-or-later
import { type Json, idOf, isObject, listOf, numberOf, objectOf, parseJson, textOf } from './json.js';

/** A refusal in the server's words (docs/protocol.md), or `network` with status 0: no answer, it may have happened. */
export class ApiError extends Error {
    readonly status: number;
    readonly code: string;
    readonly field: string;
    /** The server said when to ask again; 0: it did not. */
    readonly retryAfterMs: number;

    constructor(status: number, body: Json, retryAfterMs = 0) {
        super(textOf(body['message']) || textOf(body['code']) || `HTTP ${status}`);
        this.name = 'ApiError';
        this.status = status;
        this.code = textOf(body['code']) || (status ? `http_${status}` : 'network');
        this.field = textOf(body['field']);
        this.retryAfterMs = retryAfterMs;
    }

    /** The same request may succeed later. */
    get isPassing(): boolean {
        return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
    }
}

/** What opens a dialog. A secret: whoever has it is this guest. */
export interface GuestSession {
    readonly id: string;
    readonly token: string;
    /** When the token was made, ISO 8601; it lasts 24 h. */
    readonly createdAt: string;
    readonly assistantId: string;
    /** Gets a new token when the old one has ended; empty without an assistant. */
    readonly guestId: string;
}

export interface Attachment {
    readonly url: string;
    readonly name: string;
    readonly size: number | undefined;
    readonly type: string;
}

export type Sender = 'client' | 'ai' | 'operator' | 'system';

export interface GuestMessage {
    readonly id: number;
    readonly sender: Sender;
    readonly text: string;
    readonly timestamp: string;
    readonly senderName: string;
    readonly systemType: string;
    readonly attachments: readonly Attachment[];
    readonly clientMessageId: string;
    readonly editedAt: string;
}

export interface QueuePlace {
    readonly position: number;
    /** Seconds; undefined: nobody can say. */
    readonly estimatedWait: number | undefined;
}

export interface GuestDialog {
    readonly status: string;
    readonly staffRead: number;
    readonly guestRead: number;
    readonly operator: { readonly id: string; readonly name: string; readonly avatar: string } | undefined;
    readonly queue: QueuePlace | undefined;
}

const ANSWER_MS = 20000;
const SENDERS: readonly string[] = ['client', 'ai', 'operator', 'system'];

/** A message as REST (`sender`, `text`) or a stream (`sender_type`, `body`) writes it; undefined when it is none. */
export function readMessage(value: unknown): GuestMessage | undefined {
    const json = objectOf(value);
    const id = numberOf(json['id']) ?? Number(textOf(json['id']) || NaN);
    const sender = textOf(json['sender'] ?? json['sender_type']);
    if (!Number.isSafeInteger(id) || !SENDERS.includes(sender))
        return undefined;
    return {
        id,
        sender: sender as Sender,
        text: textOf(json['text'] ?? json['body']),
        timestamp: textOf(json['timestamp'] ?? json['created_at']),
        senderName: textOf(json['sender_name']),
        systemType: textOf(json['system_type']),
        attachments: listOf(json['attachments']).filter(isObject).map(readAttachment).filter(({ url }) => url),
        clientMessageId: textOf(json['client_message_id']),
        editedAt: textOf(json['edited_at']),
    };
}

function readAttachment(json: Json): Attachment {
    const url = textOf(json['url']);
    return { url, name: textOf(json['name']) || url, size: numberOf(json['size']), type: textOf(json['type']) };
}

export function readQueuePlace(value: unknown): QueuePlace | undefined {
    const json = objectOf(value);
    const position = numberOf(json['queue_position']);
    return position ? { position, estimatedWait: numberOf(json['estimated_wait']) } : undefined;
}

export function readOperator(value: unknown): GuestDialog['operator'] {
    const json = objectOf(value);
    const id = idOf(json['id']);
    return id ? { id, name: textOf(json['name']) || id, avatar: textOf(json['avatar']) } : undefined;
}

/** The guest's side of the desk's REST (docs/api.md). Every call rejects with an ApiError. */
export class GuestApi {
    readonly server: string;
    readonly #fetch: typeof fetch;
    session: GuestSession | undefined;

    constructor(server: string, session?: GuestSession, fetcher?: typeof fetch) {
        this.server = server.replace(/\/*$/, '');
        this.session = session;
        this.#fetch = fetcher ?? globalThis.fetch.bind(globalThis);
    }

    /** Begins a dialog that the AI has; later calls are about it. */
    async open(asked: { assistantId?: string | undefined; name?: string | undefined; metadata?: object | undefined }): Promise<GuestSession> {
        // What is undefined is not in the JSON; empty is nothing.
        const body = { assistant_id: asked.assistantId || undefined, guest_name: asked.name || undefined, metadata: asked.metadata };
        const answer = await this.#ask('POST', '', body, false);
        return (this.session = this.#sessionOf(answer, { assistantId: asked.assistantId ?? '', guestId: textOf(answer['guest_id']) }));
    }

    /** A fresh token, by the old one or, when that has ended, by the guest id. */
    async refresh(): Promise<GuestSession> {
        const { assistantId = '', guestId = '' } = this.session ?? {};
        const path = '/channel-token';
        let answer: Json;
        try {
            answer = await this.#ask('GET', path);
        } catch (error) {
            if (!(error instanceof ApiError) || error.status !== 401 || !guestId)
                throw error;
            const query = new URLSearchParams({ assistant_id: assistantId, guest_id: guestId });
            answer = await this.#ask('GET', `${path}?${query}`, undefined, true, false);
        }
        return (this.session = this.#sessionOf(answer, { assistantId, guestId }));
    }

    async dialog(): Promise<GuestDialog> {
        const json = await this.#ask('GET', '');
        return {
            status: textOf(json['status']),
            staffRead: numberOf(json['staff_read']) ?? 0,
            guestRead: numberOf(json['guest_read']) ?? 0,
            operator: readOperator(json['operator']),
            queue: readQueuePlace(json),
        };
    }

    /** Oldest first: the newest, or those before or after a message's id. */
    async messages(asked: { before?: number; after?: number; limit?: number } = {}): Promise<{ items: GuestMessage[]; hasMore: boolean }> {
        const query = new URLSearchParams(Object.entries(asked).map(([name, value]) => [name, String(value)]));
        const json = await this.#ask('GET', `/messages?${query}`);
        const items = listOf(json['items']).map(readMessage).filter((message) => message !== undefined);
        return { items, hasMore: json['has_more'] === true };
    }

    /** Stored once however often it is sent with the same `clientMessageId`. */
    async post(text: string, clientMessageId: string, attachments: readonly Partial<Attachment>[] = []): Promise<GuestMessage> {
        const body = { text, client_message_id: clientMessageId, attachments: attachments.length ? attachments : undefined };
        const message = readMessage(await this.#ask('POST', '/messages', body));
        if (!message)
            throw new ApiError(0, { code: 'network', message: 'The answer is no message.' });
        return message;
    }

    async edit(id: number, text: string): Promise<void> {
        await this.#ask('PATCH', `/messages/${id}`, { text });
    }

    async typing(starts: boolean): Promise<void> {
        await this.#ask('POST', '/typing', { state: starts ? 'start' : 'stop' });
    }

    /** Messages up to this id have been read. */
    async read(lastId: number): Promise<void> {
        await this.#ask('POST', '/read', { last_id: lastId });
    }

    /** Asks for a human; asked again it says where one waits. */
    async requestHandoff(reason = ''): Promise<QueuePlace | undefined> {
        return readQueuePlace(await this.#ask('POST', '/handoff', reason ? { reason } : {}));
    }

    async cancelHandoff(): Promise<void> {
        await this.#ask('POST', '/handoff/cancel', {});
    }

    async close(): Promise<void> {
        await this.#ask('POST', '/close', {});
    }

    #sessionOf(json: Json, who: { assistantId: string; guestId: string }): GuestSession {
        const session = { id: idOf(json['session_id']), token: textOf(json['token']), createdAt: textOf(json['created_at']), ...who };
        if (!session.id || !session.token)
            throw new ApiError(0, { code: 'network', message: 'The answer is no session.' });
        return session;
    }

    async #ask(method: string, path: string, body?: object, inSession = true, withToken = inSession): Promise<Json> {
        const headers: Record<string, string> = {};
        if (body)
            headers['Content-Type'] = 'application/json';
        if (withToken && this.session)
            headers['X-Session-Token'] = this.session.token;
        const address = `${this.server}/chat/session${inSession ? `/${this.session?.id ?? ''}` : ''}${path}`;
        const late = new AbortController();
        const timer = setTimeout(() => late.abort(), ANSWER_MS);
        let answer: Response;
        let json: Json;
        try {
            const init: RequestInit = { method, headers, cache: 'no-store', signal: late.signal };
            if (body)
                init.body = JSON.stringify(body);
            answer = await this.#fetch(address, init);
            json = objectOf(parseJson(await answer.text()));
        } catch {
            throw new ApiError(0, { code: 'network', message: 'No answer.' });
        } finally {
            clearTimeout(timer);
        }
        if (!answer.ok)
            throw new ApiError(answer.status, json, 1000 * (Number(answer.headers.get('retry-after')) || 0));
        return json;
    }
}
