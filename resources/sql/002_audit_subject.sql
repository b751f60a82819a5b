-- SPDX-License-Identifier: GPL-3.0-or-later
-- What happened to one dialog or operator.
create index audit_subject on audit (subject, id);
