-- What another server says of itself, see board.lua.
--
-- ARGV[4]  the server
-- Answers {version, {key, value, …}}; version 0 when it is not there.
local version = (redis.call('HGET', prefix .. ':servers', ARGV[4]) or ''):match('^(%d+) %d+$')
return { version or '0', redis.call('HGETALL', prefix .. ':board:' .. ARGV[4]) }
