// SPDX-License-Identifier: GPL-3.0-or-later
// Engines that are gone for a while, one after the other, and what must hold meanwhile and when they are back: what probes
// and streams are told, what goes on without that engine, and what is refused so that it will be tried again.
import { randomUUID } from 'node:crypto';
import { Desk, Way, patience, sleep } from './desk.js';
import { Follower } from './follower.js';

const WARNING_SECONDS = 60; // heartbeat/source_warning_seconds
const deal = (id) => ({ event: 'deal.created', idempotency_key: id,
    data: { deal_id: id, client_id: 'c', title: 'Заказ', status: 'new', created_at: 'now' } });

/** What becomes of the servers without it: its part of the health, what probes get, what goes on, whether streams warn. */
const ENGINES = {
    redis: { part: 'redis', ready: 503, desk: true, deals: false, warns: true },
    rabbitmq: { part: 'rabbitmq', ready: 200, desk: true, deals: true, warns: true },
    postgresql: { part: 'database', ready: 503, desk: false, deals: true, warns: false },
};

/** `redis:120,postgresql:5` → `[{name, seconds}]`. */
export function parseOutages(text) {
    return text.split(',').filter(Boolean).map((one) => {
        const [name, seconds] = one.split(':');
        if (!(name in ENGINES) || !(Number(seconds) > 0))
            throw new Error(`${one} is no outage: ENGINE:SECONDS, with ${Object.keys(ENGINES).join(', ')}`);
        return { name, seconds: Number(seconds) };
    });
}

async function until(holds, what) {
    for (const limit = Date.now() + patience.ms; !await holds(); await sleep(100)) {
        if (Date.now() > limit)
            throw new Error(`${what}: not in ${patience.ms} ms`);
    }
}

/** A dialog with a listener at each server, and a publisher of deals at each. */
class Witness {
    /** Deals that were answered with 2xx. */
    told = [];
    #desks = [];
    #publishers = [];
    #followers = [];
    #refused = [];
    #path;

    static async at(servers, serviceToken) {
        const witness = new Witness();
        const { body } = await new Desk(new Way(servers), {}).post('/chat/session', { guest_name: 'Свидетель', assistant_id: 'a' });
        witness.#path = `/chat/session/${body.session_id}/messages`;
        for (const server of servers) {
            const way = new Way([server]);
            witness.#desks.push(new Desk(way, { 'X-Session-Token': body.token }));
            witness.#publishers.push(new Desk(way, { Authorization: `Bearer ${serviceToken}` }));
            witness.#followers.push(new Follower(way, `/channel/sse?session=${body.session_id}&token=${body.token}`));
        }
        await Promise.all(witness.#followers.map((one) => one.stands()));
        return witness;
    }

    /** What is said at each server arrives at each. */
    async deskWorks() {
        for (const desk of this.#desks) {
            const said = await desk.say(this.#path, 'Слышно?');
            await Promise.all(this.#followers.map((one) =>
                one.until((event) => event.type === 'chat.message' && event.data.id === said.body.id)));
        }
    }

    async dealsWork() {
        for (const publisher of this.#publishers) {
            const id = `told-${randomUUID()}`;
            await publisher.post('/api/v1/publish', deal(id));
            this.told.push(id);
        }
    }

    /** Is refused for now, at each server, so that it will be tried again. */
    async deskIsDown() {
        for (const desk of this.#desks)
            await this.#isRefused(desk, this.#path, { text: 'Есть кто?', client_message_id: randomUUID() });
    }

    async dealsAreDown() {
        for (const publisher of this.#publishers)
            await this.#isRefused(publisher, '/api/v1/publish', deal(`told-${randomUUID()}`));
    }

    async #isRefused(desk, path, body) {
        const answer = await desk.tryPost(path, body);
        if (answer?.status !== 503 || !answer.retryAfter)
            throw new Error(`${path} was answered ${JSON.stringify(answer)}`);
        this.#refused.push({ desk, path, body });
    }

    /** As a program with an outbox does. */
    async repeatRefused() {
        for (const { desk, path, body } of this.#refused.splice(0)) {
            await desk.post(path, body);
            if (body.idempotency_key)
                this.told.push(body.idempotency_key);
        }
    }

    async stop() {
        await Promise.all(this.#followers.map((one) => one.stop()));
    }
}

async function health(servers, { part, ready }, partStatus) {
    await Promise.all(servers.map((server) => until(async () => {
        const answer = await server.manage('/health/ready');
        return answer.status === ready && answer.body.parts[part].status === partStatus;
    }, `ready ${ready}, ${part} ${partStatus}`)));
}

async function isAlive(servers) {
    for (const server of servers) {
        const { status } = await server.manage('/health/live');
        if (status !== 200)
            throw new Error(`/health/live is ${status}`);
    }
}

async function outage(engine, seconds, kind, { servers, witness, ofDeals }) {
    const warned = ofDeals.map((one) => one.warnings);
    const began = Date.now();
    const note = (what) => console.error(`${kind.part} ${what} after ${((Date.now() - began) / 1000).toFixed(1)} s`);
    await engine.goAway();
    try {
        await health(servers, kind, 'down');
        note('is said to be down');
        do {
            await isAlive(servers);
            await (kind.desk ? witness.deskWorks() : witness.deskIsDown());
            await (kind.deals ? witness.dealsWork() : witness.dealsAreDown());
            await health(servers, kind, 'down');
            await sleep(1000);
        } while (Date.now() - began < seconds * 1000);
        const warnings = kind.warns ? Math.ceil(seconds / WARNING_SECONDS) : 0;
        await until(() => ofDeals.every((one, i) => one.warnings >= warned[i] + warnings), `${warnings} warnings`);
    } finally {
        await engine.comeBack();
        note('runs again');
    }
    await health(servers, { ...kind, ready: 200 }, 'ok');
    note('is said to be well');
    await witness.repeatRefused();
    await witness.deskWorks();
    await witness.dealsWork();
    note('does its work');
}

/**
 * One after the other. `engines` by their names in `list`; `ofDeals` are followers of `stream:deals`. Resolves with the deals
 * that were answered with 2xx, and complains.
 */
export async function goThrough(list, engines, { servers, serviceToken, ofDeals }) {
    const complaints = [];
    if (list.length === 0)
        return { told: [], complaints };
    const witness = await Witness.at(servers, serviceToken);
    for (const { name, seconds } of list) {
        try {
            await outage(engines[name], seconds, ENGINES[name], { servers, witness, ofDeals });
        } catch (error) {
            complaints.push(`${name} away for ${seconds} s: ${error.message}`);
        }
    }
    await witness.stop();
    return { told: witness.told, complaints };
}
