// SPDX-License-Identifier: GPL-3.0-or-later
// What the page of a site and the page in its frame say to each other.
import type { Conversation } from '../../../packages/client/src/index.js';
import { type Config, PASSED_ON } from './config.js';
import { make } from './dom.js';

/** From the frame: what became of something; to the frame: what is to be done. */
interface Said {
    readonly signalbox: string;
    readonly value?: unknown;
}

const isSaid = (data: unknown): data is Said =>
    typeof data === 'object' && data !== null && typeof (data as { signalbox?: unknown }).signalbox === 'string';

export class FrameHost {
    readonly node: HTMLIFrameElement;
    readonly #origin: string;
    readonly #unsaid: Said[] = [];
    #isReady = false;

    constructor(config: Config, title: string, hear: (name: string, value: unknown) => void) {
        const address = new URL(`${config.server}/widget/chat`);
        this.#origin = address.origin;
        const said: Record<(typeof PASSED_ON)[number], string> = {
            lang: config.language, theme: config.theme, accent: config.accent, assistant: config.assistant, name: config.name,
            title: config.title, transports: config.transports?.join(',') ?? '',
        };
        for (const [name, value] of Object.entries(said)) {
            if (value)
                address.searchParams.set(name, value);
        }
        this.node = make('iframe', { class: 'panel', title, src: address.href, allow: 'clipboard-write' });
        addEventListener('message', ({ data, source, origin }) => {
            if (source !== this.node.contentWindow || origin !== this.#origin || !isSaid(data))
                return;
            if (data.signalbox === 'ready') {
                this.#isReady = true;
                for (const waiting of this.#unsaid.splice(0))
                    this.#post(waiting);
            } else {
                hear(data.signalbox, data.value);
            }
        });
    }

    say(name: string, value?: unknown): void {
        const said = { signalbox: name, value };
        if (this.#isReady)
            this.#post(said);
        else
            this.#unsaid.push(said);
    }

    #post(said: Said): void {
        this.node.contentWindow?.postMessage(said, this.#origin);
    }
}

export interface FrameActions {
    readonly send: (text: string) => void;
    readonly show: (isVisible: boolean) => void;
}

/** The inside. Who may hold the frame is said by the page's policy; it hears what a page hears of its own widget. */
export function answerHost(conversation: Conversation, actions: FrameActions): (name: string, value?: unknown) => void {
    const tell = (name: string, value?: unknown): void => parent.postMessage({ signalbox: name, value }, '*');
    addEventListener('message', ({ data, source }) => {
        if (source !== parent || !isSaid(data))
            return;
        if (data.signalbox === 'send' && typeof data.value === 'string')
            actions.send(data.value);
        else if (data.signalbox === 'visible')
            actions.show(data.value === true);
    });
    let unread = 0;
    conversation.on('state', (state) => {
        if (state.unread !== unread)
            tell('unread', (unread = state.unread));
    });
    conversation.on('message', ({ text, senderName }) => tell('message', { text, name: senderName }));
    conversation.on('feed', ({ state }) => tell('connection', state));
    tell('ready');
    return tell;
}
