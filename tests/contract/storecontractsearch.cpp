// SPDX-License-Identifier: GPL-3.0-or-later
// Full-text search over dialogs.
#include "contract/storecontract.h"

#include <QTest>

namespace signalbox {

using namespace Qt::StringLiterals;

namespace {

DialogFilter textFilter(const QString& text)
{
    DialogFilter filter;
    filter.text = text;
    return filter;
}

} // namespace

void StoreContract::searchFindsWords_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("asked");
    QTest::addColumn<bool>("found");
    QTest::newRow("word") << u"Где мой заказ?"_s << u"заказ"_s << true;
    QTest::newRow("capitals") << u"ГДЕ МОЙ ЗАКАЗ?"_s << u"Заказ"_s << true;
    QTest::newRow("beginning") << u"Где мой заказ?"_s << u"зак"_s << true;
    QTest::newRow("one letter") << u"Где мой заказ?"_s << u"з"_s << true;
    QTest::newRow("not the end") << u"Где мой заказ?"_s << u"каз"_s << false;
    QTest::newRow("all words") << u"Где мой заказ?"_s << u"заказ где"_s << true;
    QTest::newRow("only the last is a beginning") << u"Где мой заказ?"_s << u"зак где"_s << false;
    QTest::newRow("one is missing") << u"Где мой заказ?"_s << u"заказ когда"_s << false;
    QTest::newRow("twice the same") << u"Где мой заказ?"_s << u"заказ заказ"_s << true;
    QTest::newRow("yo") << u"Ещё жду"_s << u"еще"_s << true;
    QTest::newRow("yo asked") << u"Еще жду"_s << u"ещё"_s << true;
    QTest::newRow("short i is a letter") << u"мой"_s << u"мои"_s << false;
    QTest::newRow("short i, decomposed") << u"мои\u0306"_s << u"мой"_s << true;
    QTest::newRow("accents") << u"Café Größe"_s << u"cafe große"_s << true;
    QTest::newRow("accents asked") << u"cafe"_s << u"CAFÉ"_s << true;
    QTest::newRow("digits") << u"заказ 12345"_s << u"123"_s << true;
    QTest::newRow("parts of an address") << u"mail me at anna@example.com"_s << u"example"_s << true;
    QTest::newRow("the whole address") << u"mail me at anna@example.com"_s << u"anna@example.com"_s << true;
    QTest::newRow("parts of a link") << u"https://shop.example/item-17?color=red"_s << u"color 17"_s << true;
    QTest::newRow("hyphens") << u"online-shop"_s << u"shop"_s << true;
    QTest::newRow("underscores") << u"order_17"_s << u"17"_s << true;
    QTest::newRow("greek") << u"Καλημέρα"_s << u"καλημερα"_s << true;
    QTest::newRow("hebrew") << u"שלום עולם"_s << u"עולם"_s << true;
    QTest::newRow("han") << u"你好 世界"_s << u"世"_s << true;
    QTest::newRow("letters beyond the first plane") << u"𐐀𐐁"_s << u"𐐨"_s << true;
    QTest::newRow("a new script") << u"𑻠𑻡𞤀 x"_s << u"𑻠"_s << true;
    QTest::newRow("very long word") << QString(5000, u'ы') << QString(5000, u'ы') << true;
    QTest::newRow("many words") << u"a b c d e f g h i j k l m n o p q r"_s << u"a b c d e f g h i j k l m n o p q r"_s
                                << true;
    QTest::newRow("late in a long text") << u"слово "_s.repeated(5000) + u"конец"_s << u"конец"_s << true;
}

void StoreContract::searchFindsWords()
{
    QFETCH(const QString, text);
    QFETCH(const QString, asked);
    QFETCH(const bool, found);
    QVERIFY(inTransaction([&] {
        const qint64 id = addDialog().id;
        addMessage(addDialog().id, u"совсем о другом"_s);
        addMessage(id, text);
        const QList<qint64> expected = found ? QList<qint64>{id} : QList<qint64>{};
        QCOMPARE(idsOf(textFilter(asked)), expected); // in the same transaction
    }));
    QVERIFY(inTransaction([&] { QCOMPARE(idsOf(textFilter(asked)), (found ? QList<qint64>{1} : QList<qint64>{})); }));
}

void StoreContract::searchFindsGuests()
{
    QVERIFY(inTransaction([&] {
        addDialog(u"Анна Петрова"_s);
        addDialog(u"Пётр"_s);
        addMessage(2, u"пишет Анна, а не я"_s, Sender::Operator);
        Message message;
        message.dialogId = addDialog(u"Гость"_s).id;
        message.senderName = u"Мария"_s;
        message.text = u"верните деньги"_s;
        store().messages().insert(message);
    }));
    QVERIFY(inTransaction([&] {
        QCOMPARE(idsOf(textFilter(u"анна"_s)), (QList<qint64>{2, 1}));
        QCOMPARE(idsOf(textFilter(u"анна петр"_s)), (QList<qint64>{1}));
        QCOMPARE(idsOf(textFilter(u"петр"_s)), (QList<qint64>{2, 1}));
        QCOMPARE(idsOf(textFilter(u"мария деньги"_s)), (QList<qint64>{3}));
        auto dialog = store().dialogs().lock(1);
        dialog->guestName = u"Ольга"_s;
        store().dialogs().update(*dialog);
        dialog->unreadCount = 1;
        store().dialogs().update(*dialog);
    }));
    QVERIFY(inTransaction([&] {
        QCOMPARE(idsOf(textFilter(u"анна"_s)), (QList<qint64>{2}));
        QCOMPARE(idsOf(textFilter(u"ольга"_s)), (QList<qint64>{1}));
        Dialog dialog = *store().dialogs().find(1);
        static_cast<void>(store().dialogs().find(2)); // another was read last
        dialog.guestName = u"Вера"_s;
        store().dialogs().update(dialog);
    }));
    QVERIFY(inTransaction([&] {
        QCOMPARE(idsOf(textFilter(u"ольга"_s)), (QList<qint64>{}));
        QCOMPARE(idsOf(textFilter(u"вера"_s)), (QList<qint64>{1}));
    }));
}

void StoreContract::searchIsByNewestMatch()
{
    QVERIFY(inTransaction([&] {
        for (int i = 0; i < 4; ++i)
            addDialog({}, 5000 - i);
        for (const qint64 id : {3, 1, 4, 1, 2, 3})
            addMessage(id, u"слово"_s);
        addMessage(4, u"другое"_s);
    }));
    QVERIFY(inTransaction([&] {
        QCOMPARE(idsOf(textFilter(u"слово"_s)), (QList<qint64>{3, 2, 1, 4}));
        QCOMPARE(idsOf(textFilter(u"слово"_s), 1), (QList<qint64>{3, 2, 1, 4}));
    }));
}

/// Many dialogs with many hits each, by message and by name: each on exactly one page, whatever the page's size, also
/// while others come to the front.
void StoreContract::searchIsPaged()
{
    constexpr int kDialogs = 40;
    QVERIFY(inTransaction([&] {
        for (int i = 1; i <= kDialogs; ++i) {
            addDialog(i % 3 == 0 ? u"Слово"_s : u"Гость"_s);
            for (int k = 0; k < 10; ++k)
                addMessage(1 + (i * 7 + k * 11) % i, k % 2 == 0 ? u"слово за слово"_s : u"тишина"_s);
        }
    }));
    for (const int size : {1, 7, 50}) {
        QVERIFY(inTransaction([&] {
            const QList<qint64> ids = idsOf(textFilter(u"сло"_s), size);
            QCOMPARE(QSet<qint64>(ids.begin(), ids.end()).size(), ids.size());
            QCOMPARE(ids, idsOf(textFilter(u"слово"_s), 1000));
            QVERIFY(ids.size() > kDialogs / 2);
        }));
    }
    QList<qint64> seen;
    ListPlace place;
    for (int i = 0; true; ++i) {
        DialogPage page;
        QVERIFY(inTransaction([&] { page = store().dialogs().page(textFilter(u"слово"_s), place, 3); }));
        for (const Dialog& dialog : page.items)
            seen.append(dialog.id);
        if (!page.next)
            break;
        place = *page.next;
        QVERIFY(inTransaction([&] { addMessage(1 + i % 3, u"новое слово"_s); }));
    }
    for (qint64 id = 4; id <= kDialogs; ++id)
        QVERIFY(seen.count(id) <= 1);
    QVERIFY(inTransaction([&] {
        for (const qint64 id : idsOf(textFilter(u"слово"_s)))
            QVERIFY(id <= 3 || seen.contains(id));
    }));
}

void StoreContract::searchIsFiltered()
{
    QVERIFY(inTransaction([&] {
        for (int i = 1; i <= 8; ++i) {
            Dialog dialog;
            dialog.status = static_cast<DialogStatus>(i % 4);
            dialog.lastOperator = i % 2 == 0 ? "7" : "9";
            if (i > 4)
                dialog.tags = {"t"};
            store().dialogs().insert(dialog);
            addMessage(dialog.id, u"слово"_s);
        }
    }));
    QVERIFY(inTransaction([&] {
        QCOMPARE(idsOf({DialogStatus::Closed, {}, {}, u"слово"_s}), (QList<qint64>{7, 3}));
        QCOMPARE(idsOf({{}, "7", {}, u"слово"_s}), (QList<qint64>{8, 6, 4, 2}));
        QCOMPARE(idsOf({{}, {}, "t", u"слово"_s}), (QList<qint64>{8, 7, 6, 5}));
        QCOMPARE(idsOf({DialogStatus::Ai, "7", "t", u"слово"_s}), (QList<qint64>{8}));
        QCOMPARE(idsOf({DialogStatus::Ai, "9", {}, u"слово"_s}), (QList<qint64>{}));
    }));
}

void StoreContract::searchFollowsEdits()
{
    Message message;
    QVERIFY(inTransaction([&] { message = addMessage(addDialog().id, u"старое слово"_s); }));
    QVERIFY(inTransaction([&] {
        message.text = u"новое слово"_s;
        store().messages().setText(message);
        message.text = u"новейшее слово"_s;
        store().messages().setText(message);
    }));
    QVERIFY(inTransaction([&] {
        QCOMPARE(idsOf(textFilter(u"старое"_s)), (QList<qint64>{}));
        QCOMPARE(idsOf(textFilter(u"новое"_s)), (QList<qint64>{}));
        QCOMPARE(idsOf(textFilter(u"новейшее слово"_s)), (QList<qint64>{1}));
        message.text.clear();
        store().messages().setText(message);
    }));
    QVERIFY(inTransaction([&] { QCOMPARE(idsOf(textFilter(u"слово"_s)), (QList<qint64>{})); }));
}

void StoreContract::searchFollowsRollbacks()
{
    QVERIFY(inTransaction([&] {
        addMessage(addDialog().id, u"первое"_s);
        store().savepoint();
        addMessage(1, u"второе"_s);
        QCOMPARE(idsOf(textFilter(u"второе"_s)), (QList<qint64>{1}));
        store().rollbackToSavepoint();
        store().savepoint();
        addMessage(1, u"третье"_s);
        store().rollbackToSavepoint();
        store().savepoint();
        addMessage(1, u"четвертое"_s);
        store().releaseSavepoint();
    }));
    QVERIFY(store().begin(Store::Access::Write));
    addMessage(1, u"пятое"_s);
    store().rollback();
    QVERIFY(inTransaction([&] {
        QCOMPARE(idsOf(textFilter(u"первое"_s)), (QList<qint64>{1}));
        QCOMPARE(idsOf(textFilter(u"второе"_s)), (QList<qint64>{}));
        QCOMPARE(idsOf(textFilter(u"третье"_s)), (QList<qint64>{}));
        QCOMPARE(idsOf(textFilter(u"четвертое"_s)), (QList<qint64>{1}));
        QCOMPARE(idsOf(textFilter(u"пятое"_s)), (QList<qint64>{}));
    }));
}

void StoreContract::searchSyntaxIsText_data()
{
    QTest::addColumn<QString>("asked");
    QTest::addColumn<bool>("found"); ///< in "a OR b NEAR text, column words"
    QTest::newRow("or") << u"zebra OR b"_s << false;
    QTest::newRow("or is a word") << u"or near"_s << true;
    QTest::newRow("and") << u"text AND words"_s << false;
    QTest::newRow("not") << u"text NOT zebra"_s << false;
    QTest::newRow("minus") << u"text -words"_s << true;
    QTest::newRow("near") << u"NEAR(text words, 5)"_s << false;
    QTest::newRow("near, two words") << u"NEAR(text"_s << true;
    QTest::newRow("column") << u"words:text"_s << true;
    QTest::newRow("quotes") << u"\"text\" \"\"\" words"_s << true;
    QTest::newRow("one quote") << u"\"text"_s << true;
    QTest::newRow("apostrophes") << u"'text' & 'wor':*"_s << true;
    QTest::newRow("stars") << u"*te* **"_s << true;
    QTest::newRow("one star") << u"te*"_s << true;
    QTest::newRow("caret") << u"^text"_s << true;
    QTest::newRow("braces") << u"{words} : text"_s << true;
    QTest::newRow("operators of tsquery") << u"text | zebra"_s << false;
    QTest::newRow("exclamation") << u"!text"_s << true;
    QTest::newRow("arrows") << u"text <-> column"_s << true;
    QTest::newRow("weights") << u"text:AB"_s << false;
    QTest::newRow("percent") << u"te%t _"_s << false;
    QTest::newRow("sql") << u"'); drop table message; --"_s << false;
    QTest::newRow("backslash") << u"text\\"_s << true;
    QTest::newRow("no word at all") << u"\" * ( ) : ^ ' & | ! -"_s << true;
    QTest::newRow("spaces") << u"  \t\n "_s << true;
    QTest::newRow("a lone surrogate") << QString(QChar(0xd800)) + u" text"_s << true;
    QTest::newRow("a zero") << QString(QChar(0)) + u"text"_s << true;
}

void StoreContract::searchSyntaxIsText()
{
    QFETCH(const QString, asked);
    QFETCH(const bool, found);
    QVERIFY(inTransaction([&] { addMessage(addDialog().id, u"a OR b NEAR text, column words"_s); }));
    QVERIFY(inTransaction([&] {
        QCOMPARE(idsOf(textFilter(asked)), (found ? QList<qint64>{1} : QList<qint64>{}));
        QVERIFY(!store().failure());
    }));
}

/// Beginnings of very many words: dense and sparse ones, alone and with other words.
void StoreContract::searchOfManyWords()
{
    constexpr int kWords = 700;
    constexpr int kOthers = 3000;
    QList<qint64> withEven;
    QVERIFY(inTransaction([&] {
        for (int i = 1; i <= kWords; ++i) {
            const qint64 id = addDialog(u"Гость "_s + QString::number(i)).id;
            addMessage(id, u"слово"_s + QString::number(i) + (i % 2 == 0 ? u" чет"_s : u" нечет"_s));
            if (i % 2 == 0)
                withEven.prepend(id);
        }
    }));
    QList<qint64> all;
    for (qint64 id = kWords; id >= 1; --id)
        all.append(id);
    const auto check = [&] {
        for (const int size : {7, 1000}) {
            QCOMPARE(idsOf(textFilter(u"слово"_s), size), all);
            QCOMPARE(idsOf(textFilter(u"чет слово"_s), size), withEven);
            QCOMPARE(idsOf(textFilter(u"чет слово69"_s), size), (QList<qint64>{698, 696, 694, 692, 690}));
            QCOMPARE(idsOf(textFilter(u"слово77"_s), size), (QList<qint64>{77}));
            QCOMPARE(idsOf(textFilter(u"гость"_s), size), all);
            QCOMPARE(idsOf(textFilter(u"гость 7"_s), size).size(), 12); // 7, 70 to 79, 700
            QCOMPARE(idsOf(textFilter(u"словом"_s), size), QList<qint64>{});
        }
    };
    QVERIFY(inTransaction(check));
    QVERIFY(inTransaction([&] {
        for (int i = 0; i < kOthers; ++i)
            addMessage(1 + i % kWords, u"другое"_s + QString::number(i));
    }));
    QVERIFY(inTransaction(check));
}

/// A filter that leaves next to nothing of a common word: pages may be short, but the end is found.
void StoreContract::searchOfManyHitsGoesOn()
{
    constexpr int kDialogs = 2600;
    QVERIFY(inTransaction([&] {
        for (int i = 1; i <= kDialogs; ++i) {
            Dialog dialog;
            dialog.lastOperator = i == 1 || i == kDialogs ? "7" : "9";
            store().dialogs().insert(dialog);
            addMessage(dialog.id, u"слово"_s);
        }
    }));
    QVERIFY(inTransaction([&] {
        const DialogFilter filter{{}, "7", {}, u"слово"_s};
        QCOMPARE(idsOf(filter, 50), (QList<qint64>{kDialogs, 1}));
        const DialogPage first = store().dialogs().page(filter, {}, 50);
        QCOMPARE(first.items.size(), size_t{1});
        QVERIFY(first.next);
    }));
}

} // namespace signalbox
