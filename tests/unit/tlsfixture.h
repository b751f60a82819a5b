// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFile>
#include <QTemporaryDir>

#include <memory>

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace signalbox {

/// A self-signed certificate for "localhost" and its EC key, as PEM files that live as long as this.
class TlsFiles
{
public:
    enum class Names { Localhost, LocalhostAndAddress }; ///< the address is 127.0.0.1

    explicit TlsFiles(Names names = Names::Localhost)
    {
        const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
        const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), &X509_free);
        X509_set_version(certificate.get(), 2);
        ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
        X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
        X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
        X509_set_pubkey(certificate.get(), key.get());
        X509_NAME* name = X509_get_subject_name(certificate.get());
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1,
                                   -1, 0);
        X509_set_issuer_name(certificate.get(), name);
        if (names == Names::LocalhostAndAddress) {
            const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
                X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1"),
                &X509_EXTENSION_free);
            X509_add_ext(certificate.get(), extension.get(), -1);
        }
        X509_sign(certificate.get(), key.get(), EVP_sha256());
        write(certificateFile(), [&](BIO* out) { PEM_write_bio_X509(out, certificate.get()); });
        write(keyFile(),
              [&](BIO* out) { PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
    }

    QString certificateFile() const { return m_dir.filePath(QStringLiteral("server.crt")); }
    QString keyFile() const { return m_dir.filePath(QStringLiteral("server.key")); }
    QString path(const QString& name) const { return m_dir.filePath(name); }

private:
    template <typename Writer> static void write(const QString& fileName, Writer writer)
    {
        const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new_file(QFile::encodeName(fileName).constData(), "w"),
                                                            &BIO_free);
        writer(out.get());
    }

    QTemporaryDir m_dir;
};

} // namespace signalbox
