// SPDX-License-Identifier: GPL-3.0-or-later
// The OpenAPI document names every route of the server, and the server has every route that it names.
// links: server_app
#include "api/openapi.h"
#include "app/app.h"
#include "config/configloader.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

using namespace signalbox;
using namespace Qt::StringLiterals;

class OpenApiTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void routesAndDocumentAgree();
    void referencesLeadSomewhere();
    void everyOperationSaysWhatItDoes();

private:
    QJsonObject m_document;
    QSet<QString> m_served;
};

namespace {

/// Names of path parameters do not matter: "/a/{id}" and "/a/{session}" are one route.
QString canonical(const QString& method, QString path)
{
    static const QRegularExpression parameter(u"\\{[^}]*\\}"_s);
    return method.toUpper() + u' ' + path.replace(parameter, u"{}"_s);
}

/// The status page and the widget are for people, not for programs.
bool isPage(const QString& route)
{
    static const QSet<QString> pages{u"GET /"_s, u"GET /status.js"_s, u"GET /status.css"_s, u"GET /favicon.svg"_s,
                                     u"GET /favicon.ico"_s};
    return pages.contains(route) || route.startsWith(u"GET /widget"_s);
}

void collectReferences(const QJsonValue& value, QSet<QString>& found)
{
    for (const QJsonValue& item : value.toArray())
        collectReferences(item, found);
    const QJsonObject object = value.toObject();
    for (auto it = object.begin(); it != object.end(); ++it) {
        if (it.key() == u"$ref"_s)
            found.insert(it.value().toString());
        collectReferences(it.value(), found);
    }
}

} // namespace

void OpenApiTest::initTestCase()
{
    m_document = QJsonDocument::fromJson(openApiDocument()).object();
    QCOMPARE(m_document.value("openapi"_L1).toString(), u"3.1.0"_s);
    QTemporaryDir folder;
    const ConfigInput input{{{"server/data_dir", folder.path().toUtf8(), "test"},
                             {"network/port", "0", "test"},
                             {"network/management_port", "0", "test"},
                             {"network/host", "127.0.0.1", "test"},
                             {"server/workers", "1", "test"}},
                            {},
                            true};
    App app(loadConfig(input), {}, [this](Router& router) {
        for (const QByteArray& route : router.routes()) {
            if (route.startsWith(Router::kAnyMethod)) // Engine.IO: a protocol of its own
                continue;
            m_served.insert(canonical(QString::fromUtf8(route.left(route.indexOf(' '))),
                                      QString::fromUtf8(route.sliced(route.indexOf(' ') + 1))));
        }
    });
    const auto started = app.start();
    QVERIFY2(started.ok(), started ? "" : qPrintable(started.error().text()));
    QVERIFY(m_served.size() > 20);
}

void OpenApiTest::routesAndDocumentAgree()
{
    QSet<QString> described;
    const QJsonObject paths = m_document.value("paths"_L1).toObject();
    for (auto path = paths.begin(); path != paths.end(); ++path) {
        const QJsonObject methods = path.value().toObject();
        for (auto method = methods.begin(); method != methods.end(); ++method)
            described.insert(canonical(method.key(), path.key()));
    }
    QStringList missing;
    for (const QString& route : m_served) {
        if (!described.contains(route) && !isPage(route))
            missing.append(route + u" is not described"_s);
    }
    for (const QString& route : described) {
        if (!m_served.contains(route))
            missing.append(route + u" is not served"_s);
    }
    missing.sort();
    QVERIFY2(missing.isEmpty(), qPrintable(missing.join(u'\n')));
}

void OpenApiTest::referencesLeadSomewhere()
{
    QSet<QString> references;
    collectReferences(m_document, references);
    QVERIFY(!references.isEmpty());
    for (const QString& reference : references) {
        QVERIFY2(reference.startsWith(u"#/"_s), qPrintable(reference));
        QJsonValue at = m_document;
        for (const QString& step : reference.sliced(2).split(u'/'))
            at = at.toObject().value(step);
        QVERIFY2(at.isObject(), qPrintable(reference));
    }
}

void OpenApiTest::everyOperationSaysWhatItDoes()
{
    const QJsonObject paths = m_document.value("paths"_L1).toObject();
    for (auto path = paths.begin(); path != paths.end(); ++path) {
        const QJsonObject methods = path.value().toObject();
        for (auto method = methods.begin(); method != methods.end(); ++method) {
            const QJsonObject operation = method.value().toObject();
            const QString name = method.key() + u' ' + path.key();
            QVERIFY2(!operation.value("summary"_L1).toString().isEmpty(), qPrintable(name));
            QVERIFY2(!operation.value("responses"_L1).toObject().isEmpty(), qPrintable(name));
            const qsizetype parameters = path.key().count(u'{');
            qsizetype declared = 0;
            for (const QJsonValue& parameter : operation.value("parameters"_L1).toArray())
                declared += parameter.toObject().value("in"_L1).toString() == u"path"_s ? 1 : 0;
            QVERIFY2(declared == parameters, qPrintable(name));
        }
    }
}

QTEST_GUILESS_MAIN(OpenApiTest)
#include "tst_openapi.moc"
