-- What Socket.IO connections would leave behind, or have left.
--
-- prefix:socket:HASH  hash: c = the connection that holds the private id with this hash, r = what it leaves; empty:
--                     nothing
--
-- ARGV[4…]  for each: hash of its private id, the connection, time to live in milliseconds, what it leaves
-- Answers the hashes that another connection holds: there nothing is written.
local replaced = {}
for i = 4, #ARGV, 4 do
    local key, connection = prefix .. ':socket:' .. ARGV[i], ARGV[i + 1]
    local holder = redis.call('HGET', key, 'c')
    if holder and holder ~= connection then
        replaced[#replaced + 1] = ARGV[i]
    else
        redis.call('HSET', key, 'c', connection, 'r', ARGV[i + 3])
        redis.call('PEXPIRE', key, ARGV[i + 2])
    end
end
return replaced
