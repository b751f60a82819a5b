// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/desktop/sound.h"

#include <QApplication>
#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>

#ifdef Q_OS_WIN
#include <windows.h>

#include <mmsystem.h>
#endif

namespace signalbox::console {

namespace {

QString nameOf(Tone tone)
{
    return tone == Tone::Waiting ? QStringLiteral("waiting.wav") : QStringLiteral("message.wav");
}

// 16-bit samples behind a 44-byte head, as resources/sounds/make.py writes them.
QByteArray quieter(QByteArray wave, int percent)
{
    constexpr int kHead = 44;
    for (qsizetype i = kHead; i + 1 < wave.size(); i += 2) {
        const auto low = static_cast<uchar>(wave[i]);
        const auto sample = static_cast<qint16>(low | (static_cast<uchar>(wave[i + 1]) << 8));
        const int scaled = sample * percent / 100;
        wave[i] = static_cast<char>(scaled & 0xff);
        wave[i + 1] = static_cast<char>((scaled >> 8) & 0xff);
    }
    return wave;
}

} // namespace

Sound::Sound(QObject* parent)
    : QObject(parent)
{
    for (const char* player : {"pw-play", "paplay", "aplay"}) {
        if (m_player.isEmpty())
            m_player = QStandardPaths::findExecutable(QString::fromLatin1(player));
    }
}

Sound::~Sound() = default;

QString Sound::fileOf(Tone tone)
{
    if (!m_folder)
        m_folder = std::make_unique<QTemporaryDir>();
    QString path = m_folder->filePath(QString::number(m_volume) + nameOf(tone));
    if (QFile::exists(path))
        return path;
    QFile source(QStringLiteral(":/sounds/") + nameOf(tone));
    QFile copy(path);
    if (source.open(QIODevice::ReadOnly) && copy.open(QIODevice::WriteOnly))
        copy.write(quieter(source.readAll(), m_volume));
    return path;
}

void Sound::play(Tone tone)
{
    if (m_volume == 0)
        return;
#ifdef Q_OS_WIN
    const std::wstring path = fileOf(tone).toStdWString();
    ::PlaySoundW(path.c_str(), nullptr, SND_FILENAME | SND_ASYNC | SND_NODEFAULT);
#else
    if (m_player.isEmpty() || !QProcess::startDetached(m_player, {fileOf(tone)}))
        QApplication::beep();
#endif
}

} // namespace signalbox::console
