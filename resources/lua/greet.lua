-- At a server's connection: where the log stands. A log that has fallen behind what the server has seen has lost events
-- and would give their numbers again; it begins anew.
--
-- ARGV[4]  epoch of the log as the server knows it; empty: not at all
-- ARGV[5]  the highest number that it has seen
if ARGV[4] == epoch and top < tonumber(ARGV[5]) then
    beginLog()
end
return { epoch, digits(top) }
