"""What profile.sh makes of its samples: whose code they belong to, flame graphs coloured by that, and a page of all.
args: processors <gateway's pid> <postmaster's pid>, or report <scenario> <directory of results> <directory of stacks>"""
import html, json, re, sys
from collections import Counter
from datetime import datetime
from pathlib import Path

# Owner, what its frames are called, its colour. The innermost frame that has an owner other than the JDK decides about a sample.
OWNERS = [
    ("kernel", r".*_\[k\]$", "#e8813a"),
    ("Sluice", r"io\.sluice\.", "#4c9be8"),
    ("R2DBC driver", r"io\.r2dbc\.", "#b07fe0"),
    ("Spring", r"org\.springframework\.", "#8fce5a"),
    ("Reactor Netty", r"reactor\.netty\.", "#3fc0a0"),
    ("Reactor", r"reactor\.", "#e6c84c"),
    ("Netty", r"io\.netty\.|netty_|Java_io_netty_|.*libnetty_", "#59c9d9"),
    ("Micrometer", r"io\.micrometer\.", "#e58fb5"),
    ("JSON", r"tools\.jackson\.|com\.fasterxml\.", "#d9a07a"),
    ("JDK", r"(?:java|javax|jdk|sun)\.|\w+\[\]", "#b9c0c8"),
    ("JVM and C library", r"", "#e57373"),
]
WEAK = {"JDK", "JVM and C library"}
JVM = [("compiler", r"C[12]Compiler|Compil(?:e|ation)::|CompileBroker"), ("garbage collector", r"GCTask|GangWorker|WorkerThread::|PSScavenge|ParallelScavenge")]


def owner_of(frame):
    return next(name for name, pattern, _ in OWNERS if re.match(pattern, frame))


def owner(stack):
    """Of frames, the outermost first."""
    names = [owner_of(f) for f in stack]
    if names[-1] == "kernel":
        entry = names.index("kernel")
        called = entry > 0 and not stack[entry].startswith("asm_") and names[entry - 1] in WEAK
        return "kernel: " + (re.sub(r"^(__GI)?_*", "", stack[entry - 1]) if called else "interrupts, page faults")
    for name in reversed(names):
        if name not in WEAK:
            return name
    if "JDK" in names:
        return "JDK"
    return "JVM: " + next((name for name, pattern in JVM if re.search(pattern, ";".join(stack))), "other")


def owners(stacks):
    counts = Counter()
    for line in stacks.read_text().splitlines():
        stack, n = line.rsplit(" ", 1)
        counts[owner(stack.split(";"))] += int(n)
    total = sum(counts.values()) or 1
    return {name: 100 * n / total for name, n in counts.most_common()}


def recolour(page):
    """The converter colours by how a frame was compiled; this one says whose it is."""
    text = page.read_text()
    rules = ", ".join(f"[/^(?:{pattern})/, '{colour}']" for _, pattern, colour in OWNERS[1:])
    function = (f"const owners = [{rules}];\n\tfunction owner(type, title) {{\n\t\treturn type === 5 ? '{OWNERS[0][2]}'"
                " : owners.find(o => o[0].test(title))[1];\n\t}\n\n\tfunction f(key,")
    legend = "<dt>Whose code</dt>" + "".join(f"<dd style='background-color: {c}'>{n}</dd>" for n, _, c in OWNERS)
    changes = [("function f(key,", function), ("getColor(palette[key & 7])", "owner(key & 7, cpool[key >>> 3])")]
    for old, new in changes:
        if text.count(old) != 1:
            raise SystemExit(f"{page}: the converter's page has changed, there is no single '{old}'")
        text = text.replace(old, new)
    text, n = re.subn(r"<dt>Frame types</dt>.*?</dl>", lambda m: legend + "</dl>", text, count=1, flags=re.S)
    if not n:
        raise SystemExit(f"{page}: the converter's page has changed, there is no legend")
    page.write_text(text)


def ticks(pid):
    """User and system time of a process, of its threads, and of children that have ended."""
    stat = Path(f"/proc/{pid}/stat").read_text()
    return sum(map(int, stat[stat.rindex(")") + 2:].split()[11:15]))


def processors(gateway, postmaster):
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    cpu = list(map(int, Path("/proc/stat").read_text().split()[1:9]))
    return {"gateway": ticks(gateway), "PostgreSQL": ticks(postmaster) + sum(map(ticks, children)), "idle": cpu[3] + cpu[4], "all": sum(cpu)}


def shares(before, after):
    used = {k: after[k] - before[k] for k in before}
    every = used.pop("all")
    return {k: 100 * v / every for k, v in used.items()} | {"load and others": max(0, 100 * (every - sum(used.values())) / every)}


def percent(values):
    return "\n".join(f"{v:5.1f} %  {k}" for k, v in values.items() if v >= 0.5)


def index(out):
    parts = []
    for name in ("point", "list", "stream", "ingest", "transfer", "hot"):
        if not (out / f"profile-{name}.json").exists():
            continue
        r = json.loads((out / f"profile-{name}.json").read_text())
        cells = "".join(f"<div><h3>{title}</h3><pre>{html.escape(percent(r[key]))}</pre></div>"
                        for key, title in (("processors", "The machine"), ("cpu", f"<a href='profile-{name}-cpu.html'>CPU time of the gateway</a>"),
                                           ("alloc", f"<a href='profile-{name}-alloc.html'>Its allocations, by bytes</a>")))
        parts.append(f"<h2>{name}</h2><p>{r['date']}</p><section>{cells}</section>")
    (out / "profiles.html").write_text(
        "<!DOCTYPE html><meta charset=utf-8><title>Profiles of Sluice</title><style>:root{color-scheme:light dark}body{font:15px sans-serif;"
        "max-width:70em;margin:2em auto;padding:0 1em}section{display:flex;flex-wrap:wrap;gap:0 3em}</style><h1>Profiles of Sluice</h1>" + "".join(parts))


def report(scenario, out, work):
    machine = shares(*(json.loads((work / f).read_text()) for f in ("before", "after")))
    result = {"date": datetime.now().isoformat(" ", "minutes"), "processors": machine,
              "cpu": owners(work / "cpu.txt"), "alloc": owners(work / "alloc.txt")}
    (out / f"profile-{scenario}.json").write_text(json.dumps(result, indent=1))
    for kind in ("cpu", "alloc"):
        recolour(out / f"profile-{scenario}-{kind}.html")
    index(out)
    for title, key in (("processors", "processors"), ("CPU time of the gateway", "cpu"), ("allocations", "alloc")):
        print(f"\n{scenario}: {title}\n{percent(result[key])}")


if __name__ == "__main__":
    if sys.argv[1] == "processors":
        print(json.dumps(processors(*sys.argv[2:4])))
    else:
        report(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
