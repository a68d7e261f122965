/**
 * The steps in which the archive changes, as scripts of Redis. Both begin with the keys of the mark and of the count of
 * bytes, and with the mark as the caller knows it; where it is another one, they do nothing.
 *
 * A chunk is an entry `<last number>-0` with the fields `first`, `from`, `to` (the times of its first and last event),
 * `events`, `held` (how many of them make up each list) and `until` (how many all chunks up to it have held). An id can only be given to an entry behind the last one, so that where entries are removed from a stream's end,
 * its last id is set back.
 */
const COMMON = `
local CHUNK_OVERHEAD_BYTES = 150
local mark = redis.call('GET', KEYS[1]) or ''
local bytes = tonumber(redis.call('GET', KEYS[2]) or '0')
local undone = 0

local function number(text, pattern)
  return tonumber(string.match(text, pattern))
end

local function newestOf(stream)
  return redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
end

local function setBack(stream, newest)
  if newest then
    redis.call('XSETID', stream, newest[1])
  else
    redis.call('DEL', stream)
  end
end

local function removeChunk(stream, chunk)
  redis.call('XDEL', stream, chunk[1])
  bytes = bytes - #chunk[2][8] - CHUNK_OVERHEAD_BYTES
end

local function undoLasting(stream, first)
  local removed = false
  local newest = newestOf(stream)
  while newest and number(newest[1], '%d+$') >= first do
    redis.call('XDEL', stream, newest[1])
    removed = true
    newest = newestOf(stream)
  end
  if removed then setBack(stream, newest) end
end

-- Removes the events of a portfolio from a number on: they belong to a history that was lost. Returns what is its last
-- chunk then; nothing where it has none.
local function undo(events, funding, liquidations, first)
  local removed = false
  local newest = newestOf(events)
  while newest and number(newest[1], '^%d+') >= first do
    undone = undone + number(newest[1], '^%d+') - tonumber(newest[2][2]) + 1
    removeChunk(events, newest)
    removed = true
    newest = newestOf(events)
  end
  if removed then
    setBack(events, newest)
    undoLasting(funding, first)
    undoLasting(liquidations, first)
  end
  return newest
end
`;

/**
 * Archives a page and moves the mark. Further keys: the journal, and for each chunk the streams of its portfolio: events,
 * funding, liquidations. What joins what is there without a gap is added; a gap is impossible unless somebody removed
 * entries, and what lies before it is dropped then, since no client can resume over it.
 *
 * Answers with what was done (1: this, 0: nothing, since the mark is another one, -1: nothing, since the journal does not
 * hold the last entry of the page), and how many events were undone and how many were dropped before a gap.
 */
export const WRITE_SCRIPT = `${COMMON}
local FORGOTTEN_AT_ONCE_MAX = 8
local LASTING_STREAMS = {funding = 1, liquidations = 2}
if mark == ARGV[2] then return {1, 0, 0} end
if mark ~= ARGV[1] then return {0, 0, 0} end
if #redis.call('XRANGE', KEYS[3], ARGV[3], ARGV[3]) == 0 then return {-1, 0, 0} end
local keptEvents, eventsMax, bytesMax = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local lastingMax, lastingFrom, lastingKeptMs = ARGV[7], ARGV[8], ARGV[9]
local dropped = 0

local function dropAll(stream)
  local newest = newestOf(stream)
  while newest do
    dropped = dropped + number(newest[1], '^%d+') - tonumber(newest[2][2]) + 1
    removeChunk(stream, newest)
    newest = newestOf(stream)
  end
  redis.call('DEL', stream)
end

local function forgetOld(stream, last, keepFrom)
  for _ = 1, FORGOTTEN_AT_ONCE_MAX do
    local oldest = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1]
    local behind = last - number(oldest[1], '^%d+')
    local isOld = tonumber(oldest[2][6]) < keepFrom
    if behind < keptEvents or not (isOld or behind >= eventsMax or bytes > bytesMax) then return end
    removeChunk(stream, oldest)
  end
end

local function addLasting(stream, id, data)
  local added = redis.pcall('XADD', stream, id, 'data', data)
  if type(added) == 'table' and added.err and not string.find(added.err, 'equal or smaller', 1, true) then
    error(added.err)
  end
  redis.call('XTRIM', stream, 'MAXLEN', '~', lastingMax)
  redis.call('XTRIM', stream, 'MINID', '~', lastingFrom)
  redis.call('PEXPIRE', stream, lastingKeptMs)
end

-- What all chunks up to a new one have held, given the one before it.
local function heldUntil(previous, held)
  local before = string.gmatch(previous and previous[2][12] or '', '%d+')
  local sums = {}
  for count in string.gmatch(held, '%d+') do
    sums[#sums + 1] = string.format('%.0f', tonumber(count) + tonumber(before() or '0'))
  end
  return table.concat(sums, ' ')
end

local argument = 10
for key = 4, #KEYS, 3 do
  local events = KEYS[key]
  local first, last, from, to, keepFrom, packed, held, lastingCount = unpack(ARGV, argument, argument + 7)
  argument = argument + 8
  local previous = undo(events, KEYS[key + 1], KEYS[key + 2], tonumber(first))
  if previous and number(previous[1], '^%d+') + 1 ~= tonumber(first) then
    dropAll(events)
    previous = nil
  end
  redis.call('XADD', events, last .. '-0', 'first', first, 'from', from, 'to', to, 'events', packed,
    'held', held, 'until', heldUntil(previous, held))
  bytes = bytes + #packed + CHUNK_OVERHEAD_BYTES
  forgetOld(events, tonumber(last), tonumber(keepFrom))
  for _ = 1, tonumber(lastingCount) do
    addLasting(KEYS[key + LASTING_STREAMS[ARGV[argument]]], ARGV[argument + 1], ARGV[argument + 2])
    argument = argument + 3
  end
end
redis.call('SET', KEYS[2], string.format('%.0f', bytes))
redis.call('SET', KEYS[1], ARGV[2])
return {1, undone, dropped}`;

/**
 * Removes what portfolios have in the archive behind their last event. Further keys: for each portfolio its streams as
 * above; arguments: for each the number of its last event. Answers with what was done, and how many events were undone.
 */
export const UNDO_SCRIPT = `${COMMON}
if mark ~= ARGV[1] then return {0, 0} end
for key = 3, #KEYS, 3 do
  undo(KEYS[key], KEYS[key + 1], KEYS[key + 2], tonumber(ARGV[1 + key / 3]) + 1)
end
redis.call('SET', KEYS[2], string.format('%.0f', bytes))
return {1, undone}`;
