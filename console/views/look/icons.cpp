// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/look/icons.h"

#include <QFile>
#include <QPainter>
#include <QPixmapCache>

namespace signalbox::console {

namespace {

constexpr int kSizes[] = {16, 20, 32, 40, 48, 60}; // 16 and 20 at one, two, three device pixels

int sizeFor(int pixels)
{
    for (const int size : kSizes) {
        if (size >= pixels)
            return size;
    }
    return kSizes[std::size(kSizes) - 1];
}

QPixmap tinted(const QString& name, const QColor& color, int pixels)
{
    const QString key = QStringLiteral("stencil/%1/%2/%3").arg(name).arg(color.rgba()).arg(pixels);
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap))
        return pixmap;
    QImage image(QStringLiteral(":/icons/%1-%2.png").arg(name).arg(sizeFor(pixels)));
    if (image.isNull())
        return {};
    if (image.width() != pixels)
        image = image.scaled(pixels, pixels, Qt::KeepAspectRatio, Qt::SmoothTransformation);
    image = image.convertToFormat(QImage::Format_ARGB32_Premultiplied);
    QPainter painter(&image);
    painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
    painter.fillRect(image.rect(), color);
    painter.end();
    pixmap = QPixmap::fromImage(image);
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

} // namespace

QPixmap stencil(const QString& name, const QColor& color, int side, double devicePixelRatio)
{
    QPixmap pixmap = tinted(name, color, qRound(side * devicePixelRatio));
    pixmap.setDevicePixelRatio(devicePixelRatio);
    return pixmap;
}

QIcon icon(const char* name, const QColor& color)
{
    QIcon icon;
    for (const int size : kSizes)
        icon.addPixmap(tinted(QString::fromLatin1(name), color, size));
    return icon;
}

QIcon appIcon()
{
    QIcon icon;
    for (const int size : {16, 24, 32, 48, 64, 128, 256})
        icon.addFile(QStringLiteral(":/app/signalbox-%1.png").arg(size), QSize(size, size));
    return icon;
}

} // namespace signalbox::console
