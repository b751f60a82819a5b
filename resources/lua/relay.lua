-- Writes events of a journal for others to read, each once, whichever server does it and however often.
--
-- prefix:relayed  hash: epoch of a journal = number of its last event that was written
--
-- ARGV[4]  epoch of the journal
-- ARGV[5]  the last number that the server knows to be written; holds when Redis knows none
-- ARGV[6]  number of events; then for each: its number, how many commands write it, and for each of those how many
--          words it has, and the words; the second one is the channel or stream
-- Answers the last number that is written now, the last refusal of a command, and its channel or stream.
local key = prefix .. ':relayed'
local relayed = tonumber(redis.call('HGET', key, ARGV[4]) or ARGV[5])
local refusal, refused = '', ''

local function try(from, to)
    local answer = redis.pcall(unpack(ARGV, from, to))
    if type(answer) == 'table' and answer.err then
        refusal, refused = answer.err, ARGV[from + 1]
    end
end

local at = 7
for _ = 1, tonumber(ARGV[6]) do
    local number, commands = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
    local isNew = number > relayed
    at = at + 2
    for _ = 1, commands do
        local last = at + tonumber(ARGV[at])
        if isNew then
            try(at + 1, last)
        end
        at = last + 1
    end
    if isNew then
        relayed = number
    end
end
redis.call('HSET', key, ARGV[4], digits(relayed))
return { digits(relayed), refusal, refused }
