// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared/errors.h"

#include <QUrl>
#include <QWidget>

class QCheckBox;
class QLineEdit;
class QNetworkAccessManager;

namespace signalbox::console {

class Button;
class Look;
class Text;

/// The first window: server, login, password. Offers the server on this computer when one answers there. Says what to
/// do when something is wrong; the password is forgotten as soon as it was used.
class LoginWindow : public QWidget
{
    Q_OBJECT
public:
    explicit LoginWindow(const Look& look, QWidget* parent = nullptr);

    void setServer(const QString& server);
    void setLogin(const QString& login);
    /// While the login is under way nothing can be pressed.
    void setBusy(bool busy);
    void showError(const Error& error);
    void showMessage(const QString& text);
    bool remembers() const;
    /// Asks the usual address of this computer whether a server is there.
    void lookAround(const QUrl& candidate = QUrl(QStringLiteral("http://127.0.0.1:5009")));

    /// "desk.example:8080" → "https://desk.example:8080"; this computer's addresses → http. Invalid when hopeless.
    static QUrl serverUrl(const QString& typed);
    /// What to do about an error; plain text.
    static QString advice(const Error& error);

signals:
    void loginWanted(const QUrl& server, const QString& login, const QString& password);
    void demoWanted();
    void languageWanted(const QString& language);

protected:
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    QWidget* buildCard();
    void submit();
    void check();
    void retranslate();

    const Look& m_look;
    QNetworkAccessManager* m_network;
    Text* m_title;
    Text* m_subtitle;
    Text* m_serverLabel;
    Text* m_loginLabel;
    Text* m_passwordLabel;
    QLineEdit* m_server;
    QLineEdit* m_login;
    QLineEdit* m_password;
    QCheckBox* m_remember;
    Text* m_found;
    Text* m_error;
    Button* m_enter;
    Button* m_demo;
    Button* m_language;
    bool m_isBusy = false;
    bool m_isLocalFound = false;
};

} // namespace signalbox::console
