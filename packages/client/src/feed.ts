// SPDX-License-Identifier: GPL-3.0-or-later
import { Emitter } from './emitter.js';
import { type Json, objectOf, textOf } from './json.js';
import { RECONNECT_MS, jittered, linked, sleep } from './patience.js';
import { type Line, type SocketLike, runSocket, runStream } from './transports.js';

export type Transport = 'websocket' | 'sse' | 'polling';

/** `waiting` for the next attempt, `offline` until the browser says it is online, `failed` until retry(). */
export type FeedState = 'stopped' | 'connecting' | 'live' | 'waiting' | 'offline' | 'failed';

/** One event as `/channel/ws` and `/channel/sse` send it (docs/protocol.md). `data` is foreign: check before use. */
export interface FeedEvent {
    readonly type: string;
    readonly data: Json;
    readonly channel: string;
    readonly position: string;
    readonly id: string;
    readonly timestamp: string;
}

export interface FeedEvents {
    event: FeedEvent;
    state: { readonly state: FeedState; readonly transport: Transport | undefined; readonly code: string };
    /** A source behind the server is down; events of it come later. */
    warning: Json;
}

export interface FeedOptions {
    /** The server's address, `https://chat.example`; a path in front of its routes is kept. */
    readonly server: string;
    /** Who connects: asked again at every attempt. `session` for a guest, else a bearer's access token. */
    readonly credential: () => { readonly session: string; readonly token: string } | { readonly accessToken: string };
    /** For staff: channels beside their own. */
    readonly channels?: readonly string[];
    /** Where to go on from, after events that were handled before; without it the feed begins with a snapshot. */
    readonly position?: string;
    /**
     * Loads the state itself: at the beginning, when the history from the position is gone (`reset`), and every `pollMs`
     * while there is nothing better than polling. Events that come meanwhile are kept until it has resolved; when it
     * rejects the connection counts as lost. Without it there is no polling.
     */
    readonly snapshot?: () => Promise<void>;
    /** Gets a newer token, which `credential` then returns; false when there is none. */
    readonly refresh?: () => Promise<boolean>;
    readonly transports?: readonly Transport[] | undefined;
    readonly pollMs?: number;
    readonly WebSocket?: new (address: string) => SocketLike;
    readonly fetch?: typeof fetch;
}

const OPEN_MS = 8000; ///< a proxy that lets nothing through says nothing
const QUIET_MS = 25000; ///< then a WebSocket is asked whether it lives
const DEAD_MS = 60000; ///< a stream has a heartbeat every 25 s
const BLOCKED_MS = 60000; ///< a way that did not work while a lesser one did is not tried for so long
const POLL_MS = 5000;

const isOffline = (): boolean => globalThis.navigator?.onLine === false;
const codeOf = (error: unknown): string => textOf((error as { code?: unknown } | undefined)?.code);

/** What a message may mean for the connection that brought it. */
interface Hearing {
    opened: () => void;
    unloaded: (code: string) => void;
    renewed: () => void;
}

/** Codes that no other transport and no later attempt would change. */
const FINAL = new Set(['unauthorized', 'token_expired', 'forbidden', 'not_found', 'closed_by_admin', 'bad_request']);
const REFRESHABLE = new Set(['unauthorized', 'token_expired']);

/**
 * A stream of events that comes back by itself and resumes where it was: every event once and in order, by WebSocket, else
 * SSE, else polling. Lost connections are tried again after 1, 2, 4, 8, 10 s; after five attempts in vain the state is
 * `failed` until retry(), or until the browser comes online.
 */
export class Feed extends Emitter<FeedEvents> {
    readonly #options: FeedOptions;
    readonly #seen = new Map<string, { epoch: string; offset: number }>();
    readonly #blockedUntil = new Map<Transport, number>();
    #place: string;
    #state: FeedState = 'stopped';
    #transport: Transport | undefined;
    #run: AbortController | undefined;
    #wake: (() => void) | undefined;
    #send: ((command: object) => void) | undefined;
    #held: FeedEvent[] | undefined;
    #lastAck = 0;

    constructor(options: FeedOptions) {
        super();
        this.#options = options;
        this.#place = options.position ?? '';
    }

    get state(): FeedState { return this.#state; }
    get transport(): Transport | undefined { return this.#state === 'live' ? this.#transport : undefined; }
    /** Where a later feed may go on from. */
    get position(): string { return this.#place; }

    start(): void {
        if (this.#run)
            return;
        const run = (this.#run = new AbortController());
        globalThis.addEventListener?.('online', this.#online);
        globalThis.addEventListener?.('offline', this.#offline);
        void this.#keepConnected(run.signal);
    }

    stop(): void {
        this.#run?.abort();
        this.#run = undefined;
        globalThis.removeEventListener?.('online', this.#online);
        globalThis.removeEventListener?.('offline', this.#offline);
        this.#become('stopped');
    }

    /** Tries at once, with five attempts more; a live connection stays. */
    retry(): void {
        if (!this.#run)
            this.start();
        else
            this.#wake?.();
    }

    /** Says that messages up to this id were seen (`last_seen`: others take it for read); by WebSocket only, else it is nothing. */
    ack(lastId: number): void {
        if (lastId > this.#lastAck && this.#send) {
            this.#lastAck = lastId;
            this.#send({ type: 'ack', last_id: lastId });
        }
    }

    readonly #online = (): void => this.retry();
    readonly #offline = (): void => this.#cut?.();
    #cut: (() => void) | undefined;

    #become(state: FeedState, code = ''): void {
        if (state === this.#state && !code)
            return;
        this.#state = state;
        this.emit('state', { state, transport: this.transport, code });
    }

    async #keepConnected(signal: AbortSignal): Promise<void> {
        for (let attempt = 0; !signal.aborted;) {
            if (isOffline()) {
                this.#become('offline');
                await this.#pause(0, signal);
                attempt = 0;
                continue;
            }
            this.#become('connecting');
            const end = await this.#attempt(signal);
            if (signal.aborted)
                return;
            attempt = end.lived ? 0 : attempt;
            if (end.again || isOffline())
                continue;
            const ms = end.final ? undefined : RECONNECT_MS[attempt++];
            this.#become(ms === undefined ? 'failed' : 'waiting', end.code);
            if (await this.#pause(ms ?? 0, signal))
                attempt = 0;
        }
    }

    /** Waits so long (0: for ever), or until retry(); true when it was that. */
    async #pause(ms: number, signal: AbortSignal): Promise<boolean> {
        const pause = linked(signal);
        let woken = false;
        this.#wake = () => {
            woken = true;
            pause.abort();
        };
        await sleep(ms ? jittered(ms) : 2 ** 31 - 1, pause.signal);
        pause.abort();
        this.#wake = undefined;
        return woken;
    }

    /** One way after the other until one has opened, and that to its end. */
    async #attempt(signal: AbortSignal): Promise<{ lived: boolean; again: boolean; final: boolean; code: string }> {
        const failed: Transport[] = [];
        let code = '';
        let mayRefresh = Boolean(this.#options.refresh);
        const ways = this.#ways();
        for (let way = ways.shift(); way && !signal.aborted; way = ways.shift()) {
            const end = await this.#connect(way, failed, signal);
            if (end.lived) {
                const final = FINAL.has(end.code) && !REFRESHABLE.has(end.code);
                return { lived: true, again: end.code === 'again', final, code: end.code };
            }
            code = end.code || code;
            if (mayRefresh && REFRESHABLE.has(end.code) && !signal.aborted) {
                mayRefresh = false;
                if (await this.#options.refresh?.().catch(() => false)) {
                    ways.unshift(way);
                    continue;
                }
            }
            failed.push(way);
        }
        // Switched off is `not_found` too: only what the last way says counts.
        return { lived: false, again: false, final: FINAL.has(code), code };
    }

    #ways(): Transport[] {
        const { transports = ['websocket', 'sse', 'polling'], snapshot } = this.#options;
        const possible = transports.filter((way) =>
            way === 'websocket' ? this.#Socket : way === 'sse' || snapshot);
        const now = Date.now();
        const open = possible.filter((way) => (this.#blockedUntil.get(way) ?? 0) <= now);
        return open.length ? open : possible;
    }

    get #Socket(): (new (address: string) => SocketLike) | undefined {
        return this.#options.WebSocket ?? (globalThis.WebSocket as (new (address: string) => SocketLike) | undefined);
    }

    get #fetch(): typeof fetch { return this.#options.fetch ?? globalThis.fetch.bind(globalThis); }

    async #connect(way: Transport, failed: readonly Transport[], signal: AbortSignal): Promise<{ lived: boolean; code: string }> {
        const connection = linked(signal);
        let lived = false;
        let asked = false;
        const watch = new Watch(() => {
            if (lived && way === 'websocket' && !asked) {
                asked = true;
                this.#send?.({ type: 'ping' });
                watch.set(OPEN_MS);
            } else {
                connection.abort();
            }
        });
        const alive = (): void => {
            asked = false;
            if (lived)
                watch.set(way === 'websocket' ? QUIET_MS : DEAD_MS);
        };
        const opened = (): void => {
            lived = true;
            alive();
            for (const other of failed)
                this.#blockedUntil.set(other, Date.now() + BLOCKED_MS);
            this.#transport = way;
            this.#become('live');
        };
        this.#cut = () => connection.abort();
        watch.set(OPEN_MS);
        const code = way === 'polling'
            ? await this.#poll(connection.signal, () => { opened(); watch.clear(); })
            : await this.#follow(way, connection, { alive, opened, unloaded: () => { lived = false; } });
        watch.clear();
        connection.abort();
        if (this.#held)
            this.#forget(); // what was kept aside is not delivered: all of it comes anew
        this.#cut = this.#send = this.#held = undefined;
        return { lived, code };
    }

    #forget(): void {
        this.#place = '';
        this.#seen.clear();
    }

    async #follow(way: Transport, connection: AbortController,
        told: { alive: () => void; opened: () => void; unloaded: () => void }): Promise<string> {
        let why = '';
        const line: Line = {
            ...this.#destination(way),
            signal: connection.signal,
            alive: told.alive,
            hear: (message) => {
                told.alive();
                this.#hear(message, {
                    opened: told.opened,
                    unloaded: (code) => {
                        why = code;
                        told.unloaded();
                        connection.abort();
                    },
                    renewed: () => {
                        why = 'again';
                        connection.abort();
                    },
                });
            },
            canSend: (send) => { this.#send = send; },
        };
        this.#lastAck = 0;
        const Socket = this.#Socket;
        const code = way === 'websocket' && Socket ? await runSocket(line, Socket) : await runStream(line, this.#fetch);
        return why || code;
    }

    #destination(way: Transport): { address: string; headers: Record<string, string> } {
        const address = new URL(this.#options.server.replace(/\/*$/, '/channel/') + (way === 'websocket' ? 'ws' : 'sse'));
        const headers: Record<string, string> = {};
        const who = this.#options.credential();
        const secret = (parameter: string, header: string, value: string, text = value): void => {
            if (way === 'websocket')
                address.searchParams.set(parameter, value);
            else
                headers[header] = text;
        };
        if ('session' in who) {
            address.searchParams.set('session', who.session);
            secret('token', 'X-Session-Token', who.token);
        } else {
            address.searchParams.set('type', 'staff');
            secret('access_token', 'Authorization', who.accessToken, `Bearer ${who.accessToken}`);
        }
        if (this.#options.channels?.length)
            address.searchParams.set('channels', this.#options.channels.join(','));
        if (this.#place)
            address.searchParams.set('position', this.#place);
        return { address: address.href, headers };
    }

    async #poll(signal: AbortSignal, opened: () => void): Promise<string> {
        const isAlone = this.#ways().length === 1 && this.#blockedUntil.size === 0;
        let end = 0;
        this.#forget(); // what is loaded is not what was streamed
        while (!signal.aborted) {
            try {
                await this.#options.snapshot?.();
            } catch (error) {
                return codeOf(error);
            }
            if (signal.aborted)
                break;
            if (!end) {
                opened();
                end = Date.now() + BLOCKED_MS;
            } else if (Date.now() > end && !isAlone) {
                this.#blockedUntil.clear();
                return 'again'; // perhaps there is something better now
            }
            await sleep(jittered(this.#options.pollMs ?? POLL_MS), signal);
        }
        return '';
    }

    #hear(message: Json, connection: Hearing): void {
        const type = textOf(message['type']);
        const position = textOf(message['position']);
        if (type === 'connection.established') {
            const isFresh = !this.#place;
            this.#place ||= position;
            connection.opened();
            if (isFresh)
                void this.#load(connection.unloaded);
        } else if (type === 'reset') {
            this.#place = position;
            this.#seen.clear();
            void this.#load(connection.unloaded);
        } else if (type === 'token.expiring') {
            void this.#renew(connection.renewed);
        } else if (type === 'warning') {
            this.emit('warning', objectOf(message['data']));
        } else if (textOf(message['channel']) && position) {
            this.#take(message, position);
        }
    }

    async #renew(reconnect: () => void): Promise<void> {
        const send = this.#send;
        if (!await this.#options.refresh?.().catch(() => false))
            return;
        const who = this.#options.credential();
        if (send)
            send({ type: 'refresh', token: 'session' in who ? who.token : who.accessToken });
        else
            reconnect();
    }

    /** The state anew; what comes meanwhile is newer and waits. */
    async #load(unloaded: (code: string) => void): Promise<void> {
        const held: FeedEvent[] = (this.#held = []);
        try {
            await this.#options.snapshot?.();
        } catch (error) {
            if (this.#held === held)
                unloaded(codeOf(error));
            return;
        }
        if (this.#held !== held)
            return;
        this.#held = undefined;
        for (const event of held)
            this.emit('event', event);
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
        const colon = position.lastIndexOf(':');
        const epoch = position.slice(0, colon);
        const offset = Number(position.slice(colon + 1));
        const last = this.#seen.get(event.channel);
        if (last && last.epoch === epoch && offset <= last.offset)
            return;
        this.#seen.set(event.channel, { epoch, offset });
        // One channel resumes by its own position, several by the place in the order of all.
        this.#place = 'session' in this.#options.credential() ? position : textOf(message['cursor']) || position;
        if (this.#held)
            this.#held.push(event);
        else
            this.emit('event', event);
    }
}

/** One deadline that may be moved. */
class Watch {
    readonly #reached: () => void;
    #timer: ReturnType<typeof setTimeout> | undefined;

    constructor(reached: () => void) {
        this.#reached = reached;
    }

    set(ms: number): void {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(this.#reached, ms);
    }

    clear(): void {
        clearTimeout(this.#timer);
    }
}
