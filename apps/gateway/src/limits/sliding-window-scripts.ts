import { bucketLifeSeconds } from './sliding-window.js';

const redisClock = "redis.call('TIME')";

/**
 * `SlidingWindow.take` as one atomic call, by the clock of Redis.
 *
 * KEYS: the key's window, a MessagePack list of second, requests, tokens, second, …, oldest first.
 * ARGV: limit of requests and of tokens (-1: none); requests and tokens to charge.
 * Gives: admitted (1) or not (0); 1 when requests are what has no room, 2 when tokens; milliseconds to wait; the second
 * charged; requests and tokens used; milliseconds until each is used no more.
 *
 * @param clock a Lua expression for seconds and microseconds; only a test has another than Redis itself
 */
export function takeScript(clock = redisClock): string {
  return `
local time = ${clock}
local second = tonumber(time[1])
local now = second * 1000 + tonumber(time[2]) / 1000
local request_limit, token_limit = tonumber(ARGV[1]), tonumber(ARGV[2])
local requests, tokens = tonumber(ARGV[3]), tonumber(ARGV[4])

local stored = redis.call('GET', KEYS[1])
local all = stored and cmsgpack.unpack(stored) or {}
local kept = {}
local used_requests, used_tokens, newest_requests, newest_tokens = 0, 0, nil, nil
for i = 1, #all, 3 do
  if all[i] + ${bucketLifeSeconds} > second then
    local n = #kept
    kept[n + 1], kept[n + 2], kept[n + 3] = all[i], all[i + 1], all[i + 2]
    used_requests, used_tokens = used_requests + all[i + 1], used_tokens + all[i + 2]
    if all[i + 1] > 0 then newest_requests = all[i] end
    if all[i + 2] > 0 then newest_tokens = all[i] end
  end
end

local function ends_in(bucket)
  return bucket and math.ceil((bucket + ${bucketLifeSeconds}) * 1000 - now) or 0
end

local function wait(offset, limit, wanted)
  if limit < 0 or wanted <= limit then return 0 end
  local excess = wanted - limit
  for i = 1, #kept, 3 do
    excess = excess - kept[i + offset]
    if excess <= 0 then return ends_in(kept[i]) end
  end
  return ${bucketLifeSeconds * 1_000}
end

local request_wait = wait(1, request_limit, used_requests + requests)
local token_wait = wait(2, token_limit, used_tokens + tokens)
local longest = math.max(request_wait, token_wait)
if longest > 0 and requests > 0 then
  local limit = request_wait == longest and 1 or 2
  return { 0, limit, longest, 0, used_requests, used_tokens, ends_in(newest_requests), ends_in(newest_tokens) }
end

if requests > 0 then
  local n = #kept
  if n > 0 and kept[n - 2] >= second then
    second = kept[n - 2]
    kept[n - 1], kept[n] = kept[n - 1] + requests, kept[n] + tokens
  else
    kept[n + 1], kept[n + 2], kept[n + 3] = second, requests, tokens
  end
  used_requests, used_tokens, newest_requests = used_requests + requests, used_tokens + tokens, second
  if tokens > 0 then newest_tokens = second end
  redis.call('SET', KEYS[1], cmsgpack.pack(kept), 'EX', ${2 * bucketLifeSeconds})
end
return { 1, 0, 0, second, used_requests, used_tokens, ends_in(newest_requests), ends_in(newest_tokens) }
`;
}

/**
 * `SlidingWindow.correct`.
 *
 * KEYS: the key's window. ARGV: the second charged; tokens more (or less) than were charged.
 */
export const correctScript = `
local stored = redis.call('GET', KEYS[1])
if not stored then return 0 end
local all = cmsgpack.unpack(stored)
local second, delta = tonumber(ARGV[1]), tonumber(ARGV[2])
for i = #all - 2, 1, -3 do
  if all[i] == second then
    all[i + 2] = math.max(0, all[i + 2] + delta)
    redis.call('SET', KEYS[1], cmsgpack.pack(all), 'KEEPTTL')
    return 1
  end
end
return 0
`;
