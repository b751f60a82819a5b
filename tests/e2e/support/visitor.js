// SPDX-License-Identifier: GPL-3.0-or-later
import { Site } from './site.js';
import { until } from './waiting.js';

const PATIENCE_MS = 40_000;
const LOST = /CORS request did not succeed|establish a connection|was interrupted while/; ///< what Firefox says of a cut line

/** A shop whose policy allows the chat server's script and connections, and nothing else. `attributes` are the script tag's. */
export async function openShop(server, attributes = () => '', more = '') {
    const page = () => `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>A shop</title><body><h1>A shop</h1>
        <button id="before">Something to focus</button><script src="${server()}/widget/widget.js" ${attributes()}></script></body></html>`;
    const policy = () => `default-src 'none'; script-src ${server()}; connect-src ${server()} ${server().replace('http', 'ws')}; `
        + `img-src 'self'; frame-src ${server()}; require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'${more}`;
    return Site.open({ '/': [page, 'text/html; charset=utf-8', { 'Content-Security-Policy': policy }] });
}

/** Somebody with a browser, looking at the widget of a page. */
export class Visitor {
    complaints = [];
    #root = "document.querySelector('.signalbox').shadowRoot";

    static async at(context, address, { isOpen = true } = {}) {
        const visitor = new Visitor();
        visitor.page = await context.newPage();
        visitor.page.on('pageerror', (error) => {
            const text = error.message ?? String(error);
            if (!LOST.test(text))
                visitor.complaints.push(text);
        });
        visitor.page.on('console', (message) => {
            if (/Content.Security.Policy|TrustedHTML|violates/i.test(message.text()))
                visitor.complaints.push(message.text());
        });
        await visitor.page.goto(address);
        await visitor.loaded(isOpen);
        return visitor;
    }

    async loaded(isOpen = true) {
        await this.page.waitForFunction(() => globalThis.Signalbox !== undefined, { timeout: PATIENCE_MS });
        if (isOpen)
            await this.page.evaluate(() => { globalThis.Signalbox.open(); });
    }

    /** Evaluates an expression in which `root` is the widget's shadow root. */
    look(expression) {
        return this.page.evaluate(`(() => { const root = ${this.#root}; return ${expression}; })()`);
    }

    see(what, expression, ms = PATIENCE_MS) {
        return until(what, () => this.look(expression).catch(() => false), ms);
    }

    /** By keyboard, into the field that has the focus. */
    async write(text) {
        await this.see('the field has the focus', "root.activeElement?.tagName === 'TEXTAREA'");
        await this.page.keyboard.type(text);
        await this.page.keyboard.press('Enter');
    }

    click(selector) {
        return this.look(`root.querySelector(${JSON.stringify(selector)}).click()`);
    }

    texts() {
        return this.look("[...root.querySelectorAll('.bubble .text')].map((node) => node.textContent)");
    }

    async sees(...texts) {
        await until(`the visitor sees ${texts}`, async () => {
            const seen = await this.texts().catch(() => []);
            return texts.every((text) => seen.includes(text));
        }, PATIENCE_MS);
    }

    /** The delivery mark of a message of the visitor's own. */
    markIs(text, ...names) {
        return this.see(`${text} is ${names}`, `${JSON.stringify(names)}.includes([...root.querySelectorAll('.mine')]
            .find((row) => row.querySelector('.text').textContent === ${JSON.stringify(text)})?.querySelector('.mark').className.split(' ')[1])`);
    }

    async dialog() {
        return until('there is a dialog', () => this.page.evaluate(() => {
            const key = Object.keys(localStorage).find((name) => name.endsWith(':session'));
            return key && JSON.parse(localStorage.getItem(key)).id;
        }), PATIENCE_MS);
    }
}
