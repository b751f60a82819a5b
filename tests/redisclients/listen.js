// SPDX-License-Identifier: GPL-3.0-or-later
// node listen.js PORT PATTERN   Prints "ready", then a line "CHANNEL MESSAGE" for each message of Pub/Sub.
import { createClient } from 'redis';

const client = createClient({ url: `redis://127.0.0.1:${process.argv[2]}` });
client.on('error', (error) => {
    console.error(error);
    process.exit(1);
});
await client.connect();
await client.pSubscribe(process.argv[3], (message, channel) => process.stdout.write(`${channel} ${message}\n`));
process.stdout.write('ready\n');
