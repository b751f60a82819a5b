// SPDX-License-Identifier: GPL-3.0-or-later
// A cluster of two Signalbox servers and the official Node.js one, and clients that write down what reaches them.
import { Server } from 'socket.io';

import { Gateway } from '../../e2e/support/gateway.js';
import { WAYS, ask, next, open } from './clients.js';
import { Redis } from './redis.js';

export const WEBHOOK = 'what-the-cluster-tests-publish-with';
const WAIT_MS = 30_000;

/** Resolves when `holds` returns something true. */
export async function until(what, holds) {
    for (const end = Date.now() + WAIT_MS; Date.now() < end; await new Promise((again) => setTimeout(again, 20))) {
        const found = await holds();
        if (found)
            return found;
    }
    throw new Error(`not within ${WAIT_MS} ms: ${what}`);
}

export class Cluster {
    gateways = [];
    #sockets = [];
    #names = 0;

    /** `adapter` makes the Node.js server's, from a Redis; without one it is alone. */
    static async start({ settings, adapter = () => undefined }) {
        const cluster = new Cluster();
        cluster.redis = await Redis.start();
        const all = {
            REDIS_HOST: '127.0.0.1',
            REDIS_PORT: String(cluster.redis.port),
            WEBHOOK_TOKEN: WEBHOOK,
            SIGNALBOX_WORKERS: '2',
            SIGNALBOX_DRAIN_SECONDS: '0',
            SIGNALBOX_LIMIT_CONNECTIONS_PER_TOKEN: '0',
            ...settings,
        };
        cluster.gateways = await Promise.all([Gateway.start(all), Gateway.start(all)]);
        cluster.io = new Server(0, { adapter: await adapter(cluster.redis) });
        cluster.control = await cluster.redis.client();
        return cluster;
    }

    async stop() {
        await this.end();
        this.io?.close();
        await Promise.all(this.gateways.map((gateway) => gateway.stop()));
        await this.redis?.stop();
    }

    /** The clients of a test. */
    async end() {
        for (const socket of this.#sockets)
            socket.disconnect();
        this.#sockets = [];
        await until('the Node.js server has no client', () => this.io.sockets.sockets.size === 0);
    }

    /** An operator's client of a gateway, in its rooms and in these. */
    async operator(gateway, { way = 'websocket', version = '4.8', rooms = [] } = {}) {
        const name = `op${++this.#names}`;
        const token = await gateway.token('operator', '--sub', name);
        const socket = this.#listen(open(version, gateway.address, { ...WAYS[way], auth: { token } }));
        await next(socket, 'authenticated');
        for (const room of rooms)
            await ask(socket, 'join-room', { room });
        socket.name = name;
        return socket;
    }

    /** A client of the Node.js server, which has put it into these rooms. */
    async foreigner({ rooms = ['operators'] } = {}) {
        const arrived = new Promise((resolve) => this.io.once('connection', resolve));
        const socket = this.#listen(open('4.8', `http://127.0.0.1:${this.io.httpServer.address().port}`, WAYS.websocket));
        const served = await arrived;
        served.join(rooms);
        socket.served = served;
        await until('the client knows its id', () => socket.connected);
        return socket;
    }

    /** One on each of the three servers. */
    async three(options = {}) {
        return [await this.operator(this.gateways[0], options), await this.operator(this.gateways[1], options),
            await this.foreigner({ rooms: ['operators', ...(options.rooms ?? [])] })];
    }

    async broadcast(route, body, gateway = this.gateways[0]) {
        const answer = await fetch(`${gateway.address}/api/v1/broadcast/${route}`, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify({ token: WEBHOOK, ...body }),
        });
        if (!answer.ok)
            throw new Error(`${route}: ${answer.status} ${await answer.text()}`);
    }

    /** Resolves when what was sent before has come: then no more of it is on its way. `send` publishes an event of a name
     *  that only this call has. */
    async settled(sockets, send) {
        const name = `settled-${++this.#names}`;
        await send(name);
        await Promise.all(sockets.map((socket) => until(`${name} came`, () => socket.seen.some(([event]) => event === name))));
    }

    /** How many messages a gateway has dropped. */
    async dropped(gateway) {
        const text = await (await fetch(`${gateway.management}/metrics`)).text();
        return [...text.matchAll(/^dispatch_errors\{[^}]*\} (\d+)/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
    }

    #listen(socket) {
        socket.seen = [];
        socket.onAny((...event) => socket.seen.push(event.filter((value) => typeof value !== 'function')));
        this.#sockets.push(socket);
        return socket;
    }
}

/** The arguments of the events of this name that came, each time. Resolves when there is one. */
export async function came(socket, name) {
    await until(`"${name}" came`, () => socket.seen.some(([event]) => event === name));
    return all(socket, name);
}

export const all = (socket, name) => socket.seen.filter(([event]) => event === name).map(([, ...values]) => values);
