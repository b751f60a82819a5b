// SPDX-License-Identifier: GPL-3.0-or-later
// The shift's checks see what they are for: each finds nothing in a good record and something in a spoilt one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as checks from './checks.js';
import { parseOutages } from './outages.js';

const event = (type, offset, data = {}, channel = 'dialog:1') => ({ type, channel, position: `e:${offset}`, data });
const message = (offset, id, sender, senderId) => event('chat.message', offset, { id, sender_type: sender, sender_id: senderId });

test('sequences: a hole, a double, a step back', () => {
    const good = [1, 2, 3].map((offset) => event('chat.message', offset));
    assert.equal(checks.sequenceComplaints('d', good).length, 0);
    assert.equal(checks.sequenceComplaints('d', [good[0], good[2]]).length, 1);
    assert.equal(checks.sequenceComplaints('d', [good[0], good[0], good[1]]).length, 1);
    assert.equal(checks.sequenceComplaints('d', [good[1], good[0]]).length, 1);
});

test('claims: two winners of one fencing number', () => {
    const claim = (fencing, operator) => ({ dialog: 1, fencing, operator });
    assert.equal(checks.claimComplaints([claim(1, 'a'), claim(1, 'a'), claim(2, 'b')]).length, 0);
    assert.equal(checks.claimComplaints([claim(1, 'a'), claim(1, 'b')]).length, 1);
});

test('messages: lost, doubled, not delivered', () => {
    assert.equal(checks.messageComplaints('d', [{ id: 1 }], [1, 2], [2, 1]).length, 0);
    assert.ok(checks.messageComplaints('d', [{ id: 1 }], [], []).length > 0);
    assert.ok(checks.messageComplaints('d', [{ id: 1 }], [1, 1], [1]).length > 0);
    assert.ok(checks.messageComplaints('d', [], [1], []).length > 0);
    assert.ok(checks.messageComplaints('d', [], [1], [1, 1]).length > 0);
});

test('speakers: another operator, or the AI, during a claim', () => {
    const start = event('chat.session.assigned', 1, { assigned_user_id: 'a' });
    const back = event('chat.session.status', 3, { status: 'ai' });
    assert.equal(checks.speakerComplaints('d', [start, message(2, 1, 'operator', 'a'), back, message(4, 2, 'ai')]).length, 0);
    assert.equal(checks.speakerComplaints('d', [start, message(2, 1, 'operator', 'b')]).length, 1);
    assert.equal(checks.speakerComplaints('d', [start, message(2, 1, 'ai')]).length, 1);
    assert.equal(checks.speakerComplaints('d', [start, back, message(4, 1, 'operator', 'a')]).length, 1);
});

test('sight: what is for others', () => {
    assert.equal(checks.guestSightComplaints(1, [message(1, 1, 'ai')]).length, 0);
    assert.equal(checks.guestSightComplaints(1, [event('chat.message', 1, {}, 'dialog:2')]).length, 1);
    assert.equal(checks.guestSightComplaints(1, [event('dialog.note.created', 1)]).length, 1);
    assert.equal(checks.guestSightComplaints(1, [event('x', 1, { text: 'between us' })]).length, 1);
    assert.equal(checks.staffSightComplaints('a', [event('dialog.whisper', 1, {}, 'operator:a')]).length, 0);
    assert.equal(checks.staffSightComplaints('a', [event('dialog.whisper', 1, {}, 'operator:b')]).length, 1);
});

test('outages are read, and what is none is said', () => {
    assert.deepEqual(parseOutages(''), []);
    assert.deepEqual(parseOutages('redis:120,postgresql:0.5'),
        [{ name: 'redis', seconds: 120 }, { name: 'postgresql', seconds: 0.5 }]);
    for (const wrong of ['mysql:3', 'redis', 'redis:0', 'redis:soon'])
        assert.throws(() => parseOutages(wrong), /is no outage/);
});
