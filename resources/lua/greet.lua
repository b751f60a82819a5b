-- At a server's connection: where the log stands. A log that has lost events which the server has seen would give, or has
-- given, their numbers again; it begins anew.
--
-- ARGV[4]   epoch of the log as the server knows it; empty: not at all
-- ARGV[5]   the highest number that it has seen
-- ARGV[6]   a channel of the last event that it has seen; empty: none. Then the channel's epoch, the event's offset
--           there, its number in the log, its time and its id
local function isLost()
    if top < tonumber(ARGV[5]) then
        return true
    end
    if ARGV[6] == '' then
        return false
    end
    local one = look(ARGV[6], '-')
    if one.epoch ~= ARGV[7] then
        return now - tonumber(ARGV[10]) < age / 2 -- too young to have expired
    end
    if one.top < tonumber(ARGV[8]) then
        return true
    end
    local id = ARGV[8] .. '-0'
    local entry = redis.call('XRANGE', one.stream, id, id)[1]
    return entry and (entry[2][2] ~= ARGV[9] or not entry[2][10]:find(ARGV[11], 1, true))
end
if ARGV[4] == epoch and isLost() then
    beginLog()
end
return { epoch, digits(top) }
