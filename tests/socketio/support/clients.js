// SPDX-License-Identifier: GPL-3.0-or-later
// The generations of socket.io-client that speak Engine.IO v4, and the ways in which they connect.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const WAIT_MS = 10_000;

export const VERSIONS = ['3.0', '3.1', '4.0', '4.5', '4.8'];
export const WAYS = {
    polling: { transports: ['polling'] },
    websocket: { transports: ['websocket'] },
    upgrade: { transports: ['polling', 'websocket'] },
};

export function open(version, address, options = {}) {
    const library = require(`socket.io-client-${version}`);
    return library.io(address, { forceNew: true, reconnection: false, ...options });
}

/** The arguments of the next event of this name. */
export function next(socket, name) {
    return new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`no "${name}" came`)), WAIT_MS);
        socket.once(name, (...values) => {
            clearTimeout(late);
            resolve(values);
        });
    });
}

/** What the server acknowledges an event with. */
export function ask(socket, ...values) {
    return new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`"${values[0]}" was not acknowledged`)), WAIT_MS);
        socket.emit(...values, (...answer) => {
            clearTimeout(late);
            resolve(answer);
        });
    });
}

/** Resolves when the session is on its WebSocket. */
export function upgraded(socket) {
    const engine = socket.io.engine;
    if (engine.transport.name === 'websocket')
        return Promise.resolve();
    return new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error('there was no upgrade')), WAIT_MS);
        engine.once('upgrade', () => {
            clearTimeout(late);
            resolve();
        });
    });
}
