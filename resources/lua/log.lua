-- Read before each of the other scripts: how channels, their histories and the log over all of them are kept.
--
-- KEYS[1]  the log: hash e = its epoch, n = number of its last event, m = time of its last mark
-- ARGV[1]  what all keys begin with, with one hash tag, so that a cluster keeps them together
-- ARGV[2]  for how many milliseconds history is kept
-- ARGV[3]  a fresh epoch, for a log that has to begin
--
-- prefix:meta:NAME    hash: e = epoch, s = offset of the last event, l = its number in the log (0 < offset: of what may
--                     have been lost before), r = when it was last kept, g = epoch of the log that l belongs to
-- prefix:stream:NAME  the history; ids are "OFFSET-0"; fields in this order: n = number in the log, p = number of the
--                     channel's event before, t = time, h = head (places), d = the event
-- prefix:epoch:EPOCH  the channel's name
-- prefix:marks        list of "TIME NUMBER": where the log stood then
local prefix, age = ARGV[1], tonumber(ARGV[2])
-- No such key is ever there. While a cluster moves the keys one by one to another node, asking for one that is not here
-- is an error: nothing may be half done then.
redis.call('EXISTS', prefix .. ':none')
local slack = math.max(1, math.floor(age / 8))
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local marks = prefix .. ':marks'

local function digits(number)
    return string.format('%.0f', number)
end

local state = redis.call('HMGET', KEYS[1], 'e', 'n', 'm')
local epoch, top, marked = state[1], tonumber(state[2] or 0), tonumber(state[3] or 0)

local function beginLog()
    epoch, top, marked = ARGV[3], 0, 0
    redis.call('DEL', marks)
    redis.call('HSET', KEYS[1], 'e', epoch, 'n', 0, 'm', 0)
end
if not epoch then
    beginLog()
end

-- Up to which number a channel that is not there may have had events: its keys outlive its history.
local function lostUpTo()
    for _, mark in ipairs(redis.call('LRANGE', marks, 0, -1)) do
        local at, number = mark:match('^(%d+) (%d+)$')
        if tonumber(at) > now - age - slack then
            return tonumber(number)
        end
    end
    return top
end

local function mark()
    if now - marked < slack then
        return
    end
    redis.call('RPUSH', marks, digits(now) .. ' ' .. digits(top))
    redis.call('HSET', KEYS[1], 'm', digits(now))
    marked = now
    while tonumber(redis.call('LINDEX', marks, 0):match('^%d+')) <= now - age - slack do
        redis.call('LPOP', marks)
    end
end

-- Reads a channel; changes nothing, but fails when a key is of another type.
local function look(name, freshEpoch)
    local one = { name = name, key = prefix .. ':meta:' .. name, stream = prefix .. ':stream:' .. name }
    local meta = redis.call('HMGET', one.key, 'e', 's', 'l', 'r', 'g')
    local length = redis.call('XLEN', one.stream)
    if meta[1] and meta[5] == epoch then
        one.epoch, one.top, one.last, one.kept = meta[1], tonumber(meta[2]), tonumber(meta[3]), tonumber(meta[4])
    else
        -- Half of it is there: the other half was evicted, or it is of a log that is lost.
        local isRest = meta[1] or length > 0
        one.epoch, one.top, one.last, one.kept, one.isNew = freshEpoch, 0, isRest and top or lostUpTo(), 0, true
    end
    return one
end

local function begin(one)
    if one.isNew then
        redis.call('DEL', one.stream)
        redis.call('HSET', one.key, 'e', one.epoch, 's', 0, 'l', digits(one.last), 'r', 0, 'g', epoch)
        one.isNew = false
    end
end

local function dropAged(one)
    local count = 1
    repeat
        local aged = 0
        for _, entry in ipairs(redis.call('XRANGE', one.stream, '-', '+', 'COUNT', count)) do
            if tonumber(entry[2][6]) > now - age then
                break
            end
            aged = aged + 1
        end
        if aged > 0 then
            redis.call('XTRIM', one.stream, 'MAXLEN', redis.call('XLEN', one.stream) - aged)
        end
        local goesOn = aged == count
        count = 100
    until not goesOn
end

-- Now and then a channel that is used gets more time.
local function keep(one)
    if now - one.kept < slack then
        return
    end
    one.kept = now
    dropAged(one)
    local ttl = digits(age + 2 * slack)
    redis.call('HSET', one.key, 'r', digits(now))
    redis.call('PEXPIRE', one.key, ttl)
    redis.call('PEXPIRE', one.stream, ttl)
    redis.call('SET', prefix .. ':epoch:' .. one.epoch, one.name, 'PX', ttl)
end
