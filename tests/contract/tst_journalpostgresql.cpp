// SPDX-License-Identifier: GPL-3.0-or-later
// The broker of a desk on PostgreSQL keeps the contract of all brokers.
#include "contract/journalhouse.h"
#include "support/postgresserver.h"

#include <QCoreApplication>
#include <QTest>

using namespace signalbox;

class PostgresqlContract final : public BrokerContract
{
    Q_OBJECT
public:
    PostgresqlContract(test::PostgresServer& server, const QByteArray& url)
        : BrokerContract([&server, url](const BrokerWorld::Bounds& bounds) {
            if (!server.emptyDatabase(url))
                qFatal("The database cannot be emptied.");
            return std::make_unique<JournalWorld>(JournalKind::Durable, bounds, url);
        })
    {
    }
};

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    test::PostgresServer server;
    if (!server.start())
        return 1;
    PostgresqlContract contract(server, server.createDatabase());
    return QTest::qExec(&contract, argc, argv);
}

#include "tst_journalpostgresql.moc"
