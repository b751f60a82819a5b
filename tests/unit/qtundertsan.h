// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// ThreadSanitizer does not see the locks inside Qt's libraries, which are built without it, and so takes what Qt itself
// allocates, hands over and frees for races. These suppressions leave out what happens inside QtCore, QtTest and GLib;
// our own code stays watched. They are compiled into each test that includes this.

#if defined(__SANITIZE_THREAD__)
#define SIGNALBOX_UNDER_TSAN
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SIGNALBOX_UNDER_TSAN
#endif
#endif

#ifdef SIGNALBOX_UNDER_TSAN
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_options();
extern "C" const char* __tsan_default_suppressions()
{
    return "called_from_lib:libglib-2.0.so\n"
           "called_from_lib:libQt6Core.so\n"
           "called_from_lib:libQt6Test.so\n"
           "race:^QWaitCondition::\n";
}
/// QProcess forks; the threads that start after it are no concern of the child, which runs another program.
extern "C" const char* __tsan_default_options()
{
    return "die_after_fork=0";
}
#endif
