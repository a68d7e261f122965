/**
 * Adds a credential to those of its user. 0: it exists already. -1: the user has as many of this kind and issuer as
 * it may. -2: the credential that asks for it has ended. That is looked at here and not before: one that is being
 * revoked must not leave another behind.
 */
export const ADD = `
local records, hashes, owned = KEYS[1], KEYS[2], KEYS[3]
local keyId, record, hash, countMax, madeBy = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5]
if madeBy ~= '' and redis.call('HEXISTS', records, madeBy) == 0 then return -2 end
if redis.call('HEXISTS', records, keyId) == 1 then return 0 end
if hash ~= '' and redis.call('HEXISTS', hashes, hash) == 1 then return 0 end
local added = cjson.decode(record)
local count = 0
for _, id in ipairs(redis.call('SMEMBERS', owned)) do
  local text = redis.call('HGET', records, id)
  local other = text and cjson.decode(text)
  if other and other.kind == added.kind and other.issuer == added.issuer then count = count + 1 end
end
if count >= countMax then return -1 end
redis.call('HSET', records, keyId, record)
redis.call('SADD', owned, keyId)
if hash ~= '' then redis.call('HSET', hashes, hash, keyId) end
return 1`;

/** Lua that ends a credential. The hash of the demo key stays behind, so that the next start does not bring it back. */
const END = `
local records, hashes, owned, lastUsed, demoKey = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local function finish(keyId, hash)
  redis.call('SREM', owned, keyId)
  redis.call('HDEL', lastUsed, keyId)
  if hash ~= '' and redis.call('GET', demoKey) ~= hash then redis.call('HDEL', hashes, hash) end
  return redis.call('HDEL', records, keyId)
end
`;

/** Ends a credential. Gives 1 if there was one. */
export const REMOVE = `${END}
return finish(ARGV[1], ARGV[2])`;

/**
 * Ends all credentials of a user, or those of one kind, in one step: none of them can make another meanwhile. Gives
 * what they were, in threes: id, kind, and the hash an API key is found by, else nothing.
 */
export const REMOVE_ALL = `${END}
local ended = {}
for _, keyId in ipairs(redis.call('SMEMBERS', owned)) do
  local text = redis.call('HGET', records, keyId)
  local key = text and cjson.decode(text)
  if key and (ARGV[1] == '' or key.kind == ARGV[1]) then
    local hash = key.kind == 'API_KEY' and key.secretHash or ''
    finish(keyId, hash)
    for _, part in ipairs({keyId, key.kind, hash}) do table.insert(ended, part) end
  end
end
return ended`;
