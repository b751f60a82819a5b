// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/client/refresher.h"

#include "console/store/recordjson.h"
#include "console/store/store.h"

#include <algorithm>

namespace signalbox::console {

using namespace Qt::StringLiterals;

namespace {

constexpr int kListGatherMs = 300;
constexpr int kAgainMs = 2000;

template <typename Record, typename Make> QList<Record> itemsOf(const QJsonObject& body, Make make)
{
    QList<Record> records;
    const QJsonArray items = body.value("items"_L1).toArray();
    for (const QJsonValue item : items)
        records.append(make(item.toObject()));
    return records;
}

} // namespace

Refresher::Refresher(Backend& backend, Store& store, QObject* parent)
    : QObject(parent)
    , m_backend(backend)
    , m_store(store)
{
    m_gather.setSingleShot(true);
    m_lists.setSingleShot(true);
    connect(&m_gather, &QTimer::timeout, this, &Refresher::pump);
    connect(&m_lists, &QTimer::timeout, this, [this] {
        if (m_operatorsStale)
            fetchOperators();
        if (m_cannedStale)
            fetchCanned();
    });
    connect(&store, &Store::dialogStale, this, &Refresher::want);
    connect(&store, &Store::operatorsStale, this, [this] {
        m_operatorsStale = true;
        m_lists.start(kListGatherMs);
    });
    connect(&store, &Store::cannedRepliesStale, this, [this] {
        m_cannedStale = true;
        m_lists.start(kListGatherMs);
    });
    connect(&store, &Store::dialogChanged, this, [this](int row) {
        const auto fetch = m_fetching.find(m_store.dialogAt(row).id);
        if (fetch != m_fetching.end())
            fetch->isOutdated = true;
    });
    connect(&store, &Store::reset, this, [this] {
        m_wanted.clear();
        for (Fetch& fetch : m_fetching)
            fetch.isOutdated = true;
    });
}

void Refresher::setLive(bool live)
{
    m_live = live;
    if (!live)
        return;
    m_gather.start(kGatherMs);
    m_lists.start(kListGatherMs);
}

bool Refresher::isIdle() const
{
    return m_wanted.empty() && m_fetching.isEmpty() && m_listing == 0 && !m_operatorsStale && !m_cannedStale;
}

void Refresher::tellIdle()
{
    if (isIdle())
        emit idle();
}

void Refresher::want(qint64 dialogId)
{
    const auto fetch = m_fetching.find(dialogId);
    if (fetch != m_fetching.end()) {
        fetch->isOutdated = true;
        return;
    }
    if (std::find(m_wanted.begin(), m_wanted.end(), dialogId) == m_wanted.end())
        m_wanted.push_back(dialogId);
    if (!m_gather.isActive())
        m_gather.start(kGatherMs);
}

void Refresher::pump()
{
    while (m_live && !m_wanted.empty() && m_fetching.size() < kMostAtOnce) {
        const qint64 dialogId = m_wanted.front();
        m_wanted.pop_front();
        fetchDialog(dialogId);
    }
}

void Refresher::fetchDialog(qint64 dialogId)
{
    m_fetching.insert(dialogId, {});
    Call call;
    call.path = u"/api/dialogs/%1"_s.arg(dialogId);
    m_backend.call(std::move(call), this,
                   [this, dialogId](const CallResult& result) { dialogArrived(dialogId, result); });
}

void Refresher::dialogArrived(qint64 dialogId, const CallResult& result)
{
    const Fetch fetch = m_fetching.take(dialogId);
    const auto* answer = std::get_if<Answer>(&result);
    if (answer && !fetch.isOutdated) {
        m_store.refreshDialog(dialogOf(answer->body));
    } else if (answer || std::get<CallError>(result).isPassing()) {
        want(dialogId);
        m_gather.start(answer ? kGatherMs : kAgainMs);
        return;
    } else if (std::get<CallError>(result).status == 404) {
        m_store.forgetDialog(dialogId);
    }
    pump();
    tellIdle();
}

void Refresher::fetchOperators()
{
    if (!m_live)
        return;
    m_operatorsStale = false;
    ++m_listing;
    Call call;
    call.path = u"/api/operators"_s;
    m_backend.call(std::move(call), this, [this](const CallResult& result) {
        --m_listing;
        if (const auto* answer = std::get_if<Answer>(&result))
            m_store.refreshOperators(itemsOf<Operator>(answer->body, operatorOf));
        tellIdle();
    });
}

void Refresher::fetchCanned()
{
    if (!m_live)
        return;
    m_cannedStale = false;
    ++m_listing;
    Call call;
    call.path = u"/api/canned-replies"_s;
    m_backend.call(std::move(call), this, [this](const CallResult& result) {
        --m_listing;
        if (const auto* answer = std::get_if<Answer>(&result))
            m_store.refreshCannedReplies(itemsOf<CannedReply>(answer->body, cannedReplyOf));
        tellIdle();
    });
}

void Refresher::listRest()
{
    for (const char16_t* status : {u"queued", u"operator", u"ai"})
        listPage(QString::fromUtf16(status), {});
}

void Refresher::listPage(const QString& status, const QString& cursor)
{
    ++m_listing;
    Call call;
    call.path = u"/api/dialogs"_s;
    call.query.addQueryItem(u"status"_s, status);
    call.query.addQueryItem(u"limit"_s, u"100"_s);
    if (!cursor.isEmpty())
        call.query.addQueryItem(u"cursor"_s, cursor);
    m_backend.call(std::move(call), this, [this, status](const CallResult& result) {
        --m_listing;
        if (const auto* answer = std::get_if<Answer>(&result)) {
            const QList<Dialog> dialogs = itemsOf<Dialog>(answer->body, dialogOf);
            m_store.addListed(dialogs);
            for (const Dialog& dialog : dialogs) {
                const Dialog* known = m_store.dialog(dialog.id);
                if (known && known->status == DialogStatus::Queued && !known->handoff)
                    want(dialog.id);
            }
            const QString next = answer->body.value("next_cursor"_L1).toString();
            if (!next.isEmpty() && m_store.dialogCount() < Store::kMostDialogs)
                listPage(status, next);
        }
        tellIdle();
    });
}

} // namespace signalbox::console
