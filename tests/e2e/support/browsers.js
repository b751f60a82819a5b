// SPDX-License-Identifier: GPL-3.0-or-later
// Chromium and Firefox through one library: puppeteer-core, by CDP and by WebDriver BiDi.
import { accessSync, constants } from 'node:fs';
import { launch } from 'puppeteer-core';

import { BROWSER, FLAGS } from './browser.js';

export const FIREFOX = process.env.FIREFOX ?? '/usr/bin/firefox-esr';

export function launchChromium() {
    return launch({ executablePath: BROWSER, args: FLAGS, headless: true });
}

export function launchFirefox() {
    try {
        accessSync(FIREFOX, constants.X_OK);
    } catch {
        throw new Error(`${FIREFOX} is not there: install firefox-esr, or name it in FIREFOX`);
    }
    return launch({ browser: 'firefox', executablePath: FIREFOX, headless: true,
        extraPrefsFirefox: { 'browser.cache.disk.enable': false, 'datareporting.policy.dataSubmissionEnabled': false } });
}
