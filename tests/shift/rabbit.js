// SPDX-License-Identifier: GPL-3.0-or-later
// A RabbitMQ of the shift's own, in a temporary folder, and a CRM that tells it of deals, each until it is confirmed. Can be
// killed and comes back with what it had confirmed.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import amqp from 'amqplib';
import { everySoOften, freePort, sleep } from './desk.js';

const PATIENCE_MS = 120_000;
const QUEUE = 'crm.domain';
const PROGRAM = '/usr/lib/rabbitmq/bin/rabbitmq-server'; // Debian's wrapper insists on a user of its own

function answers(port) {
    return new Promise((resolve) => {
        const socket = connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true); });
        socket.once('error', () => resolve(false));
    });
}

async function until(condition, what) {
    for (const limit = Date.now() + PATIENCE_MS; !await condition(); await sleep(100)) {
        if (Date.now() > limit)
            throw new Error(`${what} did not come up`);
    }
}

export class Rabbit {
    kills = 0;
    /** Of the deals that RabbitMQ has confirmed. */
    confirmed = [];
    #folder;
    #environment;
    #port;
    #names;
    #child;
    #gone;

    static async start() {
        const rabbit = new Rabbit();
        rabbit.#folder = await mkdtemp(join(tmpdir(), 'signalbox-shift-rabbit-'));
        const [port, names, node] = [await freePort(), await freePort(), await freePort()];
        rabbit.#port = port;
        const path = (name) => join(rabbit.#folder, name);
        await writeFile(path('rabbitmq.conf'), 'disk_free_limit.absolute = 1MB\n');
        await writeFile(path('plugins'), '[].\n');
        rabbit.#environment = {
            ...process.env,
            HOME: rabbit.#folder,
            ERL_EPMD_PORT: String(names),
            ERL_EPMD_ADDRESS: '127.0.0.1',
            RABBITMQ_NODENAME: `shift${port}@localhost`,
            RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
            RABBITMQ_NODE_PORT: String(port),
            RABBITMQ_DIST_PORT: String(node),
            RABBITMQ_MNESIA_BASE: path('db'),
            RABBITMQ_LOG_BASE: path('log'),
            RABBITMQ_LOGS: '-',
            RABBITMQ_CONFIG_FILE: path('rabbitmq'),
            RABBITMQ_CONF_ENV_FILE: path('environment'),
            RABBITMQ_ENABLED_PLUGINS_FILE: path('plugins'),
            RABBITMQ_ALLOW_INPUT: '1',
            RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-noinput +S 2:2 -kernel inet_dist_use_interface {127,0,0,1}',
        };
        rabbit.#names = spawn('epmd', ['-port', String(names), '-address', '127.0.0.1'], { stdio: 'ignore' });
        process.on('exit', () => { rabbit.#child?.kill('SIGKILL'); rabbit.#names.kill('SIGKILL'); });
        await until(() => answers(names), 'epmd');
        await rabbit.#launch();
        return rabbit;
    }

    get url() {
        return `amqp://guest:guest@127.0.0.1:${this.#port}`;
    }

    /** Deals, one after the other, until `isOver`. */
    async tellDeals(isOver) {
        let connection = null;
        for (let number = 1; !isOver();) {
            try {
                if (!connection) {
                    connection = await amqp.connect(this.url);
                    connection.on('error', () => {});
                }
                const channel = await connection.createConfirmChannel();
                channel.on('error', () => {});
                await channel.assertQueue(QUEUE, { durable: true });
                for (; !isOver(); ++number) {
                    channel.publish('', QUEUE, Buffer.from(JSON.stringify({
                        deal_id: `deal-${number}`, client_id: 'c', title: 'Заказ', status: 'new', created_at: 'now',
                    })), { persistent: true, messageId: `deal-${number}`, type: 'deal.created' });
                    await channel.waitForConfirms();
                    this.confirmed.push(`deal-${number}`);
                    await sleep(5);
                }
            } catch {
                connection?.close().catch(() => {});
                connection = null; // the same deal again: it has the same id
                await sleep(200);
            }
        }
        await connection?.close().catch(() => {});
    }

    /** SIGKILL every so often, and back at once, until `isOver`. */
    killEvery(ms, isOver) {
        return everySoOften(ms, isOver, async () => {
            this.#child.kill('SIGKILL');
            await this.#gone;
            ++this.kills;
            await this.#launch();
        });
    }

    async stop() {
        this.#child.kill('SIGKILL');
        await this.#gone;
        this.#names.kill('SIGKILL');
        await rm(this.#folder, { recursive: true, force: true });
    }

    async #launch() {
        const child = spawn(PROGRAM, [], { env: this.#environment, stdio: ['ignore', 'pipe', 'ignore'] });
        this.#child = child;
        let log = '';
        child.stdout.on('data', (bytes) => { log = (log + bytes).slice(-20_000); });
        this.#gone = new Promise((resolve) => { child.once('close', resolve); });
        await until(() => {
            if (child.exitCode !== null)
                throw new Error(`RabbitMQ ended:\n${log}`);
            return log.includes('Server startup complete');
        }, 'RabbitMQ');
    }
}
