// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

#include <utility>
#include <vector>

namespace signalbox {

/// Texts that must come back as they were, with names for a table of tests.
inline const std::vector<std::pair<const char*, QString>>& textSamples()
{
    using namespace Qt::StringLiterals;
    static const std::vector<std::pair<const char*, QString>> samples{
        {"empty", QString()},
        {"cyrillic", u"Здравствуйте! Где мой заказ №17? Ещё жду…"_s},
        {"emoji", u"👍🏽 спасибо 👩‍👩‍👧"_s},
        {"right to left", u"שלום مرحبا"_s},
        {"combining", u"e\u0301 и\u0306"_s},
        {"quotes", u"'one' \"two\" `three` ''four'' \\'five\\' $$six$$"_s},
        {"sql", u"'); drop table message; -- ? :name $1 @x"_s},
        {"html", u"<script>alert('x')</script>&amp;<!-- -->"_s},
        {"patterns", u"100% _a_ %s %1 [a-z] \\% {0}"_s},
        {"backslashes", u"\\ \\\\ C:\\new\\x41 \\u0041 \\'"_s},
        {"control characters", u"\ttab\r\nline\u0001\u001f\u007f\u2028"_s},
        {"spaces", u"  two before and after  "_s},
        {"very long", u"длинный текст "_s.repeated(20'000)},
        {"one long word", QString(100'000, u'x')},
    };
    return samples;
}

/// Every byte there is.
inline QByteArray byteSample()
{
    QByteArray bytes;
    for (int i = 0; i < 256; ++i)
        bytes += static_cast<char>(i);
    return bytes + "'\"\\x41?";
}

} // namespace signalbox
