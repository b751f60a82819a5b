// SPDX-License-Identifier: GPL-3.0-or-later
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** An operator at the console's own client library: tests/console/operatorclient.cpp in a process of its own. */
export class ConsoleOperator {
    #child;
    #folder;
    #gone;
    isLive = false;
    waiting = [];
    taken;
    /** `{from, text}` of the dialog that was taken, as the console shows them; what it has yet to send is `from` "outbox". */
    thread = [];
    refusals = [];

    static async at(port, login, password) {
        const operator = new ConsoleOperator();
        operator.#folder = await mkdtemp(join(tmpdir(), 'signalbox-operator-'));
        operator.#child = spawn(process.env.OPERATORCLIENT, [String(port), operator.#folder, login, password],
            { stdio: ['pipe', 'pipe', 'ignore'] });
        operator.#gone = new Promise((resolve) => { operator.#child.once('close', resolve); });
        createInterface({ input: operator.#child.stdout }).on('line', (line) => operator.#hear(JSON.parse(line)));
        return operator;
    }

    take(dialog) { this.#tell(`take ${dialog}`); }
    say(text) { this.#tell(`say ${text}`); }
    read() { this.#tell('read'); }

    texts() {
        return this.thread.filter(({ from }) => from !== 'system').map(({ text }) => text);
    }

    async end() {
        this.#child.stdin.end();
        await this.#gone;
        await rm(this.#folder, { recursive: true, force: true });
    }

    #tell(command) {
        this.#child.stdin.write(`${command}\n`);
    }

    #hear({ live, waiting, taken, thread, refused }) {
        this.isLive = live ?? this.isLive;
        this.waiting = waiting ?? this.waiting;
        this.taken = taken ?? this.taken;
        this.thread = thread ?? this.thread;
        if (refused)
            this.refusals.push(refused);
    }
}
