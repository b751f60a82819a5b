// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/configloader.h"
#include "shared/result.h"

#include <functional>
#include <memory>

namespace signalbox {

class Router;

/// The server, put together: the only place that names concrete brokers, presences and stores. Lives on the main
/// thread, needs a QCoreApplication; one per process or, in tests, several.
class App
{
public:
    /// `reread` loads the configuration anew for reload(); `more` adds routes to each worker's router, beside the
    /// server's own, for a program that is built on this one (workerroom.h). Both may be empty.
    explicit App(LoadedConfig config, std::function<ReloadedConfig(const LoadedConfig&)> reread = {},
                 std::function<void(Router& router)> more = {});
    ~App();
    App(const App&) = delete;
    App& operator=(const App&) = delete;

    /// Opens both ports. On an Error nothing is left open.
    Result<void> start();

    int port() const;
    int managementPort() const;

    /// Stops accepting, tells every client (1001; event streams end so that they come back), spread over the drain
    /// time, then calls `finished` from the event loop. A second call hastens nothing.
    void drain(std::function<void()> finished);
    /// SIGHUP: what can change while running does; the rest is logged as needing a restart.
    void reload();

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace signalbox
