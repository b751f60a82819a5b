// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QMap>
#include <QSet>

#include <optional>

namespace signalbox::test {

/// A strict reader of Prometheus' text format 0.0.4: each family has HELP, TYPE and then its own samples in one piece,
/// no series comes twice, buckets are cumulative and end with +Inf, which equals _count. Says what is wrong in
/// error(); for tests.
class Exposition
{
public:
    using Labels = QMap<QByteArray, QByteArray>;
    struct Sample
    {
        QByteArray name;
        Labels labels;
        double value = 0;
    };

    explicit Exposition(const QByteArray& text);

    const QByteArray& error() const { return m_error; } ///< empty: well-formed
    /// "counter", "gauge", "histogram"; empty for a family that is not there.
    QByteArray typeOf(const QByteArray& family) const { return m_types.value(family); }
    QList<QByteArray> families() const { return m_types.keys(); }
    std::optional<double> value(const QByteArray& series, const Labels& labels = {}) const;
    bool hasSeries(const QByteArray& series) const { return m_labelNames.contains(series); }
    QSet<QByteArray> labelNames(const QByteArray& series) const { return m_labelNames.value(series); }
    const QList<Sample>& samples() const { return m_samples; }

private:
    bool readLine(const QByteArray& line);
    bool readComment(const QByteArray& line);
    bool readSample(const QByteArray& line);
    static bool readLabels(QByteArrayView text, qsizetype& at, Labels& labels);
    bool belongsToFamily(const QByteArray& series) const;
    void checkHistograms();
    bool fail(const QByteArray& why, const QByteArray& line);

    QByteArray m_error;
    QByteArray m_helpOf;
    QByteArray m_family;
    QMap<QByteArray, QByteArray> m_types;
    QHash<QByteArray, QSet<QByteArray>> m_labelNames;
    QList<Sample> m_samples;
};

inline bool isMetricName(QByteArrayView name)
{
    for (qsizetype i = 0; i < name.size(); ++i) {
        const char c = name[i];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
        if (!letter && !(i > 0 && c >= '0' && c <= '9'))
            return false;
    }
    return !name.isEmpty();
}

inline Exposition::Exposition(const QByteArray& text)
{
    if (!text.endsWith('\n')) {
        m_error = "does not end with a line feed";
        return;
    }
    for (const QByteArray& line : text.chopped(1).split('\n')) {
        if (!readLine(line))
            return;
    }
    checkHistograms();
}

inline bool Exposition::fail(const QByteArray& why, const QByteArray& line)
{
    m_error = why + ": " + line;
    return false;
}

inline bool Exposition::readLine(const QByteArray& line)
{
    return line.startsWith('#') ? readComment(line) : readSample(line);
}

inline bool Exposition::readComment(const QByteArray& line)
{
    const QList<QByteArray> words = line.split(' ');
    if (words.size() < 4 || words[0] != "#" || !isMetricName(words[2]))
        return fail("malformed comment", line);
    if (words[1] == "HELP") {
        m_helpOf = words[2];
        return true;
    }
    const QSet<QByteArray> types{"counter", "gauge", "histogram", "summary", "untyped"};
    if (words[1] != "TYPE" || words.size() != 4 || !types.contains(words[3]) || words[2] != m_helpOf)
        return fail("malformed TYPE", line);
    if (m_types.contains(words[2]))
        return fail("family comes twice", line);
    m_family = words[2];
    m_types.insert(m_family, words[3]);
    return true;
}

inline bool Exposition::readLabels(QByteArrayView text, qsizetype& at, Labels& labels)
{
    ++at;
    while (at < text.size() && text[at] != '}') {
        const qsizetype equals = text.indexOf('=', at);
        if (equals < 0 || equals + 1 >= text.size() || text[equals + 1] != '"')
            return false;
        const QByteArray name = text.sliced(at, equals - at).toByteArray();
        if (!isMetricName(name) || name.contains(':') || labels.contains(name))
            return false;
        QByteArray value;
        for (at = equals + 2; at < text.size() && text[at] != '"'; ++at) {
            if (text[at] == '\\') {
                if (++at >= text.size() || !QByteArrayView("\\\"n").contains(text[at]))
                    return false;
                value += text[at] == 'n' ? '\n' : text[at];
            } else {
                value += text[at];
            }
        }
        labels.insert(name, value);
        if (++at < text.size() && text[at] == ',')
            ++at;
    }
    ++at;
    return at < text.size();
}

inline bool Exposition::belongsToFamily(const QByteArray& series) const
{
    if (m_types.value(m_family) != "histogram")
        return series == m_family;
    return series == m_family + "_bucket" || series == m_family + "_sum" || series == m_family + "_count";
}

inline bool Exposition::readSample(const QByteArray& line)
{
    qsizetype at = 0;
    while (at < line.size() && line[at] != '{' && line[at] != ' ')
        ++at;
    Sample sample;
    sample.name = line.left(at);
    if (!isMetricName(sample.name) || !belongsToFamily(sample.name))
        return fail("sample of no family", line);
    if (at < line.size() && line[at] == '{' && !readLabels(line, at, sample.labels))
        return fail("malformed labels", line);
    if (at >= line.size() || line[at] != ' ')
        return fail("no value", line);
    bool ok = false;
    const QByteArray number = line.mid(at + 1);
    sample.value = number == "+Inf" ? std::numeric_limits<double>::infinity() : number.toDouble(&ok);
    if (!ok && number != "+Inf")
        return fail("malformed value", line);
    if (value(sample.name, sample.labels))
        return fail("series comes twice", line);
    const QList<QByteArray> names = sample.labels.keys();
    m_labelNames[sample.name].unite({names.cbegin(), names.cend()});
    m_samples.append(sample);
    return true;
}

inline std::optional<double> Exposition::value(const QByteArray& series, const Labels& labels) const
{
    for (const Sample& sample : m_samples) {
        if (sample.name == series && sample.labels == labels)
            return sample.value;
    }
    return {};
}

inline void Exposition::checkHistograms()
{
    double last = 0;
    for (const Sample& sample : std::as_const(m_samples)) {
        if (!sample.name.endsWith("_bucket")) {
            last = 0;
            continue;
        }
        if (sample.value < last)
            fail("bucket not cumulative", sample.name);
        last = sample.value;
        if (sample.labels.value("le") != "+Inf")
            continue;
        Labels series = sample.labels;
        series.remove("le");
        if (value(sample.name.chopped(7) + "_count", series) != sample.value)
            fail("+Inf is not the count", sample.name);
        last = 0;
    }
}

} // namespace signalbox::test
