// SPDX-License-Identifier: GPL-3.0-or-later
import { Conversation, Emitter } from '../../../packages/client/src/index.js';
import type { Config } from './config.js';
import { icon, make, put } from './dom.js';
import { FrameHost, answerHost } from './frame.js';
import { Panel } from './panel.js';
import css from './widget.css';
import { fill, wordsOf } from './words.js';

export interface WidgetEvents {
    open: undefined;
    close: undefined;
    /** A message of somebody else, while the page is open. */
    message: { readonly text: string; readonly name: string };
    unread: number;
    /** `live`, `connecting`, `waiting`, `offline`, `failed`. */
    connection: string;
}

const FOCUSABLE = 'button:not([disabled]), a[href], textarea, [tabindex="0"]';

/** What a page sees as `Signalbox`; docs/widget.md describes it. */
export class Widget extends Emitter<WidgetEvents> {
    readonly #config: Config;
    readonly #root: ShadowRoot;
    readonly #host = make('div', { class: 'signalbox' });
    #conversation: Conversation | undefined;
    #panel: Panel | undefined;
    #frame: FrameHost | undefined;
    #launcher: HTMLButtonElement | undefined;
    #tell: ((name: string, value?: unknown) => void) | undefined;
    #isOpen = false;
    #unread = 0;

    constructor(config: Config) {
        super();
        this.#config = config;
        this.#root = this.#host.attachShadow({ mode: 'open' });
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(css);
        this.#root.adoptedStyleSheets = [sheet];
        put(this.#host, { 'data-mode': config.mode, 'data-side': config.side, lang: config.language });
        this.#keepTheme();
        if (config.accent)
            this.#host.style.setProperty('--accent', config.accent);
        if (config.mode === 'embedded' || config.mode === 'iframe')
            this.#addLauncher();
        document.body.append(this.#host);
        if (config.mode !== 'iframe')
            this.#startConversation();
        this.#host.addEventListener('keydown', (event) => this.#keyDown(event));
        if (config.mode === 'fullscreen' || config.mode === 'frame')
            this.#showWhole();
        else if (config.isOpen)
            this.open();
    }

    get isOpen(): boolean { return this.#isOpen; }
    get unread(): number { return this.#unread; }

    open(): void {
        if (this.#isOpen)
            return;
        this.#isOpen = true;
        const shown = this.#config.mode === 'iframe' ? this.#showFrame() : this.#showPanel();
        shown.hidden = false;
        this.#panel?.setVisible(true);
        this.#frame?.say('visible', true);
        this.#showLauncher();
        if (this.#panel)
            this.#panel.focus();
        else
            this.#frame?.node.focus();
        this.emit('open', undefined);
    }

    close(): void {
        if (!this.#isOpen || this.#config.mode === 'fullscreen')
            return;
        if (this.#config.mode === 'frame') {
            this.#tell?.('close');
            return;
        }
        this.#isOpen = false;
        this.#panel?.setVisible(false);
        this.#frame?.say('visible', false);
        for (const node of [this.#panel?.node, this.#frame?.node])
            node && (node.hidden = true);
        this.#showLauncher();
        this.#launcher?.focus();
        this.emit('close', undefined);
    }

    toggle(): void {
        if (this.#isOpen)
            this.close();
        else
            this.open();
    }

    /** Sends a message in the visitor's name. */
    send(text: string): void {
        if (this.#conversation)
            this.#conversation.send(String(text));
        else
            this.#showFrame().hidden = !this.#isOpen;
        this.#frame?.say('send', String(text));
    }

    #keepTheme(): void {
        const { theme } = this.#config;
        const system = matchMedia('(prefers-color-scheme: dark)');
        const show = (): void => put(this.#host, { 'data-theme': theme === 'auto' ? (system.matches ? 'dark' : 'light') : theme });
        system.addEventListener('change', show);
        show();
    }

    #startConversation(): void {
        const { server, assistant, name, transports } = this.#config;
        const conversation = (this.#conversation = new Conversation({
            server,
            assistantId: assistant,
            guestName: name,
            metadata: { page: location.href.slice(0, 2000) },
            feed: { transports },
        }));
        conversation.on('message', ({ text, senderName }) => this.emit('message', { text, name: senderName }));
        conversation.on('state', (state) => this.#count(state.unread));
        conversation.on('feed', ({ state }) => this.emit('connection', state));
        conversation.start();
    }

    #count(unread: number): void {
        if (unread === this.#unread)
            return;
        this.#unread = unread;
        this.#showLauncher();
        this.emit('unread', unread);
    }

    #showPanel(): HTMLElement {
        if (!this.#panel && this.#conversation) {
            const close = this.#config.mode === 'fullscreen' ? undefined : () => this.close();
            this.#panel = new Panel(this.#conversation, this.#config, close);
            this.#root.append(this.#panel.node);
        }
        return (this.#panel as Panel).node;
    }

    #showFrame(): HTMLElement {
        if (!this.#frame) {
            this.#frame = new FrameHost(this.#config, this.#config.title || wordsOf(this.#config.language).title, (name, value) => {
                if (name === 'close')
                    this.close();
                else if (name === 'unread')
                    this.#count(Number(value) || 0);
                else if (name === 'message')
                    this.emit(name, value as WidgetEvents['message']);
                else if (name === 'connection')
                    this.emit(name, String(value));
            });
            this.#root.append(this.#frame.node);
        }
        return this.#frame.node;
    }

    #showWhole(): void {
        const panel = this.#showPanel();
        panel.setAttribute('role', 'main');
        this.#isOpen = true;
        this.#panel?.setVisible(this.#config.mode === 'fullscreen');
        if (this.#config.mode === 'frame' && this.#conversation) {
            this.#tell = answerHost(this.#conversation, {
                send: (text) => this.#conversation?.send(text),
                show: (isVisible) => {
                    this.#panel?.setVisible(isVisible);
                    if (isVisible)
                        this.#panel?.focus();
                },
            });
        }
    }

    #addLauncher(): void {
        this.#launcher = make('button', { type: 'button', class: 'launcher' });
        this.#launcher.addEventListener('click', () => this.toggle());
        this.#root.append(this.#launcher);
        this.#showLauncher();
    }

    #showLauncher(): void {
        if (!this.#launcher)
            return;
        const words = wordsOf(this.#config.language);
        const count = this.#isOpen ? 0 : this.#unread;
        const name = this.#isOpen ? words.close : count ? `${words.open}, ${fill(words.unread, count)}` : words.open;
        put(this.#launcher, { 'aria-label': name, 'aria-expanded': String(this.#isOpen), title: name });
        this.#launcher.replaceChildren(icon(this.#isOpen ? 'down' : 'chat'));
        if (count)
            this.#launcher.append(make('span', { class: 'badge', 'aria-hidden': 'true' }, count > 99 ? '99+' : String(count)));
        this.#host.toggleAttribute('data-open', this.#isOpen);
    }

    /** Escape closes; Tab stays in the window while it is open. */
    #keyDown(event: KeyboardEvent): void {
        if (!this.#isOpen || this.#config.mode === 'fullscreen')
            return;
        if (event.key === 'Escape') {
            event.stopPropagation();
            this.close();
        } else if (event.key === 'Tab' && this.#panel && this.#config.mode === 'embedded') {
            const stops = [...this.#panel.node.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((node) => node.offsetParent);
            const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
            if (this.#root.activeElement !== edge)
                return;
            event.preventDefault();
            (event.shiftKey ? stops[stops.length - 1] : stops[0])?.focus();
        }
    }
}
