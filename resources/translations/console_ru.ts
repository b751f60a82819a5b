<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ru">
<context>
    <name>AccountFolder</name>
    <message>
        <source>The folder %1 cannot be made.</source>
        <translation>Не удалось создать папку %1.</translation>
    </message>
    <message>
        <source>Another console is open for this account.</source>
        <translation>С этой учётной записью уже открыта другая консоль.</translation>
    </message>
    <message>
        <source>The folder %1 cannot be written.</source>
        <translation>В папку %1 нельзя писать.</translation>
    </message>
</context>
<context>
    <name>signalbox::console</name>
    <message>
        <source>Nothing answers at %1. Is the server running?</source>
        <translation>По адресу %1 никто не отвечает. Запущен ли сервер?</translation>
    </message>
    <message>
        <source>There is no host named %1.</source>
        <translation>Узла с именем %1 нет.</translation>
    </message>
    <message>
        <source>The server&apos;s certificate cannot be trusted: %1</source>
        <translation>Сертификату сервера нельзя доверять: %1</translation>
    </message>
    <message>
        <source>The server did not answer in time.</source>
        <translation>Сервер не ответил вовремя.</translation>
    </message>
    <message>
        <source>The address answers with a redirect; enter the one it points to.</source>
        <translation>Адрес перенаправляет на другой; введите тот, на который он указывает.</translation>
    </message>
</context>
<context>
    <name>signalbox::console::Actions</name>
    <message>
        <source>There is no connection; a take cannot wait.</source>
        <translation>Нет связи, а взять диалог «потом» нельзя.</translation>
    </message>
    <message>
        <source>Your status was not changed: %1</source>
        <translation>Статус не изменён: %1</translation>
    </message>
</context>
<context>
    <name>signalbox::console::AlertModel</name>
    <message>
        <source>%1, %2, acknowledged</source>
        <translation>%1, %2, принято к сведению</translation>
    </message>
    <message>
        <source>%1, %2, %3</source>
        <translation>%1, %2, %3</translation>
    </message>
</context>
<context>
    <name>signalbox::console::AttachDialog</name>
    <message>
        <source>Attach a link</source>
        <translation>Приложить ссылку</translation>
    </message>
    <message>
        <source>Attach a picture</source>
        <translation>Приложить картинку</translation>
    </message>
    <message>
        <source>Preview of the picture</source>
        <translation>Картинка для просмотра</translation>
    </message>
    <message>
        <source>The desk keeps links, not files. Put the file where guests can reach it and give its address.</source>
        <translation>Сервер хранит ссылки, а не файлы. Положите файл туда, где он доступен гостям, и укажите адрес.</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Адрес</translation>
    </message>
    <message>
        <source>Name that the guest sees</source>
        <translation>Название, которое увидит гость</translation>
    </message>
    <message>
        <source>Save picture…</source>
        <translation>Сохранить картинку…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Отмена</translation>
    </message>
    <message>
        <source>Attach</source>
        <translation>Приложить</translation>
    </message>
    <message>
        <source>Save picture</source>
        <translation>Сохранить картинку</translation>
    </message>
</context>
<context>
    <name>signalbox::console::CannedDialog</name>
    <message>
        <source>For everybody</source>
        <translation>Для всех</translation>
    </message>
    <message>
        <source>Canned replies</source>
        <translation>Шаблоны ответов</translation>
    </message>
    <message>
        <source>Shortcut, for instance: hello</source>
        <translation>Сокращение, например: привет</translation>
    </message>
    <message>
        <source>Shortcut</source>
        <translation>Сокращение</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Название</translation>
    </message>
    <message>
        <source>Text; {name} and {operator} fill themselves, other {fields} are asked for</source>
        <translation>Текст; {name} и {operator} подставятся сами, остальные {поля} надо будет заполнить</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Текст</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Сохранить</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Удалить</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Новый</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>Сохранено</translation>
    </message>
    <message>
        <source>Deleted</source>
        <translation>Удалено</translation>
    </message>
    <message>
        <source>The server has refused it.</source>
        <translation>Сервер это отклонил.</translation>
    </message>
</context>
<context>
    <name>signalbox::console::CannedPopup</name>
    <message>
        <source>Search canned replies</source>
        <translation>Поиск по шаблонам</translation>
    </message>
    <message>
        <source>Canned replies</source>
        <translation>Шаблоны ответов</translation>
    </message>
</context>
<context>
    <name>signalbox::console::Chart</name>
    <message>
        <source>%1 min ago</source>
        <translation>%1 мин назад</translation>
    </message>
    <message>
        <source>now</source>
        <translation>сейчас</translation>
    </message>
    <message>
        <source>Copy as CSV</source>
        <translation>Скопировать как CSV</translation>
    </message>
</context>
<context>
    <name>signalbox::console::Commands</name>
    <message>
        <source>Find or do anything</source>
        <translation>Найти и сделать что угодно</translation>
    </message>
    <message>
        <source>Take this dialog</source>
        <translation>Взять этот диалог</translation>
    </message>
    <message>
        <source>Take the most urgent one of the queue</source>
        <translation>Взять самый срочный из очереди</translation>
    </message>
    <message>
        <source>Go to the dialog that needs me most</source>
        <translation>К диалогу, которому я нужнее всего</translation>
    </message>
    <message>
        <source>Send and go to the next one who waits</source>
        <translation>Отправить и перейти к следующему ждущему</translation>
    </message>
    <message>
        <source>Next dialog of the list</source>
        <translation>Следующий диалог списка</translation>
    </message>
    <message>
        <source>Previous dialog of the list</source>
        <translation>Предыдущий диалог списка</translation>
    </message>
    <message>
        <source>Next dialog, around the list</source>
        <translation>Следующий диалог по кругу</translation>
    </message>
    <message>
        <source>Show the queue</source>
        <translation>Показать очередь</translation>
    </message>
    <message>
        <source>Show my dialogs</source>
        <translation>Показать мои диалоги</translation>
    </message>
    <message>
        <source>Show all dialogs</source>
        <translation>Показать все диалоги</translation>
    </message>
    <message>
        <source>Search the list</source>
        <translation>Искать в списке</translation>
    </message>
    <message>
        <source>Search this dialog</source>
        <translation>Искать в этом диалоге</translation>
    </message>
    <message>
        <source>Insert a canned reply</source>
        <translation>Вставить шаблон</translation>
    </message>
    <message>
        <source>Reply or internal note</source>
        <translation>Ответ или внутренняя заметка</translation>
    </message>
    <message>
        <source>Transfer with a note…</source>
        <translation>Передать с заметкой…</translation>
    </message>
    <message>
        <source>Release to the queue</source>
        <translation>Вернуть в очередь</translation>
    </message>
    <message>
        <source>Finish and go to the next one</source>
        <translation>Завершить и перейти к следующему</translation>
    </message>
    <message>
        <source>Jump to the first unread message</source>
        <translation>К первому непрочитанному</translation>
    </message>
    <message>
        <source>Repair text typed in the wrong layout</source>
        <translation>Исправить текст, набранный не в той раскладке</translation>
    </message>
    <message>
        <source>Next pane</source>
        <translation>Следующая область</translation>
    </message>
    <message>
        <source>Previous pane</source>
        <translation>Предыдущая область</translation>
    </message>
    <message>
        <source>Next alert</source>
        <translation>Следующее предупреждение</translation>
    </message>
    <message>
        <source>Acknowledge the alert</source>
        <translation>Принять предупреждение к сведению</translation>
    </message>
    <message>
        <source>Do not disturb, on or off</source>
        <translation>Не беспокоить: включить или выключить</translation>
    </message>
    <message>
        <source>Load everything anew</source>
        <translation>Загрузить всё заново</translation>
    </message>
    <message>
        <source>Usual text size</source>
        <translation>Обычный размер текста</translation>
    </message>
    <message>
        <source>Larger text</source>
        <translation>Крупнее</translation>
    </message>
    <message>
        <source>Smaller text</source>
        <translation>Мельче</translation>
    </message>
    <message>
        <source>Undo the last action</source>
        <translation>Отменить последнее действие</translation>
    </message>
    <message>
        <source>Keyboard</source>
        <translation>Клавиатура</translation>
    </message>
    <message>
        <source>My dialog no. 1</source>
        <translation>Мой диалог № 1</translation>
    </message>
    <message>
        <source>My dialog no. 2</source>
        <translation>Мой диалог № 2</translation>
    </message>
    <message>
        <source>My dialog no. 3</source>
        <translation>Мой диалог № 3</translation>
    </message>
    <message>
        <source>My dialog no. 4</source>
        <translation>Мой диалог № 4</translation>
    </message>
    <message>
        <source>My dialog no. 5</source>
        <translation>Мой диалог № 5</translation>
    </message>
    <message>
        <source>My dialog no. 6</source>
        <translation>Мой диалог № 6</translation>
    </message>
    <message>
        <source>My dialog no. 7</source>
        <translation>Мой диалог № 7</translation>
    </message>
    <message>
        <source>My dialog no. 8</source>
        <translation>Мой диалог № 8</translation>
    </message>
    <message>
        <source>My dialog no. 9</source>
        <translation>Мой диалог № 9</translation>
    </message>
    <message>
        <source>Give back to the AI</source>
        <translation>Вернуть ИИ</translation>
    </message>
    <message>
        <source>Cancel the handoff</source>
        <translation>Отменить вызов оператора</translation>
    </message>
    <message>
        <source>Reopen</source>
        <translation>Открыть снова</translation>
    </message>
    <message>
        <source>Export this dialog…</source>
        <translation>Выгрузить диалог…</translation>
    </message>
    <message>
        <source>Export the list…</source>
        <translation>Выгрузить список…</translation>
    </message>
    <message>
        <source>Copy diagnostics</source>
        <translation>Скопировать диагностику</translation>
    </message>
    <message>
        <source>Canned replies…</source>
        <translation>Шаблоны ответов…</translation>
    </message>
    <message>
        <source>Connections, rooms, operators…</source>
        <translation>Соединения, комнаты, операторы…</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>Настройки…</translation>
    </message>
    <message>
        <source>Reset window layout</source>
        <translation>Вернуть обычный вид окна</translation>
    </message>
    <message>
        <source>Log out</source>
        <translation>Выйти</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Закрыть программу</translation>
    </message>
    <message>
        <source>One key at a time, please.</source>
        <translation>Только одно сочетание за раз.</translation>
    </message>
    <message>
        <source>Use Ctrl or Alt alone: other combinations are dead in some keyboard layouts.</source>
        <translation>Используйте только Ctrl или только Alt: другие сочетания не работают в некоторых раскладках.</translation>
    </message>
    <message>
        <source>Use a Latin letter, a digit, an arrow or a function key.</source>
        <translation>Используйте латинскую букву, цифру, стрелку или функциональную клавишу.</translation>
    </message>
</context>
<context>
    <name>signalbox::console::ComposePane</name>
    <message>
        <source>Editing; Esc leaves it as it was</source>
        <translation>Правка; Esc оставит как было</translation>
    </message>
    <message>
        <source>Only the team sees this</source>
        <translation>Видит только команда</translation>
    </message>
    <message>
        <source>Enter sends, Shift+Enter breaks the line, / for canned replies</source>
        <translation>Enter — отправить, Shift+Enter — новая строка, / — шаблоны</translation>
    </message>
    <message>
        <source>The dialog is closed. Reopen it to answer.</source>
        <translation>Диалог закрыт. Откройте его снова, чтобы ответить.</translation>
    </message>
    <message>
        <source>%1 has this dialog. You can write a note.</source>
        <translation>Диалог ведёт %1. Вы можете оставить заметку.</translation>
    </message>
    <message>
        <source>Take the dialog to answer</source>
        <translation>Возьмите диалог, чтобы ответить</translation>
    </message>
    <message>
        <source>Take the dialog to answer: %1</source>
        <translation>Возьмите диалог, чтобы ответить: %1</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 из %2</translation>
    </message>
    <message>
        <source>%1 has answered meanwhile: “%2”. Enter again sends yours all the same.</source>
        <translation>Тем временем ответ дал(а) %1: «%2». Ещё раз Enter — отправить и ваш.</translation>
    </message>
    <message>
        <source>Fill in “%1” first</source>
        <translation>Сначала заполните «%1»</translation>
    </message>
    <message numerus="yes">
        <source>%n attachment(s)</source>
        <translation>
            <numerusform>%n вложение</numerusform>
            <numerusform>%n вложения</numerusform>
            <numerusform>%n вложений</numerusform>
        </translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Правка</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Заметка</translation>
    </message>
    <message>
        <source>Reply</source>
        <translation>Ответ</translation>
    </message>
    <message>
        <source>Reply or internal note (%1)</source>
        <translation>Ответ или внутренняя заметка (%1)</translation>
    </message>
    <message>
        <source>A note for the team…</source>
        <translation>Заметка для команды…</translation>
    </message>
    <message>
        <source>Your answer…</source>
        <translation>Ваш ответ…</translation>
    </message>
    <message>
        <source>Internal note</source>
        <translation>Внутренняя заметка</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Ответ</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Сохранить</translation>
    </message>
    <message>
        <source>Add note</source>
        <translation>Добавить</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Отправить</translation>
    </message>
    <message>
        <source>Attach a link</source>
        <translation>Приложить ссылку</translation>
    </message>
    <message>
        <source>Canned replies</source>
        <translation>Шаблоны ответов</translation>
    </message>
    <message>
        <source>Remove the attachments</source>
        <translation>Убрать вложения</translation>
    </message>
</context>
<context>
    <name>signalbox::console::ConnectionModel</name>
    <message>
        <source>slow</source>
        <translation>медленное</translation>
    </message>
    <message>
        <source>Transport</source>
        <translation>Транспорт</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Пользователь</translation>
    </message>
    <message>
        <source>Dialog</source>
        <translation>Диалог</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Адрес</translation>
    </message>
    <message>
        <source>Age</source>
        <translation>Возраст</translation>
    </message>
    <message>
        <source>Last pong</source>
        <translation>Последний pong</translation>
    </message>
    <message>
        <source>In</source>
        <translation>Принято</translation>
    </message>
    <message>
        <source>Out</source>
        <translation>Отдано</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Состояние</translation>
    </message>
</context>
<context>
    <name>signalbox::console::ConnectionsWindow</name>
    <message>
        <source>Not read: %1</source>
        <translation>Не прочитано: %1</translation>
    </message>
    <message>
        <source>%1 shown of %2</source>
        <translation>Показано %1 из %2</translation>
    </message>
    <message>
        <source>Export connections</source>
        <translation>Выгрузить соединения</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>Соединения</translation>
    </message>
    <message>
        <source>Rooms</source>
        <translation>Комнаты</translation>
    </message>
    <message>
        <source>Operators</source>
        <translation>Операторы</translation>
    </message>
    <message>
        <source>User, dialog, address, transport</source>
        <translation>Пользователь, диалог, адрес, транспорт</translation>
    </message>
    <message>
        <source>Slow ones only</source>
        <translation>Только медленные</translation>
    </message>
    <message>
        <source>Read anew</source>
        <translation>Прочитать заново</translation>
    </message>
    <message>
        <source>Export as CSV</source>
        <translation>Выгрузить в CSV</translation>
    </message>
    <message>
        <source>Room</source>
        <translation>Комната</translation>
    </message>
    <message>
        <source>Close connection</source>
        <translation>Закрыть соединение</translation>
    </message>
    <message>
        <source>Close all of this user</source>
        <translation>Закрыть все этого пользователя</translation>
    </message>
    <message>
        <source>New operator…</source>
        <translation>Новый оператор…</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Изменить…</translation>
    </message>
</context>
<context>
    <name>signalbox::console::CustomerTab</name>
    <message>
        <source>Tags</source>
        <translation>Метки</translation>
    </message>
    <message>
        <source>vip, billing</source>
        <translation>vip, оплата</translation>
    </message>
    <message>
        <source>Tags, separated by commas</source>
        <translation>Метки через запятую</translation>
    </message>
    <message>
        <source>Dialog %1</source>
        <translation>Диалог %1</translation>
    </message>
    <message>
        <source>Who the guest is appears here.</source>
        <translation>Здесь будет видно, кто гость.</translation>
    </message>
    <message>
        <source>Began</source>
        <translation>Начат</translation>
    </message>
    <message>
        <source>Last message</source>
        <translation>Последнее сообщение</translation>
    </message>
    <message>
        <source>Operator</source>
        <translation>Оператор</translation>
    </message>
    <message>
        <source>Last operator</source>
        <translation>Последний оператор</translation>
    </message>
    <message>
        <source>Assistant</source>
        <translation>Ассистент</translation>
    </message>
</context>
<context>
    <name>signalbox::console::DemoBackend</name>
    <message>
        <source>The practice network is unplugged.</source>
        <translation>Учебная сеть отключена.</translation>
    </message>
</context>
<context>
    <name>signalbox::console::DeskCommands</name>
    <message>
        <source>Nobody needs you now.</source>
        <translation>Сейчас вы никому срочно не нужны.</translation>
    </message>
    <message>
        <source>%1 whispers: %2</source>
        <translation>%1 шепчет: %2</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Открыть</translation>
    </message>
    <message>
        <source>The queue is empty.</source>
        <translation>Очередь пуста.</translation>
    </message>
    <message>
        <source>%1: given back to the AI</source>
        <translation>%1: возвращено ИИ</translation>
    </message>
    <message>
        <source>%1: passed on</source>
        <translation>%1: передано</translation>
    </message>
    <message>
        <source>%1: handoff cancelled</source>
        <translation>%1: вызов отменён</translation>
    </message>
    <message>
        <source>%1: finished</source>
        <translation>%1: завершено</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Отменить</translation>
    </message>
    <message>
        <source>%1 took it %2 s before you</source>
        <translation>%1 — на %2 с раньше вас</translation>
    </message>
    <message>
        <source>%1 has it already</source>
        <translation>уже у оператора %1</translation>
    </message>
    <message>
        <source>Saved: %1</source>
        <translation>Сохранено: %1</translation>
    </message>
    <message>
        <source>Not saved: %1</source>
        <translation>Не сохранено: %1</translation>
    </message>
    <message>
        <source>Export this dialog</source>
        <translation>Выгрузить диалог</translation>
    </message>
    <message>
        <source>Text (*.txt);;Table (*.csv)</source>
        <translation>Текст (*.txt);;Таблица (*.csv)</translation>
    </message>
    <message>
        <source>Export the list</source>
        <translation>Выгрузить список</translation>
    </message>
    <message>
        <source>Diagnostics are on the clipboard.</source>
        <translation>Диагностика скопирована.</translation>
    </message>
</context>
<context>
    <name>signalbox::console::DetailsPane</name>
    <message>
        <source>Guest</source>
        <translation>Гость</translation>
    </message>
    <message>
        <source>Team</source>
        <translation>Команда</translation>
    </message>
    <message>
        <source>Health</source>
        <translation>Система</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Сервер</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Подробности</translation>
    </message>
    <message>
        <source>Who is connected to the server, its rooms, and the operators of the desk.</source>
        <translation>Кто подключён к серверу, его комнаты и операторы.</translation>
    </message>
    <message>
        <source>Connections…</source>
        <translation>Соединения…</translation>
    </message>
</context>
<context>
    <name>signalbox::console::DialogDelegate</name>
    <message>
        <source>%1 is typing…</source>
        <translation>%1 печатает…</translation>
    </message>
</context>
<context>
    <name>signalbox::console::DialogListModel</name>
    <message>
        <source>Visitor %1</source>
        <translation>Гость %1</translation>
    </message>
    <message>
        <source>Visitor</source>
        <translation>Гость</translation>
    </message>
    <message numerus="yes">
        <source>%n unread</source>
        <translation>
            <numerusform>%n непрочитанное</numerusform>
            <numerusform>%n непрочитанных</numerusform>
            <numerusform>%n непрочитанных</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>waiting %n s</source>
        <translation>
            <numerusform>ждёт %n секунду</numerusform>
            <numerusform>ждёт %n секунды</numerusform>
            <numerusform>ждёт %n секунд</numerusform>
        </translation>
    </message>
    <message>
        <source>mine</source>
        <translation>мой</translation>
    </message>
    <message>
        <source>draft</source>
        <translation>черновик</translation>
    </message>
</context>
<context>
    <name>signalbox::console::DialogPane</name>
    <message>
        <source>Queue</source>
        <translation>Очередь</translation>
    </message>
    <message>
        <source>Mine</source>
        <translation>Мои</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Все</translation>
    </message>
    <message>
        <source>Search dialogs</source>
        <translation>Поиск диалогов</translation>
    </message>
    <message>
        <source>Unread only</source>
        <translation>Только непрочитанные</translation>
    </message>
    <message>
        <source>Closed ones too</source>
        <translation>Вместе с закрытыми</translation>
    </message>
    <message>
        <source>Lists of dialogs</source>
        <translation>Списки диалогов</translation>
    </message>
    <message>
        <source>My dialogs</source>
        <translation>Мои диалоги</translation>
    </message>
    <message>
        <source>All dialogs</source>
        <translation>Все диалоги</translation>
    </message>
    <message>
        <source>Nobody is waiting</source>
        <translation>Никто не ждёт</translation>
    </message>
    <message>
        <source>Whoever needs a human appears here.</source>
        <translation>Здесь появятся те, кому нужен человек.</translation>
    </message>
    <message>
        <source>Nothing on your desk</source>
        <translation>У вас нет диалогов</translation>
    </message>
    <message>
        <source>Take a dialog from the queue.</source>
        <translation>Возьмите диалог из очереди.</translation>
    </message>
    <message>
        <source>%1 takes the most urgent one.</source>
        <translation>%1 — взять самый срочный.</translation>
    </message>
    <message>
        <source>No dialogs here</source>
        <translation>Здесь пусто</translation>
    </message>
    <message>
        <source>Nothing fits the search and the filters.</source>
        <translation>Ничего не подходит под поиск и фильтры.</translation>
    </message>
</context>
<context>
    <name>signalbox::console::EndOfShift</name>
    <message>
        <source>Quit</source>
        <translation>Закрыть программу</translation>
    </message>
    <message numerus="yes">
        <source>You still have %n dialog(s)</source>
        <translation>
            <numerusform>У вас ещё %n диалог</numerusform>
            <numerusform>У вас ещё %n диалога</numerusform>
            <numerusform>У вас ещё %n диалогов</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) are not sent yet</source>
        <translation>
            <numerusform>%n сообщение ещё не отправлено</numerusform>
            <numerusform>%n сообщения ещё не отправлены</numerusform>
            <numerusform>%n сообщений ещё не отправлено</numerusform>
        </translation>
    </message>
    <message>
        <source>What is not sent is kept on this computer and goes out at the next start.</source>
        <translation>Неотправленное сохранено на этом компьютере и уйдёт при следующем запуске.</translation>
    </message>
    <message>
        <source>Guests may go on waiting for you. Give the dialogs back if your shift is over.</source>
        <translation>Гости могут продолжать вас ждать. Если смена окончена, верните диалоги.</translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>Остаться</translation>
    </message>
    <message>
        <source>Return all and quit</source>
        <translation>Вернуть все и закрыть</translation>
    </message>
</context>
<context>
    <name>signalbox::console::GapStrip</name>
    <message>
        <source>Visitor %1</source>
        <translation>Гость %1</translation>
    </message>
    <message>
        <source>%1: taken by %2</source>
        <translation>%1: теперь у %2</translation>
    </message>
    <message>
        <source>%1: new</source>
        <translation>%1: новый</translation>
    </message>
    <message numerus="yes">
        <source>%1: %n new</source>
        <translation>
            <numerusform>%1: %n новое</numerusform>
            <numerusform>%1: %n новых</numerusform>
            <numerusform>%1: %n новых</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: closed</source>
        <translation>%1: закрыт</translation>
    </message>
    <message numerus="yes">
        <source>%n dialog(s) changed while you were away %1</source>
        <translation>
            <numerusform>Пока вас не было (%1), изменился %n диалог</numerusform>
            <numerusform>Пока вас не было (%1), изменились %n диалога</numerusform>
            <numerusform>Пока вас не было (%1), изменилось %n диалогов</numerusform>
        </translation>
    </message>
    <message>
        <source>Put away</source>
        <translation>Убрать</translation>
    </message>
</context>
<context>
    <name>signalbox::console::HandoffCardView</name>
    <message>
        <source>The AI asks for a human</source>
        <translation>ИИ просит подключить человека</translation>
    </message>
    <message>
        <source>Tried: %1</source>
        <translation>Уже пробовали: %1</translation>
    </message>
    <message>
        <source>Handoff from the AI: %1. %2</source>
        <translation>Передано от ИИ: %1. %2</translation>
    </message>
    <message>
        <source>Unfold the card</source>
        <translation>Развернуть карточку</translation>
    </message>
    <message>
        <source>Fold the card</source>
        <translation>Свернуть карточку</translation>
    </message>
</context>
<context>
    <name>signalbox::console::HealthTab</name>
    <message>
        <source>Queue</source>
        <translation>Очередь</translation>
    </message>
    <message>
        <source>Events per second</source>
        <translation>Событий в секунду</translation>
    </message>
    <message>
        <source>From event to screen</source>
        <translation>От события до экрана</translation>
    </message>
    <message>
        <source>From Enter to server</source>
        <translation>От Enter до сервера</translation>
    </message>
    <message>
        <source>Round trip</source>
        <translation>До сервера и обратно</translation>
    </message>
    <message>
        <source>ms</source>
        <translation>мс</translation>
    </message>
    <message>
        <source>All parts are well</source>
        <translation>Все части в порядке</translation>
    </message>
    <message>
        <source>Alerts</source>
        <translation>Предупреждения</translation>
    </message>
</context>
<context>
    <name>signalbox::console::HttpBackend</name>
</context>
<context>
    <name>signalbox::console::LoginWindow</name>
    <message>
        <source>Login or password is wrong. Ask an administrator if you have forgotten it.</source>
        <translation>Логин или пароль неверны. Если забыли — спросите администратора.</translation>
    </message>
    <message>
        <source>Too many attempts. Wait a little, then try again.</source>
        <translation>Слишком много попыток. Подождите немного и попробуйте снова.</translation>
    </message>
    <message>
        <source>There is no desk at this address. Check it with your administrator.</source>
        <translation>По этому адресу нет службы поддержки. Уточните адрес у администратора.</translation>
    </message>
    <message>
        <source>Another console works with this account on this computer. Close it first.</source>
        <translation>На этом компьютере с этой учётной записью уже работает другая консоль. Сначала закройте её.</translation>
    </message>
    <message>
        <source>This account may not use the console.</source>
        <translation>Этой учётной записи консоль недоступна.</translation>
    </message>
    <message>
        <source>The server does not answer. Check the address and your connection, then try again.</source>
        <translation>Сервер не отвечает. Проверьте адрес и связь и попробуйте снова.</translation>
    </message>
    <message>
        <source>Signalbox</source>
        <translation>Signalbox</translation>
    </message>
    <message>
        <source>Good to see you</source>
        <translation>Рады вас видеть</translation>
    </message>
    <message>
        <source>Log in to your support desk.</source>
        <translation>Войдите в службу поддержки.</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Сервер</translation>
    </message>
    <message>
        <source>Login</source>
        <translation>Логин</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Пароль</translation>
    </message>
    <message>
        <source>desk.example.com</source>
        <translation>desk.example.com</translation>
    </message>
    <message>
        <source>Stay logged in on this computer</source>
        <translation>Оставаться в системе на этом компьютере</translation>
    </message>
    <message>
        <source>A server was found on this computer.</source>
        <translation>На этом компьютере найден сервер.</translation>
    </message>
    <message>
        <source>Logging in…</source>
        <translation>Входим…</translation>
    </message>
    <message>
        <source>Log in</source>
        <translation>Войти</translation>
    </message>
    <message>
        <source>Practice without a server</source>
        <translation>Потренироваться без сервера</translation>
    </message>
    <message>
        <source>Русский</source>
        <comment>the other language, in that language</comment>
        <translation>English</translation>
    </message>
</context>
<context>
    <name>signalbox::console::MainWindow</name>
    <message>
        <source>&amp;Dialog</source>
        <translation>&amp;Диалог</translation>
    </message>
    <message>
        <source>&amp;Go</source>
        <translation>&amp;Переход</translation>
    </message>
    <message>
        <source>&amp;Console</source>
        <translation>&amp;Консоль</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Справка</translation>
    </message>
    <message>
        <source>Signalbox – practice</source>
        <translation>Signalbox — тренировка</translation>
    </message>
    <message>
        <source>Signalbox</source>
        <translation>Signalbox</translation>
    </message>
</context>
<context>
    <name>signalbox::console::MessageLayout</name>
    <message>
        <source>New messages</source>
        <translation>Новые сообщения</translation>
    </message>
    <message>
        <source>Internal note · %1</source>
        <translation>Внутренняя заметка · %1</translation>
    </message>
    <message>
        <source>edited</source>
        <translation>изменено</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>Не отправлено</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Удалить</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Копировать</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Повторить</translation>
    </message>
</context>
<context>
    <name>signalbox::console::MessageMenu</name>
    <message>
        <source>Copy text</source>
        <translation>Скопировать текст</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Изменить…</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Повторить</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Удалить</translation>
    </message>
</context>
<context>
    <name>signalbox::console::Notices</name>
    <message>
        <source>Signalbox goes on</source>
        <translation>Signalbox продолжает работать</translation>
    </message>
    <message>
        <source>It stays in the tray and tells you when somebody waits.</source>
        <translation>Программа осталась в трее и сообщит, когда кто-то будет ждать.</translation>
    </message>
    <message>
        <source>You seem to be away. Guests still see you as available.</source>
        <translation>Похоже, вы отошли. Для гостей вы всё ещё доступны.</translation>
    </message>
    <message>
        <source>Set me away</source>
        <translation>Отметить, что отошёл</translation>
    </message>
</context>
<context>
    <name>signalbox::console::Notifier</name>
    <message>
        <source>Open</source>
        <translation>Открыть</translation>
    </message>
    <message>
        <source>Take</source>
        <translation>Взять</translation>
    </message>
</context>
<context>
    <name>signalbox::console::OperatorDialog</name>
    <message>
        <source>Disabled: cannot log in</source>
        <translation>Отключён: войти не может</translation>
    </message>
    <message>
        <source>New operator</source>
        <translation>Новый оператор</translation>
    </message>
    <message>
        <source>At least 8 characters</source>
        <translation>Не меньше 8 символов</translation>
    </message>
    <message>
        <source>Unchanged</source>
        <translation>Без изменений</translation>
    </message>
    <message>
        <source>Operator</source>
        <translation>Оператор</translation>
    </message>
    <message>
        <source>Director</source>
        <translation>Руководитель</translation>
    </message>
    <message>
        <source>Administrator</source>
        <translation>Администратор</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Сохранить</translation>
    </message>
    <message>
        <source>Login</source>
        <translation>Логин</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Имя</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Пароль</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>Роль</translation>
    </message>
    <message>
        <source>Dialogs at once</source>
        <translation>Диалогов сразу</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Отмена</translation>
    </message>
</context>
<context>
    <name>signalbox::console::Outbox</name>
    <message>
        <source>Too many messages wait to be sent.</source>
        <translation>Слишком много неотправленных сообщений.</translation>
    </message>
</context>
<context>
    <name>signalbox::console::PaletteView</name>
    <message>
        <source>A dialog, a command, a canned reply…</source>
        <translation>Диалог, команда, шаблон…</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>Найденное</translation>
    </message>
</context>
<context>
    <name>signalbox::console::Reminder</name>
    <message>
        <source>%1 is waiting</source>
        <translation>%1 ждёт ответа</translation>
    </message>
</context>
<context>
    <name>signalbox::console::Session</name>
    <message>
        <source>The server did not answer in time.</source>
        <translation>Сервер не ответил вовремя.</translation>
    </message>
</context>
<context>
    <name>signalbox::console::SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>Настройки</translation>
    </message>
    <message>
        <source>never</source>
        <translation>никогда</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>Вид</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Как в системе</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Светлая</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Тёмная</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>Контрастная</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Тема</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Язык</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>Размер текста</translation>
    </message>
    <message>
        <source>px</source>
        <translation>пикс.</translation>
    </message>
    <message>
        <source>Things may move</source>
        <translation>Плавные движения</translation>
    </message>
    <message>
        <source>Notices</source>
        <translation>Уведомления</translation>
    </message>
    <message>
        <source>Show notices on the desktop</source>
        <translation>Показывать уведомления на рабочем столе</translation>
    </message>
    <message>
        <source>Sound while somebody waits in the queue</source>
        <translation>Звук, пока кто-то ждёт в очереди</translation>
    </message>
    <message>
        <source>Sound when a guest of mine writes</source>
        <translation>Звук, когда пишет мой гость</translation>
    </message>
    <message>
        <source>Sound when a dialog is given to me</source>
        <translation>Звук, когда мне передали диалог</translation>
    </message>
    <message>
        <source>Repeat while somebody waits</source>
        <translation>Повторять, пока кто-то ждёт</translation>
    </message>
    <message>
        <source>s</source>
        <translation>с</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>Громкость</translation>
    </message>
    <message>
        <source>Listen</source>
        <translation>Послушать</translation>
    </message>
    <message>
        <source>Work</source>
        <translation>Работа</translation>
    </message>
    <message>
        <source>An answer is promised within</source>
        <translation>Ответ обещан в течение</translation>
    </message>
    <message>
        <source>Suggest going away after</source>
        <translation>Предложить «отошёл» через</translation>
    </message>
    <message>
        <source>min</source>
        <translation>мин</translation>
    </message>
    <message>
        <source>Closing the window leaves the console in the tray</source>
        <translation>При закрытии окна оставаться в трее</translation>
    </message>
</context>
<context>
    <name>signalbox::console::ShortcutSheet</name>
    <message>
        <source>Keyboard</source>
        <translation>Клавиатура</translation>
    </message>
    <message>
        <source>Search keys</source>
        <translation>Поиск клавиш</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Клавиши</translation>
    </message>
    <message>
        <source>New key</source>
        <translation>Новое сочетание</translation>
    </message>
    <message>
        <source>Press a key</source>
        <translation>Нажмите сочетание</translation>
    </message>
    <message>
        <source>Switch off</source>
        <translation>Отключить</translation>
    </message>
    <message>
        <source>All as usual</source>
        <translation>Вернуть все</translation>
    </message>
    <message>
        <source>Press the new key in the field below.</source>
        <translation>Нажмите новое сочетание в поле ниже.</translation>
    </message>
    <message>
        <source>Choose a line to give it another key or to switch it off.</source>
        <translation>Выберите строку, чтобы изменить сочетание или отключить его.</translation>
    </message>
    <message>
        <source>“%1” has this key.</source>
        <translation>Это сочетание занято: «%1».</translation>
    </message>
</context>
<context>
    <name>signalbox::console::SseStream</name>
    <message>
        <source>The server is silent.</source>
        <translation>Сервер молчит.</translation>
    </message>
    <message>
        <source>An event without an end.</source>
        <translation>Событие без конца.</translation>
    </message>
</context>
<context>
    <name>signalbox::console::StatusLine</name>
    <message>
        <source>Practice</source>
        <translation>Тренировка</translation>
    </message>
    <message>
        <source>Connected · %1 ms</source>
        <translation>На связи · %1 мс</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>На связи</translation>
    </message>
    <message>
        <source>No connection, again in %1 s</source>
        <translation>Нет связи, повтор через %1 с</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>Соединяемся…</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>Загружаем…</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>Отказано</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>Не в сети</translation>
    </message>
    <message>
        <source>Connection: %1</source>
        <translation>Связь: %1</translation>
    </message>
    <message numerus="yes">
        <source>%n unsent</source>
        <translation>
            <numerusform>%n не отправлено</numerusform>
            <numerusform>%n не отправлено</numerusform>
            <numerusform>%n не отправлено</numerusform>
        </translation>
    </message>
    <message>
        <source>Queue %1</source>
        <translation>Очередь %1</translation>
    </message>
    <message>
        <source>Length of the queue</source>
        <translation>Длина очереди</translation>
    </message>
    <message>
        <source>do not disturb until %1</source>
        <translation>не беспокоить до %1</translation>
    </message>
    <message>
        <source>My status: %1</source>
        <translation>Мой статус: %1</translation>
    </message>
    <message>
        <source>late by %1</source>
        <translation>просрочено на %1</translation>
    </message>
    <message>
        <source>next answer in %1</source>
        <translation>ответить за %1</translation>
    </message>
    <message>
        <source>Available</source>
        <translation>Доступен</translation>
    </message>
    <message>
        <source>Away</source>
        <translation>Отошёл</translation>
    </message>
    <message>
        <source>Do not disturb</source>
        <translation>Не беспокоить</translation>
    </message>
    <message>
        <source>15 minutes</source>
        <translation>15 минут</translation>
    </message>
    <message>
        <source>1 hour</source>
        <translation>1 час</translation>
    </message>
    <message>
        <source>Until I change it</source>
        <translation>Пока не изменю</translation>
    </message>
</context>
<context>
    <name>signalbox::console::TeamDelegate</name>
    <message>
        <source>available</source>
        <translation>на месте</translation>
    </message>
    <message>
        <source>away</source>
        <translation>отошёл</translation>
    </message>
    <message>
        <source>do not disturb</source>
        <translation>не беспокоить</translation>
    </message>
    <message>
        <source>offline</source>
        <translation>не в сети</translation>
    </message>
</context>
<context>
    <name>signalbox::console::TeamModel</name>
    <message>
        <source>%1, %2, %3 of %4 dialogs</source>
        <translation>%1, %2, диалогов: %3 из %4</translation>
    </message>
    <message>
        <source>online</source>
        <translation>на месте</translation>
    </message>
    <message>
        <source>away</source>
        <translation>отошёл</translation>
    </message>
    <message>
        <source>do not disturb</source>
        <translation>не беспокоить</translation>
    </message>
    <message>
        <source>offline</source>
        <translation>не в сети</translation>
    </message>
</context>
<context>
    <name>signalbox::console::ThreadHeader</name>
    <message>
        <source>with the AI</source>
        <translation>у ИИ</translation>
    </message>
    <message>
        <source>reserved for %1</source>
        <translation>предназначен: %1</translation>
    </message>
    <message>
        <source>in the queue</source>
        <translation>в очереди</translation>
    </message>
    <message>
        <source>yours</source>
        <translation>ваш</translation>
    </message>
    <message>
        <source>closed</source>
        <translation>закрыт</translation>
    </message>
    <message>
        <source>%1 is writing here</source>
        <translation>%1 пишет здесь</translation>
    </message>
    <message>
        <source>waits %1</source>
        <translation>ждёт %1</translation>
    </message>
    <message>
        <source>Taking…</source>
        <translation>Берём…</translation>
    </message>
    <message>
        <source>Finish</source>
        <translation>Завершить</translation>
    </message>
    <message>
        <source>Reopen</source>
        <translation>Открыть снова</translation>
    </message>
    <message>
        <source>Take over</source>
        <translation>Перехватить</translation>
    </message>
    <message>
        <source>Take</source>
        <translation>Взять</translation>
    </message>
    <message>
        <source>Transfer</source>
        <translation>Передать</translation>
    </message>
    <message>
        <source>To the queue</source>
        <translation>В очередь</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Ещё</translation>
    </message>
</context>
<context>
    <name>signalbox::console::ThreadModel</name>
    <message>
        <source>An operator</source>
        <translation>Оператор</translation>
    </message>
    <message>
        <source>%1 joined</source>
        <translation>%1 теперь в диалоге</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>%1 больше не в диалоге</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Сегодня</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Вчера</translation>
    </message>
    <message>
        <source>d MMMM</source>
        <translation>d MMMM</translation>
    </message>
    <message>
        <source>d MMMM yyyy</source>
        <translation>d MMMM yyyy</translation>
    </message>
    <message>
        <source>Unread from here</source>
        <translation>Непрочитанное отсюда</translation>
    </message>
    <message>
        <source>Internal note</source>
        <translation>Внутренняя заметка</translation>
    </message>
    <message>
        <source>not sent: %1</source>
        <translation>не отправлено: %1</translation>
    </message>
</context>
<context>
    <name>signalbox::console::ThreadPane</name>
    <message>
        <source>Copied</source>
        <translation>Скопировано</translation>
    </message>
    <message>
        <source>Not in what is loaded</source>
        <translation>В загруженном нет</translation>
    </message>
    <message>
        <source>The visitor</source>
        <translation>Гость</translation>
    </message>
    <message>
        <source>The AI</source>
        <translation>ИИ</translation>
    </message>
    <message>
        <source>%1 is typing…</source>
        <translation>%1 печатает…</translation>
    </message>
    <message>
        <source>No dialog is open</source>
        <translation>Диалог не открыт</translation>
    </message>
    <message>
        <source>Choose one at the left, or let the console choose: Alt+A.</source>
        <translation>Выберите его слева или доверьте выбор консоли: Alt+A.</translation>
    </message>
    <message>
        <source>Search this dialog, Enter goes upwards</source>
        <translation>Поиск в диалоге, Enter — выше</translation>
    </message>
</context>
<context>
    <name>signalbox::console::ThreadView</name>
    <message>
        <source>Messages</source>
        <translation>Сообщения</translation>
    </message>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n новое</numerusform>
            <numerusform>%n новых</numerusform>
            <numerusform>%n новых</numerusform>
        </translation>
    </message>
    <message>
        <source>To the end</source>
        <translation>К последним</translation>
    </message>
    <message>
        <source>The server had it after %1 ms.</source>
        <translation>Сервер получил через %1 мс.</translation>
    </message>
</context>
<context>
    <name>signalbox::console::TimeText</name>
    <message>
        <source>%1 d</source>
        <comment>days</comment>
        <translation>%1 д</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Сегодня</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Вчера</translation>
    </message>
    <message>
        <source>%1 s</source>
        <comment>seconds</comment>
        <translation>%1 с</translation>
    </message>
    <message>
        <source>%1 min</source>
        <comment>minutes</comment>
        <translation>%1 мин</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 ч %2 мин</translation>
    </message>
</context>
<context>
    <name>signalbox::console::Tokens</name>
    <message>
        <source>Log in with your password.</source>
        <translation>Войдите с паролем.</translation>
    </message>
    <message>
        <source>Log in again.</source>
        <translation>Войдите снова.</translation>
    </message>
    <message>
        <source>The server&apos;s answer cannot be read.</source>
        <translation>Ответ сервера не разобрать.</translation>
    </message>
</context>
<context>
    <name>signalbox::console::TransferDialog</name>
    <message>
        <source>Transfer %1</source>
        <translation>Передать: %1</translation>
    </message>
    <message>
        <source>Operators</source>
        <translation>Операторы</translation>
    </message>
    <message>
        <source>To whom?</source>
        <translation>Кому?</translation>
    </message>
    <message>
        <source>What should the other one know?</source>
        <translation>Что нужно знать другому?</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Заметка</translation>
    </message>
    <message>
        <source>To the queue</source>
        <translation>В очередь</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Отмена</translation>
    </message>
    <message>
        <source>Transfer to %1</source>
        <translation>Передать: %1</translation>
    </message>
    <message>
        <source>Transfer</source>
        <translation>Передать</translation>
    </message>
</context>
<context>
    <name>signalbox::console::Tray</name>
    <message numerus="yes">
        <source>Signalbox: %n waiting</source>
        <translation>
            <numerusform>Signalbox: ждёт %n</numerusform>
            <numerusform>Signalbox: ждут %n</numerusform>
            <numerusform>Signalbox: ждут %n</numerusform>
        </translation>
    </message>
    <message>
        <source>Signalbox: not connected</source>
        <translation>Signalbox: нет связи</translation>
    </message>
    <message>
        <source>Open Signalbox</source>
        <translation>Открыть Signalbox</translation>
    </message>
    <message>
        <source>Available</source>
        <translation>Доступен</translation>
    </message>
    <message>
        <source>Away</source>
        <translation>Отошёл</translation>
    </message>
    <message>
        <source>Do not disturb</source>
        <translation>Не беспокоить</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Закрыть программу</translation>
    </message>
</context>
<context>
    <name>signalbox::console::WebSocketStream</name>
    <message>
        <source>The server is silent.</source>
        <translation>Сервер молчит.</translation>
    </message>
</context>
</TS>
