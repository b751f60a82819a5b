// SPDX-License-Identifier: GPL-3.0-or-later
import { type Json, codeOf, idOf, isObject, objectOf, parseJson, textOf } from './json.js';
import { jittered, sleep } from './patience.js';

/** The part of a WebSocket that is used: a browser's, Node's or that of the package ws. */
export interface SocketLike {
    onmessage: ((event: { data: unknown }) => void) | null;
    onclose: ((event: { code: number; reason: string }) => void) | null;
    onerror: ((event: never) => void) | null;
    send(text: string): void;
    close(code?: number): void;
}

/** What a transport runs with. It ends, with the reason's code (docs/protocol.md) or '', when the connection has. */
export interface Line {
    /** http(s) address with its query, the place to resume from included. */
    readonly address: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
    readonly hear: (message: Json) => void;
    /** Something came that is no message: the other side is alive. */
    readonly alive: () => void;
    /** How commands are sent, as long as the connection lasts. */
    readonly canSend: (send: ((command: object) => void) | undefined) => void;
}

const CLOSE_CODES: Readonly<Record<number, string>> =
    { 4400: 'bad_request', 4401: 'unauthorized', 4403: 'forbidden', 4404: 'not_found', 4409: 'conflict', 1008: 'closed_by_admin' };

export function runSocket(line: Line, Socket: new (address: string) => SocketLike): Promise<string> {
    return new Promise((resolve) => {
        let socket: SocketLike;
        try {
            socket = new Socket(line.address.replace(/^http/, 'ws'));
        } catch {
            return resolve('blocked'); // a page's policy may forbid it
        }
        const end = (code: string): void => {
            socket.onmessage = socket.onclose = null;
            line.signal.removeEventListener('abort', abort);
            line.canSend(undefined);
            socket.close();
            resolve(code);
        };
        const abort = (): void => end('');
        line.signal.addEventListener('abort', abort);
        socket.onmessage = ({ data }) => {
            const message = parseJson(String(data));
            if (isObject(message))
                line.hear(message);
        };
        socket.onerror = () => {}; // the close says it
        socket.onclose = ({ code }) => end(CLOSE_CODES[code] ?? '');
        line.canSend((command) => {
            try {
                socket.send(JSON.stringify(command));
            } catch { /* not open: the close says it */ }
        });
    });
}

/** An event stream by fetch: unlike EventSource it shows statuses and heartbeats, and keeps the token out of the address. */
export async function runStream(line: Line, fetcher: typeof fetch): Promise<string> {
    try {
        const answer = await fetcher(line.address,
            { headers: { ...line.headers, Accept: 'text/event-stream' }, signal: line.signal, cache: 'no-store' });
        const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream');
        if (answer.status !== 200 || !isStream || !answer.body) {
            const error = answer.status === 204 ? 'forbidden' : textOf(objectOf(parseJson(await answer.text()))['code']);
            return error || `http_${answer.status}`;
        }
        return await readBlocks(answer.body, line);
    } catch {
        return '';
    }
}

async function readBlocks(body: ReadableStream<Uint8Array>, line: Line): Promise<string> {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    let text = '';
    let why = '';
    for (;;) {
        const { done, value } = await reader.read();
        if (done)
            return why;
        line.alive();
        text += decoder.decode(value, { stream: true });
        const blocks = text.split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks)
            why = hearBlock(block, line) || why;
    }
}

/** Our server writes LF, one data line; returns an error's code. */
function hearBlock(block: string, line: Line): string {
    let name = '';
    let data = '';
    let id = '';
    for (const part of block.split('\n')) {
        if (part.startsWith('data: '))
            data += part.slice(6);
        else if (part.startsWith('event: '))
            name = part.slice(7);
        else if (part.startsWith('id: '))
            id = part.slice(4);
    }
    const message = parseJson(data);
    if (!isObject(message))
        return '';
    if (name === 'error')
        return idOf(message['code']) || 'error';
    line.hear(name ? { type: name, data: message, position: id } : message);
    return '';
}

/** Loads the state again and again. Ends with a code like the others, or undefined when it has done so long enough. */
export async function runPolling(load: () => Promise<void>, everyMs: number, longestMs: number, signal: AbortSignal,
    opened: () => void): Promise<string | undefined> {
    for (let end = 0; !signal.aborted; await sleep(jittered(everyMs), signal)) {
        try {
            await load();
        } catch (error) {
            return codeOf(error);
        }
        if (end && Date.now() > end)
            return undefined;
        if (!end && !signal.aborted) {
            opened();
            end = Date.now() + longestMs;
        }
    }
    return '';
}
