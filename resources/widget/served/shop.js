// SPDX-License-Identifier: GPL-3.0-or-later
// The demo shop: its texts in two languages, and the widget as the address asks for it (?lang=ru&mode=iframe&theme=dark).
const asked = new URLSearchParams(location.search);
const language = (asked.get('lang') ?? navigator.language).startsWith('ru') ? 'ru' : 'en';
const mode = asked.get('mode') ?? 'embedded';
document.documentElement.lang = language;
document.documentElement.dataset.theme = asked.get('theme') ?? 'auto';

function addWidget() {
    const script = document.createElement('script');
    script.src = 'widget.js';
    for (const [name, value] of asked)
        script.dataset[name.replace(/[^a-z]/g, '') || 'x'] = value;
    document.body.append(script);
}

function addTexts() {
    for (const element of document.querySelectorAll('[data-en]'))
        element.textContent = element.dataset[language];
    document.title = document.querySelector('.brand span').textContent;
    for (const link of document.querySelectorAll('.languages a'))
        link.toggleAttribute('aria-current', link.lang === language);
    for (const link of document.querySelectorAll('[data-mode]')) {
        link.href = `?${new URLSearchParams({ lang: language, mode: link.dataset.mode })}`;
        link.toggleAttribute('aria-current', link.dataset.mode === mode);
    }
    document.querySelector('#ask').addEventListener('click', () => window.Signalbox?.open());
}

document.addEventListener('DOMContentLoaded', () => {
    addTexts();
    if (mode === 'fullscreen')
        document.body.replaceChildren(); // the chat is all there is
    addWidget();
});
