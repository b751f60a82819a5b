-- Publishes events in order: all of them, or with an error none. Everything that can fail is read before anything is
-- written.
--
-- ARGV[4]  events that a channel keeps
-- ARGV[5]  for how many milliseconds an idempotency key is remembered
-- ARGV[6]  number of events; then for each: idempotency key (empty: none), fingerprint (64 bytes), the event, the event
--          without its data, number of channels; then for each channel: its name, a fresh epoch
-- Answers for each event {0, head}, or {1, head and event without data} when its key had been used.
local events, channels, used = {}, {}, {}
local at = 7
for i = 1, tonumber(ARGV[6]) do
    local event = { key = ARGV[at], fingerprint = ARGV[at + 1], payload = ARGV[at + 2], receipt = ARGV[at + 3],
                    channels = {} }
    local count = tonumber(ARGV[at + 4])
    at = at + 5
    if event.key ~= '' then
        event.key = prefix .. ':key:' .. event.key
        local earlier = used[event.key] or redis.call('GET', event.key)
        if earlier and earlier:sub(1, 64) ~= event.fingerprint then
            return redis.error_reply('CONFLICT the key was used for another event')
        end
        used[event.key] = earlier or event.fingerprint
    end
    for c = 1, count do
        local name = ARGV[at]
        channels[name] = channels[name] or look(name, ARGV[at + 1])
        event.channels[c] = channels[name]
        at = at + 2
    end
    events[i] = event
end

local function place(event)
    mark()
    top = top + 1
    local lines = { '1 ' .. epoch .. ' ' .. digits(top) .. ' ' .. #event.channels }
    for _, one in ipairs(event.channels) do
        begin(one)
        one.top = one.top + 1
        lines[#lines + 1] = digits(one.top) .. ' ' .. one.epoch .. ' ' .. one.name
    end
    lines[#lines + 1] = ''
    local head = table.concat(lines, '\n')
    for _, one in ipairs(event.channels) do
        redis.call('XADD', one.stream, 'MAXLEN', ARGV[4], digits(one.top) .. '-0', 'n', digits(top), 'p',
                   digits(one.last), 't', digits(now), 'h', head, 'd', event.payload)
        one.last = top
        redis.call('HSET', one.key, 's', digits(one.top), 'l', digits(top))
        keep(one)
    end
    redis.call('HSET', KEYS[1], 'n', digits(top))
    for _, one in ipairs(event.channels) do
        redis.call('PUBLISH', prefix .. ':channel:' .. one.name, head .. event.payload)
    end
    return head
end

local answers = {}
for i, event in ipairs(events) do
    local earlier = event.key ~= '' and redis.call('GET', event.key)
    if earlier then
        answers[i] = { 1, earlier:sub(65) }
    else
        local head = place(event)
        if event.key ~= '' then
            redis.call('SET', event.key, event.fingerprint .. head .. event.receipt, 'PX', ARGV[5])
        end
        answers[i] = { 0, head }
    end
end
return answers
