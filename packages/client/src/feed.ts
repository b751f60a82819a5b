// SPDX-License-Identifier: GPL-3.0-or-later
import { destinationOf } from './destination.js';
import { Emitter } from './emitter.js';
import type { FeedEvents, FeedOptions, FeedState, Transport } from './feedtypes.js';
import { Intake } from './intake.js';
import { Liveness } from './liveness.js';
import { RECONNECT_MS, jittered, linked, sleep } from './patience.js';
import { Places } from './places.js';
import { type Line, type SocketLike, runPolling, runSocket, runStream } from './transports.js';
import { REST_MS, Ways } from './ways.js';

/** How a connection, or an attempt to have one, has ended. */
interface End {
    /** It was open. */
    lived: boolean;
    code: string;
}

const POLL_MS = 5000;
const AGAIN = 'again'; ///< at once, with all ways open

/** Codes that no other transport and no later attempt would change. */
const FINAL = new Set(['unauthorized', 'token_expired', 'forbidden', 'not_found', 'closed_by_admin', 'bad_request']);
const REFRESHABLE = new Set(['unauthorized', 'token_expired']);

const isOffline = (): boolean => globalThis.navigator?.onLine === false;

/**
 * A stream of events that comes back by itself and resumes where it was: every event once and in order, by WebSocket, else
 * SSE, else polling. Lost connections are tried again after 1, 2, 4, 8, 10 s; after five attempts in vain the state is
 * `failed` until retry(), or until the browser comes online.
 */
export class Feed extends Emitter<FeedEvents> {
    readonly #options: FeedOptions;
    readonly #places: Places;
    readonly #ways: Ways;
    readonly #Socket: (new (address: string) => SocketLike) | undefined;
    #state: FeedState = 'stopped';
    #transport: Transport | undefined;
    #run: AbortController | undefined;
    #wake: (() => void) | undefined;
    #cut: (() => void) | undefined;
    #send: ((command: object) => void) | undefined;
    #lastAck = 0;

    constructor(options: FeedOptions) {
        super();
        this.#options = options;
        this.#places = new Places(options.position ?? '');
        this.#Socket = options.WebSocket ?? (globalThis.WebSocket as (new (address: string) => SocketLike) | undefined);
        this.#ways = new Ways((options.transports ?? ['websocket', 'sse', 'polling']).filter((way) =>
            way === 'websocket' ? this.#Socket : way === 'sse' || options.snapshot));
    }

    get state(): FeedState { return this.#state; }
    get transport(): Transport | undefined { return this.#state === 'live' ? this.#transport : undefined; }
    /** Where a later feed may go on from. */
    get position(): string { return this.#places.place; }

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
            const { lived, code } = await this.#attempt(signal);
            if (signal.aborted)
                return;
            attempt = lived ? 0 : attempt;
            if (code === AGAIN || isOffline())
                continue;
            // Who was let in before may be let in again with a newer token.
            const isFinal = FINAL.has(code) && !(lived && REFRESHABLE.has(code));
            const ms = isFinal ? undefined : RECONNECT_MS[attempt++];
            this.#become(ms === undefined ? 'failed' : 'waiting', code);
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

    /** One way after the other until one has opened, and that to its end. Of those in vain what the last says counts:
     *  a transport that is switched off is `not_found` too. */
    async #attempt(signal: AbortSignal): Promise<End> {
        const failed: Transport[] = [];
        const ways = this.#ways.open();
        let code = '';
        let mayRefresh = true;
        for (let way = ways.shift(); way && !signal.aborted; way = ways.shift()) {
            const end = await this.#connect(way, failed, signal);
            if (end.lived)
                return end;
            code = end.code || code;
            if (mayRefresh && REFRESHABLE.has(end.code) && !signal.aborted) {
                mayRefresh = false;
                if (await this.#refresh()) {
                    ways.unshift(way);
                    continue;
                }
            }
            failed.push(way);
        }
        return { lived: false, code };
    }

    async #refresh(): Promise<boolean | undefined> {
        return this.#options.refresh?.().catch(() => false);
    }

    async #connect(way: Transport, failed: readonly Transport[], signal: AbortSignal): Promise<End> {
        const connection = linked(signal);
        const end: End = { lived: false, code: '' };
        const life = new Liveness(way === 'websocket' ? () => this.#send?.({ type: 'ping' }) : undefined, () => connection.abort());
        const opened = (): void => {
            end.lived = true;
            life.opened();
            this.#ways.rest(failed);
            this.#transport = way;
            this.#become('live');
        };
        this.#cut = () => connection.abort();
        const code = way === 'polling'
            ? await this.#poll(connection.signal, () => { opened(); life.stop(); })
            : await this.#follow(way, connection, end, life, opened);
        life.stop();
        connection.abort();
        this.#cut = this.#send = undefined;
        end.code ||= code;
        return end;
    }

    async #follow(way: Transport, connection: AbortController, end: End, life: Liveness, opened: () => void): Promise<string> {
        const breakOff = (code: string): void => {
            end.code = code;
            connection.abort();
        };
        const intake = new Intake(this.#places, 'session' in this.#options.credential(), {
            opened,
            event: (event) => this.emit('event', event),
            warning: (data) => this.emit('warning', data),
            expiring: () => void this.#renew(() => breakOff(AGAIN)),
            snapshot: () => this.#options.snapshot?.(),
            unloaded: (code) => {
                end.lived = false;
                breakOff(code);
            },
        });
        this.#lastAck = 0;
        const line: Line = {
            ...destinationOf(way, this.#options, this.#places.place),
            signal: connection.signal,
            alive: () => life.alive(),
            hear: (message) => {
                life.alive();
                intake.hear(message);
            },
            canSend: (send) => { this.#send = send; },
        };
        const code = way === 'websocket' && this.#Socket ? await runSocket(line, this.#Socket) : await runStream(line, this.#fetch);
        intake.end();
        return code;
    }

    get #fetch(): typeof fetch { return this.#options.fetch ?? globalThis.fetch.bind(globalThis); }

    async #poll(signal: AbortSignal, opened: () => void): Promise<string> {
        const { snapshot, pollMs = POLL_MS } = this.#options;
        const longest = this.#ways.isOne ? Infinity : REST_MS;
        this.#places.restart(''); // what is loaded is not what was streamed
        const code = await runPolling(async () => snapshot?.(), pollMs, longest, signal, opened);
        if (code !== undefined)
            return code;
        this.#ways.wake(); // perhaps there is something better now
        return AGAIN;
    }

    /** A newer token for the connection there is: told to it, else by connecting again. */
    async #renew(reconnect: () => void): Promise<void> {
        const send = this.#send;
        if (!await this.#refresh())
            return;
        const who = this.#options.credential();
        if (send)
            send({ type: 'refresh', token: 'session' in who ? who.token : who.accessToken });
        else
            reconnect();
    }
}
