// SPDX-License-Identifier: GPL-3.0-or-later
// A Redis of the shift's own; comes back with its data.
import { freePort } from './desk.js';
import { Child, Engine } from './engine.js';

const PATIENCE_MS = 60_000;

export class Redis extends Engine {
    static async start() {
        const redis = new Redis();
        redis.folder = await Engine.folder('redis');
        redis.port = await freePort();
        await redis.launch();
        return redis;
    }

    async launch() {
        this.child = new Child('redis-server', ['--bind', '127.0.0.1', '--port', String(this.port), '--dir', this.folder,
            '--appendonly', 'yes', '--appendfsync', 'always', '--save', '']);
        await this.child.says(/Ready to accept connections/, PATIENCE_MS);
    }
}
