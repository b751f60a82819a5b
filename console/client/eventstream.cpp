// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/client/eventstream.h"

namespace signalbox::console {

namespace {

template <typename Fits> ErrorCode firstCode(Fits fits, ErrorCode otherwise)
{
    for (int i = 0; i < static_cast<int>(ErrorCode::Count_); ++i) {
        const auto code = static_cast<ErrorCode>(i);
        if (fits(errorInfo(code)))
            return code;
    }
    return otherwise;
}

} // namespace

ErrorCode errorOfCloseCode(int closeCode)
{
    return firstCode([closeCode](const ErrorInfo& info) { return info.closeCode == closeCode; },
                     ErrorCode::Unavailable);
}

ErrorCode errorOfName(const QString& name)
{
    const QByteArray latin = name.toLatin1();
    return firstCode([&latin](const ErrorInfo& info) { return latin == info.name; }, ErrorCode::Internal);
}

ErrorCode errorOfStatus(int status)
{
    return firstCode([status](const ErrorInfo& info) { return info.httpStatus == status; },
                     status >= 500 ? ErrorCode::Unavailable : ErrorCode::BadRequest);
}

} // namespace signalbox::console
