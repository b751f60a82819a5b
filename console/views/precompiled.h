// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Only makes the build faster: each file includes what it uses.
#include <QtWidgets>

#include <functional>
#include <memory>
#include <optional>
#include <vector>
