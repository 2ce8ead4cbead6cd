package ledger

import "github.com/valkey-io/valkey-go"

// members defines a Lua function that calls command with the members from to to of a
// reservation in set. It passes a few hundred at a time: a call takes no more than some
// thousand arguments.
//
// A place in progress is a member of a sorted set, named by the reservation's id and a
// number from 1. Its score is the time at which it ends. One set is for paths that end
// in "*", one for other paths and tags.
const members = `
local function members(command, set, from, to, score)
  for first = from, to, 400 do
    local args = {}
    for i = first, math.min(first + 399, to) do
      if score then args[#args + 1] = score end
      args[#args + 1] = ARGV[1] .. ':' .. i
    end
    redis.call(command, set, unpack(args))
  end
end
`

// reserve takes places. A second call with the same id replaces the first reservation,
// so that it can be repeated if the answer was lost.
//
// KEYS: both sets, the month's count. ARGV: id, now, duration, then for each set the
// places wanted and the places that exist (times in ms). It returns the places taken of
// each set and the month's count.
var reserve = valkey.NewLuaScriptRetryable(members + `
local now, lasts = tonumber(ARGV[2]), tonumber(ARGV[3])
local function take(set, wanted, most)
  redis.call('ZREMRANGEBYSCORE', set, '-inf', now)
  members('ZREM', set, 1, wanted)
  local places = math.max(0, math.min(wanted, most - redis.call('ZCARD', set)))
  members('ZADD', set, 1, places, now + lasts)
  redis.call('PEXPIRE', set, lasts)
  return places
end
return {
  take(KEYS[1], tonumber(ARGV[4]), tonumber(ARGV[5])),
  take(KEYS[2], tonumber(ARGV[6]), tonumber(ARGV[7])),
  tonumber(redis.call('GET', KEYS[3]) or '0'),
}
`)

// release gives places back.
//
// KEYS: both sets. ARGV: id, then for each set the first and the last number.
var release = valkey.NewLuaScriptRetryable(members + `
members('ZREM', KEYS[1], tonumber(ARGV[2]), tonumber(ARGV[3]))
members('ZREM', KEYS[2], tonumber(ARGV[4]), tonumber(ARGV[5]))
return 0
`)

// record stores when items were invalidated, unless a later time is stored, and counts
// them.
//
// KEYS: the month's count, items. ARGV: the time, how long to remember it (ms).
var record = valkey.NewLuaScript(`
for i = 2, #KEYS do
  local had = redis.call('GET', KEYS[i])
  if not had or tonumber(had) < tonumber(ARGV[1]) then
    redis.call('SET', KEYS[i], ARGV[1], 'PX', ARGV[2])
  end
end
redis.call('INCRBY', KEYS[1], #KEYS - 1)
redis.call('PEXPIRE', KEYS[1], 40 * 24 * 3600 * 1000)
return #KEYS - 1
`)
