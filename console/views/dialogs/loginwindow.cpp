// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/dialogs/loginwindow.h"

#include "console/views/look/icons.h"
#include "console/views/look/look.h"
#include "console/views/widgets/button.h"
#include "console/views/widgets/text.h"

#include <QCheckBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QLocale>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QPainter>
#include <QVBoxLayout>

namespace signalbox::console {

namespace {

constexpr int kCardWidth = 380;
constexpr int kAnswerWithinMs = 1500;

} // namespace

LoginWindow::LoginWindow(const Look& look, QWidget* parent)
    : QWidget(parent)
    , m_look(look)
    , m_network(new QNetworkAccessManager(this))
    , m_title(new Text(look, 9, QFont::DemiBold, Shade::Normal, this))
    , m_subtitle(new Text(look, 0, QFont::Normal, Shade::Muted, this))
    , m_serverLabel(new Text(look, -1, QFont::Medium, Shade::Muted, this))
    , m_loginLabel(new Text(look, -1, QFont::Medium, Shade::Muted, this))
    , m_passwordLabel(new Text(look, -1, QFont::Medium, Shade::Muted, this))
    , m_server(new QLineEdit(this))
    , m_login(new QLineEdit(this))
    , m_password(new QLineEdit(this))
    , m_remember(new QCheckBox(this))
    , m_found(new Text(look, -1, QFont::Normal, Shade::Good, this))
    , m_error(new Text(look, 0, QFont::Medium, Shade::Bad, this))
    , m_enter(new Button(look, nullptr, ButtonKind::Primary, this))
    , m_demo(new Button(look, "life-buoy", ButtonKind::Quiet, this))
    , m_language(new Button(look, nullptr, ButtonKind::Quiet, this))
{
    setWindowIcon(appIcon());
    resize(560, 640);
    m_password->setEchoMode(QLineEdit::Password);
    m_server->setMaxLength(2000);
    m_login->setMaxLength(64);
    m_password->setMaxLength(1024);
    m_remember->setChecked(true);
    m_error->setWordWrap(true);
    m_found->setWordWrap(true);
    m_subtitle->setWordWrap(true);
    auto* row = new QHBoxLayout(this);
    row->addStretch(1);
    row->addWidget(buildCard());
    row->addStretch(1);
    for (QLineEdit* field : {m_server, m_login, m_password}) {
        connect(field, &QLineEdit::textChanged, this, &LoginWindow::check);
        connect(field, &QLineEdit::returnPressed, this, &LoginWindow::submit);
    }
    connect(m_enter, &QPushButton::clicked, this, &LoginWindow::submit);
    connect(m_demo, &QPushButton::clicked, this, &LoginWindow::demoWanted);
    connect(m_language, &QPushButton::clicked, this, [this] {
        emit languageWanted(QLocale().language() == QLocale::Russian ? QStringLiteral("en") : QStringLiteral("ru"));
    });
    connect(&look, &Look::changed, this, qOverload<>(&QWidget::update));
    m_found->hide();
    m_error->hide();
    retranslate();
}

QWidget* LoginWindow::buildCard()
{
    auto* card = new QWidget(this);
    card->setFixedWidth(kCardWidth);
    auto* column = new QVBoxLayout(card);
    column->setContentsMargins(0, 112, 0, 16);
    column->setSpacing(6);
    column->addStretch(1);
    column->addWidget(m_title);
    column->addWidget(m_subtitle);
    column->addSpacing(16);
    const std::pair<Text*, QLineEdit*> fields[] = {
        {m_serverLabel, m_server}, {m_loginLabel, m_login}, {m_passwordLabel, m_password}};
    for (const auto& [label, field] : fields) {
        label->setBuddy(field);
        field->setMinimumHeight(36);
        column->addWidget(label);
        column->addWidget(field);
        if (field == m_server)
            column->addWidget(m_found);
        column->addSpacing(6);
    }
    column->addWidget(m_remember);
    column->addWidget(m_error);
    column->addSpacing(8);
    m_enter->setMinimumHeight(40);
    column->addWidget(m_enter);
    auto* foot = new QHBoxLayout;
    foot->addWidget(m_demo);
    foot->addStretch(1);
    foot->addWidget(m_language);
    column->addLayout(foot);
    column->addStretch(2);
    return card;
}

QUrl LoginWindow::serverUrl(const QString& typed)
{
    QString text = typed.trimmed();
    if (text.isEmpty())
        return {};
    if (!text.contains(QLatin1String("://"))) {
        const QString host = text.section(QLatin1Char('/'), 0, 0).section(QLatin1Char(':'), 0, 0);
        const bool here = host == QLatin1String("localhost") || host.startsWith(QLatin1String("127."));
        text.prepend(here ? QStringLiteral("http://") : QStringLiteral("https://"));
    }
    QUrl url(text, QUrl::StrictMode);
    const bool web = url.scheme() == QLatin1String("http") || url.scheme() == QLatin1String("https");
    if (!url.isValid() || !web || url.host().isEmpty() || !url.userInfo().isEmpty())
        return {};
    return url.adjusted(QUrl::RemovePath | QUrl::RemoveQuery | QUrl::RemoveFragment);
}

QString LoginWindow::advice(const Error& error)
{
    switch (error.code) {
    case ErrorCode::LoginRefused:
    case ErrorCode::Unauthorized:
        return tr("Login or password is wrong. Ask an administrator if you have forgotten it.");
    case ErrorCode::LockedOut:
    case ErrorCode::RateLimited:
        return tr("Too many attempts. Wait a little, then try again.");
    case ErrorCode::NotFound:
        return tr("There is no desk at this address. Check it with your administrator.");
    case ErrorCode::Conflict:
        return tr("Another console works with this account on this computer. Close it first.");
    case ErrorCode::Forbidden:
        return tr("This account may not use the console.");
    case ErrorCode::Unavailable:
    case ErrorCode::RequestTimeout:
    case ErrorCode::SourceUnavailable:
        return tr("The server does not answer. Check the address and your connection, then try again.");
    default:
        return error.text();
    }
}

void LoginWindow::setServer(const QString& server)
{
    m_server->setText(server);
}

void LoginWindow::setLogin(const QString& login)
{
    m_login->setText(login);
    (login.isEmpty() ? m_login : m_password)->setFocus();
}

bool LoginWindow::remembers() const
{
    return m_remember->isChecked();
}

void LoginWindow::setBusy(bool busy)
{
    m_isBusy = busy;
    for (QLineEdit* field : {m_server, m_login, m_password})
        field->setEnabled(!busy);
    if (busy)
        m_error->hide();
    retranslate();
}

void LoginWindow::showError(const Error& error)
{
    showMessage(advice(error));
    m_password->selectAll();
}

void LoginWindow::showMessage(const QString& text)
{
    setBusy(false);
    m_error->setText(text);
    m_error->setVisible(!text.isEmpty());
    (m_login->text().isEmpty() ? m_login : m_password)->setFocus();
}

void LoginWindow::submit()
{
    const QUrl server = serverUrl(m_server->text());
    if (m_isBusy || !m_enter->isEnabled())
        return;
    setBusy(true);
    const QString password = m_password->text();
    emit loginWanted(server, m_login->text().trimmed(), password);
}

void LoginWindow::check()
{
    m_enter->setEnabled(!m_isBusy && serverUrl(m_server->text()).isValid() && !m_login->text().trimmed().isEmpty() &&
                        !m_password->text().isEmpty());
    m_found->setVisible(m_isLocalFound && m_server->text() == m_server->property("found").toString());
}

void LoginWindow::lookAround(const QUrl& candidate)
{
    QNetworkRequest request(candidate.resolved(QUrl(QStringLiteral("/healthz"))));
    request.setTransferTimeout(kAnswerWithinMs);
    QNetworkReply* reply = m_network->get(request);
    connect(reply, &QNetworkReply::finished, this, [this, reply, candidate] {
        reply->deleteLater();
        const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        if (status != 200 && status != 503)
            return;
        m_isLocalFound = true;
        const QString address = QStringLiteral("localhost:%1").arg(candidate.port(80));
        m_server->setProperty("found", address);
        if (m_server->text().isEmpty())
            m_server->setText(address);
        check();
    });
}

void LoginWindow::retranslate()
{
    setWindowTitle(tr("Signalbox"));
    m_title->setText(tr("Good to see you"));
    m_subtitle->setText(tr("Log in to your support desk."));
    m_serverLabel->setText(tr("Server"));
    m_loginLabel->setText(tr("Login"));
    m_passwordLabel->setText(tr("Password"));
    m_server->setPlaceholderText(tr("desk.example.com"));
    m_server->setAccessibleName(tr("Server"));
    m_login->setAccessibleName(tr("Login"));
    m_password->setAccessibleName(tr("Password"));
    m_remember->setText(tr("Stay logged in on this computer"));
    m_found->setText(tr("A server was found on this computer."));
    m_enter->setText(m_isBusy ? tr("Logging in…") : tr("Log in"));
    m_demo->setText(tr("Practice without a server"));
    m_language->setText(tr("Русский", "the other language, in that language"));
    check();
}

void LoginWindow::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

void LoginWindow::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_look.colors().window);
    const QPixmap mark = appIcon().pixmap(QSize(56, 56), devicePixelRatioF());
    const QPoint at = m_title->mapTo(this, QPoint(0, 0));
    painter.drawPixmap(at.x(), at.y() - 76, mark);
}

} // namespace signalbox::console
