// SPDX-License-Identifier: GPL-3.0-or-later
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

/** The engine without a window's worth of browser around it takes three fifths of the processor time; any Chromium will do. */
const INSTALLED = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];

export const BROWSER = process.env.CHROMIUM ?? INSTALLED.find((path) => existsSync(path)) ?? INSTALLED[0];

/** Flags for a browser on a machine without a display, without the outer network, and as root (in a container). */
export const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'];

export function launchBrowser(...more) {
    return chromium.launch({ executablePath: BROWSER, args: [...FLAGS, ...more] });
}
