// SPDX-License-Identifier: GPL-3.0-or-later
// The presence of one process keeps the contract of all.
#include "contract/presencecontract.h"

#include <QTest>

using namespace signalbox;

namespace {

class MemoryWorld final : public PresenceWorld
{
public:
    Presence& presence() override { return m_presence; }

private:
    MemoryPresence m_presence;
};

} // namespace

class TestMemoryPresence final : public PresenceContract
{
    Q_OBJECT

public:
    TestMemoryPresence()
        : PresenceContract([] { return std::make_unique<MemoryWorld>(); })
    {
    }
};

QTEST_GUILESS_MAIN(TestMemoryPresence)
#include "tst_memorypresence.moc"
