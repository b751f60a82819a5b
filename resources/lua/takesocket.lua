-- What a Socket.IO connection has left, for the one that comes in its place: it holds the private id from now on.
--
-- ARGV[4]  hash of the private id
-- ARGV[5]  the connection that takes it
-- ARGV[6]  time to live in milliseconds
-- Answers what was left; empty when there is nothing, or another one has taken it.
local key = prefix .. ':socket:' .. ARGV[4]
local left = redis.call('HGET', key, 'r')
if not left or left == '' then
    return ''
end
redis.call('HSET', key, 'c', ARGV[5], 'r', '')
redis.call('PEXPIRE', key, ARGV[6])
return left
