// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/client/demoscript.h"

#include <QJsonArray>

namespace signalbox::console {

using namespace Qt::StringLiterals;

const std::vector<DemoTalk>& demoTalks()
{
    static const std::vector<DemoTalk> talks{
        {u"Анна Петрова"_s,
         {u"Здравствуйте! Не приходит код подтверждения уже 10 минут, что делать?"_s,
          u"Здравствуйте, Анна! Проверьте, пожалуйста, папку «Спам» и номер телефона в профиле."_s,
          u"Проверила, номер верный, кода нет."_s, u"Отправил код ещё раз. Пришёл?"_s, u"Нет…"_s},
         u"Не приходит код подтверждения"_s,
         u"Клиентка не получает SMS с кодом. Номер верный, три повторные отправки без результата."_s,
         {u"проверить номер"_s, u"отправить код повторно"_s, u"предложить почту"_s},
         {u"sms"_s, u"вход"_s},
         {u"Спасибо, жду"_s, u"О, пришёл! Всё работает 🙏"_s, u"До свидания!"_s},
         20},
        {u"John Smith"_s,
         {u"Can I get a refund for order #10482? It arrived broken."_s,
          u"I am sorry to hear that! Could you send a photo of the damage?"_s,
          u"I have sent two photos by e-mail already."_s},
         u"Wants a refund for a broken item"_s,
         u"Order 10482 arrived broken, photos were sent by e-mail. The refund is above the limit of the assistant."_s,
         {u"asked for photos"_s, u"found the order"_s},
         {u"refund"_s},
         {u"Yes, to the same card please."_s, u"Great, thank you!"_s},
         10},
        {u"Мария Соколова"_s,
         {u"Переведите, пожалуйста, на оператора — бот не понимает мой вопрос про возврат денег за тур, который отменили."_s,
          u"Конечно. Уточните, пожалуйста, номер заявки."_s, u"T-20391"_s},
         u"Просит оператора"_s,
         u"Тур T-20391 отменён организатором, клиентка хочет возврат, а не перенос."_s,
         {u"нашёл заявку"_s, u"объяснил правила переноса"_s},
         {u"возврат"_s, u"vip"_s},
         {u"Когда поступят деньги?"_s, u"Хорошо, спасибо"_s},
         30},
        {u"Олег Кузнецов"_s,
         {u"Добрый день. Как изменить адрес доставки?"_s,
          u"Здравствуйте! Напишите новый адрес, и я передам его курьеру."_s, u"Омск, улица Ленина, 12, кв. 7"_s,
          u"Готово, адрес изменён. Могу ещё чем-то помочь?"_s, u"Нет, спасибо"_s},
         {},
         {},
         {},
         {u"доставка"_s},
         {},
         0},
        {u"Łukasz Żółć"_s,
         {u"Hello, my invoice shows the wrong VAT number."_s, u"Which number should be on it?"_s, u"PL5252248481"_s},
         u"Correction of an invoice"_s,
         u"The invoice needs another VAT number. Only accounting can issue a correction."_s,
         {u"checked the number's format"_s},
         {u"billing"_s},
         {u"Thanks, I will wait for the corrected one."_s},
         0},
        {u"Екатерина Щёголева"_s,
         {u"Здравствуйте, можно перенести мастера на завтра после 18?"_s,
          u"Здравствуйте! Да, завтра свободно 18:30 и 19:00."_s, u"Давайте 18:30"_s,
          u"Записал на 18:30. До встречи!"_s},
         {},
         {},
         {},
         {},
         {},
         0},
        {u"محمد"_s,
         {u"مرحبا، أين طلبي؟"_s, u"مرحبا! ما هو رقم الطلب؟"_s, u"10511"_s},
         u"Order is late"_s,
         u"Order 10511 is three days late; the courier does not answer."_s,
         {u"asked the courier's system"_s},
         {u"delivery"_s},
         {u"شكرا"_s},
         10},
        {u"Патрик О'Брайен"_s,
         {u"Do you ship to Ireland?"_s, u"Yes, delivery takes five to seven days and costs 12 €."_s, u"Perfect."_s},
         {},
         {},
         {},
         {},
         {},
         0},
        {{},
         {u"Списали деньги дважды за один заказ 10533!!!"_s, u"Приношу извинения. Проверяю платежи по заказу 10533…"_s,
          u"Сколько ждать?"_s},
         u"Двойное списание"_s,
         u"По заказу 10533 два платежа по 4 990 ₽. Возврат второго требует подтверждения человека."_s,
         {u"нашёл оба платежа"_s, u"проверил банк: второй платёж подтверждён"_s},
         {u"платежи"_s, u"срочно"_s},
         {u"Жду ответа"_s, u"Спасибо, увидел возврат"_s},
         40},
        {u"Дмитрий"_s,
         {u"Не могу войти в личный кабинет, пишет «учётная запись заблокирована»"_s,
          u"Блокировка бывает после пяти неверных паролей и снимается через 15 минут."_s, u"Прошёл час, то же самое"_s},
         u"Блокировка учётной записи"_s,
         u"Учётная запись заблокирована вручную службой безопасности 26 ноября, причины не видно."_s,
         {u"объяснил автоматическую блокировку"_s, u"проверил журнал входов"_s},
         {u"вход"_s},
         {u"Какие документы нужны?"_s, u"Отправил"_s},
         20},
        {u"王小明"_s,
         {u"你好，我想修改订单。"_s, u"您好！请提供订单号。"_s, u"10547"_s, u"订单已修改。"_s},
         {},
         {},
         {},
         {},
         {},
         0},
        {u"Светлана Ким"_s,
         {u"Подскажите, есть ли скидка для постоянных клиентов?"_s,
          u"Да: 5 % после третьего заказа и 10 % после десятого."_s, u"У меня уже двенадцать, а скидки нет"_s},
         u"Не применяется скидка"_s,
         u"12 заказов, скидка 10 % не включена: две учётные записи с разными номерами."_s,
         {u"нашёл обе записи"_s},
         {u"скидка"_s},
         {u"Да, объедините, пожалуйста"_s, u"Вижу, спасибо!"_s},
         0},
    };
    return talks;
}

const std::vector<DemoPerson>& demoPeople()
{
    static const std::vector<DemoPerson> people{
        {u"1", u"demo", u"Иван Орлов", u"admin", 8},        {u"2", u"maria", u"Мария Иванова", u"operator", 5},
        {u"3", u"oleg", u"Олег Седов", u"operator", 5},     {u"4", u"anna", u"Anna Lindqvist", u"director", 3},
        {u"5", u"timur", u"Тимур Ахметов", u"operator", 4},
    };
    return people;
}

QJsonArray demoCannedReplies()
{
    struct Reply
    {
        const char16_t* shortcut;
        const char16_t* title;
        const char16_t* text;
    };
    static const std::vector<Reply> replies{
        {u"привет", u"Приветствие", u"Здравствуйте, {name}! Меня зовут {operator}, сейчас помогу."},
        {u"ждём", u"Просьба подождать", u"Проверяю, это займёт пару минут."},
        {u"возврат", u"Возврат денег",
         u"Возврат по заказу {номер заказа} оформлен. Деньги поступят на карту в течение {срок} рабочих дней."},
        {u"код", u"Код подтверждения", u"Отправил новый код на номер, который указан в профиле."},
        {u"пока", u"Прощание", u"Рады были помочь! Хорошего дня."},
        {u"hi", u"Greeting", u"Hello {name}! My name is {operator}, I am looking into it."},
        {u"wait", u"Please wait", u"Let me check that, it will take a minute."},
        {u"refund", u"Refund", u"Your refund for order {order number} is on its way; it takes {days} working days."},
        {u"bye", u"Goodbye", u"Glad to help. Have a nice day!"},
    };
    QJsonArray array;
    int id = 0;
    for (const Reply& reply : replies) {
        array.append(QJsonObject{{u"id"_s, ++id},
                                 {u"shortcut"_s, QString::fromUtf16(reply.shortcut)},
                                 {u"title"_s, QString::fromUtf16(reply.title)},
                                 {u"text"_s, QString::fromUtf16(reply.text)},
                                 {u"owner_id"_s, QJsonValue::Null}});
    }
    return array;
}

QStringList demoColleagueWords()
{
    return {u"Здравствуйте! Сейчас посмотрю."_s, u"Проверил, всё в порядке — исправили на нашей стороне."_s,
            u"Могу ли я ещё чем-то помочь?"_s};
}

} // namespace signalbox::console
