// SPDX-License-Identifier: GPL-3.0-or-later
// A channel is available again when nobody says otherwise.
// links: server_gateway
#include "gateway/sources.h"

#include <QTest>

using namespace signalbox;

class TestSources : public QObject
{
    Q_OBJECT

private slots:
    void eachSourceForItself();
    void toldOnChangesOnly();
};

void TestSources::eachSourceForItself()
{
    Sources sources([](const QSet<QByteArray>&) {});
    sources.setAvailable("stream:deals", false);
    sources.setUnavailable("rabbitmq", {"stream:deals", "staff"});
    sources.setAvailable("stream:deals", true);
    QCOMPARE(sources.unavailable(), (QSet<QByteArray>{"stream:deals", "staff"}));
    sources.setUnavailable("other", {"staff"});
    sources.setUnavailable("rabbitmq", {"stream:tasks"});
    QCOMPARE(sources.unavailable(), (QSet<QByteArray>{"stream:tasks", "staff"}));
    sources.setUnavailable("other", {});
    sources.setUnavailable("rabbitmq", {});
    QVERIFY(sources.unavailable().isEmpty());
}

void TestSources::toldOnChangesOnly()
{
    int told = 0;
    Sources sources([&told](const QSet<QByteArray>&) { ++told; });
    sources.setUnavailable("rabbitmq", {});
    sources.setAvailable("staff", true);
    QCOMPARE(told, 0);
    sources.setUnavailable("rabbitmq", {"staff"});
    sources.setUnavailable("other", {"staff"});
    sources.setUnavailable("rabbitmq", {});
    QCOMPARE(told, 1);
    // As many as before, and others.
    sources.setUnavailable("other", {"system"});
    QCOMPARE(told, 2);
}

QTEST_GUILESS_MAIN(TestSources)
#include "tst_sources.moc"
