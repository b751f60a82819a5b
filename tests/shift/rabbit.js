// SPDX-License-Identifier: GPL-3.0-or-later
// A RabbitMQ of the shift's own, and a CRM that tells it of deals, each until it is confirmed. Comes back with what it had
// confirmed.
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import amqp from 'amqplib';
import { freePort, sleep } from './desk.js';
import { Child, Engine } from './engine.js';

const PATIENCE_MS = 300_000;
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

export class Rabbit extends Engine {
    stopSignal = 'SIGKILL';
    /** Of the deals that RabbitMQ has confirmed. */
    confirmed = [];
    #environment;
    #port;
    #names;

    static async start() {
        const rabbit = new Rabbit();
        rabbit.folder = await Engine.folder('rabbit');
        const [port, names, node] = [await freePort(), await freePort(), await freePort()];
        rabbit.#port = port;
        const path = (name) => join(rabbit.folder, name);
        await writeFile(path('rabbitmq.conf'), 'disk_free_limit.absolute = 1MB\n');
        await writeFile(path('plugins'), '[].\n');
        rabbit.#environment = {
            ...process.env,
            HOME: rabbit.folder,
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
        rabbit.#names = new Child('epmd', ['-port', String(names), '-address', '127.0.0.1']);
        await until(() => answers(names), 'epmd');
        await rabbit.launch();
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

    async stop() {
        await super.stop();
        await this.#names.end('SIGKILL');
    }

    async launch() {
        this.child = new Child(PROGRAM, [], { env: this.#environment });
        await this.child.says(/Server startup complete/, PATIENCE_MS);
    }
}
