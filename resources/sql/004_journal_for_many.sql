-- SPDX-License-Identifier: GPL-3.0-or-later
-- What other servers on the same database need of an event: the channels outside the journal that it went to as well (a
-- line each), and whether it came by the Pub/Sub channels that events are written to (so that it is no echo).
alter table journal add column also bytea not null default '';
alter table journal add column is_from_chat integer not null default 0;
