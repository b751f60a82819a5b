// SPDX-License-Identifier: GPL-3.0-or-later
// What the site around vue.js has: a store with the token, and a template for the calls.
import { createApp, h } from 'vue';

import component from './vue.js';

const app = createApp({
    extends: component,
    render() {
        return this.calls.map((call) => h('li', { key: call.id }, `${call.phoneClient} ${call.status}`));
    },
});
app.config.globalProperties.$store = { state: { token: localStorage.getItem('token') } };
app.mount('#calls');
window.leave = () => app.unmount();
