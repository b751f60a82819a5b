// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/client/libsecretstore.h"

#ifdef SIGNALBOX_HAS_LIBSECRET

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>

// GLib's headers use the word as a member's name.
#pragma push_macro("signals")
#undef signals
#include <libsecret/secret.h>
#pragma pop_macro("signals")

namespace signalbox::console {

namespace {

const SecretSchema& schema()
{
    static const SecretSchema made = [] {
        SecretSchema value{};
        value.name = "org.signalbox.Console";
        value.flags = SECRET_SCHEMA_NONE;
        value.attributes[0] = {"account", SECRET_SCHEMA_ATTRIBUTE_STRING};
        return value;
    }();
    return made;
}

Error takeError(GError* error)
{
    Error result(ErrorCode::Unavailable, error ? QString::fromUtf8(error->message) : QString());
    g_clear_error(&error);
    return result;
}

Result<QString> lookup(const QByteArray& name)
{
    GError* error = nullptr;
    gchar* secret = secret_password_lookup_sync(&schema(), nullptr, &error, "account", name.constData(), nullptr);
    if (error)
        return takeError(error);
    if (!secret)
        return Error(ErrorCode::NotFound);
    QString result = QString::fromUtf8(secret);
    secret_password_free(secret);
    return result;
}

Result<void> store(const QByteArray& name, const QByteArray& secret)
{
    GError* error = nullptr;
    const QByteArray label = "Signalbox: " + name;
    secret_password_store_sync(&schema(), SECRET_COLLECTION_DEFAULT, label.constData(), secret.constData(), nullptr,
                               &error, "account", name.constData(), nullptr);
    if (error)
        return takeError(error);
    return {};
}

class LibsecretStore final : public SecretStore
{
public:
    LibsecretStore() { m_thread.setMaxThreadCount(1); }
    ~LibsecretStore() override { m_thread.waitForDone(); }

    bool isPersistent() const override { return true; }

    void read(const QString& name, QObject* context, std::function<void(Result<QString>)> done) override
    {
        const QPointer<QObject> receiver(context);
        m_thread.start([name = name.toUtf8(), receiver, done = std::move(done)] {
            answer(receiver, [result = lookup(name), done] { done(result); });
        });
    }

    void write(const QString& name, const QString& secret, QObject* context,
               std::function<void(Result<void>)> done) override
    {
        const QPointer<QObject> receiver(context);
        m_thread.start([name = name.toUtf8(), secret = secret.toUtf8(), receiver, done = std::move(done)] {
            answer(receiver, [result = store(name, secret), done] { done(result); });
        });
    }

    void erase(const QString& name) override
    {
        m_thread.start([name = name.toUtf8()] {
            secret_password_clear_sync(&schema(), nullptr, nullptr, "account", name.constData(), nullptr);
        });
    }

private:
    /// Back on the thread of the application, which alone may look whether the receiver is still there.
    template <typename Task> static void answer(const QPointer<QObject>& receiver, Task task)
    {
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [receiver, task = std::move(task)] {
                if (receiver)
                    task();
            },
            Qt::QueuedConnection);
    }

    QThreadPool m_thread;
};

bool isThere()
{
    GError* error = nullptr;
    SecretService* service = secret_service_get_sync(SECRET_SERVICE_NONE, nullptr, &error);
    g_clear_error(&error);
    if (!service)
        return false;
    g_object_unref(service);
    return true;
}

} // namespace

std::unique_ptr<SecretStore> makeLibsecretStore()
{
    if (qEnvironmentVariableIsEmpty("DBUS_SESSION_BUS_ADDRESS") || !isThere())
        return nullptr;
    return std::make_unique<LibsecretStore>();
}

} // namespace signalbox::console

#else

namespace signalbox::console {

std::unique_ptr<SecretStore> makeLibsecretStore()
{
    return nullptr;
}

} // namespace signalbox::console

#endif
