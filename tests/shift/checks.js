// SPDX-License-Identifier: GPL-3.0-or-later
// What must hold after a shift, from what the parties were answered and what they saw. Each returns complaints.

const offset = (event) => Number(event.position.slice(event.position.lastIndexOf(':') + 1));

/** Events of one channel, as one follower got them, without a hole, a double or a step back. */
export function sequenceComplaints(name, events) {
    const complaints = [];
    let last = null;
    for (const event of events) {
        const at = offset(event);
        if (last !== null && at !== last + 1)
            complaints.push(`${name}: ${event.type} has offset ${at} after ${last}`);
        last = at;
    }
    return complaints;
}

/** No claim (dialog, fencing) was given to two. */
export function claimComplaints(claims) {
    const winners = new Map();
    const complaints = [];
    for (const { dialog, fencing, operator } of claims) {
        const key = `${dialog}/${fencing}`;
        if (winners.has(key) && winners.get(key) !== operator)
            complaints.push(`claim ${key} went to ${winners.get(key)} and to ${operator}`);
        winners.set(key, operator);
    }
    return complaints;
}

/** Every message that was answered with a 2xx is stored once and was delivered once. */
export function messageComplaints(name, accepted, stored, delivered) {
    const complaints = [];
    const count = (list, id) => list.filter((one) => one === id).length;
    for (const { id } of accepted) {
        if (count(stored, id) !== 1)
            complaints.push(`${name}: message ${id} is stored ${count(stored, id)} times`);
        if (count(delivered, id) !== 1)
            complaints.push(`${name}: message ${id} was delivered ${count(delivered, id)} times`);
    }
    for (const id of stored) {
        if (count(delivered, id) !== 1)
            complaints.push(`${name}: stored message ${id} was delivered ${count(delivered, id)} times`);
    }
    return complaints;
}

/** Between a start and the end of that claim only its holder speaks, and the AI is silent. */
export function speakerComplaints(name, events) {
    const complaints = [];
    let holder = null;
    for (const event of events) {
        if (event.type === 'chat.session.assigned')
            holder = event.data.assigned_user_id;
        else if (event.type === 'chat.session.status' && event.data.status !== 'operator')
            holder = null;
        if (event.type !== 'chat.message')
            continue;
        const { sender_type: sender, sender_id: id } = event.data;
        if (sender === 'operator' && id !== holder)
            complaints.push(`${name}: operator ${id} spoke while ${holder} held it (${event.position})`);
        if (sender === 'ai' && holder !== null)
            complaints.push(`${name}: the AI spoke while ${holder} held it (${event.position})`);
    }
    return complaints;
}

const STAFF_ONLY = ['dialog.note.created', 'dialog.tags.changed', 'dialog.whisper', 'operator.presence.updated',
    'user:online', 'user:offline', 'chat.alert', 'canned.updated'];

/** A guest sees its own dialog and nothing that is for staff. */
export function guestSightComplaints(dialog, events) {
    return events
        .filter((event) => event.channel !== `dialog:${dialog}` || STAFF_ONLY.includes(event.type) ||
            JSON.stringify(event).includes('between us'))
        .map((event) => `guest of ${dialog} saw ${event.type} of ${event.channel}`);
}

/** Whispers and other personal events reach the one they are for. */
export function staffSightComplaints(operator, events) {
    return events
        .filter((event) => event.channel.startsWith('operator:') && event.channel !== `operator:${operator}`)
        .map((event) => `${operator} saw ${event.type} of ${event.channel}`);
}

export const offsetOf = offset;
