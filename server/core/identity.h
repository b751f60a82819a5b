// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

#include <memory>

namespace signalbox {

/// Who somebody is, in the order of spec section 1. `User` is a valid JWT whose role is none of ours (or absent): it
/// sees its own `user:{id}` and what its `channels` claim names.
enum class Role : quint8 { Guest, User, Operator, Director, Admin, Service };

const char* roleName(Role role); ///< "guest", "user", "operator", "director", "admin", "service"

/// What a verified credential says about its holder. Immutable once made; shared by every part that serves the
/// connection, on any thread. Never holds the credential itself.
struct Identity
{
    Role role = Role::Guest;
    QByteArray subject;         ///< JWT `sub`; for guests "guest:{dialog}"; for WEBHOOK_TOKEN "webhook"
    QString name;               ///< display name, may be empty
    QList<QByteArray> cities;   ///< claim `cities`, UTF-8
    QList<QByteArray> channels; ///< claim `channels`: joinable beyond what the role gives
    QByteArray dialog;          ///< guests: the only dialog they may see; else empty
    QByteArray site;            ///< site tokens: the site they name; else empty
    qint64 expiresAtMs = 0;     ///< wall clock, 0 = never (WEBHOOK_TOKEN, static site tokens)
    QByteArray credential;      ///< 16 bytes of a hash of the credential: the key of per-token limits

    bool isStaff() const { return role == Role::Operator || role == Role::Director || role == Role::Admin; }
};

using IdentityPtr = std::shared_ptr<const Identity>;

} // namespace signalbox
