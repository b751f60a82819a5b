// SPDX-License-Identifier: GPL-3.0-or-later
// usage: node server.js PORT
// A client joins the room that its query names; POST /publish {"event","channels":[…],"data"} emits to rooms.
'use strict';

const http = require('node:http');
const { Server } = require('socket.io');

const MAX_BODY = 1024 * 1024;

const server = http.createServer((request, response) => {
  if (request.method !== 'POST' || request.url !== '/publish') {
    response.writeHead(404, { 'Content-Length': 0 }).end();
    return;
  }
  const chunks = [];
  let size = 0;
  request.on('data', (chunk) => {
    size += chunk.length;
    if (size > MAX_BODY) request.destroy();
    else chunks.push(chunk);
  });
  request.on('end', () => {
    try {
      const { event, channels, data } = JSON.parse(Buffer.concat(chunks).toString());
      io.to(channels).emit(event, data);
      response.writeHead(200, { 'Content-Length': 2 }).end('{}');
    } catch {
      response.writeHead(400, { 'Content-Length': 0 }).end();
    }
  });
});

const io = new Server(server, { transports: ['websocket'], serveClient: false, perMessageDeflate: false });
io.on('connection', (socket) => socket.join(String(socket.handshake.query.room)));
server.keepAliveTimeout = 75000;
server.listen({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096 }, () => console.log('listening'));
