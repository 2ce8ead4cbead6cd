package ledger

import "github.com/valkey-io/valkey-go"

// reserve takes places in progress. Each is a member of a sorted set with the
// time at which it ends. The same reservation again takes the place of the
// first one, so that it may be made again if its answer was lost.
//
// KEYS: the set, the month's count. ARGV: id, places wanted, now, how long,
// places there are (times in ms). The answer is the places and the month's
// count.
var reserve = valkey.NewLuaScriptRetryable(`
local wanted, now, lasts, most = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
for i = 1, wanted do
  redis.call('ZREM', KEYS[1], ARGV[1] .. ':' .. i)
end
local places = math.max(0, math.min(wanted, most - redis.call('ZCARD', KEYS[1])))
for i = 1, places do
  redis.call('ZADD', KEYS[1], now + lasts, ARGV[1] .. ':' .. i)
end
redis.call('PEXPIRE', KEYS[1], lasts)
return {places, tonumber(redis.call('GET', KEYS[2]) or '0')}
`)

// record notes when paths were invalidated, unless they were later, and counts
// them.
//
// KEYS: the month's count, paths. ARGV: when, how long that is remembered (ms).
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
