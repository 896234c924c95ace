"""Says whose code CPU time and allocations of a flight recording belong to: of each sample, the innermost frame that
names an owner. args: the jfr tool, the recording"""
import json, re, subprocess, sys
from collections import Counter

OWNER = re.compile(r"io\.sluice\.\w+\.\w+|org\.springframework\.\w+|reactor\.(?:netty|core|pool)|io\.micrometer|io\.r2dbc"
                   r"|tools\.jackson|io\.netty\.\w+")
NATIVE = re.compile(r"\.(?:Socket|Native)\.(\w+?)0?$")


def samples(event):
    out = subprocess.run([sys.argv[1], "print", "--json", "--stack-depth", "300", "--events", event, sys.argv[2]],
                         capture_output=True, text=True, check=True).stdout
    for e in json.loads(out)["recording"]["events"]:
        trace = e["values"].get("stackTrace")
        if trace:
            yield [f["method"]["type"]["name"].replace("/", ".") + "." + f["method"]["name"] for f in trace["frames"]]


def owner(frames):
    native = NATIVE.search(frames[0])
    if native:
        return "system call " + native.group(1)
    return next((m.group() for m in map(OWNER.match, frames) if m), "other")


for title, event in ("CPU time", "jdk.CPUTimeSample"), ("allocations", "jdk.ObjectAllocationSample"):
    owners = Counter(map(owner, samples(event)))
    total = sum(owners.values())
    print(f"\n{title}, {total} samples")
    for name, n in owners.most_common(16):
        print(f"{100 * n / total:5.1f} %  {name}")
