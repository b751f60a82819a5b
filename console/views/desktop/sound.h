// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>

#include <memory>

class QTemporaryDir;

namespace signalbox::console {

enum class Tone : quint8 { Waiting, Message };

/// Plays the console's two short tones: by Windows itself, or by a player of the desktop (pw-play, paplay, aplay);
/// where there is none, by the bell. Never waits.
class Sound : public QObject
{
    Q_OBJECT
public:
    explicit Sound(QObject* parent = nullptr);
    ~Sound() override;

    void setVolume(int percent) { m_volume = percent; }
    void play(Tone tone);

private:
    QString fileOf(Tone tone);

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_player;
    int m_volume = 80;
};

} // namespace signalbox::console
