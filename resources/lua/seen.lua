-- Moves marks of what was seen forward, and tells the servers of those that moved.
--
-- prefix:last_seen:DIALOG  hash: who = last id
--
-- ARGV[4]   time to live in milliseconds
-- ARGV[5…]  for each mark: dialog, who, last id, what the servers are told
local parties, moved = 64, {}
for i = 5, #ARGV, 4 do
    local key, who, id = prefix .. ':last_seen:' .. ARGV[i], ARGV[i + 1], ARGV[i + 2]
    local had = redis.call('HGET', key, who)
    local isRoom = had or redis.call('HLEN', key) < parties
    -- As text: a number of 64 bits is too long for Lua.
    if isRoom and (not had or #id > #had or (#id == #had and id > had)) then
        redis.call('HSET', key, who, id)
        moved[#moved + 1] = ARGV[i + 3]
    end
    redis.call('PEXPIRE', key, ARGV[4])
end
if #moved > 0 then
    redis.call('PUBLISH', prefix .. ':last_seen', table.concat(moved))
end
return #moved
