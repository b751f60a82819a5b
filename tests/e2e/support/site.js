// SPDX-License-Identifier: GPL-3.0-or-later
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

const FOLDER = new URL('../page/', import.meta.url);
const FILES = { '/': ['client.html', 'text/html; charset=utf-8'], '/client.js': ['client.js', 'text/javascript; charset=utf-8'] };

/** Somebody's web site, on a loopback port of its own: another origin than the server's. */
export class Site {
    #server;

    /** `files`: path → [name in the folder of pages, or a function that makes the content, the type, functions of headers]. */
    static async open(files = FILES) {
        const site = new Site();
        site.#server = createServer(async (request, answer) => {
            const [file, type, headers = {}] = files[request.url] ?? [];
            for (const [name, value] of Object.entries(headers))
                answer.setHeader(name, value());
            if (file)
                answer.setHeader('Content-Type', type);
            else
                answer.statusCode = request.url === '/favicon.ico' ? 204 : 404;
            answer.end(typeof file === 'function' ? file() : file && await readFile(new URL(file, FOLDER)));
        });
        await new Promise((resolve) => site.#server.listen(0, '127.0.0.1', resolve));
        return site;
    }

    get origin() {
        return `http://127.0.0.1:${this.#server.address().port}`;
    }

    close() {
        this.#server.close();
        this.#server.closeAllConnections();
    }
}
