// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/client/demobackend.h"
#include "console/client/demodesk.h"
#include "console/client/session.h"
#include "console/client/workspace.h"
#include "console/store/store.h"
#include "console/views/desktop/keyfilter.h"
#include "console/views/window/deskcommands.h"
#include "console/views/window/mainwindow.h"

#include <QApplication>
#include <QTemporaryDir>
#include <QTest>

namespace signalbox::test {

/// The main window on the practice mode's desk, whose clock stands and is turned by hand.
class DemoHouse
{
public:
    explicit DemoHouse(quint32 seed = 1, const console::Settings& wanted = {})
        : settings(wanted)
        , keys(commands)
        , workspace(console::Workspace::forDemo(seed, folder.path()))
    {
        look.setTheme(settings.theme);
        look.setTextSize(settings.textSize);
        commands.setKeys(settings.shortcuts);
        workspace->demo()->setSpeed(0);
        workspace->demo()->setCallDelay(0);
        if (workspace->open().ok())
            workspace->startDemo();
        window = std::make_unique<console::MainWindow>(look, commands, settings, *workspace);
        desk = std::make_unique<console::DeskCommands>(*window, commands);
        qApp->installEventFilter(&keys);
    }

    bool becomesLive()
    {
        return QTest::qWaitFor([this] { return workspace->session().isLive(); }, 10'000);
    }
    /// Turns the desk's clock and lets everything arrive.
    void advance(qint64 ms)
    {
        workspace->demo()->advance(ms);
        QTest::qWait(120);
    }
    /// So many more guests wait for a human.
    void fillQueue(int guests, int firstTalk = 0)
    {
        console::DemoDesk& practice = workspace->demo()->desk();
        for (int i = 0; i < guests; ++i) {
            const auto talk = static_cast<size_t>(firstTalk + i);
            practice.requestHandoff(practice.beginTalk(talk), talk);
            workspace->demo()->advance(400);
        }
        QTest::qWait(120);
    }
    console::Store& store() const { return workspace->store(); }

    QTemporaryDir folder;
    console::Settings settings;
    console::Look look;
    console::Commands commands;
    console::KeyFilter keys;
    std::unique_ptr<console::Workspace> workspace;
    std::unique_ptr<console::MainWindow> window;
    std::unique_ptr<console::DeskCommands> desk;
};

} // namespace signalbox::test
