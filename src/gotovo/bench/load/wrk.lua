-- Makes wrk send the requests of a file in order: each once, or all of them in a cycle.
--
-- wrk -t1 … -s wrk.lua URL -- REQUEST_FILE once|repeated CONNECTIONS SECONDS RESULT
--
-- wrk cuts off requests under way when its time is over. So that nothing is lost, a connection that
-- finds the time over or the requests used up is parked: it gets an empty request, sends nothing and
-- waits. When all are parked, every request has its response, and wrk is interrupted, which it takes
-- as the end of its time.

local ffi = require("ffi")
ffi.cdef([[
  typedef struct { long seconds, nanoseconds; } moment;
  int clock_gettime(int, moment *);
  void *signal(int, void *);
  int getpid(void);
  int kill(int, int);
]])

local MONOTONIC, INTERRUPT, IGNORED, LENGTH_DIGITS = 1, 2, 1, 8
local moment = ffi.new("moment")
local the_thread, next_request, upcoming, ends_at
local parked, probed = 0, false

-- Read by `done`, which runs in a state of its own.
connections = 0
began_at, ended_at = 0, 0
sent, answered = 0, 0
statuses, result = "", ""
local count_by_status = {}

local function now()
  ffi.C.clock_gettime(MONOTONIC, moment)
  return tonumber(moment.seconds) + tonumber(moment.nanoseconds) / 1e9
end

local function once(file)
  return function()
    local length = file:read(LENGTH_DIGITS)
    return length and file:read(tonumber(length))
  end
end

local function repeated(file)
  local all, at = {}, 0
  for each in once(file) do all[#all + 1] = each end
  return function()
    at = at % #all + 1
    return all[at]
  end
end

local function stop()
  local pairs_of_json = {}
  for status, count in pairs(count_by_status) do
    pairs_of_json[#pairs_of_json + 1] = string.format('"%d":%d', status, count)
  end
  statuses = table.concat(pairs_of_json, ",")
  wrk.thread:stop()
  ffi.C.kill(ffi.C.getpid(), INTERRUPT)
end

function setup(thread)
  the_thread = thread
end

function init(args)
  -- wrk starts its thread before it listens for interrupts.
  ffi.C.signal(INTERRUPT, ffi.cast("void *", IGNORED))
  local file = assert(io.open(args[1], "rb"))
  next_request = args[2] == "repeated" and repeated(file) or once(file)
  connections = tonumber(args[3])
  local seconds = tonumber(args[4])
  result = args[5]
  upcoming = next_request()

  function request()
    if not probed then -- wrk calls once to see how many requests are sent at a time
      probed = true
      return upcoming
    end
    if began_at == 0 then
      began_at = now()
      ends_at = began_at + seconds
    end
    local this = upcoming
    if this == nil or now() >= ends_at then
      parked = parked + 1
      if parked >= connections then stop() end
      return ""
    end
    upcoming = next_request()
    sent = sent + 1
    return this
  end
end

function response(status)
  answered = answered + 1
  count_by_status[status] = (count_by_status[status] or 0) + 1
  ended_at = now()
end

-- wrk 4 adds latencies that were never measured, for the requests that a faster server would have
-- been sent. It adds them from the smallest up; removing them begins with the largest.
local function measured(latency, summary)
  local values, counts, total = {}, {}, 0
  for i = 1, #latency do
    local value, count = latency(i)
    values[i], counts[value], total = value, count, total + count
  end
  local expected = math.floor(summary.duration / math.floor(summary.requests / connections))
  for i = total > summary.requests and #values or 0, 1, -1 do
    local value = values[i]
    if value < 2 * expected then break end
    for added = value - expected, expected + 1, -expected do
      counts[added] = (counts[added] or 0) - counts[value]
      total = total - counts[value]
    end
  end
  return values, counts, total
end

local function quantiles(values, counts, total, ...)
  local found = {}
  for i, part in ipairs({ ... }) do
    local rank, seen = math.min(math.floor(part * total), total - 1), 0
    for _, value in ipairs(values) do
      seen = seen + counts[value]
      if seen > rank then
        found[i] = value / 1e3
        break
      end
    end
  end
  return unpack(found)
end

function done(summary, latency)
  local function of(name)
    return the_thread:get(name)
  end
  connections = of("connections")
  local values, counts, total = measured(latency, summary)
  assert(total == summary.requests, "wrk corrects its latencies in a way not known here")
  local shape = '{"count":%d,"seconds":%.6f,"latencies":{"p50_ms":%.3f,"p99_ms":%.3f,' ..
    '"p999_ms":%.3f},"statuses":{%s},"lost":%d,"tool":"wrk"}\n'
  local file = assert(io.open(of("result"), "w"))
  local p50, p99, p999 = quantiles(values, counts, total, 0.5, 0.99, 0.999)
  file:write(string.format(shape, of("answered"), of("ended_at") - of("began_at"), p50 or 0,
    p99 or 0, p999 or 0, of("statuses"), of("sent") - of("answered")))
  file:close()
end
