// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/look/look.h"
#include "console/views/overlays/gapstrip.h"
#include "console/views/overlays/snackbar.h"
#include "console/views/thread/composer.h"
#include "console/views/thread/messagelayout.h"
#include "console/views/widgets/button.h"

#include <QApplication>
#include <QImage>
#include <QJsonObject>
#include <QLabel>
#include <QMimeData>
#include <QPainter>
#include <QSignalSpy>
#include <QStandardItemModel>
#include <QTest>

using namespace signalbox::console;

/// Writing and what is written, as far as it needs no desk.
class TestUiThread : public QObject
{
    Q_OBJECT
private slots:
    void enterSendsAndShiftEnterBreaks();
    void upRecallsOnlyWhenEmpty();
    void slashAsksForTemplatesAtLineStartOnly();
    void tabLeavesTheComposer();
    void composerGrowsFromTwoToEightLines();
    void layoutIsRepairedInPlace_data();
    void layoutIsRepairedInPlace();
    void repairCanBeUndone();
    void pastedImageIsOfferedNotPasted();
    void longTextWrapsAndNeverGetsWiderThanTheView();
    void linksAndNumbersCanBePressed();
    void failedMessagesOfferWhatToDo();
    void markupIsShownNotObeyed();
    void gapStripNamesWhatChanged();
    void snackbarOffersOneThing();

private:
    static QModelIndex message(QStandardItemModel& model, const QString& text, ThreadModel::Kind kind);

    Look m_look;
};

QModelIndex TestUiThread::message(QStandardItemModel& model, const QString& text, ThreadModel::Kind kind)
{
    auto* item = new QStandardItem;
    item->setData(text, ThreadModel::TextRole);
    item->setData(static_cast<int>(kind), ThreadModel::KindRole);
    item->setData(QStringLiteral("Анна"), ThreadModel::SenderNameRole);
    item->setData(true, ThreadModel::IsFirstOfGroupRole);
    item->setData(qint64(1'795'942'800'000), ThreadModel::TimeRole);
    model.appendRow(item);
    return item->index();
}

void TestUiThread::enterSendsAndShiftEnterBreaks()
{
    Composer composer(m_look);
    QSignalSpy sent(&composer, &Composer::sendWanted);
    QTest::keyClicks(&composer, QStringLiteral("one"));
    QTest::keyClick(&composer, Qt::Key_Return, Qt::ShiftModifier);
    QTest::keyClicks(&composer, QStringLiteral("two"));
    QCOMPARE(sent.count(), 0);
    QTest::keyClick(&composer, Qt::Key_Return);
    QTest::keyClick(&composer, Qt::Key_Enter, Qt::KeypadModifier);
    QCOMPARE(sent.count(), 2);
    QCOMPARE(composer.toPlainText(), QStringLiteral("one\ntwo"));
}

void TestUiThread::upRecallsOnlyWhenEmpty()
{
    Composer composer(m_look);
    QSignalSpy recalled(&composer, &Composer::recallWanted);
    QTest::keyClick(&composer, Qt::Key_Up);
    QCOMPARE(recalled.count(), 1);
    QTest::keyClicks(&composer, QStringLiteral("x"));
    QTest::keyClick(&composer, Qt::Key_Up);
    QCOMPARE(recalled.count(), 1);
}

void TestUiThread::slashAsksForTemplatesAtLineStartOnly()
{
    Composer composer(m_look);
    QSignalSpy wanted(&composer, &Composer::cannedWanted);
    QTest::keyClicks(&composer, QStringLiteral("/"));
    QCOMPARE(wanted.count(), 1);
    QVERIFY(composer.toPlainText().isEmpty());
    QTest::keyClicks(&composer, QStringLiteral("and/or"));
    QCOMPARE(wanted.count(), 1);
    QCOMPARE(composer.toPlainText(), QStringLiteral("and/or"));
}

void TestUiThread::tabLeavesTheComposer()
{
    QWidget window;
    auto* composer = new Composer(m_look, &window);
    auto* next = new QPushButton(&window);
    window.show();
    composer->setFocus();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QTest::keyClick(composer, Qt::Key_Tab);
    QVERIFY(composer->toPlainText().isEmpty());
    QVERIFY(next->hasFocus());
}

void TestUiThread::composerGrowsFromTwoToEightLines()
{
    Composer composer(m_look);
    const int two = composer.sizeHint().height();
    composer.insertText(QStringLiteral("1\n2"));
    QCOMPARE(composer.sizeHint().height(), two);
    composer.insertText(QStringLiteral("\n3\n4"));
    QVERIFY(composer.sizeHint().height() > two);
    composer.insertText(QString(20, QLatin1Char('\n')));
    const int eight = composer.sizeHint().height();
    composer.insertText(QString(20, QLatin1Char('\n')));
    QCOMPARE(composer.sizeHint().height(), eight);
}

void TestUiThread::layoutIsRepairedInPlace_data()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("after");
    QTest::newRow("word") << QStringLiteral("ghbdtn") << QStringLiteral("привет");
    QTest::newRow("last word only") << QStringLiteral("Добрый ltym") << QStringLiteral("Добрый день");
    QTest::newRow("the other way") << QStringLiteral("руддщ") << QStringLiteral("hello");
    QTest::newRow("nothing there") << QString() << QString();
}

void TestUiThread::layoutIsRepairedInPlace()
{
    QFETCH(QString, before);
    QFETCH(QString, after);
    Composer composer(m_look);
    composer.insertText(before);
    composer.repairLayout();
    QCOMPARE(composer.toPlainText(), after);
}

void TestUiThread::repairCanBeUndone()
{
    Composer composer(m_look);
    composer.insertText(QStringLiteral("ghbdtn"));
    composer.repairLayout();
    composer.undo();
    QCOMPARE(composer.toPlainText(), QStringLiteral("ghbdtn"));
}

void TestUiThread::pastedImageIsOfferedNotPasted()
{
    class Pastable : public Composer
    {
    public:
        using Composer::Composer;
        using Composer::insertFromMimeData;
    } composer(m_look);
    QSignalSpy pasted(&composer, &Composer::imagePasted);
    QMimeData data;
    data.setImageData(QImage(4, 4, QImage::Format_RGB32));
    composer.insertFromMimeData(&data);
    QCOMPARE(pasted.count(), 1);
    QVERIFY(composer.toPlainText().isEmpty());
}

void TestUiThread::longTextWrapsAndNeverGetsWiderThanTheView()
{
    QStandardItemModel model;
    const QString endless(3000, QLatin1Char('w'));
    for (const int width : {300, 640, 1400}) {
        const MessageLayout layout(message(model, endless, ThreadModel::Kind::Operator), width, m_look);
        QVERIFY(layout.bubble().left() >= 0);
        QVERIFY(layout.bubble().right() <= width);
        QVERIFY(layout.height() > 200);
    }
}

void TestUiThread::linksAndNumbersCanBePressed()
{
    QStandardItemModel model;
    const QString text = QStringLiteral("https://example.com/a?b=1, #10482");
    const MessageLayout layout(message(model, text, ThreadModel::Kind::Guest), 640, m_look);
    QSet<QString> found;
    for (int x = 0; x < 640; x += 2) {
        const MessageSpot spot = layout.spotAt(QPointF(x, layout.bubble().top() + 16));
        if (spot.kind != MessageSpot::Kind::None)
            found.insert(spot.target);
    }
    QCOMPARE(found, QSet<QString>({QStringLiteral("https://example.com/a?b=1"), QStringLiteral("10482")}));
}

void TestUiThread::failedMessagesOfferWhatToDo()
{
    QStandardItemModel model;
    const QModelIndex index = message(model, QStringLiteral("Hello"), ThreadModel::Kind::Operator);
    const MessageLayout fine(index, 640, m_look);
    model.setData(index, static_cast<int>(Delivery::Failed), ThreadModel::DeliveryRole);
    const MessageLayout failed(index, 640, m_look);
    QVERIFY(failed.height() > fine.height());
    QSet<MessageSpot::Kind> kinds;
    for (int x = 0; x < 640; x += 2)
        kinds.insert(failed.spotAt(QPointF(x, failed.bubble().bottom() + 12)).kind);
    for (const auto kind : {MessageSpot::Kind::Retry, MessageSpot::Kind::Copy, MessageSpot::Kind::Remove})
        QVERIFY(kinds.contains(kind));
}

void TestUiThread::markupIsShownNotObeyed()
{
    Snackbar* bar = nullptr;
    QWidget window;
    bar = new Snackbar(m_look, &window);
    bar->show(QStringLiteral("<b>bold</b><img src=x>"));
    QCOMPARE(bar->text(), QStringLiteral("<b>bold</b><img src=x>"));
    QCOMPARE(bar->findChild<QLabel*>()->textFormat(), Qt::PlainText);
}

void TestUiThread::gapStripNamesWhatChanged()
{
    GapStrip strip(m_look);
    QSignalSpy chosen(&strip, &GapStrip::chosen);
    GapReport report;
    report.awayMs = 38000;
    GapChange taken;
    taken.dialogId = 17;
    taken.guestName = QStringLiteral("Petr");
    taken.takenBy = QStringLiteral("Maria");
    report.changes = {taken};
    strip.setReport(report);
    QVERIFY(!strip.isHidden());
    QPushButton* link = nullptr;
    for (QPushButton* button : strip.findChildren<QPushButton*>())
        link = button->text().contains(QLatin1String("Petr")) ? button : link;
    QVERIFY(link && link->text().contains(QLatin1String("Maria")));
    link->click();
    QCOMPARE(chosen.first().first().toLongLong(), 17);
    strip.setReport({});
    QVERIFY(strip.isHidden());
}

void TestUiThread::snackbarOffersOneThing()
{
    QWidget window;
    window.resize(800, 600);
    window.show();
    Snackbar bar(m_look, &window);
    QSignalSpy pressed(&bar, &Snackbar::pressed);
    bar.show(QStringLiteral("Given back"), QStringLiteral("Undo"), QStringLiteral("undo/3"));
    QVERIFY(bar.isVisible());
    QVERIFY(window.rect().contains(bar.geometry()));
    bar.withdraw(QStringLiteral("undo/2"));
    QVERIFY(bar.isVisible());
    bar.findChild<QPushButton*>()->click();
    QCOMPARE(pressed.first().first().toString(), QStringLiteral("undo/3"));
    QVERIFY(!bar.isVisible());
}

QTEST_MAIN(TestUiThread)
#include "tst_uithread.moc"
