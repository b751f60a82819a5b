// SPDX-License-Identifier: GPL-3.0-or-later
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** A certificate authority of our own and a server's certificate for localhost that it has signed. */
export class Certificates {
    #folder;

    static async make() {
        const made = new Certificates();
        made.#folder = await mkdtemp(join(tmpdir(), 'signalbox-tls-'));
        const file = (name) => join(made.#folder, name);
        await writeFile(file('extensions'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
        await run('openssl', ['req', '-x509', ...KEY, '-days', '2', '-subj', '/CN=Signalbox test CA',
            '-keyout', file('ca.key'), '-out', file('ca.pem')]);
        await run('openssl', ['req', ...KEY, '-subj', '/CN=localhost', '-keyout', file('server.key'), '-out', file('server.csr')]);
        await run('openssl', ['x509', '-req', '-in', file('server.csr'), '-CA', file('ca.pem'), '-CAkey', file('ca.key'),
            '-CAcreateserial', '-days', '2', '-extfile', file('extensions'), '-out', file('server.pem')]);
        made.ca = await readFile(file('ca.pem'), 'utf8');
        made.settings = {
            SIGNALBOX_TLS_CERTIFICATE_FILE: file('server.pem'),
            SIGNALBOX_TLS_PRIVATE_KEY_FILE: file('server.key'),
        };
        return made;
    }

    remove() {
        return rm(this.#folder, { recursive: true, force: true });
    }
}
