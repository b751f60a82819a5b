// SPDX-License-Identifier: GPL-3.0-or-later

export type Language = 'en' | 'ru';

export const languageOf = (tag: string): Language => (/^ru\b/i.test(tag) ? 'ru' : 'en');

/** English, Russian. {} is for fill(). */
const WORDS = {
    title: ['Chat with us', 'Напишите нам'],
    open: ['Open chat', 'Открыть чат'],
    close: ['Close chat', 'Закрыть чат'],
    unread: ['{} unread', 'непрочитанных: {}'],
    hello: ['Hello! How can we help?', 'Здравствуйте! Чем помочь?'],
    write: ['Message', 'Сообщение'],
    send: ['Send', 'Отправить'],
    log: ['Conversation', 'Переписка'],
    assistant: ['Assistant', 'Помощник'],
    operator: ['Operator', 'Оператор'],
    you: ['You', 'Вы'],
    statusNone: ['Write to us', 'Мы на связи'],
    statusQueued: ['An operator is on the way', 'Оператор скоро ответит'],
    statusClosed: ['The conversation is closed; write to go on', 'Разговор закрыт; напишите, чтобы продолжить'],
    typing: ['Typing…', 'Печатает…'],
    human: ['Talk to a person', 'Позвать человека'],
    cancel: ['Cancel', 'Отменить'],
    place: ['You are number {} in the queue', 'Ваше место в очереди: {}'],
    kilobytes: ['{} KB', '{} КБ'],
    soon: ['less than a minute', 'меньше минуты'],
    minutes: ['about {} min', 'около {} мин'],
    joined: ['{} has joined', '{} на связи'],
    left: ['{} has left', '{} больше не на связи'],
    edited: ['edited', 'изменено'],
    older: ['Earlier messages', 'Более ранние сообщения'],
    newer: ['New messages', 'Новые сообщения'],
    queued: ['Waiting to be sent', 'Ждёт отправки'],
    sent: ['Sent', 'Отправлено'],
    delivered: ['Delivered', 'Доставлено'],
    read: ['Read', 'Прочитано'],
    failed: ['Not sent', 'Не отправлено'],
    retry: ['Retry', 'Повторить'],
    discard: ['Delete', 'Удалить'],
    connecting: ['Connecting…', 'Соединяемся…'],
    offline: ['No connection. Messages are sent when it is back.', 'Нет связи. Сообщения уйдут, когда она появится.'],
    lost: ['Could not connect. Messages are kept.', 'Не удалось соединиться. Сообщения сохранены.'],
    refused: ['That did not work. Try again later.', 'Не получилось. Попробуйте позже.'],
} as const;

export type Words = Readonly<Record<keyof typeof WORDS, string>>;

export function wordsOf(language: Language): Words {
    const column = language === 'ru' ? 1 : 0;
    return Object.fromEntries(Object.entries(WORDS).map(([name, both]) => [name, both[column]])) as Words;
}

export const fill = (text: string, value: string | number): string => text.split('{}').join(String(value));
