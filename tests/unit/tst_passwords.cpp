// SPDX-License-Identifier: GPL-3.0-or-later
// Operators' passwords and the threads that hash them.
// links: server_auth PkgConfig::sodium
#include "auth/passwordqueue.h"
#include "auth/passwords.h"

#include <QSemaphore>
#include <QTest>
#include <QThread>

#include <sodium.h>

using namespace signalbox;

class TestPasswords : public QObject
{
    Q_OBJECT

private slots:
    void lengths_data()
    {
        QTest::addColumn<int>("bytes");
        QTest::addColumn<bool>("isUsable");
        QTest::newRow("empty") << 0 << false;
        QTest::newRow("one too few") << 7 << false;
        QTest::newRow("shortest") << 8 << true;
        QTest::newRow("longest") << 1024 << true;
        QTest::newRow("one too many") << 1025 << false;
    }

    void lengths()
    {
        QFETCH(const int, bytes);
        QFETCH(const bool, isUsable);
        const QByteArray password(bytes, 'x');
        QCOMPARE(isUsablePassword(password), isUsable);
        const auto hash = hashPassword(password);
        QCOMPARE(hash.ok(), isUsable);
        if (isUsable)
            QVERIFY(verifyPassword(*hash, password));
        else
            QCOMPARE(hash.error().field, QByteArray("password"));
    }

    void onlyTheRightOneVerifies()
    {
        const QByteArray password = QByteArrayLiteral("пароль\0with a zero");
        const auto hash = hashPassword(password);
        QVERIFY(hash.ok());
        QVERIFY(hash->startsWith("$argon2id$v=19$"));
        QVERIFY(!hash->contains(password));
        QVERIFY(verifyPassword(*hash, password));
        QVERIFY(!verifyPassword(*hash, QByteArray(password + 'x')));
        QVERIFY(!verifyPassword(*hash, password.chopped(1)));
        QVERIFY(!verifyPassword(*hash, {}));
        QVERIFY(*hashPassword(password) != *hash); // salted
    }

    void bytesBeyondTheLongestAreNotIgnored()
    {
        const QByteArray password(1024, 'x');
        const auto hash = hashPassword(password);
        QVERIFY(hash.ok());
        QVERIFY(!verifyPassword(*hash, QByteArray(password + 'x')));
    }

    void nothingVerifiesWithoutAHash_data()
    {
        QTest::addColumn<QByteArray>("hash");
        QTest::newRow("none") << QByteArray();
        QTest::newRow("nonsense") << QByteArray("swordfish1");
        QTest::newRow("cut off") << QByteArray("$argon2id$v=19$m=65536,t=2,p=1$");
        QTest::newRow("too long") << QByteArray(1000, '$');
    }

    void nothingVerifiesWithoutAHash()
    {
        QFETCH(const QByteArray, hash);
        QVERIFY(!verifyPassword(hash, "swordfish1"));
        QVERIFY(!verifyPassword(hash, {}));
        QVERIFY(needsRehash(hash));
    }

    void weakerHashesAreMadeAnew()
    {
        QByteArray weak(crypto_pwhash_STRBYTES, '\0');
        QCOMPARE(
            crypto_pwhash_str(weak.data(), "swordfish1", 10, crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN),
            0);
        weak = QByteArray(weak.constData());
        QVERIFY(needsRehash(weak));
        QVERIFY(verifyPassword(weak, "swordfish1"));
        QVERIFY(!needsRehash(*hashPassword("swordfish1")));
    }

    void generatedOnesDiffer()
    {
        const QByteArray one = generatedPassword();
        QCOMPARE(one.size(), 20);
        QVERIFY(one != generatedPassword());
    }

    void theQueueRunsElsewhere()
    {
        PasswordQueue queue;
        QSemaphore done;
        QThread* ran = nullptr;
        const auto here = [](auto task) { task(); };
        QVERIFY(queue.run<QThread*>([] { return QThread::currentThread(); }, here,
                                    [&](QThread* thread) {
                                        ran = thread;
                                        done.release();
                                    }));
        done.acquire();
        QVERIFY(ran != nullptr && ran != QThread::currentThread());
    }

    void theQueueIsBounded()
    {
        PasswordQueue queue;
        QSemaphore hold;
        std::atomic<int> finished = 0;
        const auto here = [](auto task) { task(); };
        const auto add = [&] {
            return queue.run<int>(
                [&hold] {
                    hold.acquire();
                    return 0;
                },
                here, [&finished](int) { ++finished; });
        };
        for (int i = 0; i < PasswordQueue::kMostTasks; ++i)
            QVERIFY(add());
        QVERIFY(!add());
        hold.release(PasswordQueue::kMostTasks);
        queue.stop();
        QCOMPARE(finished.load(), PasswordQueue::kMostTasks);
        QVERIFY(!add());
    }
};

QTEST_APPLESS_MAIN(TestPasswords)
#include "tst_passwords.moc"
