// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/journalwatch.h"

#include "desk/postgresconnection.h"
#include "desk/sqldialect.h"

#include <QSqlDriver>
#include <QTimer>
#include <QUrl>
#include <QVariant>

namespace signalbox {

using namespace Qt::StringLiterals;

namespace {

constexpr int kLookEveryMs = 1000;
const QString kTopSql = u"select top from journal_log where id = 1"_s;
const QString kLeadSql =
    u"select case when pg_try_advisory_lock(7305821) then 1 else 0 end"_s; // any number but others'

/// The only number of the only row; nothing when the connection fails.
std::optional<qint64> askNumber(PostgresConnection& connection, const QString& sql)
{
    const auto statement = connection.prepare(sql);
    if (!statement || !statement->execute() || !statement->next())
        return std::nullopt;
    const qint64 number = statement->number(0);
    statement->finish();
    return number;
}

} // namespace

class JournalWatch::Loop final : public QObject
{
public:
    Loop(const QByteArray& url, Advanced advanced, Leading leading)
        : m_url(QString::fromUtf8(url), QUrl::StrictMode)
        , m_advanced(std::move(advanced))
        , m_leading(std::move(leading))
        , m_timer(this)
    {
        m_timer.callOnTimeout(this, [this] { look(); });
    }

    void begin()
    {
        m_timer.start(kLookEveryMs);
        look();
    }
    void end()
    {
        m_timer.stop();
        m_connection.reset();
        setLeading(false);
    }

private:
    void look();
    bool connectAnew();
    void setLeading(bool isLeading);

    const QUrl m_url;
    const Advanced m_advanced;
    const Leading m_leading;
    QTimer m_timer;
    std::unique_ptr<PostgresConnection> m_connection;
    bool m_isLeading = false;
};

void JournalWatch::Loop::look()
{
    if (!m_connection && !connectAnew())
        return;
    const auto top = askNumber(*m_connection, kTopSql);
    const auto leads = top && !m_isLeading ? askNumber(*m_connection, kLeadSql) : std::optional<qint64>(m_isLeading);
    if (!top || !leads) {
        m_connection.reset();
        setLeading(false);
        return;
    }
    m_advanced(static_cast<quint64>(*top));
    setLeading(*leads != 0);
}

bool JournalWatch::Loop::connectAnew()
{
    m_connection = std::make_unique<PostgresConnection>(m_url);
    QSqlDriver* driver = m_connection->driver();
    if (!m_connection->isOpen() || !driver->subscribeToNotification(QString::fromLatin1(kJournalNotice))) {
        m_connection.reset();
        return false;
    }
    connect(driver, &QSqlDriver::notification, this,
            [this](const QString&, QSqlDriver::NotificationSource, const QVariant& payload) {
                m_advanced(payload.toULongLong());
            });
    return true;
}

void JournalWatch::Loop::setLeading(bool isLeading)
{
    if (std::exchange(m_isLeading, isLeading) != isLeading)
        m_leading(isLeading);
}

JournalWatch::JournalWatch(const QByteArray& url, Advanced advanced, Leading leading)
    : m_loop(std::make_unique<Loop>(url, std::move(advanced), std::move(leading)))
{
    m_thread.setObjectName(u"journal-watch"_s);
    m_loop->moveToThread(&m_thread);
}

JournalWatch::~JournalWatch()
{
    stop();
}

void JournalWatch::start()
{
    m_thread.start();
    QMetaObject::invokeMethod(m_loop.get(), [loop = m_loop.get()] { loop->begin(); });
}

void JournalWatch::stop()
{
    if (!m_thread.isRunning())
        return;
    QMetaObject::invokeMethod(
        m_loop.get(), [loop = m_loop.get()] { loop->end(); }, Qt::BlockingQueuedConnection);
    m_thread.quit();
    m_thread.wait();
}

} // namespace signalbox
