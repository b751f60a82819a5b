// SPDX-License-Identifier: GPL-3.0-or-later
// The status page. Whatever comes from the network is shown as text, never as markup; every list has a bound.

const LINES = 200;
const LONGEST_DATA = 20000;
const POLL_MS = 5000;
const ANSWER_MS = 4000;
const RETRY_MS = [1000, 2000, 4000, 8000, 10000];
const REFUSALS = 5; // a stream refused so often in a row by a server that answers is given up

const byId = (id) => document.getElementById(id);

/* ---- words -------------------------------------------------------------------------------------------------- */

const TEXTS = {
    ok: ['All is well', 'Всё в порядке'],
    degraded: ['Working, with trouble', 'Есть неполадки'],
    down: ['Down', 'Не работает'],
    starting: ['Starting', 'Запускается'],
    draining: ['Shutting down', 'Завершает работу'],
    unreachable: ['No answer', 'Нет ответа'],
    unknown: ['Asking…', 'Узнаём…'],
    'part.ok': ['works', 'работает'],
    'part.degraded': ['with trouble', 'с неполадками'],
    'part.down': ['down', 'не работает'],
    'part.disabled': ['not in use', 'не используется'],
    'name.core': ['Core', 'Ядро'],
    'name.broker': ['Broker', 'Брокер'],
    'name.redis': ['Redis', 'Redis'],
    'name.rabbitmq': ['RabbitMQ', 'RabbitMQ'],
    'name.database': ['Database', 'База данных'],
    uptime: ['Up for {0}', 'Время работы: {0}'],
    total: ['connected now', 'сейчас на связи'],
    ws: ['WebSocket', 'WebSocket'],
    sse: ['SSE', 'SSE'],
    socketio: ['Socket.IO', 'Socket.IO'],
    polling: ['Polling', 'Опрос'],
    noToken: ['Kept in this tab only. To mint one:', 'Хранится только в этой вкладке. Получить:'],
    bearer: ['{0} · {1} · until {2}', '{0} · {1} · до {2}'],
    service: ['A service’s token', 'Токен сервиса'],
    badToken: ['The server does not accept this token.', 'Сервер не принимает этот токен.'],
    notAdmin: ['This token may not see the counts.', 'Этот токен не даёт видеть счётчики.'],
    start: ['Listen', 'Слушать'],
    stop: ['Stop', 'Стоп'],
    off: ['not listening', 'не слушаем'],
    opening: ['connecting…', 'подключаемся…'],
    live: ['live', 'на связи'],
    waiting: ['connection lost, reconnecting…', 'связь потеряна, переподключаемся…'],
    stopped: ['stopped: {0}', 'остановлено: {0}'],
    unauthorized: ['the token is not accepted', 'токен не принят'],
    forbidden: ['no access to this channel', 'нет доступа к этому каналу'],
    token_expired: ['the token has expired', 'срок токена истёк'],
    replaced: ['opened in another window', 'открыто в другом окне'],
    closed_by_admin: ['closed by an administrator', 'закрыто администратором'],
    not_found: ['there is no such channel', 'нет такого канала'],
    refused: ['the server refuses this stream (too many open?)', 'сервер отказывает (слишком много потоков?)'],
    emptyOff: ['Events show up here. Enter a token and listen.', 'Здесь появятся события. Введите токен и слушайте.'],
    emptyLive: ['Listening. Nothing has happened yet.', 'Слушаем. Пока ничего не произошло.'],
    events: ['events: {0}', 'событий: {0}'],
    shown: ['the last {0} shown', 'видны последние {0}'],
    heartbeat: ['heartbeat at {0}', 'пульс в {0}'],
    published: ['Published: {0}', 'Опубликовано: {0}'],
    notPublished: ['Not published: {0}', 'Не опубликовано: {0}'],
    copied: ['Copied', 'Скопировано'],
    copy: ['Copy', 'Копировать'],
};

let language = localStorage.getItem('signalbox.language')
    ?? (navigator.languages.find((tag) => /^(ru|en)\b/i.test(tag)) ?? 'en').slice(0, 2).toLowerCase();

function say(key, ...values) {
    const text = TEXTS[key]?.[language === 'ru' ? 1 : 0] ?? key;
    return text.replace(/\{(\d)\}/g, (_, index) => values[index]);
}

const clockText = (when) => new Date(when).toLocaleTimeString(language, { hour12: false });

function element(name, className, text) {
    const node = document.createElement(name);
    if (className)
        node.className = className;
    if (text !== undefined)
        node.textContent = text;
    return node;
}

function showState(node, state, text) {
    node.dataset.state = state;
    const words = node.querySelector('span');
    if (words.textContent !== text)
        words.textContent = text;
}

/** Puts the static text into the chosen language; the English original is kept beside it. */
function translatePage() {
    const put = (node, from, read, write) => {
        node.dataset[from + 'En'] ??= read();
        write(language === 'ru' ? node.dataset[from] : node.dataset[from + 'En']);
    };
    document.documentElement.lang = language;
    for (const node of document.querySelectorAll('[data-ru]'))
        put(node, 'ru', () => node.textContent, (text) => { node.textContent = text; });
    for (const node of document.querySelectorAll('[data-ru-label]')) {
        const attribute = node.tagName === 'OPTGROUP' ? 'label' : 'aria-label';
        put(node, 'ruLabel', () => node.getAttribute(attribute), (text) => node.setAttribute(attribute, text));
    }
    for (const button of document.querySelectorAll('[data-language]'))
        button.setAttribute('aria-pressed', String(button.dataset.language === language));
}

/* ---- asking the server -------------------------------------------------------------------------------------- */

let token = sessionStorage.getItem('signalbox.token') ?? '';

const bearer = () => ({ Authorization: `Bearer ${token}` });
const ask = (path, options = {}) => fetch(path, { cache: 'no-store', signal: AbortSignal.timeout(ANSWER_MS), ...options });

let health = { status: 'unknown', parts: {} };
let counts = null;
let countsProblem = '';

async function askHealth() {
    try {
        health = await (await ask('/health')).json();
    } catch {
        health = { ...health, status: 'unreachable', uptime_seconds: undefined };
    }
    renderHealth();
}

async function askCounts() {
    if (!token)
        return;
    const asked = token;
    try {
        const answer = await ask('/api/v1/stats/connections?limit=0', { headers: bearer() });
        if (asked !== token)
            return;
        counts = answer.ok ? await answer.json() : null;
        countsProblem = answer.status === 401 ? 'badToken' : answer.status === 403 ? 'notAdmin' : '';
    } catch {
        counts = null;
    }
    renderAccess();
}

const askAll = () => Promise.all([askHealth(), askCounts()]);

async function poll() {
    if (!document.hidden)
        await askAll();
    setTimeout(poll, POLL_MS);
}

/* ---- state and connections ---------------------------------------------------------------------------------- */

function durationText(seconds) {
    const units = [['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]];
    const first = Math.max(0, units.findIndex(([, size]) => seconds >= size || size === 1));
    return units.slice(first, first + 2).map(([unit, size], index) => {
        const count = Math.floor(index === 0 ? seconds / size : (seconds % units[first][1]) / size);
        return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(count);
    }).join(' ');
}

function partRow([name, part]) {
    const row = element('li');
    row.dataset.state = part.status;
    const dot = element('i', 'dot');
    dot.setAttribute('aria-hidden', 'true');
    const title = TEXTS[`name.${name}`] ? say(`name.${name}`) : name;
    row.append(dot, element('span', '', title), element('span', 'word', say(`part.${part.status}`)));
    if (part.message)
        row.append(element('span', 'note', part.message));
    return row;
}

function renderHealth() {
    showState(byId('overall'), health.status, say(health.status));
    const up = health.uptime_seconds;
    byId('uptime').textContent = up === undefined ? '' : say('uptime', durationText(up));
    byId('version').textContent = health.version ?? '';
    byId('parts').replaceChildren(...Object.entries(health.parts ?? {}).map(partRow));
}

/** What the token says of itself; the server is who judges it. */
function tokenText() {
    try {
        const payload = token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/');
        const claims = JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(payload), (c) => c.charCodeAt(0))));
        return say('bearer', claims.sub, claims.role, clockText(claims.exp * 1000));
    } catch {
        return say('service');
    }
}

function renderAccess() {
    const note = byId('token-note');
    note.textContent = !token ? say('noToken') : countsProblem ? say(countsProblem) : tokenText();
    note.classList.toggle('bad', Boolean(token) && countsProblem === 'badToken');
    byId('mint-line').hidden = Boolean(token) && countsProblem !== 'badToken';
    byId('forget').hidden = !token;
    byId('sample').disabled = !token;
    byId('counts').hidden = !counts;
    if (!counts)
        return;
    const tile = (key, value) => {
        const box = element('div');
        box.append(element('dt', '', say(key)), element('dd', '', Number(value).toLocaleString(language)));
        return box;
    };
    byId('counts').replaceChildren(tile('total', counts.total),
        ...Object.entries(counts.by_transport).map(([kind, value]) => tile(kind, value)));
}

function useToken(text) {
    token = text.trim();
    counts = null;
    countsProblem = '';
    if (token)
        sessionStorage.setItem('signalbox.token', token);
    else
        sessionStorage.removeItem('signalbox.token');
    byId('token').value = token;
    renderAccess();
    askCounts();
    tail.stop();
    if (token)
        tail.start();
}

/* ---- the live tail ------------------------------------------------------------------------------------------ */

const at = `${new Date().toISOString().slice(0, 19)}Z`;

/** What can be listened to, with an event that fits it: for the tail, the sample and the commands. */
const SAMPLES = {
    deals: ['deal.created', { deal_id: 7, client_id: 3, title: 'Hello', status: 'new', created_at: at }],
    tasks: ['task.reminder', { task_id: 7, remind_at: at, channel: 'email' }],
    notifications: ['notification.sent',
        { notification_id: 7, template: 'hello', title: 'Hello', body: 'It works.', created_at: at }],
    payments: ['payment.overdue', { payment_id: 7, deal_id: 3, due_date: at, amount: 1200 }],
    dialog: ['chat.message', { id: 7, sender_type: 'client', body: 'Hello', created_at: at }],
    staff: ['chat.alert', { unread_count: 1 }],
};

function chosen() {
    const kind = byId('source').value;
    const dialog = byId('dialog').value.trim() || '17';
    const places = {
        dialog: [`/api/dialogs/${encodeURIComponent(dialog).replaceAll("'", '%27')}/events`, `dialog:${dialog}`],
        staff: ['/channel/sse?type=staff', 'staff'],
    };
    const [path, channel] = places[kind] ?? [`/api/v1/streams/${kind}`, `stream:${kind}`];
    const [name, data] = SAMPLES[kind];
    return { path, channel, body: { event: name, channels: [channel], data } };
}

/** An EventSource that is helped along where browsers give up: a refused stream is asked for again unless the refusal
 *  is for good. */
class Tail {
    state = 'off';
    reason = '';
    lastId = '';
    lastBeat = 0;
    #source = null;
    #timer = 0;
    #failures = 0;
    #names = new Set(['heartbeat', 'warning', 'reset', 'token.expiring']);
    #run = 0;

    constructor(arrived) {
        this.arrived = arrived;
    }

    async start() {
        this.stop();
        const run = ++this.#run;
        this.#path = chosen().path;
        this.lastId = '';
        this.lastBeat = 0;
        this.#failures = 0;
        this.#turn('opening');
        await this.#learnNames();
        if (run === this.#run)
            this.#open();
    }

    stop(state = 'off', reason = '') {
        this.#run++;
        clearTimeout(this.#timer);
        this.#source?.close();
        this.#source = null;
        this.#turn(state, reason);
    }

    get isOn() {
        return this.state !== 'off' && this.state !== 'stopped';
    }

    #path = '';

    #turn(state, reason = '') {
        this.state = state;
        this.reason = reason;
        renderTail();
    }

    /** EventSource hands out only events whose names it was told. */
    async #learnNames() {
        try {
            for (const { name } of (await (await ask('/api/v1/catalog')).json()).events)
                this.#names.add(name);
        } catch {
            // without the catalogue the unnamed events and the server's own still come
        }
        this.#names.delete('error'); // also the name of the connection's own trouble
    }

    #open() {
        const address = new URL(this.#path, location.origin);
        address.searchParams.set('access_token', token);
        if (this.lastId)
            address.searchParams.set('last_event_id', this.lastId);
        const source = new EventSource(address);
        this.#source = source;
        source.onopen = () => {
            this.#failures = 0;
            this.#turn('live');
            askAll();
        };
        source.onmessage = (event) => this.#take(event);
        for (const name of this.#names)
            source.addEventListener(name, (event) => this.#take(event));
        source.addEventListener('error', (event) => {
            if (event instanceof MessageEvent)
                this.#told(event);
            else
                this.#broke(source);
        });
    }

    #take(event) {
        this.lastId = event.lastEventId || this.lastId;
        if (event.type !== 'heartbeat') {
            this.arrived(event);
            return;
        }
        this.lastBeat = Date.now();
        renderFoot();
    }

    /** The server's own `event: error`: some of them are its last word. */
    #told(event) {
        this.arrived(event);
        let code = '';
        try {
            ({ code } = JSON.parse(event.data));
        } catch {
            return;
        }
        if (['forbidden', 'unauthorized', 'token_expired', 'replaced', 'closed_by_admin'].includes(code))
            this.stop('stopped', code);
    }

    async #broke(source) {
        if (source !== this.#source)
            return;
        if (this.state === 'live')
            askAll();
        this.#turn('waiting');
        if (source.readyState !== EventSource.CLOSED)
            return; // the browser tries again by itself
        const run = this.#run;
        const verdict = await this.#examine();
        if (run !== this.#run)
            return;
        if (verdict) {
            this.stop('stopped', verdict);
            return;
        }
        const wait = RETRY_MS[Math.min(this.#failures++, RETRY_MS.length - 1)];
        this.#timer = setTimeout(() => this.#open(), wait * (0.8 + 0.4 * Math.random()));
    }

    /** Why a stream was refused, which EventSource does not tell; empty when it may work later. */
    async #examine() {
        const verdicts = { 401: 'unauthorized', 403: 'forbidden', 404: 'not_found' };
        try {
            const answer = await ask(this.#path, { method: 'HEAD', headers: bearer() });
            if (answer.ok && this.#failures >= REFUSALS)
                return 'refused';
            return verdicts[answer.status] ?? '';
        } catch {
            this.#failures = Math.min(this.#failures, REFUSALS - 1);
            return '';
        }
    }
}

/** What an event is about. Streams name their events; elsewhere the name stands in an envelope. */
function unwrap(event) {
    const plain = { name: event.type, id: event.lastEventId, when: Date.now(), data: event.data, shown: event.data };
    try {
        const content = JSON.parse(event.data);
        const name = content.type ?? content.event;
        const isEnvelope = event.type === 'message' && typeof name === 'string';
        const data = isEnvelope ? content.data : content;
        const when = isEnvelope ? Date.parse(content.timestamp) || plain.when : plain.when;
        return { ...plain, name: isEnvelope ? name : event.type, when, data: JSON.stringify(data), shown: JSON.stringify(data, null, 2) };
    } catch {
        return plain;
    }
}

const clipped = (text, most) => (text.length > most ? `${text.slice(0, most)}…` : text);

function eventRow(event) {
    const { name, id, when, data, shown } = unwrap(event);
    const row = element('li', ['warning', 'error', 'reset'].includes(event.type) ? event.type : '');
    const time = element('time', '', clockText(when));
    time.dateTime = new Date(when).toISOString();
    const summary = element('summary');
    summary.append(time, element('span', 'name', name), element('span', 'data', clipped(data, 300)), element('span', 'id', id));
    summary.lastChild.title = id;
    const details = element('details');
    details.append(summary, element('pre', '', clipped(shown, LONGEST_DATA)));
    row.append(details);
    return row;
}

let arrivals = []; // waiting for the next frame
let arrived = 0;

function showArrivals() {
    const list = byId('events');
    list.prepend(...arrivals.reverse().map(eventRow));
    arrivals = [];
    while (list.children.length > LINES)
        list.lastChild.remove();
    renderFoot();
    renderCommands();
}

const tail = new Tail((event) => {
    if (arrivals.length === 0)
        requestAnimationFrame(showArrivals);
    arrivals.push(event);
    if (arrivals.length > LINES)
        arrivals.shift();
    arrived++;
});

function renderTail() {
    showState(byId('tail-state'), tail.state, say(tail.state, tail.reason && say(tail.reason)));
    byId('toggle').textContent = say(tail.isOn ? 'stop' : 'start');
    byId('toggle').disabled = !token;
    renderFoot();
}

function renderFoot() {
    const shown = byId('events').children.length;
    const facts = [arrived > 0 && say('events', arrived.toLocaleString(language)), arrived > shown && say('shown', shown),
        tail.lastBeat > 0 && say('heartbeat', clockText(tail.lastBeat))];
    byId('tail-foot').textContent = facts.filter(Boolean).join(' · ');
    byId('clear').hidden = shown === 0;
    byId('empty').hidden = shown > 0;
    byId('empty').textContent = say(tail.state === 'live' ? 'emptyLive' : 'emptyOff');
}

async function publishSample() {
    const note = byId('sample-note');
    let problem = say('unreachable');
    try {
        const headers = { ...bearer(), 'Content-Type': 'application/json' };
        const answer = await ask('/api/v1/publish', { method: 'POST', headers, body: JSON.stringify(chosen().body) });
        const content = await answer.json();
        problem = answer.ok ? '' : content.message;
        if (answer.ok)
            note.textContent = say('published', Object.values(content.positions).join(', '));
    } catch {
        // unreachable
    }
    if (problem)
        note.textContent = say('notPublished', problem);
    note.classList.toggle('bad', Boolean(problem));
}

/* ---- commands ----------------------------------------------------------------------------------------------- */

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** The event over some lines, so that it can be read in a narrow window too. */
function bodyText({ event, channels, data }) {
    const fields = Object.entries(data).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
    return `{"event":${JSON.stringify(event)},"channels":${JSON.stringify(channels)},"data":{\n    ${fields.join(',\n    ')}}}`;
}

function renderCommands() {
    const { path, body } = chosen();
    const auth = '-H "Authorization: Bearer $TOKEN"';
    const stream = quoted(location.origin + path);
    const publish = quoted(`${location.origin}/api/v1/publish`);
    const commands = {
        'curl-subscribe': `curl -N ${auth} \\\n  ${stream}`,
        'curl-publish': `curl ${auth} \\\n  -H 'Content-Type: application/json' \\\n  -d ${quoted(bodyText(body))} \\\n  ${publish}`,
        'curl-resume': `curl -N ${auth} \\\n  -H ${quoted(`Last-Event-ID: ${tail.lastId || 'EPOCH:OFFSET'}`)} \\\n  ${stream}`,
    };
    for (const [id, text] of Object.entries(commands)) {
        if (byId(id).textContent !== text) // what somebody has selected stays selected
            byId(id).textContent = text;
    }
}

async function copyText(button) {
    const source = byId(button.dataset.copy);
    try {
        await navigator.clipboard.writeText(source.textContent);
    } catch { // no clipboard on a plain-http page of another host: select it, and let the old command try
        getSelection().selectAllChildren(source);
        document.execCommand('copy');
    }
    button.textContent = say('copied');
    byId('copied').textContent = say('copied');
    setTimeout(() => {
        button.textContent = say('copy');
        byId('copied').textContent = '';
    }, 1500);
}

/* ---- together ----------------------------------------------------------------------------------------------- */

function choose() {
    byId('dialog').hidden = byId('source').value !== 'dialog';
    renderCommands();
    if (tail.isOn)
        tail.start();
}

function render() {
    translatePage();
    renderHealth();
    renderAccess();
    renderTail();
    renderCommands();
}

for (const button of document.querySelectorAll('[data-language]')) {
    button.addEventListener('click', () => {
        language = button.dataset.language;
        localStorage.setItem('signalbox.language', language);
        render();
    });
}
for (const button of document.querySelectorAll('[data-copy]'))
    button.addEventListener('click', () => copyText(button));
byId('token-form').addEventListener('submit', (event) => {
    event.preventDefault();
    useToken(byId('token').value);
});
byId('forget').addEventListener('click', () => {
    useToken('');
    byId('token').focus();
});
byId('tail-form').addEventListener('submit', (event) => {
    event.preventDefault();
    if (tail.isOn)
        tail.stop();
    else
        tail.start();
});
byId('source').addEventListener('change', choose);
byId('dialog').addEventListener('change', choose);
byId('sample').addEventListener('click', publishSample);
byId('clear').addEventListener('click', () => {
    byId('events').replaceChildren();
    byId('sample-note').textContent = '';
    arrived = 0;
    renderFoot();
});

byId('token').value = token;
render();
if (token)
    tail.start();
poll();
