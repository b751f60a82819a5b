// SPDX-License-Identifier: GPL-3.0-or-later
import type { Conversation, ConversationState } from '../../../packages/client/src/index.js';
import type { Config } from './config.js';
import { button, icon, make } from './dom.js';
import { Log } from './log.js';
import { type Words, fill, wordsOf } from './words.js';

const LONGEST = 10000;
const TALLEST_PX = 120;
const BANNER_AFTER_MS = 1500; ///< a moment without connection is not worth a word
const DRAW_EVERY_MS = 100;
const TYPING_PAUSE_MS = 4000;

/** What stays the same is not said again by a screen reader. */
function write(node: Node, text: string): void {
    if (node.textContent !== text)
        node.textContent = text;
}

/** The chat window: header, messages, queue, composer. */
export class Panel {
    readonly node: HTMLElement;
    readonly #words: Words;
    readonly #conversation: Conversation;
    readonly #config: Config;
    readonly #log: Log;
    readonly #name = make('h2', { class: 'who', id: 'who' });
    readonly #status = make('p', { class: 'status', role: 'status' });
    readonly #banner = make('div', { class: 'banner', role: 'status' });
    readonly #place = make('span', { role: 'status' });
    readonly #queue: HTMLElement;
    readonly #human: HTMLButtonElement;
    readonly #text: HTMLTextAreaElement;
    readonly #send: HTMLButtonElement;
    #drawing: ReturnType<typeof setTimeout> | undefined;
    #drawn = 0;
    #bannerTimer: ReturnType<typeof setTimeout> | undefined;
    #typingTimer: ReturnType<typeof setTimeout> | undefined;
    #isVisible = false;

    constructor(conversation: Conversation, config: Config, close: (() => void) | undefined) {
        const words = (this.#words = wordsOf(config.language));
        this.#conversation = conversation;
        this.#config = config;
        this.#log = new Log(words, config.language, config.server, {
            resend: (key) => { conversation.resend(key); this.#stay(); },
            discard: (key) => { conversation.discard(key); this.#stay(); },
            older: () => conversation.loadOlder().catch(() => this.#say(words.refused)),
        });
        this.#human = button(words.human, 'human', () => void this.#callHuman());
        this.#queue = make('div', { class: 'queue' }, this.#place, button(words.cancel, 'text-button', () => {
            this.#stay();
            conversation.cancelHuman().catch(() => this.#say(words.refused));
        }));
        this.#text = make('textarea', { rows: '1', maxlength: String(LONGEST), 'aria-label': words.write, placeholder: words.write });
        this.#send = button(words.send, 'send', () => this.#submit(), icon('send'));
        const head = make('div', { class: 'head' }, make('div', { class: 'titles' }, this.#name, this.#status));
        if (close)
            head.append(button(words.close, 'close', close, icon('close')));
        this.node = make('section', { class: 'panel', role: 'dialog', 'aria-labelledby': 'who' }, head, this.#banner, this.#log.node,
            this.#queue, make('div', { class: 'extra' }, this.#human), make('div', { class: 'composer' }, this.#text, this.#send));
        this.#banner.hidden = this.#queue.hidden = true;
        this.#text.addEventListener('keydown', (event) => this.#keyDown(event));
        this.#text.addEventListener('input', () => this.#edited());
        this.#text.value = conversation.draft;
        conversation.on('entries', () => this.#draw());
        conversation.on('state', () => this.#draw());
        conversation.on('feed', ({ state }) => this.#showConnection(state));
        document.addEventListener('visibilitychange', () => this.#draw());
        this.#drawNow();
    }

    /** Seen by the visitor, as far as we are concerned. */
    setVisible(isVisible: boolean): void {
        this.#isVisible = isVisible;
        this.#drawNow();
        if (isVisible) {
            this.#fit();
            this.#log.toEnd();
        }
    }

    focus(): void {
        this.#text.focus();
    }

    /** The focus stays in the window when its button goes; on the messages, where no phone shows its keyboard. */
    #stay(): void {
        this.#log.node.focus();
    }

    /** At once, then together with what else happens within a tenth of a second; what nobody can see waits. */
    #draw(): void {
        if (!document.hidden)
            this.#drawing ??= setTimeout(() => this.#drawNow(), Math.max(0, this.#drawn + DRAW_EVERY_MS - Date.now()));
    }

    #drawNow(): void {
        clearTimeout(this.#drawing);
        this.#drawing = undefined;
        this.#drawn = Date.now();
        if (!this.#isVisible)
            return;
        const { state } = this.#conversation;
        this.#log.show(this.#conversation.entries(), state.hasOlder);
        this.#showState(state);
        if (!document.hidden)
            this.#conversation.markRead();
    }

    #showState(state: ConversationState): void {
        const words = this.#words;
        const statuses = new Map([['ai', words.assistant], ['queued', words.statusQueued], ['operator', words.operator], ['closed', words.statusClosed]]);
        write(this.#name, state.operator?.name ?? (this.#config.title || words.title));
        write(this.#status, state.typing === undefined ? statuses.get(state.status) ?? words.statusNone : words.typing);
        this.#human.hidden = state.status === 'queued' || state.status === 'operator';
        this.#showQueue(state);
    }

    #showQueue({ status, queue }: ConversationState): void {
        const words = this.#words;
        const wait = queue?.estimatedWait;
        const estimate = wait === undefined ? '' : ` · ${wait < 60 ? words.soon : fill(words.minutes, Math.ceil(wait / 60))}`;
        const text = status !== 'queued' ? '' : queue ? fill(words.place, queue.position) + estimate : words.statusQueued;
        write(this.#place, text);
        this.#queue.hidden = !text;
    }

    #showConnection(state: string): void {
        clearTimeout(this.#bannerTimer);
        const words = this.#words;
        if (state === 'live' || state === 'stopped')
            this.#banner.hidden = true;
        else if (state === 'failed')
            this.#say(words.lost, button(words.retry, 'text-button', () => { this.#conversation.retry(); this.#stay(); }));
        else if (state === 'offline')
            this.#say(words.offline);
        else if (this.#banner.hidden)
            this.#bannerTimer = setTimeout(() => this.#say(words.connecting), BANNER_AFTER_MS);
    }

    #say(text: string, ...more: readonly Node[]): void {
        this.#banner.replaceChildren(make('span', {}, text), ...more);
        this.#banner.hidden = false;
    }

    async #callHuman(): Promise<void> {
        this.#human.disabled = true;
        try {
            await this.#conversation.callHuman();
            this.#text.focus();
        } catch {
            this.#say(this.#words.refused);
            this.#stay();
        }
        this.#human.disabled = false;
    }

    #keyDown(event: KeyboardEvent): void {
        if (event.key !== 'Enter' || event.shiftKey || event.isComposing)
            return;
        event.preventDefault();
        this.#submit();
    }

    #edited(): void {
        this.#conversation.draft = this.#text.value;
        this.#fit();
        clearTimeout(this.#typingTimer);
        this.#conversation.typing(!this.#send.disabled);
        if (!this.#send.disabled)
            this.#typingTimer = setTimeout(() => this.#conversation.typing(false), TYPING_PAUSE_MS);
    }

    #submit(): void {
        const text = this.#text.value.trim();
        if (!text)
            return;
        clearTimeout(this.#typingTimer);
        this.#conversation.send(text);
        this.#conversation.draft = this.#text.value = '';
        this.#fit();
        this.#text.focus();
    }

    /** As high as its text, within reason; what is empty cannot be sent. By the style's object: a strict policy forbids the attribute. */
    #fit(): void {
        this.#send.disabled = !this.#text.value.trim();
        this.#text.style.height = 'auto';
        this.#text.style.height = `${Math.min(this.#text.scrollHeight, TALLEST_PX)}px`;
    }
}
