// SPDX-License-Identifier: GPL-3.0-or-later
// The widget in Firefox.
import { launchFirefox } from './support/browsers.js';
import { testWidget, useHouse } from './support/widgettests.js';

testWidget(useHouse(launchFirefox));
