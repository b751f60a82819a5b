// SPDX-License-Identifier: GPL-3.0-or-later
// What the desk's store costs: durable posts per second, lists and searches over a large desk. Prints one JSON line.
// Usage: bench_store [URL] [DIALOGS] [MESSAGES] — without a URL a SQLite file in a temporary folder.
#include "desk/sqlstore.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTextStream>

#include <algorithm>
#include <cstdio>
#include <ctime>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

constexpr int kJobsPerCommit = 32;

[[noreturn]] void giveUp(const char* where, const Error& error)
{
    std::fprintf(stderr, "%s: %s\n", where, error.text().toUtf8().constData());
    std::exit(1);
}

double cpuSeconds()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

/// Kilobytes of this process that are in memory and no file's.
qint64 residentKiB()
{
    QFile file(u"/proc/self/status"_s);
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    const auto lines = file.readAll().split('\n');
    for (const QByteArray& line : lines) {
        if (line.startsWith("RssAnon:"))
            return line.mid(8).trimmed().split(' ').first().toLongLong();
    }
    return 0;
}

/// Texts of about 100 characters: a few words are in very many of them, one number in one.
QString textOf(int n)
{
    static const char16_t* kWords[] = {u"заказ",   u"доставка", u"когда",  u"спасибо", u"номер",   u"оплата", u"карта",
                                       u"возврат", u"привет",   u"можно",  u"адрес",   u"время",   u"курьер", u"скидка",
                                       u"ошибка",  u"сайт",     u"пароль", u"телефон", u"сегодня", u"завтра"};
    QString text = u"Здравствуйте, "_s;
    quint32 x = static_cast<quint32>(n) * 2654435761U;
    for (int i = 0; i < 10; ++i) {
        x = x * 1664525U + 1013904223U;
        text += QString::fromUtf16(kWords[(x >> 16) % 20]) + u' ';
    }
    return text + u"N"_s + QString::number(n);
}

class Desk
{
public:
    explicit Desk(const QByteArray& url)
        : m_store(open(url))
    {
    }

    Store& store() { return *m_store; }
    void begin()
    {
        if (!m_store->begin(Store::Access::Write))
            giveUp("begin", *m_store->failure());
    }
    void commit()
    {
        if (!m_store->commit())
            giveUp("commit", *m_store->failure());
    }

    void fill(int dialogs, int messages)
    {
        for (int i = 0; i < dialogs; ++i) {
            if (i % 1000 == 0)
                begin();
            Dialog dialog;
            dialog.guestName = u"Гость "_s + QString::number(i);
            dialog.createdMs = dialog.updatedMs = ++m_nowMs;
            dialog.metadata = "{\"page\":\"https://example.com/\"}";
            dialog.status = static_cast<DialogStatus>(i % 50 == 0 ? 0 : 3);
            m_store->dialogs().insert(dialog);
            if (i % 1000 == 999 || i + 1 == dialogs)
                commit();
        }
        for (int i = 0; i < messages; ++i) {
            if (i % 1000 == 0)
                begin();
            Message message;
            message.dialogId = 1 + static_cast<qint64>(i) * 7919 % dialogs;
            message.sequence = 1;
            message.text = textOf(i);
            message.createdMs = ++m_nowMs;
            m_store->messages().insert(message);
            if (i % 1000 == 999 || i + 1 == messages)
                commit();
        }
    }

    /// What posting a message costs the store.
    void post(qint64 dialogId)
    {
        auto dialog = m_store->dialogs().lock(dialogId);
        const QByteArray clientId = "c" + QByteArray::number(m_nowMs) + QByteArray::number(++m_posts);
        if (!dialog || m_store->messages().findByClientId(dialogId, clientId))
            return;
        Message message;
        message.dialogId = dialogId;
        message.clientMessageId = clientId;
        message.text = textOf(m_posts);
        message.createdMs = ++m_nowMs;
        JournalDraft draft;
        draft.name = "dialog.message.created";
        draft.channels = {"dialog:" + QByteArray::number(dialogId), "staff"};
        draft.timestampMs = m_nowMs;
        draft.data = [&](quint64 offset) -> QByteArray {
            message.sequence = offset;
            m_store->messages().insert(message);
            return "{\"id\":" + QByteArray::number(message.id) + ",\"text\":" + jsonString(message.text) + '}';
        };
        m_store->journal().append(draft);
        dialog->updatedMs = dialog->lastMessageMs = m_nowMs;
        dialog->lastMessageId = message.id;
        dialog->lastText = message.text;
        ++dialog->unreadCount;
        m_store->dialogs().update(*dialog);
    }

    struct Rate
    {
        double perSecond = 0;
        double cpuMicros = 0;
    };
    Rate posts(int count, int perCommit, int dialogs)
    {
        QElapsedTimer timer;
        timer.start();
        const double cpu = cpuSeconds();
        for (int i = 0; i < count;) {
            begin();
            for (int job = 0; job < perCommit && i < count; ++job, ++i) {
                m_store->savepoint();
                post(1 + static_cast<qint64>(i) * 104729 % dialogs);
                m_store->releaseSavepoint();
            }
            commit();
        }
        return {count * 1e9 / static_cast<double>(timer.nsecsElapsed()), (cpuSeconds() - cpu) * 1e6 / count};
    }

    /// Milliseconds of the median of some runs; `pages` pages of 50 each time.
    double pageMs(const DialogFilter& filter, int pages, int* found = nullptr)
    {
        std::vector<double> times;
        for (int run = 0; run < 9; ++run) {
            QElapsedTimer timer;
            timer.start();
            if (!m_store->begin(Store::Access::Read))
                giveUp("begin", *m_store->failure());
            ListPlace place;
            int items = 0;
            for (int i = 0; i < pages; ++i) {
                const DialogPage page = m_store->dialogs().page(filter, place, 50);
                items += static_cast<int>(page.items.size());
                if (!page.next)
                    break;
                place = *page.next;
            }
            commit();
            times.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6 / pages);
            if (found)
                *found = items;
        }
        std::nth_element(times.begin(), times.begin() + 4, times.end());
        return times[4];
    }

private:
    static std::unique_ptr<Store> open(const QByteArray& url)
    {
        auto opened = openSqlStore(url, Store::Access::Write);
        if (!opened)
            giveUp("open", opened.error());
        return std::move(opened).value();
    }

    std::unique_ptr<Store> m_store;
    qint64 m_nowMs = QDateTime::currentMSecsSinceEpoch();
    int m_posts = 0;
};

DialogFilter searchFor(const QString& text)
{
    DialogFilter filter;
    filter.text = text;
    return filter;
}

void report(Desk& desk, int dialogs, int messages)
{
    const Desk::Rate grouped = desk.posts(20'000, kJobsPerCommit, dialogs);
    const Desk::Rate single = desk.posts(2'000, 1, dialogs);
    DialogFilter closed;
    closed.status = DialogStatus::Closed;
    std::printf("{\"dialogs\":%d,\"messages\":%d,\"posts_per_second_grouped\":%.0f,\"cpu_us_grouped\":%.1f,"
                "\"posts_per_second_single\":%.0f,\"cpu_us_single\":%.1f,\"ratio\":%.1f",
                dialogs, messages, grouped.perSecond, grouped.cpuMicros, single.perSecond, single.cpuMicros,
                grouped.perSecond / single.perSecond);
    std::printf(",\"list_ms\":%.2f,\"list_by_status_ms\":%.2f,\"list_20_pages_ms\":%.2f", desk.pageMs({}, 1),
                desk.pageMs(closed, 1), desk.pageMs({}, 20));
    const std::pair<const char*, QString> searches[] = {{"common", u"здравствуйте"_s}, {"common_prefix", u"дост"_s},
                                                        {"short_prefix", u"з"_s},      {"two", u"заказ возврат"_s},
                                                        {"rare", u"n123456"_s},        {"none", u"небывалое"_s},
                                                        {"name", u"гость"_s}};
    for (const auto& [name, text] : searches) {
        int found = 0;
        const double first = desk.pageMs(searchFor(text), 1, &found);
        std::printf(",\"search_%s_ms\":%.2f,\"search_%s_page_of_5_ms\":%.2f,\"search_%s_found\":%d", name, first, name,
                    desk.pageMs(searchFor(text), 5), name, found);
    }
    std::printf(",\"memory_kib\":%lld}\n", static_cast<long long>(residentKiB()));
}

} // namespace

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    const auto arguments = QCoreApplication::arguments();
    const QTemporaryDir folder;
    const QByteArray url =
        arguments.value(1).isEmpty() ? "sqlite:" + folder.path().toUtf8() + "/desk.db" : arguments[1].toUtf8();
    const int dialogs = arguments.value(2, u"100000"_s).toInt();
    const int messages = arguments.value(3, u"2000000"_s).toInt();
    Desk desk(url);
    if (!desk.store().begin(Store::Access::Read))
        giveUp("begin", *desk.store().failure());
    const bool isEmpty = desk.store().dialogs().lastId() == 0;
    desk.commit();
    if (isEmpty)
        desk.fill(dialogs, messages);
    report(desk, dialogs, messages);
    return 0;
}
