// SPDX-License-Identifier: GPL-3.0-or-later

/** Waits between attempts to connect; after the last of them a connection has failed. */
export const RECONNECT_MS: readonly number[] = [1000, 2000, 4000, 8000, 10000];

/** Up to a fifth more or less: those who lost one server together do not come back together. */
export const jittered = (ms: number): number => ms * (0.8 + 0.4 * Math.random());

/** Resolves after the time, or at once when the signal is given; never rejects. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
        if (signal.aborted)
            return resolve();
        const done = (): void => {
            clearTimeout(timer);
            signal.removeEventListener('abort', done);
            resolve();
        };
        const timer = setTimeout(done, ms);
        signal.addEventListener('abort', done);
    });
}

/** A signal of its own that the outer one gives too. */
export function linked(outer: AbortSignal): AbortController {
    const inner = new AbortController();
    const pass = (): void => inner.abort();
    if (outer.aborted)
        pass();
    outer.addEventListener('abort', pass);
    inner.signal.addEventListener('abort', () => outer.removeEventListener('abort', pass));
    return inner;
}
