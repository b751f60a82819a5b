// SPDX-License-Identifier: GPL-3.0-or-later
// What is asked of a server for each row of the tables of the wire facts, 1.5 to 1.8. `at` is the path; `options` are
// those of the server: pingInterval, pingTimeout, maxPayload, connectTimeout, recovery. A row that `races` asks by two
// connections at once: their order is nobody's.
const ENGINE = '/engine.io/';
const SOCKETS = '/socket.io/';
const POLLING = '?EIO=4&transport=polling';
const NOBODY = 'abcdefghijklmnopqrsA';
const PLACEHOLDER = (num) => `{"_placeholder":true,"num":${num}}`;

/** A Socket.IO client on a WebSocket, joined to `/` unless it is not wanted. */
async function client(wire, connect = '40') {
    const socket = await wire.socket();
    await socket.read(1);
    if (connect) {
        socket.send(connect);
        await socket.read(2);
    }
    return socket;
}

const engine = (row, run, more = {}) => ({ row, at: ENGINE, run, options: {}, ...more });
const sockets = (row, run, more = {}) => ({ row, at: SOCKETS, run, options: {}, ...more });

function closes(row, connect, ...sent) {
    return sockets(`1.7 closes: ${row}`, async (wire) => {
        const socket = await client(wire, connect);
        for (const data of sent)
            socket.send(data);
        await socket.closed();
    });
}

function answers(row, sent, count = 1) {
    return sockets(`1.7 ${row}`, async (wire) => {
        const socket = await client(wire);
        for (const data of sent)
            socket.send(data);
        await socket.read(count);
        socket.send('429["message-with-ack","still there"]');
        await socket.read(1);
    });
}

function refuses(row, method, query, options) {
    return engine(`1.5 ${row}`, (wire) => wire.ask(method, query, options));
}

const polling = [
    engine('1.5 GET poll with data; POST ok', async (wire) => {
        await wire.open();
        await wire.post('4hello\x1e4мир\x1ebAQIDBA==\x1e4');
        await wire.get();
    }),
    refuses('missing transport', 'GET', '?EIO=4'),
    refuses('bad transport', 'GET', '?EIO=4&transport=tests'),
    refuses('bad transport like a property', 'GET', '?EIO=4&transport=constructor'),
    refuses('unknown sid', 'GET', `${POLLING}&sid=${NOBODY}`),
    refuses('unknown sid like a property', 'GET', `${POLLING}&sid=__proto__`),
    refuses('handshake by POST', 'POST', POLLING, { body: '' }),
    refuses('handshake by PUT', 'PUT', POLLING, { body: '' }),
    refuses('websocket without Upgrade', 'GET', '?EIO=4&transport=websocket'),
    refuses('EIO=3', 'GET', '?EIO=3&transport=polling'),
    refuses('no EIO', 'GET', '?transport=polling'),
    refuses('order: transport before sid', 'GET', '?EIO=4&transport=x&sid=x'),
    refuses('order: sid before method', 'POST', `${POLLING}&sid=x`, { body: '' }),
    refuses('order: sid before version', 'GET', '?EIO=3&transport=polling&sid=x'),
    refuses('order: method before version', 'POST', '?EIO=3&transport=polling', { body: '' }),
    refuses('order: upgrade before version', 'GET', '?EIO=3&transport=websocket'),
    refuses('errors carry CORS headers', 'GET', '?EIO=4&transport=x', { headers: { Origin: 'http://shop.example' } }),
    refuses('preflight', 'OPTIONS', POLLING, { headers: { Origin: 'http://shop.example',
        'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'x-one, x-two' } }),
    engine('1.5 polling request for a session on a WebSocket', async (wire) => {
        const socket = await wire.socket();
        await socket.read(1);
        const sid = /\\"sid\\":\\"([\w-]{20})/.exec(wire.lines.at(-1))[1];
        await wire.ask('GET', `${POLLING}&sid=${sid}`);
        await wire.ask('POST', `${POLLING}&sid=${sid}`, { body: '4x' });
        socket.send('4still there');
        await socket.read(1);
    }),
    engine('1.5 2nd concurrent GET', async (wire) => {
        await wire.open();
        const first = await wire.park();
        await wire.get();
        await first.answer();
        await wire.get();
    }, { races: true }),
    engine('1.5 POST body above maxPayload', async (wire) => {
        await wire.open();
        await wire.post(`4${'x'.repeat(1000)}`);
        await wire.post(`4${'x'.repeat(50)}`);
        await wire.get();
    }, { options: { maxPayload: 1000 } }),
    ...['PUT', 'DELETE'].map((method) => engine(`1.5 ${method} with a valid sid`, async (wire) => {
        await wire.open();
        await wire.ask(method, wire.session);
        await wire.post('4x');
        await wire.get();
    })),
    ...['abc', '', '2', '4x\x1e9'].map((body) => engine(`1.5 POST body with an invalid packet: ${JSON.stringify(body)}`, async (wire) => {
        await wire.open();
        await wire.post(body);
        await wire.get();
    })),
    engine('1.1 POST body of octets', async (wire) => {
        await wire.open();
        await wire.post('4x', { 'Content-Type': 'application/octet-stream' });
        await wire.get();
    }),
    engine('1.5 POST of the client\'s close', async (wire) => {
        await wire.open();
        const parked = await wire.park();
        await wire.post('1');
        await parked.answer();
        await wire.get();
    }, { races: true }),
    engine('1.5 client leaves its pending GET', async (wire) => {
        await wire.open();
        const parked = await wire.park();
        parked.leave();
        await wire.gone();
        await wire.get();
    }, { races: true }),
    engine('1.4 an unasked pong is harmless', async (wire) => {
        await wire.open();
        await wire.post('3\x1e4x');
        await wire.get();
    }),
    sockets('1.5 GET while the server wants to close', async (wire) => {
        await wire.open();
        await wire.post('40');
        await wire.pollFor('auth');
        await wire.post('42[]');
        await wire.get();
        await wire.get();
    }),
    sockets('1.7 socket.disconnect(true), polling', async (wire) => {
        await wire.open();
        await wire.post('40');
        await wire.pollFor('auth');
        const parked = await wire.park();
        await wire.post('42["disconnect-me",true]');
        await parked.answer();
        await wire.get();
        await wire.get();
    }, { races: true }),
];

const upgrade = [
    ...[['unknown sid', `?EIO=4&transport=websocket&sid=${NOBODY}`], ['transport polling', POLLING],
        ['unknown transport', '?EIO=4&transport=x']].map(([row, query]) =>
        engine(`1.5 WebSocket upgrade error: ${row}`, (wire) => wire.socket(query))),
    engine('1.6 polling to WebSocket', async (wire) => {
        await wire.open();
        await wire.post('41');
        const socket = await wire.socket(`?EIO=4&transport=websocket&sid=${wire.sid}`);
        socket.send('2probe');
        await socket.read(1);
        await wire.post('42');
        await wire.pollFor('42'); // while upgrading, polling goes on
        await wire.post('43\x1ebBA==');
        socket.send('5');
        await socket.read(2); // in order, and no new opening
        socket.send('44');
        await socket.read(1);
        await wire.get(); // polling is over
    }),
    engine('1.6 a pending poll is let go', async (wire) => {
        await wire.open();
        const parked = await wire.park();
        const socket = await wire.socket(`?EIO=4&transport=websocket&sid=${wire.sid}`);
        socket.send('2probe');
        await socket.read(1);
        await parked.answer();
        socket.send('5');
        socket.send('4x');
        await socket.read(1);
    }, { races: true }),
    ...['4x', '3probe', 'x'].map((text) => engine(`1.6 another first packet closes the WebSocket: ${text}`, async (wire) => {
        await wire.open();
        const socket = await wire.socket(`?EIO=4&transport=websocket&sid=${wire.sid}`);
        socket.send(text);
        await socket.closed();
        await wire.post('4still there');
        await wire.get();
    })),
    engine('1.6 not completed in upgradeTimeout', async (wire) => {
        await wire.open();
        const socket = await wire.socket(`?EIO=4&transport=websocket&sid=${wire.sid}`);
        socket.send('2probe');
        await socket.read(1);
        await socket.closed();
        await wire.post('4still there');
        await wire.pollFor('still there');
    }),
    engine('1.6 another WebSocket of the session', async (wire) => {
        await wire.open();
        const socket = await wire.socket(`?EIO=4&transport=websocket&sid=${wire.sid}`);
        socket.send('2probe');
        await socket.read(1);
        const second = await wire.socket(`?EIO=4&transport=websocket&sid=${wire.sid}`);
        await second.closed();
        socket.send('5');
        socket.send('4x');
        await socket.read(1);
        const third = await wire.socket(`?EIO=4&transport=websocket&sid=${wire.sid}`);
        await third.closed();
        socket.send('4y');
        await socket.read(1);
    }),
    engine('1.6 EIO 1 over a WebSocket', async (wire) => {
        const socket = await wire.socket();
        await socket.read(1);
        socket.send('1');
        await socket.closed();
    }, { options: { pingInterval: 300, pingTimeout: 200 } }),
    ...['', 'abc', '2'].map((text) => engine(`1.1 WebSocket message ${JSON.stringify(text)}`, async (wire) => {
        const socket = await wire.socket();
        await socket.read(1);
        socket.send(text);
        await socket.closed();
    })),
    engine('1.7 oversize WebSocket message', async (wire) => {
        const socket = await wire.socket();
        await socket.read(1);
        socket.send(`4${'x'.repeat(1000)}`);
        await socket.closed();
    }, { options: { maxPayload: 1000 } }),
    engine('1.4 who does not answer a ping is closed', async (wire) => {
        const socket = await wire.socket();
        await socket.read(2);
        socket.send('3');
        await socket.read(1);
        await socket.closed();
    }, { options: { pingInterval: 500, pingTimeout: 3000 } }),
];

const packets = [
    sockets('1.7 CONNECT; unknown and custom namespace; refusal', async (wire) => {
        const socket = await client(wire, '');
        for (const [text, count] of [['40/nope,', 1], ['40/adm?x=1,', 1], ['40/refused,{}', 1], ['40{"token":"x"}', 2],
            ['40/custom,{"a":1}', 2], ['42/custom,["message",1]', 1]]) {
            socket.send(text);
            await socket.read(count);
        }
    }),
    sockets('1.7 a namespace without a comma; client 41; events for it close', async (wire) => {
        const socket = await client(wire);
        socket.send('40/custom');
        await socket.read(2);
        socket.send('41/custom');
        socket.send('42["message",2]');
        await socket.read(1);
        socket.send('42/custom,["message",3]');
        await socket.closed();
    }),
    answers('EVENT', ['42["message",1,"2",{"3":[true]}]']),
    answers('EVENT whose name is a number', ['42[1,2]', '42["message"]']),
    answers('EVENT 42 alone', ['42', '42["message"]']),
    answers('EVENT that nobody listens to', ['42["unknown",1]', '42["message"]']),
    answers('EVENT with __proto__', ['42["message",{"__proto__":{"x":1}}]']),
    answers('ACK', ['42456["message-with-ack",1,false]']),
    answers('ACK without values', ['427["message-with-ack"]']),
    answers('ACK that nobody asked for', ['43999[1]', '42["message"]']),
    answers('BINARY_EVENT', [`452-["message",${PLACEHOLDER(0)},${PLACEHOLDER(1)}]`, Buffer.from([1, 2]), Buffer.from([3])], 3),
    answers('BINARY_ACK', [`451-15["message-with-ack",${PLACEHOLDER(0)}]`, Buffer.from([1])], 2),
    answers('BINARY_EVENT of ten', [`4510-["message",${Array.from({ length: 10 }, (_, n) => PLACEHOLDER(n)).join(',')}]`,
        ...Array.from({ length: 10 }, (_, n) => Buffer.from([n]))], 11),
    sockets('1.7 the server\'s ack ids; an ack counts once', async (wire) => {
        const socket = await client(wire);
        socket.send('42["ask",5]');
        await socket.read(1);
        socket.send('430[6]');
        await socket.read(1);
        socket.send('430[7]');
        socket.send('42["ask",6]');
        await socket.read(1);
    }),
    sockets('1.7 socket.disconnect(), socket.disconnect(true)', async (wire) => {
        const socket = await client(wire);
        socket.send('40/custom,');
        await socket.read(2);
        socket.send('42/custom,["disconnect-me"]');
        await socket.read(1);
        socket.send('42["disconnect-me",true]');
        await socket.closed();
    }),
    sockets('1.7 no CONNECT within connectTimeout', async (wire) => {
        const socket = await client(wire, '');
        await socket.closed();
    }, { options: { connectTimeout: 300 } }),
    sockets('1.7 every CONNECT refused until connectTimeout', async (wire) => {
        const socket = await client(wire, '');
        socket.send('40/nope,');
        await socket.closed();
    }, { options: { connectTimeout: 3000 } }),
    closes('an EVENT first', '', '42["message"]'),
    closes('a DISCONNECT first', '', '41'),
    closes('an ACK first', '', '431[]'),
    closes('a second CONNECT', '40', '40'),
    closes('an EVENT for a namespace not joined', '40', '42/custom,["message"]'),
    closes('a CONNECT_ERROR of the client', '40', '44{"message":"x"}'),
    ...['[]', '"x"', 'null'].map((payload) => closes(`CONNECT with ${payload}`, '', `40${payload}`)),
    ...['47', '4', '4abc', '42[]', '42{}', '42["a"]x', '42["a"', '431{}', '41{}'].map((text) => closes(text, '40', text)),
    ...['connect', 'connect_error', 'disconnect', 'disconnecting', 'newListener', 'removeListener'].map((name) =>
        closes(`the reserved name ${name}`, '40', `42["${name}"]`)),
    ...['450-["a"]', '4511-["a"]', '451.5-["a"]', '451'].map((text) => closes(`attachments: ${text}`, '40', text)),
    closes('a placeholder out of range', '40', `451-["message",${PLACEHOLDER(1)}]`, Buffer.from([1])),
    closes('bytes that nobody waits for', '40', Buffer.from([1])),
    closes('text in place of bytes', '40', `451-["message",${PLACEHOLDER(0)}]`, '42["message"]'),
];

/** Connects, gets two events with their offsets, and is lost. */
async function lost(wire, leave = (socket) => socket.break()) {
    const socket = await client(wire, '40{"token":"x"}');
    const offset = wire.name('offset 1', /"([^"\\]+)\\"\]"$/);
    const pid = /\\"pid\\":\\"([\w-]{20})/.exec(wire.lines.at(-2))[1];
    socket.send('42["message",1]');
    await socket.read(1);
    wire.name('offset 2', /"([^"\\]+)\\"\]"$/);
    socket.send('421["message-with-ack"]');
    socket.send(`451-["message",${PLACEHOLDER(0)}]`);
    socket.send(Buffer.from([7]));
    await socket.read(2);
    wire.name('offset 3', /"([^"\\]+)\\"\]"$/);
    await socket.read(1);
    await leave(socket);
    return { pid, offset };
}

async function comeBack(wire, pid, offset, count) {
    const socket = await wire.socket();
    await socket.read(1);
    socket.send(`40${JSON.stringify({ offset, pid, token: 'x' })}`);
    await socket.read(count - 1);
    await socket.read(1);
    wire.name('last offset', /"([^"\\]+)\\"\]"$/);
}

const recovery = [
    sockets('1.8 lost and recovered', async (wire) => {
        const { pid, offset } = await lost(wire);
        await comeBack(wire, pid, offset, 5);
    }, { options: { recovery: 60_000 } }),
    sockets('1.8 recovered after a protocol error', async (wire) => {
        const { pid, offset } = await lost(wire, async (socket) => {
            socket.send('42[]');
            await socket.closed();
        });
        await comeBack(wire, pid, offset, 5);
    }, { options: { recovery: 60_000 } }),
    sockets('1.8 recovered after a ping timeout', async (wire) => {
        const { pid, offset } = await lost(wire, (socket) => socket.closed());
        await comeBack(wire, pid, offset, 5);
    }, { options: { recovery: 60_000, pingInterval: 4000, pingTimeout: 500 }, races: true }),
    sockets('1.8 an unknown pid', async (wire) => {
        const { offset } = await lost(wire);
        await comeBack(wire, NOBODY, offset, 2);
    }, { options: { recovery: 60_000 } }),
    sockets('1.8 an unknown offset', async (wire) => {
        const { pid } = await lost(wire);
        await comeBack(wire, pid, 'unknown', 2);
    }, { options: { recovery: 60_000 } }),
    sockets('1.8 one that took leave', async (wire) => {
        const { pid, offset } = await lost(wire, async (socket) => {
            socket.send('41');
            socket.break();
        });
        await comeBack(wire, pid, offset, 2);
    }, { options: { recovery: 60_000 } }),
    sockets('1.8 one that was sent away', async (wire) => {
        const { pid, offset } = await lost(wire, async (socket) => {
            socket.send('42["disconnect-me",true]');
            await socket.closed();
        });
        await comeBack(wire, pid, offset, 2);
    }, { options: { recovery: 60_000 } }),
];

export const SCENARIOS = [...polling, ...upgrade, ...packets, ...recovery];
