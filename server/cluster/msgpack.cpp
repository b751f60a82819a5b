// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/msgpack.h"

#include "shared/isotime.h"

#include <QJsonObject>
#include <QtEndian>

#include <msgpack.hpp>

#include <array>
#include <charconv>
#include <cmath>

namespace signalbox {

namespace {

constexpr QByteArrayView kPlaceholder = "_placeholder";

/// The text of an extension that is a time stamp; null for a time that JavaScript has none for; empty for another one.
QByteArray timeText(QByteArrayView extension)
{
    constexpr qint64 kLastSecond = 253'402'300'799; // of the year 9999
    constexpr qint64 kFirstSecond = -62'135'596'800;
    if (extension.isEmpty() || static_cast<signed char>(extension.front()) != -1)
        return {};
    const QByteArrayView bytes = extension.sliced(1);
    qint64 seconds = 0;
    qint64 nanoseconds = 0;
    if (bytes.size() == 4) {
        seconds = qFromBigEndian<quint32>(bytes.data());
    } else if (bytes.size() == 8) {
        const auto both = qFromBigEndian<quint64>(bytes.data());
        seconds = static_cast<qint64>(both & 0x3'ffff'ffffULL);
        nanoseconds = static_cast<qint64>(both >> 34);
    } else if (bytes.size() == 12) {
        nanoseconds = qFromBigEndian<quint32>(bytes.data());
        seconds = qFromBigEndian<qint64>(bytes.data() + 4);
    } else {
        return {};
    }
    if (seconds < kFirstSecond || seconds > kLastSecond)
        return "null";
    return '"' + isoTime(seconds * 1000 + nanoseconds / 1'000'000) + '"';
}

/// Writes JSON while the parser goes through the bytes, and stops it where something is not wanted.
class JsonWriter : public msgpack::null_visitor
{
public:
    explicit JsonWriter(const MsgPackLimits& limits)
        : m_limits(limits)
    {
    }

    bool visit_nil() { return put("null"); }
    bool visit_boolean(bool value) { return put(value ? "true" : "false"); }
    bool visit_positive_integer(uint64_t value) { return put(QByteArray::number(quint64(value))); }
    bool visit_negative_integer(int64_t value) { return put(QByteArray::number(qint64(value))); }
    bool visit_float32(float value) { return visit_float64(static_cast<double>(value)); }
    bool visit_float64(double value)
    {
        if (!std::isfinite(value))
            return put("null");
        std::array<char, 32> text{};
        const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
        return put(QByteArrayView(text.data(), end - text.data()));
    }
    bool visit_str(const char* text, uint32_t size)
    {
        const QByteArrayView view(text, static_cast<qsizetype>(size));
        m_hasPlaceholder = m_hasPlaceholder || (m_isKey && view == kPlaceholder);
        m_json += jsonString(view);
        return true;
    }
    bool visit_bin(const char* bytes, uint32_t size)
    {
        if (m_values.attachments.size() >= m_limits.maxAttachments)
            return stop("too many byte strings");
        const QByteArray json =
            "{\"_placeholder\":true,\"num\":" + QByteArray::number(m_values.attachments.size()) + '}';
        m_values.attachments.append(QByteArray(bytes, static_cast<qsizetype>(size)));
        return put(json);
    }
    bool visit_ext(const char* bytes, uint32_t size)
    {
        const QByteArray text = timeText(QByteArrayView(bytes, static_cast<qsizetype>(size)));
        return text.isEmpty() ? stop("an unknown extension") : put(text);
    }
    bool start_array(uint32_t) { return begin('['); }
    bool start_array_item() { return next(); }
    bool end_array() { return end(']'); }
    bool start_map(uint32_t) { return begin('{'); }
    bool start_map_key()
    {
        m_isKey = true;
        return next();
    }
    bool end_map_key()
    {
        m_isKey = false;
        m_json += ':';
        return true;
    }
    bool end_map() { return end('}'); }

    /// Whether what stands there means the same to the clients.
    bool isUnambiguous() const { return !m_hasPlaceholder || m_values.attachments.isEmpty(); }
    const char* why() const { return m_why; }
    SocketValues take()
    {
        m_values.json = m_json;
        return std::move(m_values);
    }

private:
    bool stop(const char* why)
    {
        m_why = why;
        return false;
    }
    bool put(QByteArrayView json)
    {
        if (m_isKey)
            return stop("a key that is no text");
        m_json += json;
        return true;
    }
    bool begin(char bracket)
    {
        if (static_cast<int>(m_isFirst.size()) >= m_limits.maxDepth)
            return stop("too many levels");
        m_isFirst.push_back(true);
        return put(QByteArrayView(&bracket, 1));
    }
    bool next()
    {
        if (!std::exchange(m_isFirst.back(), false))
            m_json += ',';
        return true;
    }
    bool end(char bracket)
    {
        m_isFirst.pop_back();
        m_json += bracket;
        return true;
    }

    const MsgPackLimits m_limits;
    SocketValues m_values;
    QByteArray m_json;
    std::vector<char> m_isFirst; ///< by level: nothing stands in it yet
    bool m_isKey = false;
    bool m_hasPlaceholder = false;
    const char* m_why = nullptr;
};

/// What msgpack-cxx writes to.
struct ByteSink
{
    QByteArray bytes;
    void write(const char* data, size_t size) { bytes.append(data, static_cast<qsizetype>(size)); }
};

class Packer : public msgpack::packer<ByteSink>
{
public:
    explicit Packer(ByteSink& sink)
        : msgpack::packer<ByteSink>(sink)
        , m_sink(sink)
    {
    }
    /// pack_double() of 4.1.3 tries every number as an integer first, which 2^64 is none of.
    void packFloat(double number)
    {
        std::array<char, 9> bytes{'\xcb'};
        qToBigEndian(number, bytes.data() + 1);
        m_sink.write(bytes.data(), bytes.size());
    }

private:
    ByteSink& m_sink;
};

void packText(Packer& packer, const QString& text)
{
    const QByteArray utf8 = text.toUtf8();
    packer.pack_str(static_cast<uint32_t>(utf8.size()));
    packer.pack_str_body(utf8.constData(), static_cast<uint32_t>(utf8.size()));
}

void packNumber(Packer& packer, const QJsonValue& value)
{
    constexpr double kExact = 9'007'199'254'740'992; // JavaScript's integers
    const double number = value.toDouble();
    if (number == std::trunc(number) && std::fabs(number) < kExact)
        packer.pack_int64(static_cast<int64_t>(number));
    else
        packer.packFloat(number);
}

/// The attachment that an object stands for; -1: none.
qsizetype attachmentOf(const QJsonObject& object, qsizetype attachments)
{
    if (object.value(QLatin1StringView("_placeholder")) != QJsonValue(true))
        return -1;
    const qint64 number = object.value(QLatin1StringView("num")).toInteger(-1);
    return number >= 0 && number < attachments ? number : -1;
}

void pack(Packer& packer, const QJsonValue& value, const QByteArrayList& attachments);

void packObject(Packer& packer, const QJsonObject& object, const QByteArrayList& attachments)
{
    if (const qsizetype number = attachmentOf(object, attachments.size()); number >= 0) {
        const QByteArray& bytes = attachments[number];
        packer.pack_bin(static_cast<uint32_t>(bytes.size()));
        packer.pack_bin_body(bytes.constData(), static_cast<uint32_t>(bytes.size()));
        return;
    }
    packer.pack_map(static_cast<uint32_t>(object.size()));
    for (auto member = object.begin(); member != object.end(); ++member) {
        packText(packer, member.key());
        pack(packer, member.value(), attachments);
    }
}

void pack(Packer& packer, const QJsonValue& value, const QByteArrayList& attachments)
{
    switch (value.type()) {
    case QJsonValue::Bool:
        value.toBool() ? packer.pack_true() : packer.pack_false();
        break;
    case QJsonValue::Double:
        packNumber(packer, value);
        break;
    case QJsonValue::String:
        packText(packer, value.toString());
        break;
    case QJsonValue::Array: {
        const QJsonArray items = value.toArray();
        packer.pack_array(static_cast<uint32_t>(items.size()));
        for (const QJsonValue item : items)
            pack(packer, item, attachments);
        break;
    }
    case QJsonValue::Object:
        packObject(packer, value.toObject(), attachments);
        break;
    case QJsonValue::Null:
    case QJsonValue::Undefined:
        packer.pack_nil();
        break;
    }
}

} // namespace

Result<SocketValues> jsonOfMsgPack(QByteArrayView bytes, const MsgPackLimits& limits)
{
    JsonWriter writer(limits);
    size_t end = 0;
    const auto size = static_cast<size_t>(bytes.size());
    const bool isWhole = size > 0 && msgpack::parse(bytes.data(), size, end, writer);
    const char* const why = writer.why()              ? writer.why()
                            : !isWhole                ? "no whole value"
                            : end != size             ? "something behind the value"
                            : !writer.isUnambiguous() ? "an object that passes for bytes"
                                                      : nullptr;
    if (why)
        return Error(ErrorCode::BadRequest, QStringLiteral("MessagePack: ") + QString::fromLatin1(why));
    return writer.take();
}

QByteArray msgPackOfJson(const QJsonValue& value, const QByteArrayList& attachments)
{
    ByteSink sink;
    Packer packer(sink);
    pack(packer, value, attachments);
    return sink.bytes;
}

} // namespace signalbox
