// SPDX-License-Identifier: GPL-3.0-or-later

/** The desk's other side, by REST: an operator, or the AI (a service). */
export class Colleague {
    #gateway;
    #token;

    static async operator(gateway, subject = 'olga', name = 'Ольга') {
        return new Colleague(gateway, await gateway.token('operator', '--sub', subject, '--name', name));
    }

    static async service(gateway) {
        return new Colleague(gateway, await gateway.token('service', '--sub', 'bot'));
    }

    constructor(gateway, token) {
        this.#gateway = gateway;
        this.#token = token;
    }

    async ask(method, path, body) {
        const answer = await fetch(this.#gateway.address + path, {
            method,
            headers: { Authorization: `Bearer ${this.#token}`, ...(body ? { 'Content-Type': 'application/json' } : {}) },
            ...(body ? { body: JSON.stringify(body) } : {}),
        });
        const text = await answer.text();
        if (!answer.ok)
            throw new Error(`${method} ${path}: ${answer.status} ${text}`);
        return text ? JSON.parse(text) : undefined;
    }

    online() {
        return this.ask('PUT', '/api/operators/me/status', { status: 'online' });
    }

    take(dialog) {
        return this.ask('POST', `/api/dialogs/${dialog}/handoff/start`, {});
    }

    say(dialog, text, more = {}) {
        return this.ask('POST', `/api/dialogs/${dialog}/messages`, { text, ...more });
    }

    edit(dialog, message, text) {
        return this.ask('PATCH', `/api/dialogs/${dialog}/messages/${message}`, { text });
    }

    typing(dialog, state = 'start') {
        return this.ask('POST', `/api/dialogs/${dialog}/typing`, { state });
    }

    read(dialog, lastId) {
        return this.ask('POST', `/api/dialogs/${dialog}/read`, { last_id: lastId });
    }

    /** What was said, without the system's own. */
    async texts(dialog) {
        const { items } = await this.ask('GET', `/api/dialogs/${dialog}/messages?limit=200`);
        return items.filter(({ sender }) => sender !== 'system').map(({ text }) => text);
    }
}
