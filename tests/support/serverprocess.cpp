// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/serverprocess.h"

#include "auth/authenticator.h"

#include <QDebug>
#include <QElapsedTimer>
#include <QRegularExpression>
#include <QTest>
#include <QUrl>

#include <csignal>

namespace signalbox::test {

namespace {

/// What is shown of a server's log when it ends badly: room for a sanitizer's report.
constexpr qsizetype kShownLogBytes = 16 * 1024;

const SystemClock& systemClock()
{
    static const SystemClock clock;
    return clock;
}

const Authenticator& authenticator()
{
    static const auto made = [] {
        AuthSettings settings;
        settings.sessionSecret.current = ServerProcess::sessionSecret();
        settings.webhookToken.current = ServerProcess::webhookToken();
        settings.jwt.secret.current = ServerProcess::jwtSecret();
        return std::move(Authenticator::create(settings, systemClock())).value();
    }();
    return *made;
}

} // namespace

ServerProcess::ServerProcess() = default;

ServerProcess::~ServerProcess()
{
    if (isRunning() && stop() != 0 && QTest::currentTestFunction())
        QTest::qFail("signalboxd did not end well", __FILE__, __LINE__);
}

bool ServerProcess::start(const Variables& variables, const QByteArrayList& arguments)
{
    launch(variables, arguments);
    return m_process.waitForStarted() && waitForPorts();
}

ServerProcess::Outcome ServerProcess::runToEnd(const Variables& variables, const QByteArrayList& arguments)
{
    launch(variables, arguments);
    m_process.waitForStarted();
    const int exitCode = awaitExit(kEndMs);
    return {exitCode, m_process.readAllStandardOutput(), log()};
}

void ServerProcess::launch(const Variables& variables, const QByteArrayList& arguments)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    const auto set = [&environment](const QByteArray& name, const QByteArray& value) {
        environment.insert(QString::fromUtf8(name), QString::fromUtf8(value));
    };
    const QByteArray kept = m_keepPorts ? QByteArray::number(m_port) : QByteArray("0");
    set("PORT", kept);
    set("HOST", "127.0.0.1");
    set("MANAGEMENT_PORT", m_keepPorts ? QByteArray::number(m_managementPort) : QByteArray("0"));
    set("SIGNALBOX_DATA_DIR", m_folder.path().toUtf8());
    set("JWT_SECRET", jwtSecret());
    set("SESSION_SECRET", sessionSecret());
    set("WEBHOOK_TOKEN", webhookToken());
    for (auto it = variables.cbegin(); it != variables.cend(); ++it)
        set(it.key(), it.value());
    m_log.clear();
    m_process.setProcessEnvironment(environment);
    QStringList list;
    for (const QByteArray& argument : arguments)
        list.append(QString::fromUtf8(argument));
    m_process.start(QStringLiteral(SIGNALBOXD_PATH), list);
}

bool ServerProcess::waitForPorts()
{
    static const QRegularExpression line(QStringLiteral("listening on port (\\d+) management on port (\\d+)"));
    constexpr int kStartMs = 30'000;
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < kStartMs) {
        const auto match = line.match(QString::fromUtf8(log()));
        if (match.hasMatch()) {
            m_port = match.captured(1).toUShort();
            m_managementPort = match.captured(2).toUShort();
            return true;
        }
        if (!isRunning())
            return false;
        m_process.waitForReadyRead(50);
    }
    return false;
}

QByteArray ServerProcess::log()
{
    m_log += m_process.readAllStandardError();
    return m_log;
}

int ServerProcess::stop(int timeoutMs)
{
    m_process.terminate();
    return waitForEnd(timeoutMs);
}

int ServerProcess::waitForEnd(int timeoutMs)
{
    const int exitCode = awaitExit(timeoutMs);
    if (exitCode != 0)
        qWarning().noquote() << "signalboxd ended with" << exitCode << "and had last written:\n"
                             << m_log.right(kShownLogBytes);
    return exitCode;
}

int ServerProcess::awaitExit(int timeoutMs)
{
    if (isRunning() && !m_process.waitForFinished(timeoutMs)) {
        kill();
        return -1;
    }
    log();
    return m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
}

void ServerProcess::kill()
{
    m_process.kill();
    m_process.waitForFinished(5000);
}

void ServerProcess::signal(int number)
{
    ::kill(static_cast<pid_t>(m_process.processId()), number);
}

QByteArray ServerProcess::program()
{
    return QByteArrayLiteral(SIGNALBOXD_PATH);
}

QByteArray ServerProcess::jwt(Role role, const QByteArray& subject, const QList<QByteArray>& cities,
                              const QList<QByteArray>& channels, qint64 lifetimeSeconds)
{
    JwtClaims claims;
    claims.subject = subject;
    claims.role = role;
    claims.cities = cities;
    claims.channels = channels;
    claims.lifetimeSeconds = lifetimeSeconds;
    return authenticator().issueJwt(claims).value();
}

QByteArray ServerProcess::sessionToken(const QByteArray& dialog)
{
    return authenticator().sessionTokens().mint(dialog)->token;
}

QByteArray ServerProcess::siteToken(const QByteArray& site, const QByteArray& dialog)
{
    return authenticator().siteTokens().mint({site, dialog, systemClock().wallMs() / 1000 + 3600}).value();
}

QByteArray ServerProcess::guestId(const QByteArray& dialog, const QByteArray& assistant)
{
    return authenticator().guestIds().mint(dialog, assistant);
}

QByteArray ServerProcess::linkPath(const QByteArray& dialog, qint64 lifetimeSeconds)
{
    const qint64 exp = systemClock().wallMs() / 1000 + lifetimeSeconds;
    return "/chat/" + QUrl::toPercentEncoding(QString::fromUtf8(dialog)) + "/stream?exp=" + QByteArray::number(exp) +
           "&sig=" + authenticator().signedLinks().sign(dialog, exp);
}

} // namespace signalbox::test
