// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of the console for docs/images, on the practice mode's desk: console_shots FOLDER [WIDTH HEIGHT]
#include "demohouse.h"

#include "console/views/details/detailspane.h"
#include "console/views/dialogs/connectionswindow.h"
#include "console/views/dialogs/loginwindow.h"
#include "console/views/dialogs/settingsdialog.h"
#include "console/views/dialogs/shortcutsheet.h"
#include "console/views/dialogs/transferdialog.h"
#include "console/views/lists/dialogpane.h"
#include "console/views/overlays/paletteview.h"
#include "console/views/overlays/snackbar.h"
#include "console/views/thread/composepane.h"
#include "console/views/thread/composer.h"
#include "console/views/thread/threadpane.h"

#include <QDateTime>
#include <QDir>
#include <QLocale>
#include <QRandomGenerator>
#include <QTranslator>

#include <cstdio>

using namespace signalbox;
using namespace signalbox::console;
using signalbox::test::DemoHouse;

namespace {

std::vector<ConnectionRecord> someConnections(qint64 nowMs)
{
    QRandomGenerator random(7);
    std::vector<ConnectionRecord> records;
    const char* transports[] = {"websocket", "sse", "socket.io", "websocket", "websocket"};
    for (int i = 0; i < 100'000; ++i) {
        ConnectionRecord record;
        record.clientId = QStringLiteral("c%1").arg(i);
        record.transport = QLatin1String(transports[i % 5]);
        record.user =
            i % 9 == 0 ? QStringLiteral("operator:%1").arg(i % 40) : QStringLiteral("guest:%1").arg(i * 7919 % 65536);
        record.dialog = QString::number(i * 7919 % 65536);
        record.address = QStringLiteral("10.%1.%2.%3").arg(i / 65536 % 256).arg(i / 256 % 256).arg(i % 256);
        record.createdMs = nowMs - random.bounded(7'200'000);
        record.lastPongMs = nowMs - random.bounded(25'000);
        record.in = random.bounded(400);
        record.out = random.bounded(9000);
        record.slow = i % 97 == 0;
        records.push_back(record);
    }
    return records;
}

class Shots
{
public:
    Shots(QString folder, QString tag, QSize size)
        : m_folder(std::move(folder))
        , m_tag(std::move(tag))
        , m_size(size)
    {
    }

    void take(DemoHouse& house)
    {
        house.window->resize(m_size);
        house.window->show();
        if (!house.becomesLive())
            std::fputs("the practice desk does not answer\n", stderr);
        for (int i = 0; i < 40; ++i)
            house.advance(3000);
        house.fillQueue(4);
        house.advance(20000);
        house.fillQueue(2, 4);
        mainWindow(house);
        queue(house);
        health(house);
        overlays(house);
        connections(house);
    }

private:
    void save(QWidget& widget, const QString& name)
    {
        QTest::qWait(250);
        widget.grab().save(m_folder + QLatin1Char('/') + name + QLatin1Char('-') + m_tag + QStringLiteral(".png"));
    }

    static qint64 waiting(const DemoHouse& house, const QString& guest)
    {
        for (int row = 0; row < house.store().dialogCount(); ++row) {
            const Dialog& dialog = house.store().dialogAt(row);
            if (dialog.guestName == guest && dialog.status == DialogStatus::Queued)
                return dialog.id;
        }
        return 0;
    }

    void queue(DemoHouse& house)
    {
        house.window->lists().showList(DialogPane::List::Queue);
        house.window->open(house.window->lists().at(DialogPane::List::Queue, 0));
        house.window->details().showTab(DetailsPane::Team);
        save(*house.window, QStringLiteral("queue"));
    }

    void mainWindow(DemoHouse& house)
    {
        const bool russian = QLocale().language() == QLocale::Russian;
        house.desk->openAndTake(
            waiting(house, russian ? QStringLiteral("Анна Петрова") : QStringLiteral("John Smith")));
        house.advance(2000);
        Composer& composer = house.window->thread().compose().composer();
        composer.insertText(russian ? QStringLiteral("Здравствуйте! Меня зовут Иван, я уже вижу ваш вопрос.")
                                    : QStringLiteral("Hello! My name is Ivan, I can see your question."));
        house.window->thread().compose().send();
        house.advance(3000);
        composer.insertText(russian ? QStringLiteral("Отправляю код на почту, проверьте")
                                    : QStringLiteral("The refund goes to the same card"));
        house.window->lists().showList(DialogPane::List::Mine);
        house.window->details().showTab(DetailsPane::Customer);
        save(*house.window, QStringLiteral("main"));
        house.window->lists().showList(DialogPane::List::Queue);
        house.window->details().showTab(DetailsPane::Customer);
        save(*house.window, QStringLiteral("thread"));
    }

    void health(DemoHouse& house)
    {
        house.workspace->demo()->desk().alert(QStringLiteral("redis"), QStringLiteral("degraded"),
                                              QStringLiteral("warning"), QStringLiteral("Latency above 200 ms"));
        house.advance(500);
        house.window->details().showTab(DetailsPane::Health);
        QTest::qWait(2500);
        save(*house.window, QStringLiteral("health"));
    }

    void overlays(DemoHouse& house)
    {
        house.window->palette().open();
        save(*house.window, QStringLiteral("palette"));
        house.window->palette().shut();
        house.commands.action(Command::ToggleNote)->trigger();
        house.window->thread().compose().openCanned();
        house.window->snackbar().show(QStringLiteral("Анна Петрова: возвращено в очередь"), QStringLiteral("Отменить"));
        save(*house.window, QStringLiteral("canned"));
        TransferDialog transfer(house.look, house.store(), QStringLiteral("Анна Петрова"), house.window.get());
        transfer.show();
        save(transfer, QStringLiteral("transfer"));
        SettingsDialog settings(house.look, house.settings, house.window.get());
        settings.show();
        save(settings, QStringLiteral("settings"));
        ShortcutSheet sheet(house.look, house.commands, {}, house.window.get());
        sheet.show();
        save(sheet, QStringLiteral("keyboard"));
        LoginWindow login(house.look);
        login.setServer(QStringLiteral("localhost:5009"));
        login.show();
        login.showError(Error(ErrorCode::LoginRefused));
        save(login, QStringLiteral("login"));
    }

    void connections(DemoHouse& house)
    {
        ConnectionsWindow& window = house.window->connections();
        window.model().setRecords(someConnections(QDateTime::currentMSecsSinceEpoch()));
        window.resize(1080, 680);
        window.show();
        window.activateWindow();
        save(window, QStringLiteral("connections"));
    }

    QString m_folder;
    QString m_tag;
    QSize m_size;
};

void shoot(const QString& folder, const QString& language, ThemeChoice theme, const QString& tag, QSize size)
{
    QLocale::setDefault(language == QLatin1String("ru") ? QLocale(QLocale::Russian, QLocale::Russia)
                                                        : QLocale(QLocale::English, QLocale::UnitedKingdom));
    QTranslator texts;
    if (texts.load(QStringLiteral(":/i18n/console_%1.qm").arg(language)))
        QCoreApplication::installTranslator(&texts);
    Settings settings;
    settings.theme = theme;
    DemoHouse house(1, settings);
    Shots(folder, tag, size).take(house);
    QCoreApplication::removeTranslator(&texts);
}

} // namespace

int main(int argc, char** argv)
{
    QApplication app(argc, argv);
    const QString folder = app.arguments().value(1, QStringLiteral("docs/images"));
    const QSize size(app.arguments().value(2, QStringLiteral("1280")).toInt(),
                     app.arguments().value(3, QStringLiteral("800")).toInt());
    QDir().mkpath(folder);
    shoot(folder, QStringLiteral("ru"), ThemeChoice::Dark, QStringLiteral("ru-dark"), size);
    shoot(folder, QStringLiteral("en"), ThemeChoice::Light, QStringLiteral("en-light"), size);
    return 0;
}
