/**
 * Lua over `DEMO_KEYS`: takes the demo key of an earlier start away, unless it is the one that is to stay. It is
 * forgotten as if it had never been, so that it works again when it is given again; of one that was revoked the
 * hash stays, and it does not come back. Gives the hash and the id of the key that ended, or nothing.
 */
const RETIRE = `
local users, emails, records, hashes, demoUser, demoKey = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local function retire(kept, owned)
  local hash = redis.call('GET', demoKey)
  if not hash or hash == kept then return nil end
  redis.call('DEL', demoKey)
  local keyId = redis.call('HGET', hashes, hash)
  local text = keyId and redis.call('HGET', records, keyId)
  if not text or cjson.decode(text).userId ~= redis.call('GET', demoUser) then return nil end
  redis.call('HDEL', hashes, hash)
  redis.call('HDEL', records, keyId)
  redis.call('SREM', owned .. redis.call('GET', demoUser), keyId)
  return hash, keyId
end
`;

/** The keys that both scripts take, by their names in the venue, in this order. */
export const DEMO_KEYS = ['users', 'emails', 'records', 'hashes', 'demoUser', 'demoKey'] as const;

/**
 * Makes the first user of a venue, or gives the demo user there is a key in the place of the one before. Answers
 * with that user's id, and what `RETIRE` gives; with nothing on a venue of others.
 */
export const ENSURE_DEMO = `${RETIRE}
local userId, user, email, hash, keyId, key, owned = unpack(ARGV)
local existing = redis.call('GET', demoUser)
if not existing then
  if redis.call('HLEN', users) > 0 then return nil end
  redis.call('SET', demoUser, userId)
  redis.call('HSET', users, userId, user)
  redis.call('HSET', emails, email, userId)
  existing = userId
end
local endedHash, endedKeyId = retire(hash, owned)
if redis.call('HEXISTS', hashes, hash) == 0 then
  local marker = '"userId":"' .. userId .. '"'
  local first, last = string.find(key, marker, 1, true)
  local record = string.sub(key, 1, first - 1) .. '"userId":"' .. existing .. '"' .. string.sub(key, last + 1)
  redis.call('HSET', records, keyId, record)
  redis.call('HSET', hashes, hash, keyId)
  redis.call('SADD', owned .. existing, keyId)
end
redis.call('SET', demoKey, hash)
return {existing, endedHash, endedKeyId}`;

/** Answers with what `RETIRE` gives. */
export const RETIRE_DEMO_KEY = `${RETIRE}
return {retire('', ARGV[1])}`;
