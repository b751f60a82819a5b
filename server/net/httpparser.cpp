// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/httpparser.h"

#include "net/httpchunkline.h"
#include "net/httplinescan.h"
#include "net/httptarget.h"

#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace signalbox {

namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

QByteArrayView viewOf(string_view text)
{
    return QByteArrayView(text.data(), static_cast<qsizetype>(text.size()));
}

bool equalsIgnoringCase(QByteArrayView a, QByteArrayView b)
{
    return a.compare(b, Qt::CaseInsensitive) == 0;
}

// Names that Beast knows are served from one lower-cased table: no allocation and no shared reference count.
std::vector<std::string> lowerCaseFieldNames()
{
    std::vector<std::string> names;
    for (unsigned i = 0; i <= static_cast<unsigned>(http::field::xref); ++i) {
        const string_view name = http::to_string(static_cast<http::field>(i));
        names.push_back(viewOf(name).toByteArray().toLower().toStdString());
    }
    return names;
}

QByteArray fieldName(http::field field, string_view text)
{
    static const std::vector<std::string> names = lowerCaseFieldNames();
    const auto index = static_cast<size_t>(field);
    if (field == http::field::unknown || index >= names.size())
        return viewOf(text).toByteArray().toLower();
    return QByteArray::fromRawData(names[index].data(), static_cast<qsizetype>(names[index].size()));
}

QByteArray methodName(http::verb verb, string_view text)
{
    if (verb == http::verb::unknown)
        return viewOf(text).toByteArray();
    const string_view name = http::to_string(verb);
    return QByteArray::fromRawData(name.data(), static_cast<qsizetype>(name.size()));
}

bool isDigits(QByteArrayView text)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "… HTTP/2.0": a well-formed version that is not ours, apart from a broken request line.
bool namesOtherVersion(QByteArrayView head)
{
    const QByteArrayView line = head.first(std::max<qsizetype>(0, head.indexOf('\r')));
    if (line.size() < 9)
        return false;
    const QByteArrayView version = line.last(9);
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    return version.startsWith(" HTTP/") && digit(version[6]) && version[7] == '.' && digit(version[8]) &&
           version.last(3) != "1.0" && version.last(3) != "1.1";
}

} // namespace

class HttpParser::Machine final : public http::basic_parser<true>
{
public:
    explicit Machine(const HttpLimits& limits)
        : m_limits(limits)
    {
        header_limit(static_cast<std::uint32_t>(limits.maxHeadBytes + HttpChunkLine::kMaxTrailerBytes));
        body_limit(static_cast<std::uint64_t>(limits.maxBodyBytes));
    }

    qsizetype feed(QByteArrayView bytes);

    bool hasBegun() const { return m_begun; }
    bool headDone() const { return m_headDone; }
    bool hasFailed() const { return m_failed; }
    const HttpRefusal& refusal() const { return m_refusal; }
    bool expectsContinue() const { return m_expectsContinue && !m_begunBody; }
    HttpRequest takeRequest() { return std::move(m_request); }

private:
    void refuse(int status, ErrorCode code, const char* message);
    void refuse(error_code& ec, int status, const char* message);
    void refuseBy(const error_code& ec, QByteArrayView head);
    bool put(QByteArrayView bytes);

    qsizetype skipEmptyLine(QByteArrayView bytes);
    qsizetype feedHead(QByteArrayView bytes);
    qsizetype feedBody(QByteArrayView bytes);
    qsizetype feedChunkLine(QByteArrayView bytes);
    void headTooLong();

    void noteField(http::field field, QByteArrayView value, error_code& ec);
    void checkFraming(error_code& ec);

    void on_request_impl(http::verb, string_view, string_view, int, error_code&) override;
    void on_response_impl(int, string_view, int, error_code&) override {}
    void on_field_impl(http::field, string_view, string_view, error_code&) override;
    void on_header_impl(error_code&) override;
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override;
    std::size_t on_body_impl(string_view, error_code&) override;
    void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override;
    std::size_t on_chunk_body_impl(std::uint64_t, string_view, error_code&) override;
    void on_finish_impl(error_code&) override {}

    const HttpLimits& m_limits;
    HttpRequest m_request;
    HttpRefusal m_refusal;
    HttpLineScan m_scan;
    HttpChunkLine m_chunkLine;
    QByteArray m_rest; ///< what came of the head, when it came in portions
    qsizetype m_headBytes = 0;
    qsizetype m_extensionBytes = 0;
    std::uint64_t m_chunkLeft = 0;
    int m_hosts = 0;
    int m_contentLengths = 0;
    int m_transferEncodings = 0;
    bool m_otherEncoding = false;
    bool m_expectsContinue = false;
    bool m_begun = false;
    bool m_sawCr = false; ///< of the empty line before the request
    bool m_sawEmptyLine = false;
    bool m_headDone = false;
    bool m_begunBody = false;
    bool m_failed = false;
};

void HttpParser::Machine::refuse(int status, ErrorCode code, const char* message)
{
    if (m_failed)
        return;
    m_failed = true;
    m_refusal = {status, Error(code, QString::fromLatin1(message))};
}

void HttpParser::Machine::refuse(error_code& ec, int status, const char* message)
{
    ec = http::error::bad_value;
    refuse(status, status == 431 ? ErrorCode::HeadTooLarge : ErrorCode::BadRequest, message);
}

void HttpParser::Machine::refuseBy(const error_code& ec, QByteArrayView head)
{
    if (ec == http::error::body_limit)
        refuse(413, ErrorCode::PayloadTooLarge, "The body is too large.");
    else if (ec == http::error::bad_version && namesOtherVersion(head))
        refuse(505, ErrorCode::BadRequest, "Only HTTP/1.0 and HTTP/1.1 are spoken here.");
    else
        refuse(400, ErrorCode::BadRequest, "The HTTP request is malformed.");
}

// Only whole units are put (a head, a chunk's line, bytes of a body): "need more" is then an error too.
bool HttpParser::Machine::put(QByteArrayView bytes)
{
    error_code ec;
    const std::size_t used = basic_parser::put({bytes.data(), static_cast<std::size_t>(bytes.size())}, ec);
    if (ec || static_cast<qsizetype>(used) != bytes.size()) {
        refuseBy(ec, bytes);
        return false;
    }
    return true;
}

qsizetype HttpParser::Machine::feed(QByteArrayView bytes)
{
    qsizetype used = 0;
    while (used < bytes.size() && !m_failed && !is_done()) {
        const QByteArrayView rest = bytes.sliced(used);
        if (!m_begun)
            used += skipEmptyLine(rest);
        else if (!m_headDone)
            used += feedHead(rest);
        else
            used += feedBody(rest);
    }
    return used;
}

// RFC 9112 2.2: one empty line before a request is tolerated.
qsizetype HttpParser::Machine::skipEmptyLine(QByteArrayView bytes)
{
    const char c = bytes.front();
    if (m_sawCr) {
        m_sawCr = false;
        m_sawEmptyLine = true;
        if (c == '\n')
            return 1;
        refuse(400, ErrorCode::BadRequest, "A line ends without CR LF.");
        return 0;
    }
    if (c == '\r' && !m_sawEmptyLine) {
        m_sawCr = true;
        return 1;
    }
    m_begun = true;
    return 0;
}

qsizetype HttpParser::Machine::feedHead(QByteArrayView bytes)
{
    const QByteArrayView window = bytes.first(std::min(bytes.size(), m_limits.maxHeadBytes - m_headBytes));
    const qsizetype scanned = m_scan.scan(window);
    m_headBytes += scanned;
    if (m_scan.error()) {
        refuse(400, ErrorCode::BadRequest, m_scan.error());
        return scanned;
    }
    if (!m_scan.isDone()) {
        m_rest.append(window.data(), window.size());
        if (m_headBytes >= m_limits.maxHeadBytes)
            headTooLong();
        return scanned;
    }
    if (m_rest.isEmpty()) {
        m_headDone = put(window.first(scanned));
    } else {
        m_rest.append(window.data(), scanned);
        m_headDone = put(m_rest);
        m_rest = QByteArray();
    }
    return scanned;
}

void HttpParser::Machine::headTooLong()
{
    if (m_scan.inFirstLine())
        refuse(414, ErrorCode::BadRequest, "The request target is too long.");
    else
        refuse(431, ErrorCode::HeadTooLarge, "The request head is too large.");
}

qsizetype HttpParser::Machine::feedBody(QByteArrayView bytes)
{
    m_begunBody = true;
    if (chunked() && m_chunkLeft == 0)
        return feedChunkLine(bytes);
    const std::uint64_t left = chunked() ? m_chunkLeft : content_length_remaining().value_or(0);
    const auto size = static_cast<qsizetype>(std::min<std::uint64_t>(left, static_cast<std::uint64_t>(bytes.size())));
    put(bytes.first(size));
    return size;
}

// Beast gets the line of a chunk as a whole, and the last one together with its trailers.
qsizetype HttpParser::Machine::feedChunkLine(QByteArrayView bytes)
{
    const qsizetype used = m_chunkLine.feed(bytes);
    if (m_chunkLine.isTooLong())
        refuse(431, ErrorCode::HeadTooLarge, "The trailers are too large.");
    else if (m_chunkLine.hasFailed())
        refuse(400, ErrorCode::BadRequest, "The chunked body is malformed.");
    else if (m_chunkLine.isDone() && put(m_chunkLine.bytes()))
        m_chunkLine.next();
    return used;
}

void HttpParser::Machine::on_request_impl(http::verb verb, string_view method, string_view target, int version,
                                          error_code& ec)
{
    m_request.versionMinor = version - 10;
    m_request.method = methodName(verb, method);
    if (viewOf(target).size() > m_limits.maxTargetBytes) {
        refuse(ec, 414, "The request target is too long.");
        return;
    }
    m_request.target = viewOf(target).toByteArray();
    m_request.headers.reserve(12);
    if (const char* problem = splitTarget(m_request))
        refuse(ec, 400, problem);
}

void HttpParser::Machine::on_field_impl(http::field field, string_view name, string_view value, error_code& ec)
{
    if (m_headDone)
        return;
    if (m_request.headers.size() >= m_limits.maxHeaders) {
        refuse(ec, 431, "The request has too many headers.");
        return;
    }
    noteField(field, viewOf(value), ec);
    m_request.headers.emplaceBack(fieldName(field, name), viewOf(value).toByteArray());
}

void HttpParser::Machine::noteField(http::field field, QByteArrayView value, error_code& ec)
{
    switch (field) {
    case http::field::host:
        if (++m_hosts > 1 || !isHostText(value))
            refuse(ec, 400, "The Host header is malformed.");
        break;
    case http::field::content_length:
        if (++m_contentLengths > 1 || !isDigits(value))
            refuse(ec, 400, "The Content-Length is malformed.");
        break;
    case http::field::transfer_encoding:
        ++m_transferEncodings;
        m_otherEncoding = m_otherEncoding || !equalsIgnoringCase(value, "chunked");
        break;
    case http::field::expect:
        if (m_request.versionMinor > 0 && !equalsIgnoringCase(value, "100-continue"))
            refuse(ec, 417, "Only 100-continue can be expected.");
        m_expectsContinue = m_request.versionMinor > 0;
        break;
    default:
        break;
    }
}

void HttpParser::Machine::checkFraming(error_code& ec)
{
    if (m_hosts == 0 && m_request.versionMinor > 0)
        refuse(ec, 400, "The Host header is missing.");
    else if (m_transferEncodings > 0 &&
             (m_contentLengths > 0 || m_request.versionMinor == 0 || m_transferEncodings > 1))
        refuse(ec, 400, "Transfer-Encoding contradicts the rest of the head.");
    else if (m_otherEncoding)
        refuse(ec, 501, "Only the transfer coding chunked is understood.");
}

void HttpParser::Machine::on_header_impl(error_code& ec)
{
    m_request.keepAlive = keep_alive();
    checkFraming(ec);
}

void HttpParser::Machine::on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&)
{
    // What a client merely announces is not allocated at once.
    constexpr std::uint64_t first = 64 * 1024;
    if (length)
        m_request.body.reserve(static_cast<qsizetype>(std::min(*length, first)));
}

std::size_t HttpParser::Machine::on_body_impl(string_view body, error_code&)
{
    m_request.body.append(body.data(), static_cast<qsizetype>(body.size()));
    return body.size();
}

void HttpParser::Machine::on_chunk_header_impl(std::uint64_t size, string_view extensions, error_code& ec)
{
    m_chunkLeft = size;
    m_extensionBytes += static_cast<qsizetype>(extensions.size());
    if (m_extensionBytes > kMaxChunkExtensions)
        refuse(ec, 400, "The chunk extensions are too long.");
}

std::size_t HttpParser::Machine::on_chunk_body_impl(std::uint64_t, string_view body, error_code&)
{
    m_chunkLeft -= body.size();
    m_request.body.append(body.data(), static_cast<qsizetype>(body.size()));
    return body.size();
}

HttpParser::HttpParser(const HttpLimits& limits)
    : m_machine(std::make_unique<Machine>(limits))
{
}

HttpParser::~HttpParser() = default;

qsizetype HttpParser::feed(QByteArrayView bytes)
{
    return m_machine->feed(bytes);
}

bool HttpParser::hasBegun() const
{
    return m_machine->hasBegun();
}

bool HttpParser::headDone() const
{
    return m_machine->headDone();
}

bool HttpParser::isDone() const
{
    return m_machine->is_done() && !m_machine->hasFailed();
}

bool HttpParser::hasFailed() const
{
    return m_machine->hasFailed();
}

const HttpRefusal& HttpParser::refusal() const
{
    return m_machine->refusal();
}

bool HttpParser::expectsContinue() const
{
    return m_machine->expectsContinue();
}

HttpRequest HttpParser::takeRequest()
{
    return m_machine->takeRequest();
}

} // namespace signalbox
