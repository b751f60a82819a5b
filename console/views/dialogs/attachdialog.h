// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QImage>
#include <QJsonObject>

class QLineEdit;

namespace signalbox::console {

class Button;
class Look;

/// Asks for the address of what is to be attached: the desk keeps links, not files. A pasted picture is shown, and can
/// be saved to be put where it gets an address.
class AttachDialog : public QDialog
{
    Q_OBJECT
public:
    AttachDialog(const Look& look, const QImage& image, QWidget* parent);

    /// `{"url","name","type"}` once accepted.
    QJsonObject attachment() const;

private:
    void save();
    void check();

    QImage m_image;
    QLineEdit* m_url;
    QLineEdit* m_name;
    Button* m_attach;
};

} // namespace signalbox::console
