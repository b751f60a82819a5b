// SPDX-License-Identifier: GPL-3.0-or-later
export { Conversation } from './conversation.js';
export type { ConversationEvents, ConversationOptions } from './conversation.js';
export { Emitter } from './emitter.js';
export type { Delivery, Entry } from './entries.js';
export { Feed } from './feed.js';
export type { FeedEvent, FeedEvents, FeedOptions, FeedState, Transport } from './feedtypes.js';
export { ApiError, GuestApi } from './guest.js';
export type { Attachment, GuestDialog, GuestMessage, GuestSession, QueuePlace, Sender } from './guest.js';
export type { ConversationState } from './livedialog.js';
export { Outbox, SafeStore } from './outbox.js';
export type { KeyStore, Outgoing } from './outbox.js';
export type { SocketLike } from './transports.js';
export type { Json } from './json.js';
