// SPDX-License-Identifier: GPL-3.0-or-later
import { Conversation, type Entry, type FeedState } from '@signalbox/client';

const conversation = new Conversation({ server: 'https://chat.example', assistantId: 'shop' });
conversation.on('feed', ({ state }: { state: FeedState }) => console.log(state));
export const entries: readonly Entry[] = conversation.entries();
