// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/jwtkeys.h"

#include <QFile>

#include <algorithm>
#include <array>

namespace signalbox {

namespace {

struct AlgorithmRow
{
    const char* name;
    JwtAlgorithm algorithm;
};

constexpr std::array<AlgorithmRow, 3> kAlgorithms{{
    {"HS256", JwtAlgorithm::HS256},
    {"RS256", JwtAlgorithm::RS256},
    {"ES256", JwtAlgorithm::ES256},
}};

Error unusable(const QString& what)
{
    return Error(ErrorCode::Internal, what);
}

Result<QByteArray> readFile(const QString& path)
{
    constexpr qint64 kLargestFile = 1024 * 1024;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return unusable(QStringLiteral("cannot read the key file %1: %2").arg(path, file.errorString()));
    const QByteArray content = file.read(kLargestFile + 1);
    if (content.size() > kLargestFile)
        return unusable(QStringLiteral("the key file %1 is larger than 1 MiB").arg(path));
    return content;
}

Error inFile(const QString& path, const Error& error)
{
    return unusable(QStringLiteral("%1: %2").arg(path, error.message));
}

// What `JWT_ALGORITHM` leaves of the algorithms; nothing when it is set to one we do not have.
bool isAllowed(const JwtSettings& settings, JwtAlgorithm algorithm)
{
    return settings.algorithm.isEmpty() || jwtAlgorithm(settings.algorithm) == algorithm;
}

} // namespace

std::optional<JwtAlgorithm> jwtAlgorithm(QByteArrayView name)
{
    for (const AlgorithmRow& row : kAlgorithms) {
        if (name == row.name)
            return row.algorithm;
    }
    return std::nullopt;
}

Result<std::shared_ptr<const JwtKeySet>> JwtKeySet::load(const JwtSettings& settings)
{
    if (!settings.algorithm.isEmpty() && !jwtAlgorithm(settings.algorithm))
        return unusable(QStringLiteral("the JWT algorithm must be HS256, RS256 or ES256"));
    const auto set = std::make_shared<JwtKeySet>();
    Result<void> added;
    if (settings.secret.isSet())
        added = set->addSecret(settings.secret.current);
    if (added && settings.secret.isSet() && !settings.secret.previous.isEmpty())
        added = set->addSecret(settings.secret.previous);
    if (added && !settings.publicKeyFile.isEmpty())
        added = set->addPublicKeyFile(settings);
    if (added && !settings.jwksFile.isEmpty())
        added = set->addKeySetFile(settings);
    if (!added)
        return added.error();
    return std::shared_ptr<const JwtKeySet>(set);
}

Result<void> JwtKeySet::addSecret(const QByteArray& secret)
{
    JwtKey key;
    key.key.reset(cjose_jwk_create_oct_spec(reinterpret_cast<const uint8_t*>(secret.constData()),
                                            static_cast<size_t>(secret.size()), nullptr));
    if (!key.key)
        return unusable(QStringLiteral("the JWT secret is not usable"));
    m_keys.push_back(std::move(key));
    return {};
}

Result<void> JwtKeySet::addPublicKeyFile(const JwtSettings& settings)
{
    const Result<QByteArray> pem = readFile(settings.publicKeyFile);
    if (!pem)
        return pem.error();
    Result<JwtKey> key = readPublicKey(*pem);
    if (!key)
        return inFile(settings.publicKeyFile, key.error());
    if (!isAllowed(settings, key->algorithm))
        return inFile(settings.publicKeyFile, unusable(QStringLiteral("the key is not for the configured algorithm")));
    m_keys.push_back(std::move(*key));
    return {};
}

Result<void> JwtKeySet::addKeySetFile(const JwtSettings& settings)
{
    const Result<QByteArray> json = readFile(settings.jwksFile);
    if (!json)
        return json.error();
    Result<std::vector<JwtKey>> keys = readKeySet(*json);
    if (!keys)
        return inFile(settings.jwksFile, keys.error());
    for (JwtKey& key : *keys) {
        if (!isAllowed(settings, key.algorithm))
            continue;
        m_keys.push_back(std::move(key));
        ++m_fromSet;
    }
    if (m_fromSet == 0)
        return inFile(settings.jwksFile, unusable(QStringLiteral("it has no key that can be used")));
    return {};
}

bool JwtKeySet::selects(const JwtKey& key, const std::optional<QByteArray>& kid) const
{
    if (!kid)
        return !key.fromSet || m_fromSet == 1;
    const bool inSet =
        std::any_of(m_keys.begin(), m_keys.end(), [&](const JwtKey& k) { return k.fromSet && k.kid == *kid; });
    return inSet ? key.fromSet && key.kid == *kid : !key.fromSet;
}

std::vector<const JwtKey*> JwtKeySet::matching(JwtAlgorithm algorithm, const std::optional<QByteArray>& kid) const
{
    std::vector<const JwtKey*> found;
    for (const JwtKey& key : m_keys) {
        if (key.algorithm == algorithm && selects(key, kid))
            found.push_back(&key);
    }
    return found;
}

bool JwtKeySet::hasWeakSecret() const
{
    constexpr size_t kStrongBits = 256;
    return std::any_of(m_keys.begin(), m_keys.end(), [](const JwtKey& key) {
        return key.algorithm == JwtAlgorithm::HS256 && cjose_jwk_get_keysize(key.key.get(), nullptr) < kStrongBits;
    });
}

} // namespace signalbox
