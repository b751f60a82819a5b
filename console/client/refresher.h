// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/client/backend.h"

#include <QHash>
#include <QTimer>

#include <deque>

namespace signalbox::console {

class Store;

/// Fetches what the Store says is stale, and gives it back: dialogs one by one, at most kMostAtOnce under way,
/// operators and canned replies as lists. A dialog that changed while its fetch was under way is fetched again. While
/// the session is not live nothing is fetched; what is stale is kept.
class Refresher : public QObject
{
    Q_OBJECT
public:
    static constexpr int kMostAtOnce = 4;
    static constexpr int kGatherMs = 100; ///< several events about one dialog cost one fetch

    Refresher(Backend& backend, Store& store, QObject* parent = nullptr);

    void setLive(bool live);
    /// The open dialogs that the snapshot had no room for, page after page.
    void listRest();
    /// Nothing is stale and nothing is under way.
    bool isIdle() const;

signals:
    void idle();

private:
    struct Fetch
    {
        bool isOutdated = false;
    };
    void want(qint64 dialogId);
    void pump();
    void fetchDialog(qint64 dialogId);
    void dialogArrived(qint64 dialogId, const CallResult& result);
    void fetchOperators();
    void fetchCanned();
    void listPage(const QString& status, const QString& cursor);
    void tellIdle();

    Backend& m_backend;
    Store& m_store;
    std::deque<qint64> m_wanted; ///< each once
    QHash<qint64, Fetch> m_fetching;
    QTimer m_gather;
    QTimer m_lists;
    int m_listing = 0; ///< lists under way
    bool m_operatorsStale = false;
    bool m_cannedStale = false;
    bool m_live = false;
};

} // namespace signalbox::console
