// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/client/secretstore.h"

#include "console/client/libsecretstore.h"

#include <QHash>
#include <QTimer>

namespace signalbox::console {

namespace {

class ForgetfulSecretStore final : public SecretStore
{
public:
    bool isPersistent() const override { return false; }
    void read(const QString& name, QObject* context, std::function<void(Result<QString>)> done) override
    {
        const auto found = m_secrets.constFind(name);
        const Result<QString> result =
            found == m_secrets.cend() ? Result<QString>(Error(ErrorCode::NotFound)) : Result<QString>(*found);
        QTimer::singleShot(0, context, [result, done = std::move(done)] { done(result); });
    }
    void write(const QString& name, const QString& secret, QObject* context,
               std::function<void(Result<void>)> done) override
    {
        m_secrets.insert(name, secret);
        QTimer::singleShot(0, context, [done = std::move(done)] { done({}); });
    }
    void erase(const QString& name) override { m_secrets.remove(name); }

private:
    QHash<QString, QString> m_secrets;
};

} // namespace

std::unique_ptr<SecretStore> forgetfulSecretStore()
{
    return std::make_unique<ForgetfulSecretStore>();
}

std::unique_ptr<SecretStore> openSecretStore()
{
    if (auto store = makeLibsecretStore())
        return store;
    return forgetfulSecretStore();
}

} // namespace signalbox::console
