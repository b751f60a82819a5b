// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace signalbox {

/// The name of a SQLite VFS that is the default one, but gathers what is written to a write-ahead log and writes it in
/// few calls: SQLite itself makes two of each page, which is a fifth of what a message costs. What was gathered is
/// written before SQLite syncs, reads, measures, cuts or closes the log, so that with `synchronous=FULL` nothing is
/// promised before it is on the disk. Registered with the first call; any thread.
const char* gatheringSqliteVfs();

} // namespace signalbox
