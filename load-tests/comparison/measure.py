#!/usr/bin/env python3
"""Measures Sluice, the peers and the limits (see README.md). Standard library only; started by run.sh."""
import json, os, random, re, shlex, signal, socket, subprocess, sys, time, urllib.request
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
E = os.environ.get
DURATION, WARMUP = int(E("DURATION", "15")), int(E("WARMUP", "20"))
CONNECTIONS, POOL = int(E("CONNECTIONS", "64")), E("POOL_SIZE", "16")
REPEATS, RETRIES = int(E("REPEATS", "2")), int(E("RETRIES", "2"))
QUIET_WAIT, NOISE = float(E("QUIET_WAIT", "60")), float(E("NOISE", "5"))
SCENARIOS = E("SCENARIOS", "point list stream ingest transfer hot").split()
STATE = Path(E("BENCH_STATE") or f"{E('TMPDIR', '/tmp')}/sluice-comparison-{os.getuid()}")
OUT = Path(E("BENCH_OUT") or HERE / "out")
HZ, CPUS = os.sysconf("SC_CLK_TCK"), os.cpu_count()
CUSTOMERS, ORDERS, INGEST, ACCOUNTS, HOT = 100_000, 1_000_000, 200_000, 100_000, 10
PG_PID = int(E("BENCH_PG_PID"))

# ---------------------------------------------------------------- /proc

def tree(pid):
    kids = {}
    for d in os.listdir("/proc"):
        if d.isdigit():
            try:
                s = open(f"/proc/{d}/stat").read()
            except OSError:
                continue
            kids.setdefault(int(s[s.rindex(")") + 2:].split()[1]), []).append(int(d))
    out, todo = [], [pid]
    while todo:
        p = todo.pop()
        out.append(p)
        todo += kids.get(p, [])
    return out

def cpu(pid):
    """(user, system) seconds of a process tree, children that have ended included."""
    u = s = 0
    for p in tree(pid):
        try:
            f = open(f"/proc/{p}/stat").read()
        except OSError:
            continue
        f = f[f.rindex(")") + 2:].split()
        u += int(f[11]) + int(f[13])
        s += int(f[12]) + int(f[14])
    return u / HZ, s / HZ

def machine():
    f = [int(x) / HZ for x in open("/proc/stat").readline().split()[1:9]]
    return {"busy": f[0] + f[1] + f[2], "softirq": f[5] + f[6], "steal": f[7], "idle": f[3] + f[4]}

def reset_peak(pid):
    for p in tree(pid):
        try:
            open(f"/proc/{p}/clear_refs", "w").write("5")
        except OSError:
            pass

def peak_rss_mb(pid):
    kb = 0
    for p in tree(pid):
        try:
            kb += int(re.search(r"VmHWM:\s+(\d+)", open(f"/proc/{p}/status").read()).group(1))
        except (OSError, AttributeError):
            pass
    return kb / 1024

def wait_quiet():
    """Waits until everything but us uses little CPU; gives up after QUIET_WAIT seconds."""
    end = time.time() + QUIET_WAIT
    while True:
        a, t = machine(), time.time()
        time.sleep(1.5)
        b = machine()
        busy = 100 * sum(b[k] - a[k] for k in a if k != "idle") / ((time.time() - t) * CPUS)
        if busy < NOISE or time.time() > end:
            return

def say(s):
    print(s, file=sys.stderr, flush=True)

class Stalled(Exception):
    pass

def run(cmd, env=None, stdin=None, stall=None):
    """Runs a load generator; returns stdout, stderr and its own CPU seconds. stall: the exit status that means no progress."""
    p = subprocess.Popen(cmd, env={**os.environ, **(env or {})}, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    out, err = p.stdout.read(), p.stderr.read()
    _, status, usage = os.wait4(p.pid, 0)
    p.returncode = os.waitstatus_to_exitcode(status)
    if stall and p.returncode == stall:
        raise Stalled(err.strip().splitlines()[-1])
    if p.returncode:
        raise SystemExit(f"{cmd}: exit {p.returncode}\n{out}\n{err}")
    return out, err, usage.ru_utime + usage.ru_stime

def measured(server_pid, load, prepare=lambda: None, check=lambda r: None):
    """Calls load() -> {units, seconds, load_cpu, ...} between two readings; repeats it when others used the machine."""
    best = None
    for attempt in range(RETRIES + 1):
        prepare()
        wait_quiet()
        if server_pid:
            reset_peak(server_pid)
        m0, p0, s0, t0 = machine(), cpu(PG_PID), cpu(server_pid) if server_pid else (0, 0), time.time()
        r = load()
        if "answer" in r:
            return r
        wall = time.time() - t0
        m1, p1, s1 = machine(), cpu(PG_PID), cpu(server_pid) if server_pid else (0, 0)
        server, pg = sum(s1) - sum(s0), sum(p1) - sum(p0)
        per = 1e6 / max(1, r["units"])
        r.update(rate=r["units"] / r["seconds"], server_us=server * per, server_sys_us=(s1[1] - s0[1]) * per, pg_us=pg * per,
                 pg_sys_us=(p1[1] - p0[1]) * per, load_us=r["load_cpu"] * per,
                 softirq_us=(m1["softirq"] - m0["softirq"]) * per,
                 other_pct=100 * max(0.0, m1["busy"] - m0["busy"] + m1["softirq"] - m0["softirq"] + m1["steal"] - m0["steal"] - server - pg - r["load_cpu"]) / (wall * CPUS),
                 idle_pct=100 * (m1["idle"] - m0["idle"]) / (wall * CPUS), steal_pct=100 * (m1["steal"] - m0["steal"]) / (wall * CPUS),
                 rss_mb=peak_rss_mb(server_pid) if server_pid else None)
        r["check"] = check(r) or ""
        if best is None or r["other_pct"] < best["other_pct"]:
            best = r
        if best["other_pct"] <= NOISE:
            break
    return best

# ---------------------------------------------------------------- database

def sql(q):
    return subprocess.run(["psql", "-XAtq", "-c", q], check=True, capture_output=True, text=True).stdout.strip()

def sqlfile(name):
    settle()
    subprocess.run(["psql", "-Xq", "-f", HERE / name], check=True, stdout=subprocess.DEVNULL)

def settle(limit=15):
    """Requests that wrk left unfinished still run in the server: let them end before the data is reset."""
    end = time.time() + limit
    while time.time() < end:
        if sql("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND state <> 'idle'") == "0":
            time.sleep(0.3)
            if sql("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND state <> 'idle'") == "0":
                return
        time.sleep(0.2)

def checkpoint():
    settle()
    sql("CHECKPOINT")

def ledger_ok(r):
    """The same check on Sluice's own ledger: nothing but transfers since reset-ledger.sql."""
    n, debits, credits = sql("SELECT (SELECT count(*) FROM sluice_ledger.transfers WHERE refusal IS NULL), sum(debits_posted), sum(credits_posted) FROM sluice_ledger.accounts").split("|")
    bad = []
    if debits != credits:
        bad.append(f"debits {debits}, credits {credits}")
    if not r["units"] <= int(n) <= r["units"] + CONNECTIONS:
        bad.append(f"{n} transfers for {r['units']} answers")
    if int(sql("SELECT count(*) FROM sluice_ledger.accounts a JOIN (SELECT id, sum(d) d FROM (SELECT debit_account_id id, -amount d FROM sluice_ledger.transfers WHERE refusal IS NULL"
               " UNION ALL SELECT credit_account_id, amount FROM sluice_ledger.transfers WHERE refusal IS NULL) x GROUP BY id) t USING (id)"
               " WHERE a.credits_posted - a.debits_posted <> 1000000 + t.d")):
        bad.append("balances do not follow from transfers")
    return "; ".join(bad)

def transfers_ok(r):
    n, total = sql("SELECT (SELECT count(*) FROM transfers), sum(balance) FROM accounts").split("|")
    bad = []
    if int(total) != ACCOUNTS * 1_000_000:
        bad.append(f"sum of balances {total}")
    if not r["units"] <= int(n) <= r["units"] + CONNECTIONS:
        bad.append(f"{n} transfers for {r['units']} answers")
    if int(sql("SELECT count(*) FROM accounts a JOIN (SELECT id, sum(d) d FROM (SELECT debit_account id, -amount d FROM transfers"
               " UNION ALL SELECT credit_account, amount FROM transfers) x GROUP BY id) t USING (id) WHERE a.balance <> 1000000 + t.d")):
        bad.append("balances do not follow from transfers")
    return "; ".join(bad)

# ---------------------------------------------------------------- servers

DEFAULT = {
    "point": {"url": "/customers/{id}"},
    "list": {"url": "/customers/{id}/orders"},
    "stream": {"url": "/orders/stream"},
    "ingest": {"url": "/orders", "method": "POST", "headers": "Content-Type: application/x-ndjson"},
    "transfer": {"url": "/transfers", "body": '{"from":{from},"to":{to},"amount":{amount}}', "headers": "Content-Type: application/json"},
}

SLUICE = {
    "base": "http://127.0.0.1:{port}",
    "point": {"url": "/rest/v1/customers?id=eq.{id}"},
    "list": {"url": "/rest/v1/orders?customer_id=eq.{id}&order=id"},
    "stream": {"url": "/rest/v1/orders", "headers": "Accept: application/x-ndjson"},
    "ingest": {"url": "/ingest/v1/orders", "method": "POST", "headers": "Content-Type: application/x-ndjson"},
    "transfer": {"url": "/ledger/v1/transfers", "headers": "Content-Type: application/json",
                 "body": '{"id":"{uuid}","debit_account_id":"{fromid}","credit_account_id":"{toid}","amount":{amount},"ledger":1,"code":1}'},
    "reset": "reset-ledger.sql", "check": ledger_ok,
}

def java():
    for h in filter(None, [E("BENCH_JAVA_HOME"), E("JAVA_HOME"), *sorted(map(str, Path("/usr/lib/jvm").glob("*25*")))]):
        exe = Path(h) / "bin/java"
        if exe.exists() and 'version "25' in subprocess.run([exe, "-version"], capture_output=True, text=True).stderr:
            return str(exe)
    raise SystemExit("no JDK 25: set BENCH_JAVA_HOME")

def servers():
    opts, peers = E("JVM_OPTS", "-Xmx512m -XX:+UseParallelGC"), HERE / "peers"
    known = {
        "sluice": lambda: f"export SLUICE_PRIMARY=postgresql://$PGUSER:$PGPASSWORD@$PGHOST:$PGPORT/$PGDATABASE; exec {java()} {opts} -jar '{HERE}/../../gateway/target/sluice.jar'"
                          " --server.port=$PORT --management.server.port=0 --sluice.pool.max-size=$POOL_SIZE",
        "vertx": lambda: f"exec {java()} {opts} -cp '{peers}/vertx/target/classes:{peers}/vertx/target/lib/*' Main",
        "mvc-vt": lambda: f"exec {java()} {opts} -jar '{peers}/mvc-vt/target/mvc-vt-1.jar'",
        "webflux-r2dbc": lambda: f"exec {java()} {opts} -jar '{peers}/webflux-r2dbc/target/webflux-r2dbc-1.jar'",
        "node": lambda: f"exec node '{peers}/node/server.js'",
    }
    peer = {"base": "http://127.0.0.1:{port}", "reset": "reset-accounts.sql", "check": transfers_ok, **DEFAULT}
    out = [{"name": n, "cmd": known[n](), **(SLUICE if n == "sluice" else peer)} for n in E("SERVERS", " ".join(known)).split()]
    for o in out:
        o["drain"] = o["name"] in E("DRAIN", "webflux-r2dbc").split()
    if E("EXTRA_CMD"):
        x = {"name": E("EXTRA_NAME", "extra"), "reset": "reset-accounts.sql", "check": transfers_ok, "drain": E("EXTRA_DRAIN") == "1", "cmd": E("EXTRA_CMD"), "base": E("EXTRA_BASE", "http://127.0.0.1:{port}")}
        for s, d in DEFAULT.items():
            x[s] = {k: E(f"EXTRA_{s.upper()}_{k.upper()}", d.get(k, "")) for k in ("url", "method", "headers", "body")}
            x[s]["headers"] = (E("EXTRA_HEADERS", "") + "\n" + x[s]["headers"]).strip()
        out.append(x)
    return out

def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]

class Server:
    def __init__(self, spec):
        self.spec, self.port = spec, free_port()
        self.base = spec["base"].replace("{port}", str(self.port))
        self.log = open(OUT / f"{spec['name']}.log", "w")
        t = time.time()
        self.p = subprocess.Popen(["bash", "-c", spec["cmd"]], stdout=self.log, stderr=subprocess.STDOUT, start_new_session=True,
                                  env={**os.environ, "PORT": str(self.port), "POOL_SIZE": POOL})
        while True:
            try:
                self.get("point", id=1)
                break
            except OSError:
                if self.p.poll() is not None or time.time() - t > 180:
                    raise SystemExit(f"{spec['name']} did not start, see {self.log.name}")
                time.sleep(0.1)
        self.started_s = time.time() - t

    def headers(self, scenario):
        return [h for h in self.spec[scenario].get("headers", "").split("\n") if h]

    def url(self, scenario, **values):
        u = self.spec[scenario]["url"]
        for k, v in values.items():
            u = u.replace("{%s}" % k, str(v))
        return self.base + u

    def get(self, scenario, timeout=30, **values):
        req = urllib.request.Request(self.url(scenario, **values), headers=dict(re.split(r":\s*", h, maxsplit=1) for h in self.headers(scenario)))
        return json.load(urllib.request.urlopen(req, timeout=timeout))

    def stop(self):
        self.p.send_signal(signal.SIGTERM)
        try:
            self.p.wait(20)
        except subprocess.TimeoutExpired:
            for pid in reversed(tree(self.p.pid)):
                os.kill(pid, signal.SIGKILL)
            self.p.wait()

    # -- loads

    def wrk(self, scenario, seconds, max_id, seed=7, drain=None):
        s = self.spec[scenario]
        drain = self.spec.get("drain") if drain is None else drain
        env = {"MODE": "transfer" if scenario == "transfer" else "get", "MAX_ID": str(max_id), "SEED": str(seed),
               "URL_TEMPLATE": urllib.request.urlparse(self.base).path.rstrip("/") + s["url"], "BODY_TEMPLATE": s.get("body", ""), "HEADERS": s.get("headers", "")}
        if drain:
            env["DRAIN"] = str(seconds)
        _, err, used = run(["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds + (2 if drain else 0)}s", "--timeout", "20s", "-s", str(HERE / "load/wrk.lua"), self.base], env)
        w = json.loads(err.strip().splitlines()[-1])
        return {"units": w["requests"] - w["bad_status"], "unit": "req", "seconds": seconds if drain else w["seconds"], "bytes": w["bytes"], "load_cpu": used,
                "p50_ms": w["p50_ms"], "p99_ms": w["p99_ms"], "errors": w["bad_status"] + w["socket_errors"]}

    def abort(self):
        """wrk leaves in the middle of 64 list reads, three times; does the server still answer?"""
        sent = sum(self.wrk("list", 2, CUSTOMERS, drain=False)["units"] for _ in range(3))
        t, answer = time.time(), "answers"
        try:
            self.get("point", id=1, timeout=10)
        except OSError:
            answer = "no answer in 10 s"
        return {"units": sent, "unit": "req", "answer": f"{answer} ({time.time() - t:.2f} s)"}

    def curl(self, scenario, extra, units):
        cmd = ["curl", "-sS", "-f", "-m", "600", "-Y", "1", "-y", "20", "-w", "%{stderr}%{time_total} %{size_download} %{size_upload}"]
        for h in self.headers(scenario):
            cmd += ["-H", h]
        try:
            out, err, used = run(cmd + extra + [self.url(scenario)], stall=28)
        except Stalled as e:
            seconds, down, up = e.args[0].split()[-3:]
            return {"units": 0, "unit": "row", "seconds": float(seconds), "answer": f"STALLED: nothing moved for 20 s after {max(int(down), int(up)) / 1e6:.0f} MB"}
        seconds, down, up = err.split()[-3:]
        return {"units": units, "unit": "row", "seconds": float(seconds), "bytes": max(int(down), int(up)), "load_cpu": used, "out": out}

    def stream(self):
        return self.curl("stream", ["-o", "/dev/null"], ORDERS)

    def ingest(self):
        r = self.curl("ingest", ["-X", self.spec["ingest"].get("method") or "POST", "-H", "Expect:", "-T", str(ingest_file())], INGEST)
        r.pop("out", None)
        return r

def ingest_file(suffix="ndjson"):
    f = STATE / f"ingest.{suffix}"
    if not f.exists():
        r = random.Random(5)
        with open(STATE / "ingest.ndjson", "w") as nd, open(STATE / "ingest.tsv", "w") as tsv:
            for i in range(INGEST):
                row = (r.randint(1, CUSTOMERS), f"item-{r.randint(0, 49999):05d}", f"{r.randint(100, 99999) / 100:.2f}", r.choice(["new", "paid", "shipped"]))
                nd.write('{"customer_id":%d,"item":"%s","amount":%s,"status":"%s"}\n' % row)
                tsv.write("%d\t%s\t%s\t%s\n" % row)
    return f

def same(a, b):
    if isinstance(b, dict):
        return isinstance(a, dict) and a.keys() == b.keys() and all(same(a[k], b[k]) for k in b)
    if isinstance(b, list):
        return isinstance(a, list) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(b, str) and re.match(r"\d{4}-\d\d-\d\dT", b):  # same instant, to the millisecond
        f = lambda s: int(datetime.fromisoformat(s).timestamp() * 1000)
        return f(a) == f(b)
    if isinstance(b, float) or isinstance(a, float):
        return Decimal(str(a)) == Decimal(str(b))
    return a == b

def verify(server):
    """Answers equal the rows in the database; the stream has every row; an ingest stores what it was sent."""
    r, bad = random.Random(3), []
    for _ in range(20):
        i = r.randint(1, CUSTOMERS)
        want = json.loads(sql(f"SELECT row_to_json(c) FROM customers c WHERE id = {i}"))
        got = server.get("point", id=i)
        if not same(got[0] if isinstance(got, list) and len(got) == 1 else got, want):
            bad.append(f"customer {i}: {got}")
        want = json.loads(sql(f"SELECT coalesce(json_agg(o ORDER BY id), '[]') FROM orders o WHERE customer_id = {i}"))
        if not same(server.get("list", id=i), want):
            bad.append(f"orders of {i}")
    return bad

def measure_server(spec, results):
    print(f"== {spec['name']}", file=sys.stderr, flush=True)
    sqlfile("reset-accounts.sql"), sqlfile("reset-orders.sql")
    s = Server(spec)
    pid, name = s.p.pid, spec["name"]
    try:
        if {"transfer", "hot"} & set(SCENARIOS):
            sqlfile(spec["reset"])
        bad = verify(s)
        if "stream" in SCENARIOS:
            lines = subprocess.run(["bash", "-c", f"curl -sS -Y 1 -y 20 {' '.join('-H ' + shlex.quote(h) for h in s.headers('stream'))} {shlex.quote(s.url('stream'))} | wc -l"],
                                   capture_output=True, text=True).stdout.strip()
            if lines not in (str(ORDERS), str(ORDERS - 1)):
                bad.append(f"stream has {lines} lines")
        if "ingest" in SCENARIOS:
            s.ingest()
            n = sql("SELECT count(*) || ' ' || sum(amount) || ' ' || sum(customer_id) FROM orders WHERE id > 1000000")
            rows = [l.split("\t") for l in open(ingest_file("tsv"))]
            want = f"{len(rows)} {sum(Decimal(x[2]) for x in rows)} {sum(int(x[0]) for x in rows)}"
            if n != want:
                bad.append(f"ingest stored {n}, sent {want}")
            sqlfile("reset-orders.sql")
        for sc, n in (("point", CUSTOMERS), ("list", CUSTOMERS), ("transfer", ACCOUNTS), ("transfer", HOT)):
            if ("hot" if n == HOT else sc) in SCENARIOS:
                s.wrk(sc, WARMUP if sc == "point" or n == ACCOUNTS else max(1, WARMUP // 2), n, seed=11)
        say(f"   started in {s.started_s:.1f} s; check: {bad or 'ok'}")

        def put(scenario, r):
            results.append({"scenario": scenario, "server": name, "started_s": s.started_s, **r})
            save(results)
            print("   " + line(results[-1]), file=sys.stderr, flush=True)

        slow = set()  # not repeated
        for i in range(REPEATS):
            for sc in SCENARIOS:
                if sc in slow:
                    continue
                if sc == "point" or (sc == "list" and i == 0):
                    put(sc, measured(pid, lambda: s.wrk(sc, DURATION, CUSTOMERS), checkpoint, lambda r: "; ".join(bad)))
                elif sc == "stream":
                    put(sc, measured(pid, s.stream, checkpoint))
                elif sc == "ingest":
                    put(sc, measured(pid, s.ingest, lambda: sqlfile("reset-orders.sql"),
                                     lambda r: "" if sql(f"SELECT count(*) FROM orders WHERE id > {ORDERS}") == str(INGEST) else "rows missing"))
                    sqlfile("reset-orders.sql")
                elif sc in ("transfer", "hot"):
                    n = ACCOUNTS if sc == "transfer" else HOT
                    put(sc, measured(pid, lambda: s.wrk("transfer", DURATION, n), lambda: sqlfile(spec["reset"]), spec["check"]))
                if results[-1]["seconds"] > 20:
                    slow.add(sc)
        if "list" in SCENARIOS:
            put("abort", s.abort())
    finally:
        s.stop()
        s.log.close()

# ---------------------------------------------------------------- limits

def pgbench(script, batch=1, **vars):
    log = STATE / "pgbench_log"
    for f in STATE.glob("pgbench_log*"):
        f.unlink()
    cmd = ["pgbench", "-n", "-M", "prepared", "-c", "16", "-j", "1", "-T", str(DURATION), "-l", f"--log-prefix={log}", "--sampling-rate=0.1", "-f", str(script)]
    for k, v in vars.items():
        cmd += ["-D", f"{k}={v}"]
    out, _, used = run(cmd)
    n = int(re.search(r"transactions actually processed: (\d+)", out).group(1))
    lat = sorted(int(l.split()[2]) / 1000 for f in STATE.glob("pgbench_log*") for l in open(f))
    return {"units": n * batch, "unit": "req", "seconds": n / float(re.search(r"tps = ([\d.]+)", out).group(1)), "load_cpu": used,
            "p50_ms": lat[len(lat) // 2], "p99_ms": lat[len(lat) * 99 // 100], "errors": int(re.search(r"failed transactions: (\d+)", out).group(1))}

def psql_copy(command, rows):
    t = time.time()
    out, _, used = run(["psql", "-Xq", "-c", command])
    return {"units": rows, "unit": "row", "seconds": time.time() - t, "load_cpu": used}

def batch_scripts(k):
    point, tr = STATE / f"point_any{k}.sql", STATE / f"transfer_batch{k}.sql"
    v = lambda c: ",".join(f":{c}{i}" for i in range(k))
    point.write_text("".join(f"\\set i{i} random(1, 100000)\n" for i in range(k))
                     + f"SELECT id, name, email, created_at FROM customers WHERE id = ANY (ARRAY[{v('i')}]::bigint[]);\n")
    tr.write_text("".join(f"\\set f{i} random(1, :n)\n\\set t{i} 1 + (:f{i} + random(0, :n - 2)) % :n\n\\set a{i} random(1, 100)\n" for i in range(k))
                  + f"SELECT transfer_batch(ARRAY[{v('f')}]::bigint[], ARRAY[{v('t')}]::bigint[], ARRAY[{v('a')}]::bigint[]);\n")
    return point, tr

def limits(results):
    print("== limits", file=sys.stderr, flush=True)
    sqlfile("limits.sql"), sqlfile("reset-accounts.sql"), sqlfile("reset-orders.sql")
    any32, batch32 = batch_scripts(32)
    ingest_file("tsv")

    def put(scenario, name, load, prepare=checkpoint):
        r = measured(None, load, prepare)
        results.append({"scenario": scenario, "server": name, **r})
        save(results)
        print("   " + line(results[-1]), file=sys.stderr, flush=True)

    accounts, P = (lambda: sqlfile("reset-accounts.sql")), HERE / "pgbench"
    for i in range(REPEATS):
        if "point" in SCENARIOS:
            put("point", "limit: pgbench", lambda: pgbench(P / "point.sql"))
            put("point", "limit: 32 ids a query", lambda: pgbench(any32, 32))
        if "list" in SCENARIOS and i == 0:
            put("list", "limit: pgbench", lambda: pgbench(P / "list.sql"))
            put("list", "limit: json_agg", lambda: pgbench(P / "list_json.sql"))
        if "stream" in SCENARIOS:
            put("stream", "limit: \\copy row_to_json", lambda: psql_copy(r"\copy (select row_to_json(o) from orders o) to /dev/null", ORDERS))
            put("stream", "limit: \\copy out", lambda: psql_copy(r"\copy orders to /dev/null", ORDERS))
        if "ingest" in SCENARIOS:
            put("ingest", "limit: \\copy in", lambda: psql_copy(rf"\copy orders (customer_id, item, amount, status) from '{ingest_file('tsv')}'", INGEST),
                lambda: sqlfile("reset-orders.sql"))
            sqlfile("reset-orders.sql")
        for sc, n in (("transfer", ACCOUNTS), ("hot", HOT)):
            if sc in SCENARIOS:
                put(sc, "limit: pgbench, 7 statements", lambda: pgbench(P / "transfer.sql", n=n), accounts)
                put(sc, "limit: function call", lambda: pgbench(P / "transfer_fn.sql", n=n), accounts)
                put(sc, "limit: 32 a function call", lambda: pgbench(batch32, 32, n=n), accounts)

# ---------------------------------------------------------------- output

HEAD = ["scenario", "server", "rate/s", "MB/s", "p50 ms", "p99 ms", "server CPU µs (sys)", "postgres CPU µs (sys)", "server+pg µs", "load gen µs", "peak RSS MB", "idle %", "others+steal %", "errors"]

def cells(r):
    if "answer" in r:
        return [r["scenario"], r["server"], r["answer"]] + [""] * (len(HEAD) - 3)
    f = lambda v, d=1: "" if v is None else f"{v:,.{d}f}"
    d = 1 if r["server_us"] + r["pg_us"] < 100 else 0
    return [r["scenario"], r["server"], f"{r['rate']:,.0f} {r['unit']}", f(r["bytes"] / r["seconds"] / 1e6) if r.get("bytes") else "",
            f(r.get("p50_ms"), 2), f(r.get("p99_ms"), 2), f"{f(r['server_us'], d)} ({f(r['server_sys_us'], d)})" if r["rss_mb"] else "",
            f"{f(r['pg_us'], d)} ({f(r['pg_sys_us'], d)})", f(r["server_us"] + r["pg_us"], d), f(r["load_us"], d), f(r["rss_mb"], 0),
            f(r.get("idle_pct"), 0), f(r["other_pct"]) + ("!" if r["other_pct"] > NOISE else ""), "; ".join(filter(None, [str(r.get("errors") or ""), r.get("check", "")])) or "0"]

def line(r):
    return " | ".join(cells(r))

def table(results):
    order = {s: i for i, s in enumerate(["point", "list", "stream", "ingest", "transfer", "hot", "abort"])}
    rows = [cells(r) for r in sorted(results, key=lambda r: order[r["scenario"]])]
    # repeats of one server stand together, in the order of first appearance
    first = {}
    for r in rows:
        first.setdefault(r[0], len(first))
    for r in rows:
        first.setdefault((r[0], r[1]), len(first))
    rows.sort(key=lambda r: (first[r[0]], first[(r[0], r[1])]))
    return "\n".join("| " + " | ".join(r) + " |" for r in [HEAD, ["---"] * 2 + ["---:"] * (len(HEAD) - 2), *rows])

def summary(results):
    """One row per scenario and server: the quietest measurement, with the rates of all of them."""
    best, rates = {}, {}
    for r in results:
        k = (r["scenario"], r["server"])
        if "answer" not in r:
            rates.setdefault(k, []).append(r["rate"])
        if k not in best or "answer" in best[k] or ("answer" not in r and r["other_pct"] < best[k]["other_pct"]):
            best[k] = r
    rows = table(list(best.values())).split("\n")
    out = [rows[0] + " all rates |", rows[1] + " ---: |"]
    for line_ in rows[2:]:
        c = [x.strip() for x in line_.split("|")]
        out.append(line_ + " " + " / ".join(f"{x:,.0f}" for x in rates.get((c[1], c[2]), [])) + " |")
    return "\n".join(out)

def ratios(results, ours="sluice"):
    """How many times the rate of each peer, by the medians; the spread is all rates of ours over all of theirs."""
    rates = {}
    for r in results:
        if "answer" not in r and r.get("rate"):
            rates.setdefault(r["scenario"], {}).setdefault(r["server"], []).append(r["rate"])
    peers = sorted({p for by in rates.values() for p in by if p != ours and not p.startswith("limit")})
    out = ["| scenario | rate/s | " + " | ".join(f"× {p}" for p in peers) + " |", "|---|---:|" + "---:|" * len(peers)]
    for scenario, by in rates.items():
        if ours in by:
            mine = by[ours]
            cell = lambda p: f"{median(mine) / median(by[p]):.2f} ({min(mine) / max(by[p]):.2f}–{max(mine) / min(by[p]):.2f})" if p in by else ""
            out.append(f"| {scenario} | {median(mine):,.0f} | " + " | ".join(map(cell, peers)) + " |")
    started = {r["server"]: r["started_s"] for r in results if "started_s" in r}
    out += ["", "Start until the first answer: " + ", ".join(f"{n} {s:.1f} s" for n, s in started.items())]
    return "\n".join(out)

def save(results):
    (OUT / "ratios.md").write_text(ratios(results) + "\n")
    (OUT / "summary.md").write_text(summary(results) + "\n")
    (OUT / "results.json").write_text(json.dumps(results, indent=1))
    (OUT / "table.md").write_text(table(results) + "\n")

def main():
    OUT.mkdir(parents=True, exist_ok=True)
    results = json.loads((OUT / "results.json").read_text()) if E("APPEND") and (OUT / "results.json").exists() else []
    if E("SUMMARY"):
        save(results)
        return print(summary(results) + "\n\n" + ratios(results))
    if E("LIMITS", "1") == "1":
        limits(results)
    for spec in servers():
        measure_server(spec, results)
    print(table(results))
    print("\nThe quietest of the repeats:\n")
    print(summary(results))
    print("\nSluice against the peers (median of the repeats, lowest to highest in brackets):\n")
    print(ratios(results))

main()
