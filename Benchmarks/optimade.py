"""Measures the OPTIMADE server over loopback on generated structures, beside optimade-python-tools where asked.

    python optimade.py PROGRAM COUNT… [--peer PEER.PY]

For each COUNT structures are generated, imported by PROGRAM and served; every kind of request is sent over one
connection, by wrk, with operands that change, so that no remembered answer decides. With --peer the same is asked of
optimade-python-tools (its in-memory back end) at the smallest COUNT, in the same run.
"""
import argparse
import importlib.util
import os
import pathlib
import random
import subprocess
import tempfile
import time
import urllib.parse

ELEMENTS = ("H Li Be B C N O F Na Mg Al Si P S Cl K Ca Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Sr Y Zr Nb Mo Ag Cd In Sn Sb "
            "Te I Ba La W Pt Au Pb Bi").split()
COMMON = ["O", "Si", "Al", "Fe", "H", "N", "S", "C"]
LABELS = "ABCDEFGH"
HEAD = [
    '{"x-optimade":{"api_version":"1.2.0","meta":{"api_version":"1.2.0"}}}',
    '{"type":"info","id":"/","attributes":{"api_version":"1.2.0","available_api_versions":[],"formats":["json"],'
    '"entry_types_by_format":{"json":["structures"]},"available_endpoints":["structures","info","links"]}}',
    '{"type":"info","id":"structures","description":"Generated.","properties":{}}',
]


def structure(number, numbers):
    """One line of optimade.jsonl."""
    count = numbers.choice((1, 2, 2, 3, 3, 3, 4, 4, 5))
    elements = set()
    while len(elements) < count:
        elements.add(numbers.choice(COMMON if numbers.random() < 0.4 else ELEMENTS))
    elements = sorted(elements)
    parts = [numbers.randint(1, 6) for _ in elements]
    divisor = next(d for d in range(min(parts), 0, -1) if all(part % d == 0 for part in parts))
    reduced = [part // divisor for part in parts]
    cells = numbers.choice((1, 1, 1, 2, 4)) if numbers.random() < 0.96 else 12
    sites = [element for element, part in zip(elements, reduced) for _ in range(part * cells)]
    total = sum(reduced)

    def formula(pairs):
        return "".join(symbol + (str(part) if part > 1 else "") for symbol, part in pairs)

    anonymous = formula(zip(LABELS, sorted(reduced, reverse=True)))
    whole = [(element, part * cells) for element, part in zip(elements, reduced)]
    hill = sorted(whole, key=lambda pair: (pair[0] != "C", pair[0] != "H", pair[0])) if "C" in elements else whole
    quoted = ",".join(f'"{element}"' for element in elements)
    species = ",".join(
        f'{{"name":"{element}","chemical_symbols":["{element}"],"concentration":[1.0]}}' for element in elements)
    positions = ",".join(
        f"[{numbers.random() * 9:.4f},{numbers.random() * 9:.4f},{numbers.random() * 9:.4f}]" for _ in sites)
    names = ",".join(f'"{site}"' for site in sites)
    ratios = ",".join(repr(part / total) for part in reduced)
    return (
        f'{{"type":"structures","id":"gen-{number:07}","attributes":{{"last_modified":"2024-0{number % 9 + 1}-11T10:00:00Z",'
        f'"elements":[{quoted}],"nelements":{count},"elements_ratios":[{ratios}],'
        f'"chemical_formula_descriptive":"{formula(whole)}","chemical_formula_reduced":"{formula(zip(elements, reduced))}",'
        f'"chemical_formula_hill":"{formula(hill)}","chemical_formula_anonymous":"{anonymous}",'
        '"dimension_types":[1,1,1],"nperiodic_dimensions":3,"lattice_vectors":[[9.0,0.0,0.0],[0.0,9.0,0.0],[0.0,0.0,9.0]],'
        f'"cartesian_site_positions":[{positions}],"nsites":{len(sites)},"species":[{species}],'
        f'"species_at_sites":[{names}],"structure_features":[]}}}}\n')


def generate(count, path):
    numbers = random.Random(17)
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(HEAD) + "\n")
        for number in range(count):
            file.write(structure(number, numbers))


def requests(count):
    """Kinds of requests: name, the time that is wanted at 1,000,000 (ms), and what makes a path below the base URL."""
    numbers = random.Random(5)

    def filtered(text, more=""):
        return f"/structures?filter={urllib.parse.quote(text)}&page_limit=20{more}"

    def pair():
        return "{},{}".format(*(f'"{element}"' for element in numbers.sample(COMMON, 2)))

    def binary():
        first, second = sorted(numbers.sample(ELEMENTS, 2))
        return f"{first}{numbers.choice(['', '2', '3'])}{second}"

    return [
        ("first page", 2, lambda: f"/structures?page_limit={numbers.randint(18, 20)}"),
        ("elements HAS ALL x,y AND nelements=3", 2, lambda: filtered(f"elements HAS ALL {pair()} AND nelements=3")),
        ('chemical_formula_reduced="…"', 2, lambda: filtered(f'chemical_formula_reduced="{binary()}"')),
        ("nsites>n AND NOT elements HAS x, sorted", 2,
         lambda: filtered(f'nsites>{numbers.randint(80, 120)} AND NOT elements HAS "{numbers.choice(COMMON)}"',
                          "&sort=nelements,-nsites")),
        ("chemical_formula_descriptive CONTAINS x", 10,
         lambda: filtered(f'chemical_formula_descriptive CONTAINS "{numbers.choice(ELEMENTS)}"')),
        ("single entry", 2, lambda: f"/structures/gen-{numbers.randrange(count):07}"),
    ]


def wrk(origin, paths, connections, seconds, folder):
    """What wrk says of asking for `paths` again and again: requests per second, and percentiles in milliseconds."""
    script = pathlib.Path(folder) / "paths.lua"
    texts = ",\n".join(f"[=[{path}]=]" for path in paths)
    script.write_text(
        f"local paths = {{{texts}}}\nlocal next = 0\n"
        "request = function() next = next % #paths + 1; return wrk.format('GET', paths[next]) end\n"
        "done = function(summary, latency) io.write(string.format('figures %f %f %f %d\\n',\n"
        "  summary.requests / summary.duration * 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,\n"
        "  summary.errors.status + summary.errors.timeout + summary.errors.read)) end\n")
    text = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "60s", "-s", script, origin],
        capture_output=True, text=True, check=True).stdout
    figures = next(line for line in text.splitlines() if line.startswith("figures ")).split()[1:]
    if int(figures[3]):
        raise SystemExit(f"{figures[3]} requests failed, among {paths[0]} and its like")
    return float(figures[0]), float(figures[1]), float(figures[2])


def measured(origin, base, kinds, seconds, folder):
    """Median and 99th percentile in milliseconds of each kind of request, over one connection."""
    return {name: wrk(origin, [base + make() for _ in range(500)], 1, seconds, folder)[1:] for name, _, make in kinds}


def rate(origin, base, kinds, folder):
    """Requests per second of all kinds together, 8 connections."""
    return wrk(origin, [base + make() for _ in range(200) for _, _, make in kinds], 8, 5, folder)[0]


def resident(process):
    with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
        return int(next(line for line in file if line.startswith("VmRSS")).split()[1]) / 1_024


def report(name, figure, target=""):
    print(f"{name:<60}{figure:<34}{target}", flush=True)


def bench(program, count, peer, folder):
    lines = f"{folder}/{count}.jsonl"
    data = f"{folder}/data-{count}"
    generate(count, lines)
    start = time.perf_counter()
    subprocess.run(
        [program, "import", lines, "--data", data, "--publish", "--quiet"], check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    report(f"import of {count:,} structures", f"{count / seconds:,.0f} /s", ">= 10,000 /s")
    kinds = requests(count)
    theirs = measured_peer(peer, lines, kinds, folder) if peer else {}
    os.remove(lines)

    start = time.perf_counter()
    process = subprocess.Popen(
        [program, "serve", "--data", data, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        line = process.stdout.readline()
        report(f"start with {count:,} structures", f"{time.perf_counter() - start:.1f} s", "<= 15 s at 1,000,000")
        origin = "/".join(line.removeprefix("Rutile serves ").split(" ")[0].split("/")[:3])
        times = measured(origin, "/optimade/v1", kinds, 2, folder)
        for name, target, _ in kinds:
            middle, most = times[name]
            figure = f"p50 {middle:.2f} ms  p99 {most:.2f} ms"
            if name in theirs:
                figure += f"  {theirs[name][0] / middle:,.0f} x"
            report(f"{count:,}: {name}", figure, f"<= {target} ms")
        report(f"{count:,}: all kinds, 8 connections", f"{rate(origin, '/optimade/v1', kinds, folder):,.0f} /s")
        report(f"{count:,}: memory", f"{resident(process):.0f} MB", "<= 500 MB at 1,000,000")
    finally:
        process.terminate()
        process.wait(15)


def measured_peer(path, lines, kinds, folder):
    """The same requests to optimade-python-tools."""
    specification = importlib.util.spec_from_file_location("peer", path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    with module.PeerServer(lines, timeout=600) as server:
        times = measured(server.root, "/v1", kinds, 5, folder)
    for name, _, _ in kinds:
        report(f"optimade-python-tools: {name}", f"p50 {times[name][0]:.1f} ms")
    return times


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("counts", type=int, nargs="+")
    parser.add_argument("--peer")
    asked = parser.parse_args()
    for count in sorted(asked.counts):
        with tempfile.TemporaryDirectory() as folder:
            bench(asked.program, count, asked.peer if count == min(asked.counts) else None, folder)


if __name__ == "__main__":
    main()
