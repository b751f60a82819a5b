// SPDX-License-Identifier: GPL-3.0-or-later

type Attributes = Readonly<Record<string, string | boolean>>;

/** An element with attributes and children; text is text, never markup. */
export function make<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, attributes: Attributes = {},
    ...children: readonly (Node | string)[]): HTMLElementTagNameMap[Tag] {
    const element = document.createElement(tag);
    put(element, attributes);
    element.append(...children);
    return element;
}

export function put(element: Element, attributes: Attributes): void {
    for (const [name, value] of Object.entries(attributes)) {
        if (value === false)
            element.removeAttribute(name);
        else
            element.setAttribute(name, value === true ? '' : value);
    }
}

/** A button that does something, named for those who do not see its icon. */
export function button(name: string, className: string, act: () => void, content: Node | string = name): HTMLButtonElement {
    const element = make('button', { type: 'button', class: className, ...(content === name ? {} : { 'aria-label': name, title: name }) }, content);
    element.addEventListener('click', act);
    return element;
}

const SVG = 'http://www.w3.org/2000/svg';

/** Strokes on a grid of 24. */
const ICONS = {
    chat: 'M8 20a9 9 0 1 0-4-4l-2 6z',
    close: 'M18 6 6 18M6 6l12 12',
    send: 'm3 3 3 9-3 9 19-9zM6 12h16',
    down: 'm6 9 6 6 6-6',
    file: 'M14 3H6v18h12V7zv4h4',
    queued: 'M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18M12 7v5l3 2',
    sent: 'M20 6 9 17l-5-5',
    delivered: 'M18 6 7 17l-5-5M22 10l-7.5 7.5L13 16',
    failed: 'M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18M12 8v4m0 4h0',
} as const;

export type Icon = keyof typeof ICONS;

export function icon(name: Icon): SVGSVGElement {
    const svg = document.createElementNS(SVG, 'svg');
    put(svg, { viewBox: '0 0 24 24', 'aria-hidden': 'true' });
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', ICONS[name]);
    svg.append(path);
    return svg;
}

/** The address when a link may lead there: the web, nothing that runs in this page. */
export function safeAddress(text: string, base: string): string | undefined {
    try {
        const url = new URL(text, base);
        return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : undefined;
    } catch {
        return undefined;
    }
}

export const link = (address: string, ...content: readonly (Node | string)[]): HTMLAnchorElement =>
    make('a', { href: address, target: '_blank', rel: 'noopener noreferrer nofollow' }, ...content);

/** Somebody's text, its web addresses as links. */
export function linked(text: string): (Node | string)[] {
    return text.split(/(https?:\/\/[^\s<>"']*[^\s<>"'.,:;!?)\]}])/g).map((part, index) => {
        const address = index % 2 ? safeAddress(part, part) : undefined;
        return address ? link(address, part) : part;
    });
}
