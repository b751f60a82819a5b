-- SPDX-License-Identifier: GPL-3.0-or-later
-- A note is kept once, however often its author sends it.
alter table note add column client_note_id bytea not null default '';
create unique index note_client_id on note (dialog_id, client_note_id) where length(client_note_id) > 0;
