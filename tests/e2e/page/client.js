// SPDX-License-Identifier: GPL-3.0-or-later
// What an application's page does with the server. The tests read the logs.
'use strict';

const clients = {};

/** The browser's own EventSource with its own reconnecting. `types`: the names to listen to beside `message`. */
function followEventSource(name, address, types) {
    const source = new EventSource(address);
    const log = { events: [], opens: 0, breaks: 0, get ended() { return source.readyState === EventSource.CLOSED; } };
    clients[name] = log;
    source.onopen = () => { log.opens++; };
    for (const type of ['message', ...types]) {
        source.addEventListener(type, (event) => {
            if (event instanceof MessageEvent)
                log.events.push({ type: event.type, id: event.lastEventId, data: JSON.parse(event.data) });
        });
    }
    source.addEventListener('error', (event) => {
        if (!(event instanceof MessageEvent))
            log.breaks++;
    });
}

/** A WebSocket that is opened again after every close, from the last place seen: the `placeMember` of a message. */
function followWebSocket(name, address, placeMember) {
    const log = { events: [], opens: 0, breaks: 0, closeCodes: [], place: '' };
    clients[name] = log;
    const connect = () => {
        const url = new URL(address);
        if (log.place)
            url.searchParams.set('position', log.place);
        const socket = new WebSocket(url);
        socket.onopen = () => { log.opens++; };
        socket.onmessage = ({ data }) => {
            const message = JSON.parse(data);
            log.place = message[placeMember] ?? message.position ?? log.place;
            log.events.push(message);
        };
        socket.onclose = ({ code }) => {
            log.breaks++;
            log.closeCodes.push(code);
            setTimeout(connect, 250);
        };
    };
    connect();
}
