// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <deque>
#include <vector>

namespace signalbox {

/// Which deliveries of one channel are to be acknowledged. Tags begin at 1 and grow by one; others are passed over.
class AmqpAcks
{
public:
    struct Ack
    {
        quint64 tag = 0;
        bool multiple = false; ///< with all before it

        bool operator==(const Ack&) const = default;
    };

    /// The channel has been opened anew.
    void reset();
    void delivered(quint64 tag);
    /// It may be acknowledged. An unknown or settled tag is passed over.
    void settle(quint64 tag);
    /// What has been settled and not been acknowledged, in as few acknowledgements as its order allows. Each tag once.
    std::vector<Ack> take();
    /// Delivered and not settled.
    size_t unsettled() const { return m_unsettled; }

private:
    enum class State : quint8 { Open, Settled, Acknowledged };

    std::deque<State> m_states; ///< from tag m_first on
    quint64 m_first = 1;
    size_t m_unsettled = 0;
};

} // namespace signalbox
