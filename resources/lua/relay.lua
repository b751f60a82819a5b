-- Writes events of a journal for others to read, each once, whichever server does it and however often.
--
-- prefix:relayed  hash: epoch of a journal = number of its last event that was written
--
-- ARGV[4]  epoch of the journal
-- ARGV[5]  the last number that the server knows to be written; holds when Redis knows none
-- ARGV[6]  messages that a stream keeps, about
-- ARGV[7]  number of events; then for each: its number, two channels to publish in, a stream (each may be empty), text
-- Answers the last number that is written now, and the last refusal of a channel or stream.
local key = prefix .. ':relayed'
local relayed = tonumber(redis.call('HGET', key, ARGV[4]) or ARGV[5])
local refusal = ''

local function try(...)
    local answer = redis.pcall(...)
    if type(answer) == 'table' and answer.err then
        refusal = answer.err
    end
end

for i = 0, tonumber(ARGV[7]) - 1 do
    local at = 8 + 5 * i
    local number, text = tonumber(ARGV[at]), ARGV[at + 4]
    if number > relayed then
        relayed = number
        for c = 1, 2 do
            if ARGV[at + c] ~= '' then
                try('PUBLISH', ARGV[at + c], text)
            end
        end
        if ARGV[at + 3] ~= '' then
            try('XADD', ARGV[at + 3], 'MAXLEN', '~', ARGV[6], '*', 'data', text)
        end
    end
end
redis.call('HSET', key, ARGV[4], digits(relayed))
return { digits(relayed), refusal }
