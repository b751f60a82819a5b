// SPDX-License-Identifier: GPL-3.0-or-later
import type { FeedOptions, Transport } from './feedtypes.js';
import type { Line } from './transports.js';

/** Where a transport connects to, and as whom. A browser's WebSocket has no headers: there the token is in the address. */
export function destinationOf(way: Transport, { server, credential, channels }: FeedOptions, place: string): Pick<Line, 'address' | 'headers'> {
    const address = new URL(server.replace(/\/*$/, '/channel/') + (way === 'websocket' ? 'ws' : 'sse'));
    const headers: Record<string, string> = {};
    const who = credential();
    const secret = (parameter: string, header: string, value: string, text = value): void => {
        if (way === 'websocket')
            address.searchParams.set(parameter, value);
        else
            headers[header] = text;
    };
    if ('session' in who) {
        address.searchParams.set('session', who.session);
        secret('token', 'X-Session-Token', who.token);
    } else {
        address.searchParams.set('type', 'staff');
        secret('access_token', 'Authorization', who.accessToken, `Bearer ${who.accessToken}`);
    }
    if (channels?.length)
        address.searchParams.set('channels', channels.join(','));
    if (place)
        address.searchParams.set('position', place);
    return { address: address.href, headers };
}
