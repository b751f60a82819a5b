// SPDX-License-Identifier: GPL-3.0-or-later

export type Json = Readonly<Record<string, unknown>>;

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/** The text as JSON, without the members that could reach a prototype; undefined when it is none. */
export function parseJson(text: string): unknown {
    try {
        return JSON.parse(text, (key, value: unknown) => (FORBIDDEN.has(key) ? undefined : value));
    } catch {
        return undefined;
    }
}

const NOTHING: Json = Object.freeze(Object.create(null) as Json);

export const isObject = (value: unknown): value is Json =>
    typeof value === 'object' && value !== null && !Array.isArray(value);

// What a foreign object says under a name, when it is of the expected kind; else nothing.
export const objectOf = (value: unknown): Json => (isObject(value) ? value : NOTHING);
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
export const numberOf = (value: unknown): number | undefined =>
    typeof value === 'number' && Number.isFinite(value) ? value : undefined;
export const idOf = (value: unknown): string => (typeof value === 'number' ? String(value) : textOf(value));
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const codeOf = (error: unknown): string => textOf((error as { code?: unknown } | undefined)?.code);
