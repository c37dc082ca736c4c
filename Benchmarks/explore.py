"""Measures the page Explore in a browser: from a click on an element to the new table.

    python explore.py PROGRAM COUNT

COUNT structures are generated, imported by PROGRAM and served. Chromium and its driver have to be there.
"""
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import optimade

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Tests/system"))

import browser  # noqa: E402

SYMBOLS = ["O", "Si", "Fe", "N", "Al", "S", "C", "H", "Ti", "Cu"]

# Milliseconds from a click on an element to the frame in which other rows are there and nothing waits; -1 where none come.
CLICK = """
const [symbol, done] = arguments;
const rows = () => document.querySelector(".results tbody")?.textContent;
const [start, before] = [performance.now(), rows()];
document.querySelector(`.element[data-symbol=${symbol}]`).click();
const look = () => {
  const passed = performance.now() - start;
  if (!document.querySelector(".results.waiting") && rows() !== before) done(passed);
  else if (passed > 20000) done(-1);
  else requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""

# An element that is clicked three times is as it was.
BACK = "for (let i = 0; i < 2; i += 1) document.querySelector(`.element[data-symbol=${arguments[0]}]`).click();"


def clicks(address):
    """The times of clicks, one for each of SYMBOLS."""
    times = []
    with browser.browser() as driver:
        driver.set_script_timeout(60)
        driver.get(address + "/explore")
        browser.wait(driver, lambda driver: driver.execute_script(
            "return document.querySelector('.results tbody tr') && document.querySelector('.element[data-symbol]')"))
        for symbol in SYMBOLS:
            times.append(driver.execute_async_script(CLICK, symbol))
            driver.execute_script(BACK, symbol)
            time.sleep(1)
    if min(times) < 0:
        raise SystemExit("after a click no other table came")
    return times


def main():
    program, count = sys.argv[1], int(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        lines, data = folder + "/generated.jsonl", folder + "/data"
        optimade.generate(count, lines)
        subprocess.run(
            [program, "import", lines, "--data", data, "--publish", "--quiet"], check=True, stdout=subprocess.DEVNULL)
        server = subprocess.Popen(
            [program, "serve", "--data", data, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True)
        try:
            line = server.stdout.readline()
            origin = "/".join(line.removeprefix("Rutile serves ").split(" ")[0].split("/")[:3])
            times = clicks(origin)
        finally:
            server.terminate()
            server.wait(15)
    optimade.report(
        f"{count:,}: a click on an element, to the new table",
        f"median {statistics.median(times):.0f} ms  longest {max(times):.0f} ms", "<= 150 ms at 1,000,000")


if __name__ == "__main__":
    main()
