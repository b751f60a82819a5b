// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/dialogcursor.h"

namespace signalbox {

namespace {

constexpr auto kEncoding = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;
constexpr qsizetype kLongest = 128;

char kindOf(const DialogFilter& filter)
{
    return filter.text.isEmpty() ? 'l' : 's';
}

} // namespace

QByteArray dialogCursorText(const DialogFilter& filter, ListPlace place)
{
    const QByteArray plain = kindOf(filter) + QByteArray::number(place.value) + ':' + QByteArray::number(place.id);
    return plain.toBase64(kEncoding);
}

Result<ListPlace> parseDialogCursor(const DialogFilter& filter, const QByteArray& text)
{
    const Error nonsense(ErrorCode::BadRequest, QStringLiteral("This is no cursor of such a list."), "cursor");
    if (text.size() > kLongest)
        return nonsense;
    const QByteArray plain = QByteArray::fromBase64(text, kEncoding);
    const qsizetype colon = plain.indexOf(':');
    if (colon < 2)
        return nonsense;
    const ListPlace place{plain.sliced(1, colon - 1).toLongLong(), plain.sliced(colon + 1).toLongLong()};
    // Whatever was lenient above: the text has one spelling.
    if (place.id <= 0 || dialogCursorText(filter, place) != text)
        return nonsense;
    return place;
}

} // namespace signalbox
