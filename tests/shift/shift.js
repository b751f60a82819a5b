// SPDX-License-Identifier: GPL-3.0-or-later
// A whole shift against a running server: guests, an AI that hands off, operators that race for every dialog,
// transfers, releases, closes; with --kill-every the server dies by SIGKILL and comes back meanwhile.
//   node shift.js [--guests 50] [--operators 5] [--seconds 0] [--servers 1] [--kill-every 0]
//                 [--postgresql] [--crash-every 0] [--redis] [--redis-every 0] [--rabbitmq] [--rabbit-every 0]
//                 [--outages ENGINE:SECONDS,…]
// --postgresql keeps the desk in a PostgreSQL of its own, which crashes every so often with --crash-every; with --redis
// there is a Redis, which is killed with --redis-every. Of several --servers, which need both, each party comes to any, and
// to the next one when that does not answer; any of them is killed. With --rabbitmq a CRM tells of deals by a RabbitMQ, which
// is killed with --rabbit-every, and followers of `stream:deals` must see each once. With --outages (redis, rabbitmq,
// postgresql, of those that are there) one after the other is gone for that long, and outages.js looks what holds meanwhile;
// guests keep coming until the last one is back.
// SIGNALBOXD names the program. With --seconds guests keep coming for that long. Prints one JSON line; ends with 1 and
// the complaints when something did not hold.
import { parseArgs } from 'node:util';
import { Server } from './server.js';
import { Postgres } from './postgres.js';
import { Rabbit } from './rabbit.js';
import { Redis } from './redis.js';
import { Desk, Refused, Way, patience, sleep } from './desk.js';
import { Follower } from './follower.js';
import { goThrough, parseOutages } from './outages.js';
import * as checks from './checks.js';

const { values } = parseArgs({
    options: {
        guests: { type: 'string', default: '50' },
        operators: { type: 'string', default: '5' },
        seconds: { type: 'string', default: '0' },
        'kill-every': { type: 'string', default: '0' },
        postgresql: { type: 'boolean', default: false },
        'crash-every': { type: 'string', default: '0' },
        servers: { type: 'string', default: '1' },
        redis: { type: 'boolean', default: false },
        'redis-every': { type: 'string', default: '0' },
        rabbitmq: { type: 'boolean', default: false },
        'rabbit-every': { type: 'string', default: '0' },
        outages: { type: 'string', default: '' },
    },
});
const guests = Number(values.guests);
const seconds = Number(values.seconds);
const killEvery = Number(values['kill-every']);
const crashEvery = Number(values['crash-every']);
const redisEvery = Number(values['redis-every']);
const rabbitEvery = Number(values['rabbit-every']);
const outages = parseOutages(values.outages);
for (const { name } of outages) {
    if (!values[name])
        throw new Error(`--outages ${name} needs --${name}`);
}
const isRough = killEvery + crashEvery + redisEvery + rabbitEvery + outages.length > 0;
patience.ms += 1000 * Math.max(0, ...outages.map((one) => one.seconds));

const chance = (share) => Math.random() < share;
const pick = (list) => list[Math.floor(Math.random() * list.length)];

/** What was seen and answered, for the checks. */
const record = { claims: [], dialogs: new Map(), refusals: new Map(), transfers: 0, races: 0, forbidden: [] };

function noteRefusal(error) {
    if (!(error instanceof Refused))
        throw error;
    const key = `${error.status} ${error.body?.code}`;
    record.refusals.set(key, (record.refusals.get(key) ?? 0) + 1);
    return error;
}

async function attempt(promise, ...expected) {
    try {
        return await promise;
    } catch (error) {
        if (!expected.includes(noteRefusal(error).body?.code))
            record.forbidden.push(error.message);
        return null;
    }
}

const accepted = (dialog, answer) => { if (answer) record.dialogs.get(dialog)?.accepted.push(answer.body); };

/** One visitor, from hello to the end. */
async function guestVisit(servers, ai, number) {
    const opened = await new Desk(new Way(servers), {}).post('/chat/session',
        { guest_name: `Гость ${number}`, assistant_id: 'ассистент' });
    const { session_id: id, token } = opened.body;
    const follower = new Follower(new Way(servers), `/channel/sse?session=${id}&token=${token}`);
    record.dialogs.set(id, { follower, accepted: [] });
    await follower.stands();
    const desk = new Desk(new Way(servers), { 'X-Session-Token': token });
    const path = `/chat/session/${id}/messages`;
    for (let i = 0; i < 2; ++i) {
        accepted(id, await attempt(desk.say(path, `Вопрос ${i} <b>'";--</b>`)));
        accepted(id, await attempt(ai.say(`/api/dialogs/${id}/messages`, `Ответ ${i}`), 'not_holder'));
    }
    await attempt(ai.post(`/api/dialogs/${id}/handoff`,
        { reason: 'Нужен человек', priority: Math.floor(Math.random() * 3), metadata: { summary: 'between us' } }),
    'handoff_taken');
    const answered = follower.until((event) => event.type === 'chat.message' && event.data.sender_type === 'operator',
        2 * patience.ms);
    await answered;
    // The AI was late: one speaker. When the guest's stream was cut, the operator may have closed the dialog by now.
    accepted(id, await attempt(ai.say(`/api/dialogs/${id}/messages`, 'Поздний ответ'), 'not_holder', 'dialog_closed'));
    accepted(id, await attempt(desk.say(path, 'Спасибо!')));
    await follower.until((event) => event.type === 'chat.session.status' && ['ai', 'closed'].includes(event.data.status) &&
        event.data.old_status === 'operator', 2 * patience.ms);
    const last = await desk.get(`/chat/session/${id}`);
    if (last.body.status !== 'closed')
        await attempt(desk.post(`/chat/session/${id}/close`), 'dialog_closed', 'conflict');
}

/** One operator: takes whatever waits, works on it, ends it somehow. */
class OperatorAtWork {
    constructor(servers, id, token, colleagues) {
        this.id = id;
        this.desk = new Desk(new Way(servers), { Authorization: `Bearer ${token}` });
        this.follower = new Follower(new Way(servers), '/channel/sse?type=staff', { Authorization: `Bearer ${token}` });
        this.colleagues = colleagues;
        this.jobs = new Set();
        this.working = true;
        this.follower.listen((event) => {
            if (event.type === 'handoff.requested' && this.working)
                this.begin(event.session_id ?? event.data.dialog_id);
        });
    }

    begin(dialog) {
        const job = this.work(dialog).catch((error) => record.forbidden.push(`${this.id}: ${error.stack}`))
            .finally(() => this.jobs.delete(job));
        this.jobs.add(job);
    }

    /** Nobody stays in the queue because a request was lost with a server: looks again, as a console does. */
    async sweep() {
        while (this.working) {
            await sleep(1000);
            const queue = await this.desk.get('/api/handoff/queue');
            for (const item of queue.body.items)
                this.begin(item.dialog_id);
            const mine = await this.desk.get('/api/dialogs?operator=me&status=operator');
            for (const dialog of mine.body.items) {
                if (![...this.jobs].length)
                    await this.end(dialog.id, undefined);
            }
        }
    }

    async work(dialog) {
        ++record.races;
        const start = await attempt(this.desk.post(`/api/dialogs/${dialog}/handoff/start`, { force: true }),
            'handoff_taken', 'dialog_closed', 'conflict');
        if (!start)
            return;
        const { fencing } = start.body;
        record.claims.push({ dialog, fencing, operator: this.id });
        const path = `/api/dialogs/${dialog}`;
        const lost = ['stale_fencing', 'not_holder', 'dialog_closed', 'conflict', 'handoff_taken'];
        for (let i = 0; i < 2; ++i) {
            await attempt(this.desk.post(`${path}/typing`, { state: 'start' }), ...lost);
            accepted(dialog, await attempt(this.desk.say(`${path}/messages`, `${this.id}: ответ ${i}`, { fencing }), ...lost));
        }
        await attempt(this.desk.post(`${path}/notes`, { text: 'between us' }), ...lost);
        if (chance(0.2)) {
            ++record.transfers;
            await attempt(this.desk.post(`${path}/handoff/transfer`, chance(0.5)
                ? { fencing, operator_id: pick(this.colleagues), note: 'between us' } : { fencing, queue: true }), ...lost);
            // Gone is gone: a late word is refused.
            accepted(dialog, await attempt(this.desk.say(`${path}/messages`, 'поздно', { fencing }), ...lost));
            return;
        }
        await this.end(dialog, fencing);
    }

    async end(dialog, fencing) {
        const lost = ['stale_fencing', 'not_holder', 'dialog_closed', 'conflict', 'handoff_taken'];
        await attempt(this.desk.post(`/api/dialogs/${dialog}/handoff/release`,
            { ...(fencing === undefined ? {} : { fencing }), resolution: 'Решено', return_to_ai: chance(0.5) }), ...lost);
    }

    async stop() {
        this.working = false;
        await Promise.all(this.jobs);
    }
}

/** A director looks over shoulders: a word to the holder alone. */
async function supervise(desk, isOver) {
    while (!isOver()) {
        await sleep(200);
        const held = await desk.get('/api/dialogs?status=operator&limit=5');
        for (const dialog of held.body.items)
            await attempt(desk.post(`/api/dialogs/${dialog.id}/whisper`, { text: 'between us' }), 'conflict', 'dialog_closed', 'not_holder');
    }
}

async function storedMessages(desk, dialog) {
    const ids = [];
    for (let after = 0; ;) {
        const page = await desk.get(`/api/dialogs/${dialog}/messages?after=${after}&limit=200`);
        if (page.body.items.length === 0)
            return ids;
        ids.push(...page.body.items.map((message) => message.id));
        after = ids.at(-1);
    }
}

async function complaintsOf(director, operators, supervisorId) {
    const complaints = [...record.forbidden];
    complaints.push(...checks.claimComplaints(record.claims));
    const hasAll = ({ follower, accepted: list }) => list.every(({ id }) =>
        follower.events.some((event) => event.type === 'chat.message' && event.data.id === id));
    for (const limit = Date.now() + patience.ms; ![...record.dialogs.values()].every(hasAll) && Date.now() < limit;)
        await sleep(200);
    await sleep(1500); // what would be too much is on its way, too
    for (const [dialog, { follower, accepted: list }] of record.dialogs) {
        const name = `dialog ${dialog}`;
        const stored = await storedMessages(director, dialog);
        const delivered = follower.events.filter((event) => event.type === 'chat.message').map((event) => event.data.id);
        complaints.push(...checks.sequenceComplaints(name, follower.events));
        complaints.push(...checks.messageComplaints(name, list, stored, delivered));
        complaints.push(...checks.speakerComplaints(name, follower.events));
        complaints.push(...checks.guestSightComplaints(dialog, follower.events));
        if (follower.resets > 0)
            complaints.push(`${name}: ${follower.resets} resets`);
    }
    for (const operator of operators) {
        const ofStaff = operator.follower.events.filter((event) => event.channel === 'staff');
        complaints.push(...checks.sequenceComplaints(operator.id, ofStaff));
        complaints.push(...checks.staffSightComplaints(operator.id, operator.follower.events));
        if (operator.follower.resets > 0)
            complaints.push(`${operator.id}: ${operator.follower.resets} resets`);
        if (operator.id === supervisorId)
            complaints.push(`${operator.id} is the director`);
    }
    const queue = await director.get('/api/handoff/queue');
    if (queue.body.total !== 0)
        complaints.push(`the queue still has ${queue.body.total}`);
    return complaints;
}

/** Waits for the last ones; then each is there, once. */
async function dealComplaints(follower, wanted) {
    const seen = new Map();
    const count = () => {
        seen.clear();
        for (const { data } of follower.events)
            seen.set(data.deal_id, (seen.get(data.deal_id) ?? 0) + 1);
        return wanted.filter((id) => !seen.has(id));
    };
    for (const limit = Date.now() + patience.ms; count().length > 0 && Date.now() < limit;)
        await sleep(200);
    const complaints = count().map((id) => `${id} was accepted and not seen`);
    for (const [id, times] of seen) {
        if (times > 1)
            complaints.push(`${id} came ${times} times`);
    }
    if (follower.resets > 0)
        complaints.push(`deals: ${follower.resets} resets`);
    return complaints;
}

async function main() {
    const postgres = values.postgresql ? await Postgres.start() : null;
    const redis = values.redis ? await Redis.start() : null;
    const rabbit = values.rabbitmq ? await Rabbit.start() : null;
    const settings = {
        ...(postgres ? { DATABASE_URL: postgres.url } : {}),
        ...(redis ? { REDIS_HOST: '127.0.0.1', REDIS_PORT: String(redis.port) } : {}),
        ...(rabbit ? { RABBITMQ_URL: rabbit.url } : {}),
        SIGNALBOX_LIMIT_HISTORY_EVENTS: '100000',
        SIGNALBOX_LIMIT_CONNECTIONS: '0',
        SIGNALBOX_HANDOFF_LEASE_SECONDS: isRough ? '10' : '60',
        SIGNALBOX_HANDOFF_ANSWER_SECONDS: isRough ? '10' : '120',
    };
    const servers = [];
    for (let i = 0; i < Number(values.servers); ++i)
        servers.push(await Server.start(settings));
    const service = await servers[0].token('service', '--sub', 'ai');
    const ai = new Desk(new Way(servers), { Authorization: `Bearer ${service}` });
    const names = Array.from({ length: Number(values.operators) }, (_, i) => `op${i + 1}`);
    const operators = [];
    for (const name of names) {
        const token = await servers[0].token('operator', '--sub', name, '--ttl', '2h');
        operators.push(new OperatorAtWork(servers, name, token, names.filter((other) => other !== name)));
    }
    const director = new Desk(new Way(servers),
        { Authorization: `Bearer ${await servers[0].token('director', '--sub', 'boss', '--ttl', '2h')}` });
    const ofDeals = [];
    for (let i = 0; (rabbit || outages.length > 0) && i < 3; ++i) {
        const token = await servers[0].token('operator', '--sub', `broker${i}`, '--ttl', '2h');
        ofDeals.push(new Follower(new Way(servers, i % servers.length), `/api/v1/streams/deals?access_token=${token}`));
    }
    await Promise.all(ofDeals.map((one) => one.isConnected()));
    let over = false;
    const supervision = supervise(director, () => over);
    await Promise.all(operators.map((operator) => operator.follower.stands()));
    const sweeps = operators.map((operator) => operator.sweep());
    const killing = [
        ...(killEvery ? servers.map((one) => one.killEvery(killEvery * servers.length * 1000, () => over)) : []),
        redisEvery ? redis.killEvery(redisEvery * 1000, () => over, 2000) : null,
        rabbitEvery ? rabbit.killEvery(rabbitEvery * 1000, () => over) : null,
        rabbit ? rabbit.tellDeals(() => over) : null,
        crashEvery ? postgres.killEvery(crashEvery * 1000, () => over) : null,
    ];

    const began = Date.now();
    let number = 0;
    let isQuiet = outages.length === 0;
    const engines = { postgresql: postgres, redis, rabbitmq: rabbit };
    const gone = goThrough(outages, engines, { servers, serviceToken: service, ofDeals })
        .finally(() => { isQuiet = true; });
    const oneAfterAnother = async () => {
        do
            await guestVisit(servers, ai, ++number).catch((error) => record.forbidden.push(`guest: ${error.stack}`));
        while (!isQuiet || Date.now() - began < seconds * 1000);
    };
    await Promise.all(Array.from({ length: guests }, oneAfterAnother));
    over = true;
    await Promise.all(killing);
    const { told, complaints: ofOutages } = await gone;
    for (const operator of operators)
        await operator.stop();
    await Promise.all([...sweeps, supervision]);
    const complaints = [...ofOutages, ...await complaintsOf(director, operators, 'boss')];
    for (const one of ofDeals)
        complaints.push(...await dealComplaints(one, [...rabbit?.confirmed ?? [], ...told]));
    const followers = [...[...record.dialogs.values()].map((one) => one.follower), ...operators.map((one) => one.follower)];
    console.log(JSON.stringify({
        dialogs: record.dialogs.size,
        claims: record.claims.length,
        races: record.races,
        transfers: record.transfers,
        messages: [...record.dialogs.values()].reduce((sum, one) => sum + one.accepted.length, 0),
        database: postgres ? 'PostgreSQL' : 'SQLite',
        servers: servers.length,
        kills: servers.reduce((sum, one) => sum + one.kills, 0),
        redisKills: redis?.kills ?? 0,
        deals: rabbit?.confirmed.length ?? 0,
        rabbitKills: rabbit?.kills ?? 0,
        outages: values.outages,
        crashes: postgres?.kills ?? 0,
        reconnects: followers.reduce((sum, one) => sum + one.connects - 1, 0),
        refusals: Object.fromEntries(record.refusals),
        seconds: Math.round((Date.now() - began) / 1000),
        complaints: complaints.length,
    }));
    for (const complaint of complaints.slice(0, 40))
        console.error(complaint);
    await Promise.all([...followers, ...ofDeals].map((one) => one.stop()));
    await Promise.all(servers.map((one) => one.stop()));
    await rabbit?.stop();
    await redis?.stop();
    await postgres?.stop();
    process.exit(complaints.length === 0 ? 0 : 1);
}

await main();
