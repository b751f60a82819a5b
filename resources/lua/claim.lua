-- Which of its repeats a foreign message is: every server gets every message, and all of them name it alike.
--
-- prefix:foreign:HASH  hash: b = when its repeats began, p = how many were named, "SERVER SOURCE" = how many of them
--                      that server has had there
--
-- ARGV[4]  hash of the event that the message means
-- ARGV[5]  the server
-- ARGV[6]  where it came from
-- ARGV[7]  for how many milliseconds after the last a message counts as a repeat
-- Answers {name, 1 when nobody named it before}. A server that was not there from the beginning counts as the one that
-- has had most: in doubt it names the one before, which somebody else has published.
local key = prefix .. ':foreign:' .. ARGV[4]
local had = redis.call('HGETALL', key)
local began, named, own, most = nil, 0, nil, 0
for i = 1, #had, 2 do
    local server, source = had[i]:match('^(%S+) (.*)$')
    local count = tonumber(had[i + 1])
    if had[i] == 'b' then
        began = had[i + 1]
    elseif had[i] == 'p' then
        named = count
    elseif source == ARGV[6] then
        most = math.max(most, count)
        if server == ARGV[5] then
            own = count
        end
    end
end
if not began then
    began = digits(clock[1] * 1000000 + clock[2])
    redis.call('HSET', key, 'b', began)
end
local number = own and own + 1 or math.max(1, most)
redis.call('HSET', key, ARGV[5] .. ' ' .. ARGV[6], number)
if number > named then
    redis.call('HSET', key, 'p', number)
end
redis.call('PEXPIRE', key, ARGV[7])
return { ARGV[4] .. '-' .. began .. '-' .. digits(number), number > named and 1 or 0 }
