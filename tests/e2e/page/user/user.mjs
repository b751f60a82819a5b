// SPDX-License-Identifier: GPL-3.0-or-later
import { Conversation, Feed, GuestApi } from '@signalbox/client';

const feed = new Feed({ server: 'http://localhost', credential: () => ({ session: '1', token: 't' }) });
console.log(typeof Conversation, typeof Feed, typeof GuestApi, feed.state);
