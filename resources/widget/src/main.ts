// SPDX-License-Identifier: GPL-3.0-or-later
import { configOf } from './config.js';
import { Widget } from './widget.js';

declare global {
    interface Window {
        Signalbox?: Widget;
    }
}

const script = document.currentScript;

function start(): void {
    if (window.Signalbox || !(script instanceof HTMLScriptElement))
        return; // there already; or loaded in a way that says nothing of where from
    window.Signalbox = new Widget(configOf(script));
    document.dispatchEvent(new Event('signalbox:ready'));
}

if (document.body)
    start();
else
    document.addEventListener('DOMContentLoaded', start);
