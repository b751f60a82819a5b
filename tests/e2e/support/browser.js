// SPDX-License-Identifier: GPL-3.0-or-later
import { chromium } from 'playwright-core';

/** Flags for a browser on a machine without a display, without the outer network, and as root (in a container). */
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'];

export function launchBrowser() {
    return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
}
