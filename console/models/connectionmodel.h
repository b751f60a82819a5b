// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/client/backend.h"

#include <QAbstractTableModel>

#include <vector>

namespace signalbox::console {

/// One live connection of the server.
struct ConnectionRecord
{
    QString clientId;
    QString transport;
    QString user;
    QString role;
    QString door;
    QString dialog;
    QString address;
    qint64 createdMs = 0;
    qint64 lastPongMs = 0;
    qint64 in = 0;
    qint64 out = 0;
    bool slow = false;

    bool operator==(const ConnectionRecord&) const = default;
};

/// The server's live connections, for admins: read page after page (GET /api/v1/stats/connections, 1000 at a time, at
/// most kMostRows), then sorted and filtered here. A refresh builds the new rows aside and takes over in one turn; it
/// is told as a change of layout, so that selection and place survive.
class ConnectionModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    static constexpr int kMostRows = 200'000;
    static constexpr int kPage = 1000;

    enum Column { Transport, User, Dialog, Address, Age, LastPong, In, Out, Slow, ColumnCount };
    enum Role {
        ClientIdRole = Qt::UserRole + 1, ///< QString
        UserRole,                        ///< QString
        SortRole,                        ///< the plain value of the column
        SlowRole,                        ///< bool
    };

    explicit ConnectionModel(Backend& backend, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

    /// Text that any of user, dialog, address, transport, door contains.
    void setFilter(const QString& text);
    void setSlowOnly(bool slowOnly);
    /// Reads everything anew; loaded() or failed() follows. A refresh under way is joined.
    void refresh();
    bool isLoading() const { return m_call != 0; }
    /// What is there, shown or not.
    int total() const { return static_cast<int>(m_all.size()); }
    const ConnectionRecord& at(int row) const { return m_all[static_cast<size_t>(m_shown[static_cast<size_t>(row)])]; }
    /// For tests and the practice mode.
    void setRecords(std::vector<ConnectionRecord> records);

signals:
    void loaded();
    void failed(const signalbox::Error& error);

private:
    void readPage();
    void pageArrived(const CallResult& result);
    bool isShown(const ConnectionRecord& record) const;
    bool isBefore(const ConnectionRecord& a, const ConnectionRecord& b) const;
    std::vector<int> shownRows() const;
    void rebuild();
    void takeOver(const QModelIndexList& before, const QStringList& ids);
    QString shownText(const ConnectionRecord& record, int column) const;
    QString durationText(qint64 sinceMs) const;
    QVariant sortValue(const ConnectionRecord& record, int column) const;

    Backend& m_backend;
    std::vector<ConnectionRecord> m_all;
    std::vector<ConnectionRecord> m_next; ///< the pages so far
    std::vector<int> m_shown;
    QString m_filter;
    quint64 m_call = 0;
    qint64 m_readMs = 0; ///< ages are as of then
    int m_sortColumn = Age;
    Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
    bool m_slowOnly = false;
};

ConnectionRecord connectionOf(const QJsonObject& json);

} // namespace signalbox::console
