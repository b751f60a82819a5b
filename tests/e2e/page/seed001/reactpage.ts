// SPDX-License-Identifier: GPL-3.0-or-later
// What the site around react.ts has: its notices, and its list of orders.
import './react';

function add(list: string, text: string) {
    const item = document.createElement('li');
    item.textContent = text;
    document.getElementById(list)!.append(item);
}

async function refreshOrders() {
    const orders: { id: number; clientName: string }[] = await (await fetch('/orders')).json();
    document.getElementById('orders')!.replaceChildren();
    for (const { id, clientName } of orders)
        add('orders', `№ ${id} ${clientName}`);
}

Object.assign(window, {
    showNotification: (title: string, text: string) => add('notices', `${title}: ${text}`),
    toast: (text: string) => add('toasts', text),
    refreshOrders,
});
