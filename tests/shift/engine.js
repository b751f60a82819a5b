// SPDX-License-Identifier: GPL-3.0-or-later
// Programs that the shift starts, in temporary folders; they can be killed, stay away for a while and come back.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { everySoOften, sleep } from './desk.js';

const LOG_BYTES = 50_000;
const running = new Set();
process.on('exit', () => running.forEach((one) => one.process.kill(one.lastSignal)));

/** A program until its end. With this process it ends by `lastSignal`. */
export class Child {
    log = '';
    /** Resolves with the code. */
    ended;

    constructor(program, words, options = {}, lastSignal = 'SIGKILL') {
        this.lastSignal = lastSignal;
        this.process = spawn(program, words, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
        for (const stream of [this.process.stdout, this.process.stderr])
            stream.on('data', (bytes) => { this.log = (this.log + bytes).slice(-LOG_BYTES); });
        running.add(this);
        this.ended = new Promise((resolve) => {
            this.process.once('error', (error) => { this.log += error.message; resolve(-1); });
            this.process.once('close', resolve);
        }).then((code) => { running.delete(this); this.hasEnded = true; return code; });
    }

    /** Resolves with the match when the log has it. */
    async says(pattern, patienceMs) {
        for (const limit = Date.now() + patienceMs; ; await sleep(20)) {
            const match = pattern.exec(this.log);
            if (match)
                return match;
            if (this.hasEnded || Date.now() > limit)
                throw new Error(`${this.process.spawnfile} ${this.hasEnded ? 'ended' : 'is not ready'}:\n${this.log}`);
        }
    }

    end(signal) {
        this.process.kill(signal);
        return this.ended;
    }
}

/** What the servers need. `launch()` of each kind makes the child and resolves when that is ready. */
export class Engine {
    kills = 0;
    killSignal = 'SIGKILL';
    stopSignal = 'SIGTERM';
    child;

    static folder(name) {
        return mkdtemp(join(tmpdir(), `signalbox-shift-${name}-`));
    }

    /** Without a word to anybody. */
    async goAway() {
        await this.child.end(this.killSignal);
        ++this.kills;
    }

    async comeBack() {
        await this.launch();
    }

    /** Away every so often, and back after up to `downMs`, until `isOver`. It is there when this resolves. */
    killEvery(ms, isOver, downMs = 0) {
        return everySoOften(ms, isOver, async () => {
            await this.goAway();
            await sleep(Math.random() * downMs);
            await this.comeBack();
        });
    }

    async stop() {
        const code = await this.child.end(this.stopSignal);
        await rm(this.folder, { recursive: true, force: true });
        return code;
    }
}
