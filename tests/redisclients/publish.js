// SPDX-License-Identifier: GPL-3.0-or-later
// node publish.js PORT   Publishes as seed 001's NestJS services do: lines "CHANNEL JSON" of standard input, in order.
import { createInterface } from 'node:readline';
import { createClient } from 'redis';

const client = createClient({ url: `redis://127.0.0.1:${process.argv[2]}` });
client.on('error', (error) => {
    console.error(error);
    process.exit(1);
});
await client.connect();
for await (const line of createInterface({ input: process.stdin })) {
    const space = line.indexOf(' ');
    await client.publish(line.slice(0, space), JSON.stringify(JSON.parse(line.slice(space + 1))));
}
await client.close();
