// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/client/threads.h"
#include "console/client/workspace.h"
#include "console/models/diagnostics.h"
#include "console/models/exporter.h"
#include "console/store/store.h"
#include "console/views/desktop/logfile.h"
#include "console/views/dialogs/settingsdialog.h"
#include "console/views/dialogs/shortcutsheet.h"
#include "console/views/lists/dialogpane.h"
#include "console/views/window/deskcommands.h"
#include "console/views/window/mainwindow.h"
#include "console/views/window/statusline.h"

#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QSaveFile>

namespace signalbox::console {

namespace {

constexpr int kLogLines = 200;

} // namespace

void DeskCommands::save(const QString& title, const QString& name, const QByteArray& content)
{
    const QString path =
        QFileDialog::getSaveFileName(&m_window, title, name, QStringLiteral("*.") + name.section(QLatin1Char('.'), -1));
    if (path.isEmpty())
        return;
    QSaveFile file(path);
    const bool good = file.open(QIODevice::WriteOnly) && file.write(content) == content.size() && file.commit();
    m_window.statusLine().say(good ? tr("Saved: %1").arg(path) : tr("Not saved: %1").arg(file.errorString()));
}

void DeskCommands::exportDialog()
{
    const Dialog* dialog = m_store.dialog(m_window.current());
    if (!dialog)
        return;
    const Thread* thread = m_window.workspace().threads().open(dialog->id);
    QList<ThreadItem> items;
    for (int row = 0; row < thread->count(); ++row)
        items << thread->at(row);
    const QString path = QFileDialog::getSaveFileName(&m_window, tr("Export this dialog"),
                                                      QStringLiteral("dialog-%1.txt").arg(dialog->id),
                                                      tr("Text (*.txt);;Table (*.csv)"));
    QSaveFile file(path);
    if (path.isEmpty() || !file.open(QIODevice::WriteOnly))
        return;
    file.write(path.endsWith(QLatin1String(".csv")) ? threadCsv(items) : threadText(*dialog, items));
    m_window.statusLine().say(file.commit() ? tr("Saved: %1").arg(path) : tr("Not saved: %1").arg(file.errorString()));
}

void DeskCommands::exportList()
{
    const DialogFilterModel& shown = m_window.lists().shown();
    QList<Dialog> dialogs;
    for (int row = 0; row < shown.rowCount(); ++row) {
        if (const Dialog* dialog = m_store.dialog(shown.dialogAt(row)))
            dialogs << *dialog;
    }
    save(tr("Export the list"), QStringLiteral("dialogs.csv"), dialogsCsv(dialogs));
}

void DeskCommands::copyDiagnostics()
{
    QGuiApplication::clipboard()->setText(diagnosticsText(m_window.workspace(), lastLogLines(kLogLines)));
    m_window.statusLine().say(tr("Diagnostics are on the clipboard."));
}

void DeskCommands::openShortcuts()
{
    ShortcutSheet sheet(m_window.look(), m_commands, m_window.settings().shortcuts, &m_window);
    connect(&sheet, &ShortcutSheet::keysChanged, this, [this](const QHash<QString, QString>& changed) {
        m_window.settings().shortcuts = changed;
        m_window.settingsChanged();
    });
    sheet.exec();
}

void DeskCommands::openSettings()
{
    SettingsDialog dialog(m_window.look(), m_window.settings(), &m_window);
    connect(&dialog, &SettingsDialog::changed, this, [this](const Settings& settings) {
        m_window.settings() = settings;
        m_window.settingsChanged();
    });
    connect(&dialog, &SettingsDialog::soundTried, this, &DeskCommands::soundTried);
    dialog.exec();
}

} // namespace signalbox::console
