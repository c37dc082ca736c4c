"""The gateway beside what it could not be faster than: the same databases, asked directly and side by side in one process.

  gateway.py PROGRAM [databases…]        default: 1 5 20 databases with 50 ms latency
"""
import asyncio
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import aiohttp

ROOT = pathlib.Path(__file__).resolve().parents[1]
SHARED = pathlib.Path(os.environ.get("RUTILE_SHARED", ROOT.parent / "shared"))
PROVIDERS = SHARED / "cases/gateway/providers.py"
QUERY = "page_limit=20&filter=nelements%3E1"
TICK = os.sysconf("SC_CLK_TCK")


async def get(session, url):
    async with session.get(url) as response:
        assert response.status == 200, (url, response.status)
        return json.loads(await response.read())


async def seconds(repeat, work):
    """Median seconds of `work`, after one to warm up."""
    await work()
    taken = []
    for _ in range(repeat):
        start = time.perf_counter()
        await work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


async def rate(clients, duration, work):
    """Times per second that `clients` can do `work` at once, and how often that was."""
    await work()
    end, count = time.perf_counter() + duration, 0

    async def client():
        nonlocal count
        while time.perf_counter() < end:
            await work()
            count += 1

    start = time.perf_counter()
    await asyncio.gather(*[client() for _ in range(clients)])
    return count / (time.perf_counter() - start), count


def processor(pid):
    """Seconds of processor time that the process has had."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def resident(pid):
    """MiB of resident memory."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024


async def measure(server, process, urls, heavy):
    targets = "&".join(f"optimade_urls={url}/optimade" for url in urls)
    merged = f"{server}/gateway/search?as_optimade=true&{QUERY}&{targets}"
    direct = [f"{url}/optimade/v1/structures?{QUERY}" for url in urls]
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        async def ask_directly():
            await asyncio.gather(*[get(session, url) for url in direct])

        async def ask_merged():
            page = await get(session, merged)
            assert len(page["data"]) == 20

        floor = await seconds(15, ask_directly)
        ours = await seconds(15, ask_merged)
        line = {"databases": len(urls), "direct_ms": round(floor * 1e3, 1), "merged_ms": round(ours * 1e3, 1)}
        if len(urls) == 5:
            floor, _ = await rate(8, 8, ask_directly)
            before = processor(process.pid)
            ours, count = await rate(8, 8, ask_merged)
            line |= {
                "direct_per_s": round(floor, 1), "merged_per_s": round(ours, 1),
                "cpu_ms_per_request": round((processor(process.pid) - before) / count * 1e3, 2)}
            if heavy:
                start = resident(process.pid)
                await rate(16, 10_000 / ours / 2, ask_merged)
                line |= {"memory_mib": [round(start), round(resident(process.pid))]}
        print(json.dumps(line), flush=True)


def main():
    program, counts = sys.argv[1], [int(text) for text in sys.argv[2:]] or [1, 5, 20]
    data = tempfile.mkdtemp(prefix="rutile-gateway-bench-")
    process = subprocess.Popen(
        [program, "serve", "--data", data, "--port", "0", "--set", "gateway.allowed_networks=127.0.0.1/32",
         "--set", "log.level=warning"], stdout=subprocess.PIPE, text=True)
    try:
        server = "/".join(process.stdout.readline().split()[2].split("/")[:3])
        for index, count in enumerate(counts):
            fleet = subprocess.Popen(
                [sys.executable, PROVIDERS, "--uniform", str(count), "--latency-ms", "50", "--base-port",
                 str(19_300 + 50 * index)], stdout=subprocess.PIPE, text=True)
            try:
                urls = list(json.loads(fleet.stdout.readline()).values())
                asyncio.run(measure(server, process, urls, heavy="RUTILE_SOAK" in os.environ))
            finally:
                fleet.terminate()
                fleet.wait()
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(data)


if __name__ == "__main__":
    main()
