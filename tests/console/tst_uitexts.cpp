// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDirIterator>
#include <QDomDocument>
#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>

/// The texts are there in both languages, and are those of the source.
class TestUiTexts : public QObject
{
    Q_OBJECT
private slots:
    void nothingIsUnfinished_data() { languages(); }
    void nothingIsUnfinished();
    void placeholdersAreKept_data() { languages(); }
    void placeholdersAreKept();
    void russianIsRussian();
    void sourceBringsNothingNew_data() { languages(); }
    void sourceBringsNothingNew();
    void pluralsAreRight();

private:
    static void languages();
    static QString file(const QString& language)
    {
        return QStringLiteral(SOURCE_FOLDER "/resources/translations/console_%1.ts").arg(language);
    }
    static QList<QDomElement> messages(QDomDocument& document, const QString& language);
};

void TestUiTexts::languages()
{
    QTest::addColumn<QString>("language");
    QTest::addColumn<int>("forms");
    QTest::newRow("Russian") << QStringLiteral("ru") << 3;
    QTest::newRow("English") << QStringLiteral("en") << 2;
}

QList<QDomElement> TestUiTexts::messages(QDomDocument& document, const QString& language)
{
    QFile ts(file(language));
    QList<QDomElement> found;
    if (!ts.open(QIODevice::ReadOnly) || !document.setContent(&ts))
        return found;
    const QDomNodeList nodes = document.elementsByTagName(QStringLiteral("message"));
    for (int i = 0; i < nodes.size(); ++i)
        found << nodes.at(i).toElement();
    return found;
}

void TestUiTexts::nothingIsUnfinished()
{
    QFETCH(QString, language);
    QFETCH(int, forms);
    QDomDocument document;
    const QList<QDomElement> all = messages(document, language);
    QVERIFY(all.size() > 300);
    for (const QDomElement& message : all) {
        const QString source = message.firstChildElement(QStringLiteral("source")).text();
        const QDomElement translation = message.firstChildElement(QStringLiteral("translation"));
        QVERIFY2(translation.attribute(QStringLiteral("type")).isEmpty(), qPrintable(source));
        QVERIFY2(!translation.text().isEmpty(), qPrintable(source));
        if (message.hasAttribute(QStringLiteral("numerus")))
            QVERIFY2(translation.elementsByTagName(QStringLiteral("numerusform")).size() == forms, qPrintable(source));
    }
}

void TestUiTexts::placeholdersAreKept()
{
    QFETCH(QString, language);
    static const QRegularExpression placeholder(QStringLiteral("%[0-9n]"));
    QDomDocument document;
    for (const QDomElement& message : messages(document, language)) {
        const QString source = message.firstChildElement(QStringLiteral("source")).text();
        const QString text = message.firstChildElement(QStringLiteral("translation")).text();
        auto wanted = placeholder.globalMatch(source);
        while (wanted.hasNext())
            QVERIFY2(text.contains(wanted.next().captured()), qPrintable(source));
    }
}

void TestUiTexts::russianIsRussian()
{
    static const QRegularExpression cyrillic(QStringLiteral("[а-яё]"), QRegularExpression::CaseInsensitiveOption);
    static const QStringList same{QStringLiteral("Signalbox"), QStringLiteral("desk.example.com"),
                                  QStringLiteral("%1, %2, %3"), QStringLiteral("Русский")};
    QDomDocument document;
    for (const QDomElement& message : messages(document, QStringLiteral("ru"))) {
        const QString source = message.firstChildElement(QStringLiteral("source")).text();
        const QString text = message.firstChildElement(QStringLiteral("translation")).text();
        static const QRegularExpression words(QStringLiteral("[A-Za-z]{4,}"));
        if (!same.contains(source) && words.match(source).hasMatch() && !source.startsWith(QLatin1String("d MMMM")))
            QVERIFY2(cyrillic.match(text).hasMatch(), qPrintable(source));
    }
}

void TestUiTexts::sourceBringsNothingNew()
{
    QFETCH(QString, language);
    const QTemporaryDir folder;
    const QString copy = folder.filePath(QStringLiteral("console_%1.ts").arg(language));
    QVERIFY(QFile::copy(file(language), copy));
    QStringList arguments{QStringLiteral("-silent"), QStringLiteral("-locations"), QStringLiteral("none"),
                          QStringLiteral("-no-obsolete"), QStringLiteral("-no-ui-lines")};
    QDirIterator sources(QStringLiteral(SOURCE_FOLDER "/console"), {QStringLiteral("*.cpp"), QStringLiteral("*.h")},
                         QDir::Files, QDirIterator::Subdirectories);
    QStringList files;
    while (sources.hasNext())
        files << sources.next();
    files.sort();
    arguments << files << QStringLiteral("-I") << QStringLiteral(SOURCE_FOLDER) << QStringLiteral("-ts") << copy;
    QProcess lupdate;
    lupdate.start(QStringLiteral(LUPDATE), arguments);
    QVERIFY(lupdate.waitForFinished(120'000));
    QCOMPARE(lupdate.exitCode(), 0);
    QDomDocument before;
    QDomDocument after;
    QFile updated(copy);
    QVERIFY(updated.open(QIODevice::ReadOnly) && after.setContent(&updated));
    QStringList texts;
    for (const QDomElement& message : messages(before, language))
        texts << message.parentNode().firstChildElement(QStringLiteral("name")).text() + QLatin1Char('|') +
                     message.firstChildElement(QStringLiteral("source")).text();
    const QDomNodeList now = after.elementsByTagName(QStringLiteral("message"));
    QStringList fresh;
    for (int i = 0; i < now.size(); ++i) {
        const QDomElement message = now.at(i).toElement();
        const QString text = message.parentNode().firstChildElement(QStringLiteral("name")).text() + QLatin1Char('|') +
                             message.firstChildElement(QStringLiteral("source")).text();
        if (!texts.removeOne(text))
            fresh << text;
    }
    QCOMPARE(fresh.join(QLatin1Char('\n')), QString());
    QCOMPARE(texts.join(QLatin1Char('\n')), QString()); // gone from the source
}

void TestUiTexts::pluralsAreRight()
{
    QTranslator russian;
    QVERIFY(russian.load(QStringLiteral(":/i18n/console_ru.qm")));
    const auto said = [&russian](int n) {
        return russian.translate("signalbox::console::EndOfShift", "You still have %n dialog(s)", nullptr, n);
    };
    QCOMPARE(said(1), QStringLiteral("У вас ещё %n диалог"));
    QCOMPARE(said(21), said(1));
    QCOMPARE(said(3), QStringLiteral("У вас ещё %n диалога"));
    QCOMPARE(said(11), QStringLiteral("У вас ещё %n диалогов"));
}

QTEST_MAIN(TestUiTexts)
#include "tst_uitexts.moc"
