-- MODE=get: GET URL_TEMPLATE with {id} uniform in 1..MAX_ID.
-- MODE=transfer: POST URL_TEMPLATE with BODY_TEMPLATE ({from} {to} {amount}), accounts uniform in 1..MAX_ID, from <> to.
--   {uuid} is another one for every request of every run, {fromid} and {toid} are the accounts as UUIDs.
-- DRAIN=seconds: send nothing after so many seconds, so that wrk (given 2 s more) ends with no request in flight;
-- without it wrk ends by closing its connections in the middle of requests.
-- HEADERS: "Name: value" lines for every request. The seed is fixed: every server sees the same sequence.
local mode, max = os.getenv("MODE") or "get", tonumber(os.getenv("MAX_ID"))
local random = math.random
local function split(template)  -- "a{id}b" -> {"a","{id}","b"}; only {letters} is a hole
  local parts, pos = {}, 1
  while true do
    local i, j = template:find("{%a+}", pos)
    parts[#parts + 1] = template:sub(pos, (i or 0) - 1)
    if not i then return parts end
    parts[#parts + 1] = template:sub(i, j)
    pos = j + 1
  end
end
local function filler(template)
  local parts, holes = split(template), {}
  for i, p in ipairs(parts) do if p:match("^{%a+}$") then holes[#holes + 1] = { i, p:sub(2, -2) } end end
  return function(values)
    for _, h in ipairs(holes) do parts[h[1]] = values[h[2]] end
    return table.concat(parts)
  end
end
local path, body, headers = filler(os.getenv("URL_TEMPLATE")), nil, {}
for line in (os.getenv("HEADERS") or ""):gmatch("[^\n]+") do
  local k, v = line:match("^(.-):%s*(.*)$")
  headers[k] = v
end
local values, with_ids, sent, started = {}, false, 0, os.time()
function init(args)
  math.randomseed(tonumber(os.getenv("SEED") or "7"))
  if mode == "transfer" then
    body = filler(os.getenv("BODY_TEMPLATE"))
    with_ids = os.getenv("BODY_TEMPLATE"):find("{uuid}", 1, true) ~= nil
    headers["Content-Type"] = headers["Content-Type"] or "application/json"
  end
end
function request()
  if mode == "get" then
    values.id = random(max)
    return wrk.format("GET", path(values), headers)
  end
  local from, to = random(max), random(max - 1)
  if to >= from then to = to + 1 end
  values.from, values.to, values.amount = from, to, random(100)
  if with_ids then
    sent = sent + 1
    values.uuid = string.format("%08x-%04x-7%03x-8%03x-%012x", started, sent / 65536, sent % 4096, sent / 4096 % 16, sent)
    values.fromid = string.format("00000000-0000-0000-0000-%012d", from)
    values.toid = string.format("00000000-0000-0000-0000-%012d", to)
  end
  return wrk.format("POST", path(values), headers, body(values))
end
if os.getenv("DRAIN") then
  local ffi = require("ffi")
  ffi.cdef [[ typedef struct { long s; long ns; } bench_ts; int clock_gettime(int, bench_ts *); ]]
  local ts, stop = ffi.new("bench_ts"), nil
  function delay()
    ffi.C.clock_gettime(1, ts)
    local now = tonumber(ts.s) + tonumber(ts.ns) / 1e9
    stop = stop or now + tonumber(os.getenv("DRAIN"))
    return now > stop and 60000 or 0
  end
end
function done(summary, latency, requests)
  local e = summary.errors
  io.stderr:write(string.format(
    '{"requests":%d,"seconds":%.6f,"bytes":%d,"p50_ms":%.3f,"p99_ms":%.3f,"max_ms":%.3f,"bad_status":%d,"socket_errors":%d}\n',
    summary.requests, summary.duration / 1e6, summary.bytes, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    latency.max / 1e3, e.status, e.connect + e.read + e.write + e.timeout))
end
