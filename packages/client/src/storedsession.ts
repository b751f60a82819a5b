// SPDX-License-Identifier: GPL-3.0-or-later
import type { GuestApi, GuestSession } from './guest.js';
import { idOf, objectOf, parseJson, textOf } from './json.js';
import type { SafeStore } from './outbox.js';

const NAME = 'session';

/** The guest's session as all tabs of a site share it: in the store. */
export class StoredSession {
    readonly #store: SafeStore;
    readonly #api: GuestApi;

    constructor(store: SafeStore, api: GuestApi) {
        this.#store = store;
        this.#api = api;
    }

    get(): GuestSession | undefined {
        const json = objectOf(parseJson(this.#store.get(NAME) ?? ''));
        const id = idOf(json['id']);
        const token = textOf(json['token']);
        return id && token ? { id, token, createdAt: textOf(json['createdAt']), assistantId: textOf(json['assistantId']),
            guestId: textOf(json['guestId']) } : undefined;
    }

    /** Begins a dialog, unless another tab has done so meanwhile: then it is that one. */
    async open(asked: Parameters<GuestApi['open']>[0]): Promise<GuestSession> {
        const begin = async (): Promise<GuestSession> => this.get() ?? this.#keep(await this.#api.open(asked));
        const locks = globalThis.navigator?.locks as LockManager | undefined;
        return locks ? locks.request(`signalbox:${this.#api.server}`, begin) : begin();
    }

    async refresh(): Promise<void> {
        const before = this.#api.session?.id;
        const session = await this.#api.refresh();
        if (before === session.id)
            this.#keep(session);
    }

    forget(): void {
        this.#api.session = undefined;
        this.#store.remove(NAME);
    }

    #keep(session: GuestSession): GuestSession {
        this.#store.set(NAME, JSON.stringify(session));
        return session;
    }
}
