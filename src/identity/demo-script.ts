/**
 * Lua over `DEMO_KEYS`: takes the demo key of an earlier start away, unless it is the one that is to stay. It is
 * deleted, not revoked, so that it works again when it is given again; one that was revoked stays revoked. Gives
 * the hash and the id of the key that ended, or nothing.
 */
const RETIRE = `
local users, keys, keyIds, demoUser, demoKey = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local function retire(kept)
  local hash = redis.call('GET', demoKey)
  if not hash or hash == kept then return nil end
  redis.call('DEL', demoKey)
  local text = redis.call('HGET', keys, hash)
  local record = text and cjson.decode(text)
  if not record or record.status ~= 'ACTIVE' or record.userId ~= redis.call('GET', demoUser) then return nil end
  redis.call('HDEL', keys, hash)
  redis.call('HDEL', keyIds, record.keyId)
  return hash, record.keyId
end
`;

/** The keys that both scripts take, by their names in the venue, in this order. */
export const DEMO_KEYS = ['users', 'keys', 'keyIds', 'demoUser', 'demoKey'] as const;

/**
 * Makes the first user of a venue, or gives the demo user there is a key in the place of the one before. Answers
 * with that user's id, and what `RETIRE` gives; with nothing on a venue of others.
 */
export const ENSURE_DEMO = `${RETIRE}
local userId, user, hash, keyId, key = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local existing = redis.call('GET', demoUser)
if not existing then
  if redis.call('HLEN', users) > 0 then return nil end
  redis.call('SET', demoUser, userId)
  redis.call('HSET', users, userId, user)
  existing = userId
end
local endedHash, endedKeyId = retire(hash)
if redis.call('HEXISTS', keys, hash) == 0 then
  local record = cjson.decode(key)
  record.userId = existing
  redis.call('HSET', keys, hash, cjson.encode(record))
  redis.call('HSET', keyIds, keyId, hash)
end
redis.call('SET', demoKey, hash)
return {existing, endedHash, endedKeyId}`;

/** Answers with what `RETIRE` gives. */
export const RETIRE_DEMO_KEY = `${RETIRE}
return {retire('')}`;
