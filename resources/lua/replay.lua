-- What some channels had after a place, read at one moment.
--
-- ARGV[4]  1: only when all of the channels have everything; 0: of those that do
-- ARGV[5]  epoch of the place: of the log, of any channel; empty: none
-- ARGV[6]  its offset
-- ARGV[7]  number of channels; then for each: its name, a fresh epoch
-- Answers {log's epoch, its top, {{epoch, top offset, 1 when it has everything after the place}, …},
-- {{head, event}, …}, 1 when all of them have}.
local asked, byEpoch = {}, {}
for i = 1, tonumber(ARGV[7]) do
    local one = look(ARGV[6 + 2 * i], ARGV[7 + 2 * i])
    begin(one)
    keep(one)
    dropAged(one)
    asked[i], byEpoch[one.epoch] = one, one
end

-- The number in the log of the event at the place; nothing when that is unknown.
local function numberAt(since, offset)
    if since == epoch then
        return offset <= top and offset or nil
    end
    local one = byEpoch[since]
    if not one then
        local name = redis.call('GET', prefix .. ':epoch:' .. since)
        if not name then
            return nil
        end
        one = look(name, '')
        if one.isNew or one.epoch ~= since then
            return nil
        end
        dropAged(one)
    end
    if offset >= one.top then
        return offset == one.top and one.last or nil
    end
    local id = digits(offset + 1) .. '-0'
    local following = redis.call('XRANGE', one.stream, id, id)[1]
    return following and tonumber(following[2][4]) or nil
end

local after = nil
if ARGV[5] ~= '' then
    after = numberAt(ARGV[5], tonumber(ARGV[6]))
end
local tops, isWhole = {}, after ~= nil
for i, one in ipairs(asked) do
    local oldest = redis.call('XRANGE', one.stream, '-', '+', 'COUNT', 1)[1]
    one.isWhole = after ~= nil and after >= (oldest and tonumber(oldest[2][4]) or one.last)
    isWhole = isWhole and one.isWhole
    tops[i] = { one.epoch, digits(one.top), one.isWhole and 1 or 0 }
end

local events, seen = {}, {}
local function collect(one)
    local from = '+'
    while from do
        local page = redis.call('XREVRANGE', one.stream, from, '-', 'COUNT', 100)
        from = nil
        for i, entry in ipairs(page) do
            local number = entry[2][2]
            if tonumber(number) <= after then
                return
            end
            if not seen[number] then
                seen[number] = true
                events[#events + 1] = { entry[2][8], entry[2][10] }
            end
            if i == 100 then
                from = digits(tonumber(entry[1]:match('^%d+')) - 1) .. '-0'
            end
        end
    end
end
for _, one in ipairs(asked) do
    if one.isWhole and (isWhole or ARGV[4] == '0') then
        collect(one)
    end
end
return { epoch, digits(top), tops, events, isWhole and 1 or 0 }
