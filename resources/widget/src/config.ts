// SPDX-License-Identifier: GPL-3.0-or-later
import type { Transport } from '../../../packages/client/src/index.js';
import { type Language, languageOf } from './words.js';

/** `frame` is the page inside the frame of `iframe`. */
export type Mode = 'embedded' | 'iframe' | 'fullscreen' | 'frame';

export interface Config {
    readonly server: string;
    readonly mode: Mode;
    readonly language: Language;
    readonly theme: 'auto' | 'light' | 'dark';
    readonly accent: string;
    readonly assistant: string;
    readonly name: string;
    readonly title: string;
    readonly side: 'right' | 'left';
    readonly isOpen: boolean;
    readonly transports: readonly Transport[] | undefined;
}

const MODES: readonly string[] = ['embedded', 'iframe', 'fullscreen', 'frame'];
const TRANSPORTS: readonly string[] = ['websocket', 'sse', 'polling'];

/** What a frame's page gets in its address. */
export const PASSED_ON = ['lang', 'theme', 'accent', 'assistant', 'name', 'title', 'transports'] as const;

/** From the `data-` attributes of the script tag. */
export function configOf(script: HTMLScriptElement): Config {
    const said = (name: string): string => script.dataset[name] ?? '';
    const mode = (MODES.includes(said('mode')) ? said('mode') : 'embedded') as Mode;
    const query = new URLSearchParams(mode === 'frame' ? location.search : '');
    const value = (name: (typeof PASSED_ON)[number]): string => query.get(name) ?? said(name);
    const transports = value('transports').split(',').filter((name) => TRANSPORTS.includes(name)) as Transport[];
    const theme = value('theme');
    return {
        server: said('server') || script.src.replace(/\/widget\/[^/]*$/, ''),
        mode,
        language: languageOf(value('lang') || document.documentElement.lang || navigator.language),
        theme: theme === 'light' || theme === 'dark' ? theme : 'auto',
        accent: value('accent'),
        assistant: value('assistant') || 'widget',
        name: value('name'),
        title: value('title'),
        side: said('side') === 'left' ? 'left' : 'right',
        isOpen: 'open' in script.dataset,
        transports: transports.length ? transports : undefined,
    };
}
