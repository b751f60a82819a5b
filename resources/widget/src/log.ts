// SPDX-License-Identifier: GPL-3.0-or-later
import type { Entry } from '../../../packages/client/src/index.js';
import { button, icon, link, linked, make, safeAddress } from './dom.js';
import { type Language, type Words, fill } from './words.js';

export interface LogActions {
    readonly resend: (key: string) => void;
    readonly discard: (key: string) => void;
    readonly older: () => Promise<void>;
}

interface Row {
    entry: Entry;
    /** Day and name above it: they depend on the row before. */
    heading: string;
    node: HTMLElement;
}

const SHOWN = 150;
const NEAR_PX = 60;

/** The messages. Shows the newest ones; touches only rows that have changed. */
export class Log {
    readonly node: HTMLElement;
    readonly #words: Words;
    readonly #server: string;
    readonly #actions: LogActions;
    readonly #rows = new Map<string, Row>();
    readonly #list: HTMLElement;
    readonly #older: HTMLButtonElement;
    readonly #newer: HTMLButtonElement;
    readonly #time: Intl.DateTimeFormat;
    readonly #day: Intl.DateTimeFormat;
    readonly #near: Intl.RelativeTimeFormat; ///< today, yesterday
    #shown = SHOWN;
    #entries: readonly Entry[] = [];
    #isAtEnd = true;

    constructor(words: Words, language: Language, server: string, actions: LogActions) {
        this.#words = words;
        this.#server = server;
        this.#actions = actions;
        this.#time = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' });
        this.#day = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'long' });
        this.#near = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
        this.#older = button(words.older, 'older', () => void this.#showOlder());
        this.#newer = button(words.newer, 'newer', () => { this.toEnd(); this.node.focus(); }, icon('down'));
        this.#list = make('div', { class: 'list' });
        this.node = make('div', { class: 'log', role: 'log', 'aria-live': 'polite', 'aria-label': words.log, tabindex: '0' },
            this.#older, make('p', { class: 'hello' }, words.hello), this.#list, this.#newer);
        this.#older.hidden = this.#newer.hidden = true;
        this.node.addEventListener('scroll', () => {
            const { scrollHeight, scrollTop, clientHeight } = this.node;
            this.#isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR_PX;
            if (this.#isAtEnd)
                this.#newer.hidden = true;
        }, { passive: true });
    }

    show(entries: readonly Entry[], hasOlder: boolean): void {
        const before = this.#entries.length ? this.#entries[this.#entries.length - 1]?.key : undefined;
        this.#entries = entries;
        this.#older.hidden = !hasOlder && entries.length <= this.#shown;
        const visible = entries.slice(-this.#shown);
        this.#removeOthers(visible);
        let place = this.#list.firstChild;
        let previous: Entry | undefined;
        for (const entry of visible) {
            const old = this.#rows.get(entry.key)?.node;
            const node = this.#rowOf(entry, previous);
            if (old && old === place) {
                if (node !== old)
                    old.replaceWith(node);
                place = node.nextSibling;
            } else {
                old?.remove();
                this.#list.insertBefore(node, place);
            }
            previous = entry;
        }
        if (previous && previous.key !== before && (this.#isAtEnd || previous.delivery))
            this.toEnd();
        else if (previous && previous.key !== before && before !== undefined)
            this.#newer.hidden = false;
        else if (this.#isAtEnd)
            this.toEnd();
    }

    toEnd(): void {
        this.#isAtEnd = true;
        this.#newer.hidden = true;
        this.node.scrollTop = this.node.scrollHeight;
    }

    async #showOlder(): Promise<void> {
        const { scrollHeight, scrollTop } = this.node;
        this.#isAtEnd = false;
        if (this.#entries.length <= this.#shown)
            await this.#actions.older();
        this.#shown += SHOWN;
        requestAnimationFrame(() => requestAnimationFrame(() => { // what was in view stays in view
            this.node.scrollTop = scrollTop + this.node.scrollHeight - scrollHeight;
        }));
    }

    #removeOthers(visible: readonly Entry[]): void {
        if (this.#rows.size === 0)
            return;
        const keys = new Set(visible.map(({ key }) => key));
        for (const [key, { node }] of this.#rows) {
            if (!keys.has(key)) {
                node.remove();
                this.#rows.delete(key);
            }
        }
    }

    #rowOf(entry: Entry, previous: Entry | undefined): HTMLElement {
        const day = this.#dayOf(entry.at);
        const name = this.#nameOf(entry);
        const isNewDay = !previous || this.#dayOf(previous.at) !== day;
        const isNewName = isNewDay || !previous || this.#nameOf(previous) !== name || previous.sender !== entry.sender;
        const heading = `${isNewDay ? day : ''}|${isNewName ? name : ''}`;
        const known = this.#rows.get(entry.key);
        if (known?.entry === entry && known.heading === heading)
            return known.node;
        const node = make('div', { class: `row ${entry.sender === 'system' ? 'system' : entry.delivery ? 'mine' : 'theirs'}` });
        if (isNewDay)
            node.append(make('p', { class: 'day' }, day));
        if (entry.sender === 'system')
            node.append(make('p', {}, ...this.#systemText(entry)));
        else
            node.append(...this.#bubble(entry, isNewName && !entry.delivery ? name : ''));
        this.#rows.set(entry.key, { entry, heading, node });
        return node;
    }

    #bubble(entry: Entry, name: string): Node[] {
        const words = this.#words;
        const meta = make('span', { class: 'meta' }, entry.isEdited ? `${words.edited} · ` : '', this.#timeOf(entry.at));
        const bubble = make('div', { class: 'bubble' },
            make('span', { class: 'hidden' }, `${name || (entry.delivery ? words.you : this.#nameOf(entry))}: `),
            make('span', { class: 'text' }, ...linked(entry.text)), ...entry.attachments.map((file) => this.#file(file)), meta);
        if (entry.delivery) {
            const mark = make('span', { class: `mark ${entry.delivery}`, role: 'img', 'aria-label': words[entry.delivery] },
                icon(entry.delivery === 'read' ? 'delivered' : entry.delivery));
            meta.append(mark);
        }
        const parts: Node[] = name ? [make('p', { class: 'name', 'aria-hidden': 'true' }, name), bubble] : [bubble];
        if (entry.delivery === 'failed') {
            parts.push(make('p', { class: 'refusal' }, `${words.failed} (${entry.refusal}). `,
                button(words.retry, 'text-button', () => this.#actions.resend(entry.key)),
                button(words.discard, 'text-button', () => this.#actions.discard(entry.key))));
        }
        return parts;
    }

    #file({ url, name, size }: Entry['attachments'][number]): Node {
        const address = safeAddress(url, this.#server);
        const label = size ? `${name} (${fill(this.#words.kilobytes, Math.max(1, Math.round(size / 1024)))})` : name;
        return address ? make('p', { class: 'file' }, link(address, icon('file'), label)) : make('p', { class: 'file' }, name);
    }

    #systemText(entry: Entry): (Node | string)[] {
        if (entry.systemType === 'operator_joined')
            return [fill(this.#words.joined, entry.senderName)];
        if (entry.systemType === 'operator_left')
            return [fill(this.#words.left, entry.senderName)];
        return linked(entry.text || entry.systemType);
    }

    #nameOf({ sender, senderName }: Entry): string {
        return sender === 'client' ? '' : senderName || (sender === 'operator' ? this.#words.operator : this.#words.assistant);
    }

    #timeOf(at: string): string {
        const date = new Date(at);
        return isNaN(date.getTime()) ? '' : this.#time.format(date);
    }

    #dayOf(at: string): string {
        const date = new Date(at);
        if (isNaN(date.getTime()))
            return '';
        const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(date).setHours(0, 0, 0, 0)) / 86400000);
        return days === 0 || days === 1 ? this.#near.format(-days, 'day') : this.#day.format(date);
    }
}
