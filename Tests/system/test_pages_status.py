"""Status: administrators see metrics as charts, room, indexes, jobs and slow requests; others do not."""
import urllib.request
import uuid

from browser import Pages, at_both_widths, data_folder
from rutile import command

PASSWORD = "words for the status"


class Status(Pages):
    def tearDown(self):
        super().tearDown()
        self.script("sessionStorage.clear()")

    def ask(self, times):
        for _ in range(times):
            with urllib.request.urlopen(self.base + "optimade/v1/structures?page_limit=1") as answer:
                answer.read()

    def chart(self, title):
        """What the chart of that title says."""
        return self.shown(f".chart svg[aria-label^='{title}: now']").get_attribute("aria-label")

    def test_administrators_see_how_the_server_is(self):
        self.open("status", every="1")
        self.shown("main", "for its administrators")
        self.log_in()
        self.shown(".chart .now", "/s")
        self.ask(20)
        # The figures follow what happens, while the page is open.
        self.until(lambda: "at most 0/s" not in self.chart("Requests"), 60, "requests in the chart")
        self.assertRegex(self.chart("Memory"), r"now \d+(\.\d+)? MB")
        # The page draws anew every second: what is looked at, and then looked into, may be another by then.
        points = "return (document.querySelector('.chart .line')?.getAttribute('points') ?? '').split(' ').length"
        self.until(lambda: self.script(points) >= 3, 60, "three points")

        self.shown(".panel h2", "Room")
        facts = self.shown(".facts-row").text
        self.assertRegex(facts, r"Archives\s+[\d.,]+ [kM]B in \d+ file")
        self.assertRegex(facts, r"structures\s+\d+ entries\s+[\d.]+ [kM]B in \d+ segment")
        self.shown("h2", "Slow requests")
        self.shown("td code", "/optimade")
        # The order of the routes is in the address.
        self.script("""
            [...document.querySelectorAll('.table button')].find(button => button.textContent == 'Route').click()""")
        self.until(lambda: self.query().get("sort") == "route", what="the order in the address")
        routes = self.script(
            "return [...document.querySelectorAll('td:first-child code')].map(cell => cell.textContent)")
        self.assertEqual(routes, sorted(routes))

        # Paused, it asks no more.
        self.click(self.button("Pause"))
        self.script("return new Promise(done => setTimeout(done, 1500))")
        self.driver.get_log("performance")
        self.script("return new Promise(done => setTimeout(done, 2500))")
        asked = [entry for entry in self.driver.get_log("performance") if "requestWillBeSent" in entry["message"]]
        self.assertEqual(asked, [])

    def test_others_are_sent_away(self):
        name = f"guest-{uuid.uuid4().hex[:8]}"
        done = command("user", "add", name, "--data", data_folder(), input=PASSWORD + "\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.open("status")
        self.log_in(name, PASSWORD)
        self.shown(".problem", "for administrators")
        self.assertFalse(self.all(".chart"))


StatusWide, StatusNarrow = at_both_widths(Status)
