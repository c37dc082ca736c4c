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


async def soak(clients, count, work, note):
    """Does `work` so many times; `note` is called after a tenth of them and after all."""
    done = 0

    async def client():
        nonlocal done
        while done < count:
            done += 1
            if done == count // 10:
                note()
            await work()

    await asyncio.gather(*[client() for _ in range(clients)])
    note()


def show(name, figure, target=""):
    print(f"{name:<60}{figure:<34}{target}", flush=True)


async def measure(server, process, urls):
    targets = "&".join(f"optimade_urls={url}/optimade" for url in urls)
    merged = f"{server}/gateway/search?as_optimade=true&{QUERY}&{targets}"
    direct = [f"{url}/optimade/v1/structures?{QUERY}" for url in urls]
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        async def ask_directly():
            await asyncio.gather(*[get(session, url) for url in direct])

        async def ask_merged(more=""):
            page = await get(session, merged + more)
            assert len(page["data"]) == 20

        async def ask_alone():
            """Asks so that no other client's question is answered at the same time."""
            await ask_merged("&_rutile_fresh=true")

        floor = await seconds(15, ask_directly)
        ours = await seconds(15, ask_merged)
        show(f"merged page of 20, {len(urls)} databases of 50 ms", f"{ours * 1e3:.1f} ms",
             f"<= {floor * 1e3 + 10:.1f} ms (directly: {floor * 1e3:.1f} ms)")
        if len(urls) != 5:
            return
        floor, _ = await rate(8, 8, ask_directly)
        for name, work in [("8 clients", ask_merged), ("8 clients, each question for itself", ask_alone)]:
            before = processor(process.pid)
            ours, count = await rate(8, 8, work)
            show(name, f"{ours:.1f} /s", f">= {0.8 * floor:.1f} /s (directly: {floor:.1f} /s)")
            show("CPU time of one", f"{(processor(process.pid) - before) / count * 1e3:.2f} ms", "<= 3 ms")
        memory = []
        await soak(16, 10_000, ask_merged, lambda: memory.append(resident(process.pid)))
        show("memory after 1,000 and after 10,000 of them", f"{memory[0]:.0f} MB, {memory[1]:.0f} MB", "flat")


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
                asyncio.run(measure(server, process, urls))
            finally:
                fleet.terminate()
                fleet.wait()
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(data)


if __name__ == "__main__":
    main()
