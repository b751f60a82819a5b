// SPDX-License-Identifier: GPL-3.0-or-later

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks until the answer is truthy and returns it; throws with `what` and the last answer when `ms` have passed. */
export async function until(what, question, ms = 10_000) {
    const end = Date.now() + ms;
    for (;;) {
        const answer = await question();
        if (answer)
            return answer;
        if (Date.now() > end)
            throw new Error(`not within ${ms} ms: ${what}`);
        await pause(25);
    }
}
