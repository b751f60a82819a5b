// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QStringList>

#include <vector>

namespace signalbox::console {

/// What happens in one conversation of the practice mode.
struct DemoTalk
{
    QString guest;       ///< name; empty: a nameless visitor
    QStringList opening; ///< guest, AI, guest, AI, … before anybody asks for a human
    QString reason;      ///< why the AI hands over; empty: it never does
    QString summary;     ///< the AI's
    QStringList tried;   ///< by the AI
    QStringList tags;
    QStringList further; ///< what the guest answers to an operator, one by one
    int priority = 0;
};

/// The script's content: all of it invented. Pure data.
const std::vector<DemoTalk>& demoTalks();
struct DemoPerson
{
    const char16_t* id;
    const char16_t* login;
    const char16_t* name;
    const char16_t* role;
    int capacity;
};
const std::vector<DemoPerson>& demoPeople(); ///< the first is this console's operator
QJsonArray demoCannedReplies();
QStringList demoColleagueWords(); ///< what a colleague answers

} // namespace signalbox::console
