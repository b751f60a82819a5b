// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/dialogs/attachdialog.h"

#include "console/views/look/look.h"
#include "console/views/widgets/button.h"
#include "console/views/widgets/text.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMimeDatabase>
#include <QUrl>
#include <QVBoxLayout>

namespace signalbox::console {

AttachDialog::AttachDialog(const Look& look, const QImage& image, QWidget* parent)
    : QDialog(parent)
    , m_image(image)
    , m_url(new QLineEdit(this))
    , m_name(new QLineEdit(this))
    , m_attach(new Button(look, "paperclip", ButtonKind::Primary, this))
{
    setWindowTitle(image.isNull() ? tr("Attach a link") : tr("Attach a picture"));
    setMinimumWidth(440);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 20, 20, 16);
    column->setSpacing(8);
    if (!image.isNull()) {
        auto* preview = new QLabel(this);
        preview->setPixmap(QPixmap::fromImage(image.scaled(400, 240, Qt::KeepAspectRatio, Qt::SmoothTransformation)));
        preview->setAccessibleName(tr("Preview of the picture"));
        column->addWidget(preview);
    }
    auto* hint = new Text(look, -1, QFont::Normal, Shade::Muted, this);
    hint->setWordWrap(true);
    hint->setText(tr("The desk keeps links, not files. Put the file where guests can reach it and give its address."));
    column->addWidget(hint);
    m_url->setPlaceholderText(QStringLiteral("https://"));
    m_url->setAccessibleName(tr("Address"));
    m_url->setMaxLength(2048);
    m_name->setPlaceholderText(tr("Name that the guest sees"));
    m_name->setAccessibleName(m_name->placeholderText());
    m_name->setMaxLength(255);
    column->addWidget(m_url);
    column->addWidget(m_name);
    auto* row = new QHBoxLayout;
    if (!image.isNull()) {
        auto* save = new Button(look, "download", ButtonKind::Plain, this);
        save->setText(tr("Save picture…"));
        connect(save, &QPushButton::clicked, this, &AttachDialog::save);
        row->addWidget(save);
    }
    row->addStretch(1);
    auto* cancel = new Button(look, nullptr, ButtonKind::Plain, this);
    cancel->setText(tr("Cancel"));
    m_attach->setText(tr("Attach"));
    m_attach->setDefault(true);
    row->addWidget(cancel);
    row->addWidget(m_attach);
    column->addSpacing(8);
    column->addLayout(row);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_attach, &QPushButton::clicked, this, &QDialog::accept);
    connect(m_url, &QLineEdit::textChanged, this, &AttachDialog::check);
    check();
}

void AttachDialog::check()
{
    const QUrl url(m_url->text().trimmed(), QUrl::StrictMode);
    const bool web = url.scheme() == QLatin1String("https") || url.scheme() == QLatin1String("http");
    m_attach->setEnabled(url.isValid() && web && !url.host().isEmpty());
}

QJsonObject AttachDialog::attachment() const
{
    const QUrl url(m_url->text().trimmed());
    const QString name = m_name->text().trimmed().isEmpty() ? url.fileName() : m_name->text().trimmed();
    const QString type = QMimeDatabase().mimeTypeForFile(url.fileName(), QMimeDatabase::MatchExtension).name();
    return {{QStringLiteral("url"), url.toString(QUrl::FullyEncoded)},
            {QStringLiteral("name"), name.isEmpty() ? url.host() : name},
            {QStringLiteral("type"), type}};
}

void AttachDialog::save()
{
    const QString path =
        QFileDialog::getSaveFileName(this, tr("Save picture"), QStringLiteral("picture.png"), QStringLiteral("*.png"));
    if (!path.isEmpty())
        m_image.save(path, "PNG");
}

} // namespace signalbox::console
