// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>
#include <QList>

#include <vector>

namespace signalbox {

/// What a field of an event's data may be.
enum class FieldType : quint8 {
    String,
    Integer,
    Number,
    Bool,
    Object,
    Array,
    Id,   ///< non-empty string or integer
    Time, ///< string (ISO 8601) or number (Unix time)
    Any,
};

const char* fieldTypeName(FieldType type);

/// One field; `path` names nested fields with dots ("message.id").
struct FieldSpec
{
    QByteArray path;
    FieldType type = FieldType::Any;
    bool required = true;
    bool nullable = false;
};

/// Who may publish an event through a door.
enum class Publisher : quint8 {
    Server,  ///< only the server itself says this (connection.*, heartbeat, warning, error)
    Service, ///< services and the server
};

/// One row of the event catalogue (spec section 3).
struct EventSpec
{
    QByteArray name;
    int version = 1;
    QList<FieldSpec> fields;
    QList<QByteArray> channels; ///< default channels; "{path}" is filled from the data
    Publisher publisher = Publisher::Service;
    QByteArray conflate; ///< template of the key under which a newer event replaces a queued older one; empty: never
};

/// The catalogue: every event the system knows, immutable, shared by all threads. The table is in catalog.cpp.
class Catalog
{
public:
    Catalog();

    /// The row of this name and version, or null.
    const EventSpec* find(QByteArrayView name, int version) const;
    /// True when any version of the name is known.
    bool knows(QByteArrayView name) const;
    /// The version that a client of version `wanted` gets of this event: the highest known that is not above it,
    /// else the lowest known; 0 when the name is unknown.
    int servedVersion(QByteArrayView name, int wanted) const;
    const std::vector<EventSpec>& all() const { return m_rows; }
    /// `{"events":[{"name","version","fields":[…],"channels":[…],"publishers":[…]}]}`, the body of GET /api/v1/catalog.
    QByteArray toJson(bool strict) const;

private:
    std::vector<EventSpec> m_rows;
    QHash<QByteArray, QList<int>> m_rowsOfName;
};

} // namespace signalbox
