// SPDX-License-Identifier: GPL-3.0-or-later
import { connect, createServer } from 'node:net';

/** A TCP line to a server that can be cut and mended: between the two it refuses connections. */
export class Cable {
    #target;
    #server;
    #sockets = new Set();
    #port = 0;

    static async to(target) {
        const cable = new Cable();
        cable.#target = target;
        await cable.mend();
        return cable;
    }

    get address() {
        return `http://127.0.0.1:${this.#port}`;
    }

    async mend() {
        this.#server = createServer((near) => this.#join(near));
        await new Promise((resolve, reject) => {
            this.#server.once('error', reject).listen(this.#port, '127.0.0.1', resolve);
        });
        this.#port = this.#server.address().port;
    }

    /** From now on new connections go to this port. */
    turn(target) {
        this.#target = target;
    }

    /** Ends every connection: with a TCP reset when `rudely`, else with FIN. */
    async cut(rudely = false) {
        const closed = new Promise((resolve) => this.#server.close(resolve));
        for (const socket of this.#sockets) {
            if (rudely)
                socket.resetAndDestroy();
            else
                socket.destroy();
        }
        await closed;
    }

    #join(near) {
        const far = connect(this.#target, '127.0.0.1');
        for (const [socket, other] of [[near, far], [far, near]]) {
            this.#sockets.add(socket);
            socket.setNoDelay();
            socket.on('error', () => {}); // 'close' follows
            socket.on('close', () => {
                this.#sockets.delete(socket);
                other.destroy();
            });
            socket.pipe(other);
        }
    }
}
