-- Says through a server's own Pub/Sub channel where the log and some channels stand: behind every event that was
-- published before, so that whoever reads it there knows whether one is missing. Gives the channels more time.
--
-- ARGV[4]   the Pub/Sub channel
-- ARGV[5…]  the channels' names
local lines = { '1 ' .. epoch .. ' ' .. digits(top) .. ' ' .. (#ARGV - 4) }
for i = 5, #ARGV do
    local one = look(ARGV[i], '-')
    if not one.isNew then
        keep(one)
    end
    lines[#lines + 1] = digits(one.top) .. ' ' .. one.epoch .. ' ' .. one.name
end
lines[#lines + 1] = ''
return redis.call('PUBLISH', ARGV[4], table.concat(lines, '\n'))
