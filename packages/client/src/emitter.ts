// SPDX-License-Identifier: GPL-3.0-or-later

/** Named events with one argument each. A listener that throws does not keep the others from hearing. */
export class Emitter<Events extends object> {
    readonly #listeners = new Map<keyof Events, Set<(value: never) => void>>();

    /** Returns what ends the listening. */
    on<Name extends keyof Events>(name: Name, listener: (value: Events[Name]) => void): () => void {
        let set = this.#listeners.get(name);
        if (!set)
            this.#listeners.set(name, (set = new Set()));
        set.add(listener);
        return () => void set.delete(listener);
    }

    protected emit<Name extends keyof Events>(name: Name, value: Events[Name]): void {
        for (const listener of [...(this.#listeners.get(name) ?? [])]) {
            try {
                (listener as (value: Events[Name]) => void)(value);
            } catch (error) {
                setTimeout(() => { throw error; }); // the page's to hear of, not ours to stumble over
            }
        }
    }
}
