/** What must happen in Redis in one step, so that a child which is put while its parent ends is seen by either. */

/**
 * Keeps an entry, and notes it with those whose end is its own: 1, or 0 where one is there and is not to be replaced. A note
 * lives as long as the longest of those that it names.
 */
export const PUT = `
local value, expires, id, replace = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
if replace == '0' and redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('SET', KEYS[1], value, 'PXAT', expires)
for i = 2, #KEYS do
  redis.call('SADD', KEYS[i], id)
  local set = redis.call('PEXPIREAT', KEYS[i], expires, 'GT')
  if set == 0 and redis.call('PTTL', KEYS[i]) == -1 then redis.call('PEXPIREAT', KEYS[i], expires) end
end
return 1
`

/** Ends an entry and all below it: 1 where it was there, 0 where it was not. */
export const END = `
local waiting, seen = { ARGV[1] }, {}
local found = redis.call('EXISTS', KEYS[1])
while #waiting > 0 do
  local id = table.remove(waiting)
  if not seen[id] then
    seen[id] = true
    for _, child in ipairs(redis.call('SMEMBERS', ARGV[3] .. id)) do table.insert(waiting, child) end
    redis.call('DEL', ARGV[2] .. id, ARGV[3] .. id)
  end
end
return found
`
