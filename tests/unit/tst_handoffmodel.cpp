// SPDX-License-Identifier: GPL-3.0-or-later
// Random commands against a small model of the desk, in plain words: status, holder, fencing, queue and the answers
// must agree after every step.
// links: server_desk
#include "unit/handoffdesk.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <random>

using namespace signalbox;
using namespace signalbox::test;

namespace {

constexpr int kCapacity = 2;
const QByteArrayList kOperators{"7", "8", "9", "d"};

struct ModelDialog
{
    DialogStatus status = DialogStatus::Ai;
    QByteArray holder;
    QByteArray reservedFor;
    quint64 fencing = 0;
    int priority = 0;
    qint64 queuedMs = 0;
    qint64 startedMs = 0;
    qint64 untilMs = 0;
    int age = 0; ///< the older of two that queued at the same time has the smaller one
};

struct Model
{
    std::map<qint64, ModelDialog> dialogs;
    int ages = 0;

    int load(const QByteArray& who) const
    {
        return static_cast<int>(std::count_if(dialogs.begin(), dialogs.end(), [&](const auto& entry) {
            return entry.second.status == DialogStatus::Operator && entry.second.holder == who;
        }));
    }
    std::vector<qint64> queue() const
    {
        std::vector<qint64> waiting;
        for (const auto& [id, dialog] : dialogs) {
            if (dialog.status == DialogStatus::Queued)
                waiting.push_back(id);
        }
        std::sort(waiting.begin(), waiting.end(), [this](qint64 left, qint64 right) {
            const ModelDialog& a = dialogs.at(left);
            const ModelDialog& b = dialogs.at(right);
            return std::tuple(-a.priority, a.queuedMs, a.age) < std::tuple(-b.priority, b.queuedMs, b.age);
        });
        return waiting;
    }
    void enqueue(ModelDialog& dialog, int priority, qint64 nowMs)
    {
        dialog.status = DialogStatus::Queued;
        dialog.priority = priority;
        dialog.queuedMs = nowMs;
        dialog.age = ++ages;
        dialog.reservedFor.clear();
    }
    static void comeBack(ModelDialog& dialog, const QByteArray& reservedFor, qint64 untilMs)
    {
        dialog.status = DialogStatus::Queued;
        dialog.holder.clear();
        dialog.priority = std::min(dialog.priority + 10, 200);
        dialog.reservedFor = reservedFor;
        dialog.untilMs = untilMs;
    }
    void give(ModelDialog& dialog, const QByteArray& who, qint64 nowMs)
    {
        if (dialog.status == DialogStatus::Ai)
            enqueue(dialog, 0, nowMs);
        dialog.status = DialogStatus::Operator;
        dialog.holder = who;
        dialog.reservedFor.clear();
        ++dialog.fencing;
        dialog.startedMs = nowMs;
        dialog.untilMs = nowMs + HandoffDesk::kLeaseMs;
    }
    static void end(ModelDialog& dialog, DialogStatus status)
    {
        dialog.status = status;
        dialog.holder.clear();
        dialog.reservedFor.clear();
    }
};

constexpr auto kFine = ErrorCode::Count_;

template <typename T> ErrorCode codeOf(const Result<T>& result)
{
    return result ? kFine : result.error().code;
}

QByteArray differenceOf(const Dialog& dialog, const std::optional<Handoff>& open, const ModelDialog& expected)
{
    const bool isOpen = expected.status == DialogStatus::Queued || expected.status == DialogStatus::Operator;
    if (dialog.status != expected.status)
        return QByteArray(dialogStatusName(dialog.status)) + " instead of " + dialogStatusName(expected.status);
    if (dialog.operatorId != expected.holder)
        return "holder " + dialog.operatorId + " instead of " + expected.holder;
    if (dialog.fencing != expected.fencing)
        return "another fencing number";
    if (open.has_value() != isOpen)
        return "a handoff too many or too few";
    if (open && (open->reservedFor != expected.reservedFor || open->operatorId != expected.holder))
        return "another owner of the handoff";
    if (open && expected.status == DialogStatus::Operator &&
        (open->leaseUntilMs != expected.untilMs || open->fencing != expected.fencing))
        return "another lease";
    return {};
}

/// One world: the desk, the model, and the dice.
class World
{
public:
    explicit World(unsigned seed)
        : m_random(seed)
    {
        for (const QByteArray& id : kOperators)
            m_desk.addOperator(id, kCapacity);
        for (int i = 0; i < 6; ++i)
            m_model.dialogs.emplace(m_desk.addDialog(), ModelDialog{});
    }

    QByteArray step();
    QByteArray difference();

private:
    int dice(int sides) { return std::uniform_int_distribution<int>(0, sides - 1)(m_random); }
    qint64 now() { return m_desk.clock().wallMs(); }
    QByteArray answerTo(const char* command, ErrorCode expected, ErrorCode got);
    Identity anybody(qint64 dialogId);
    bool isStaff(const Identity& who) { return who.isStaff(); }
    bool isDirector(const Identity& who) { return who.role == Role::Director; }
    bool mayEnd(const Identity& who, const ModelDialog& dialog)
    {
        return isDirector(who) || (isStaff(who) && dialog.holder == who.subject);
    }
    ErrorCode ending(const Identity& who, const ModelDialog& dialog);

    QByteArray request(const Identity& who, qint64 id);
    QByteArray start(const Identity& who, qint64 id);
    QByteArray renew(const Identity& who, qint64 id);
    QByteArray release(const Identity& who, qint64 id);
    QByteArray cancel(const Identity& who, qint64 id);
    QByteArray transfer(const Identity& who, qint64 id);
    QByteArray takeOver(const Identity& who, qint64 id);
    QByteArray pass();

    std::mt19937 m_random;
    HandoffDesk m_desk;
    Model m_model;
};

QByteArray World::answerTo(const char* command, ErrorCode expected, ErrorCode got)
{
    if (expected == got)
        return {};
    const auto word = [](ErrorCode code) { return QByteArray(code == kFine ? "success" : errorInfo(code).name); };
    return QByteArray(command) + ": " + word(got) + " instead of " + word(expected);
}

Identity World::anybody(qint64 dialogId)
{
    switch (dice(6)) {
    case 0:
        return guestOf(dialogId);
    case 1:
        return person(Role::Service, "ai");
    case 2:
        return person(Role::Director, "d");
    default:
        return person(Role::Operator, kOperators[dice(3)]);
    }
}

QByteArray World::request(const Identity& who, qint64 id)
{
    ModelDialog& dialog = m_model.dialogs[id];
    const int priority = dice(3) * 5;
    ErrorCode expected = kFine;
    if (dialog.status == DialogStatus::Closed)
        expected = ErrorCode::DialogClosed;
    else if (dialog.status == DialogStatus::Operator)
        expected = ErrorCode::HandoffTaken;
    else if (dialog.status == DialogStatus::Ai)
        m_model.enqueue(dialog, priority, now());
    return answerTo("request", expected, codeOf(m_desk.request(who, id, priority)));
}

QByteArray World::start(const Identity& who, qint64 id)
{
    ModelDialog& dialog = m_model.dialogs[id];
    const bool force = dice(4) == 0;
    ErrorCode expected = kFine;
    if (!isStaff(who)) {
        expected = ErrorCode::Forbidden;
    } else if (dialog.status == DialogStatus::Closed) {
        expected = ErrorCode::DialogClosed;
    } else if (dialog.status == DialogStatus::Operator) {
        if (dialog.holder != who.subject)
            expected = ErrorCode::HandoffTaken;
        else
            dialog.untilMs = std::max(dialog.untilMs, now() + HandoffDesk::kLeaseMs);
    } else if (!dialog.reservedFor.isEmpty() && dialog.reservedFor != who.subject && !isDirector(who)) {
        expected = ErrorCode::HandoffTaken;
    } else if (m_model.load(who.subject) >= kCapacity && !force) {
        expected = ErrorCode::Conflict;
    } else {
        m_model.give(dialog, who.subject, now());
    }
    return answerTo("start", expected, codeOf(m_desk.start(who, id, {}, force)));
}

QByteArray World::renew(const Identity& who, qint64 id)
{
    ModelDialog& dialog = m_model.dialogs[id];
    const quint64 fencing = dialog.fencing - (dice(4) == 0 ? 1 : 0);
    ErrorCode expected = kFine;
    if (!isStaff(who))
        expected = ErrorCode::Forbidden;
    else if (dialog.status != DialogStatus::Operator || dialog.holder != who.subject || fencing != dialog.fencing)
        expected = ErrorCode::StaleFencing;
    else
        dialog.untilMs = std::max(dialog.untilMs, now() + HandoffDesk::kLeaseMs);
    return answerTo("renew", expected, codeOf(m_desk.renew(who, id, fencing)));
}

/// What comes of ending a claim, by release or transfer.
ErrorCode World::ending(const Identity& who, const ModelDialog& dialog)
{
    if (!isStaff(who))
        return ErrorCode::Forbidden;
    if (dialog.status == DialogStatus::Closed)
        return ErrorCode::DialogClosed;
    if (dialog.status != DialogStatus::Operator)
        return ErrorCode::Conflict;
    return mayEnd(who, dialog) ? kFine : ErrorCode::NotHolder;
}

QByteArray World::release(const Identity& who, qint64 id)
{
    ModelDialog& dialog = m_model.dialogs[id];
    const bool toAi = dice(12) != 0;
    const ErrorCode expected = ending(who, dialog);
    if (expected == kFine)
        Model::end(dialog, toAi ? DialogStatus::Ai : DialogStatus::Closed);
    return answerTo("release", expected, codeOf(m_desk.release(who, id, toAi)));
}

QByteArray World::cancel(const Identity& who, qint64 id)
{
    ModelDialog& dialog = m_model.dialogs[id];
    ErrorCode expected = kFine;
    if (dialog.status == DialogStatus::Closed)
        expected = ErrorCode::DialogClosed;
    else if (dialog.status == DialogStatus::Ai)
        expected = ErrorCode::Conflict;
    else if (dialog.status == DialogStatus::Operator && !mayEnd(who, dialog))
        expected = isStaff(who) ? ErrorCode::NotHolder : ErrorCode::HandoffTaken;
    else
        Model::end(dialog, DialogStatus::Ai);
    return answerTo("cancel", expected, codeOf(m_desk.cancel(who, id)));
}

QByteArray World::transfer(const Identity& who, qint64 id)
{
    ModelDialog& dialog = m_model.dialogs[id];
    const QByteArray target = dice(2) == 0 ? QByteArray() : kOperators[dice(4)];
    ErrorCode expected = ending(who, dialog);
    if (expected == kFine && target == dialog.holder)
        expected = ErrorCode::InvalidField;
    if (expected == kFine)
        Model::comeBack(dialog, target, now() + HandoffDesk::kAnswerMs);
    return answerTo("transfer", expected, codeOf(m_desk.transfer(who, id, target)));
}

QByteArray World::takeOver(const Identity& who, qint64 id)
{
    ModelDialog& dialog = m_model.dialogs[id];
    ErrorCode expected = kFine;
    if (!isDirector(who))
        expected = ErrorCode::Forbidden;
    else if (dialog.status == DialogStatus::Closed)
        expected = ErrorCode::DialogClosed;
    else if (dialog.holder == who.subject)
        dialog.untilMs = std::max(dialog.untilMs, now() + HandoffDesk::kLeaseMs);
    else
        m_model.give(dialog, who.subject, now());
    return answerTo("take-over", expected, codeOf(m_desk.takeOver(who, id)));
}

/// Time goes by.
QByteArray World::pass()
{
    m_desk.clock().advance(dice(40'000));
    int expected = 0;
    for (auto& [id, dialog] : m_model.dialogs) {
        if (dialog.status == DialogStatus::Operator &&
            (dialog.untilMs <= now() || dialog.startedMs + HandoffDesk::kAnswerMs <= now())) {
            Model::comeBack(dialog, {}, 0);
            ++expected;
        } else if (dialog.status == DialogStatus::Queued && !dialog.reservedFor.isEmpty() && dialog.untilMs <= now()) {
            dialog.reservedFor.clear();
            ++expected;
        }
    }
    const int changed = m_desk.expire().changed;
    return changed == expected
               ? QByteArray()
               : "expire: " + QByteArray::number(changed) + " instead of " + QByteArray::number(expected);
}

QByteArray World::step()
{
    using Command = QByteArray (World::*)(const Identity&, qint64);
    static constexpr Command kCommands[] = {&World::request,  &World::request, &World::start,   &World::start,
                                            &World::start,    &World::renew,   &World::release, &World::cancel,
                                            &World::transfer, &World::takeOver};
    if (dice(6) == 0)
        return pass();
    if (dice(40) == 0) // closed dialogs stay closed: a fresh one
        m_model.dialogs.emplace(m_desk.addDialog(), ModelDialog{});
    const auto dialog = std::next(m_model.dialogs.begin(), dice(static_cast<int>(m_model.dialogs.size())));
    return (this->*kCommands[dice(std::size(kCommands))])(anybody(dialog->first), dialog->first);
}

QByteArray World::difference()
{
    return m_desk.with([this](DeskTransaction& transaction) {
        for (const auto& [id, expected] : m_model.dialogs) {
            const QByteArray problem =
                differenceOf(transaction.dialogs().find(id).value(), transaction.handoffs().open(id), expected);
            if (!problem.isEmpty())
                return QByteArray("dialog " + QByteArray::number(id) + ": " + problem);
        }
        std::vector<qint64> waiting;
        for (const Handoff& handoff : transaction.handoffs().queue(1000))
            waiting.push_back(handoff.dialogId);
        return waiting == m_model.queue() ? QByteArray() : QByteArray("another queue");
    });
}

} // namespace

class TestHandoffModel : public QObject
{
    Q_OBJECT

private slots:
    void agrees()
    {
        const unsigned seed = qEnvironmentVariableIsSet("SIGNALBOX_TEST_SEED")
                                  ? qEnvironmentVariable("SIGNALBOX_TEST_SEED").toUInt()
                                  : std::random_device()();
        qInfo("SIGNALBOX_TEST_SEED=%u", seed);
        World world(seed);
        for (int i = 0; i < 1000; ++i) {
            QByteArray problem = world.step();
            if (problem.isEmpty())
                problem = world.difference();
            QVERIFY2(problem.isEmpty(), QByteArray("step " + QByteArray::number(i) + ", " + problem).constData());
        }
    }
};

QTEST_GUILESS_MAIN(TestHandoffModel)
#include "tst_handoffmodel.moc"
