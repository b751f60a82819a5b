// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/configloader.h"

namespace signalbox {

// The texts of signalboxd's command line, UTF-8 with a line break at the end; main only writes them out.
// None of them ever holds a secret: those are shown as "unset" or "set, 43 bytes", passwords in URLs as ***.

/// `--print-config`: every key with its value, unit and where it came from, then problems and warnings.
QByteArray printedConfig(const LoadedConfig& config);

/// `--check-config`: the warnings and problems, or "configuration is valid". The exit code is checkExitCode().
QByteArray checkedConfig(const LoadedConfig& config);
int checkExitCode(const LoadedConfig& config);

/// One problem per line, each after "error: " (or "warning: " for warnings); empty for none.
QByteArray problemLines(const QList<ConfigProblem>& problems, QByteArrayView severity = "error");

/// `--help`, `--version`.
QByteArray helpText();
QByteArray versionText(QByteArrayView version);

/// `--print-example`: resources/config/signalbox.ini.example, every setting with its default, commented out.
QByteArray exampleConfig();

} // namespace signalbox
