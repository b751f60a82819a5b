-- What a server says of itself: kept for its time to live, and told to the others.
--
-- prefix:servers     hash: server = "VERSION TIME", its entries end then
-- prefix:board:NAME  hash: the entries of a server
--
-- ARGV[4]   the server
-- ARGV[5]   time to live in milliseconds
-- ARGV[6]   version of its entries with these
-- ARGV[7]   version before; empty: these are all
-- ARGV[8]   what the others are told
-- ARGV[9…]  key and value of each change; an empty value takes the key away
-- Answers {0} when the version before is not there: all must be said. Else {1, {server, version, …}} of all that live.
local id, ttl = ARGV[4], tonumber(ARGV[5])
local servers = prefix .. ':servers'
local key = prefix .. ':board:' .. id
local version, ends = (redis.call('HGET', servers, id) or ''):match('^(%d+) (%d+)$')
if ARGV[7] == '' then
    redis.call('DEL', key)
elseif version ~= ARGV[7] or tonumber(ends) <= now then
    return { 0 }
end
for i = 9, #ARGV, 2 do
    if ARGV[i + 1] == '' then
        redis.call('HDEL', key, ARGV[i])
    else
        redis.call('HSET', key, ARGV[i], ARGV[i + 1])
    end
end
redis.call('PEXPIRE', key, digits(ttl))
redis.call('HSET', servers, id, ARGV[6] .. ' ' .. digits(now + ttl))

local live = {}
local all = redis.call('HGETALL', servers)
for i = 1, #all, 2 do
    local at, till = all[i + 1]:match('^(%d+) (%d+)$')
    if at and tonumber(till) > now then
        live[#live + 1] = all[i]
        live[#live + 1] = at
    else
        redis.call('HDEL', servers, all[i])
        redis.call('DEL', prefix .. ':board:' .. all[i])
    end
end
redis.call('PUBLISH', prefix .. ':board', ARGV[8])
return { 1, live }
