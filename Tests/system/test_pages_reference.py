"""API reference: every route is there, found by words, readable, and can be tried."""
import json
import os
import subprocess
import sys
import urllib.request

from browser import Pages, at_both_widths

DOCUMENTS = {
    "api/v1/openapi.json": "", "optimade/v1/extensions/openapi.json": "/optimade/v1", "gateway/openapi.json": "/gateway/v1",
}


class Reference(Pages):
    def read(self, path):
        with urllib.request.urlopen(self.base + path) as answer:
            return json.load(answer)

    def routes(self):
        """Method and path of each route that the server describes."""
        found = set()
        for path, root in DOCUMENTS.items():
            for route, item in self.read(path)["paths"].items():
                for method, operation in item.items():
                    # The one route of OPTIMADE that has no version.
                    below = "/optimade" if root and "servers" in operation else root
                    found.add(f"{method.upper()} {below}{route}")
        return found

    def answer(self):
        self.shown(".answer .outcome", seconds=60)
        return self.shown(".answer pre.content").text

    def test_every_route_is_listed_and_found_by_words(self):
        self.open("reference")
        self.shown(".routes a")
        links = self.script("return [...document.querySelectorAll('.routes a')].map(a => new URL(a.href).searchParams.get('route'))")
        self.assertEqual(set(links), self.routes())
        self.assertEqual(len(links), len(set(links)))

        self.write(self.field("Search"), "lift-embargo action")
        self.until(lambda: len(self.all(".routes a")) == 1)
        self.assertEqual(self.query()["q"], "lift-embargo action")
        self.click(self.shown(".routes a"))
        self.shown(".route h2", "/api/v1/uploads/{upload_id}/action/lift-embargo")
        self.assertEqual(self.query()["route"], "POST /api/v1/uploads/{upload_id}/action/lift-embargo")
        self.assertEqual(self.script("return document.activeElement.tagName"), "H2")
        # The words stay; the way back leads to the list.
        self.driver.back()
        self.gone(".route")
        self.assertEqual(self.query(), {"q": "lift-embargo action"})
        self.write(self.field("Search"), "no route has these words")
        self.shown(".nothing", "No route")

    def test_a_route_is_read_by_its_address_and_tried(self):
        self.open("reference", route="GET /optimade/v1/structures")
        self.shown(".route .summary", "All structures")
        # What the document refers to is followed.
        self.shown(".parameters dd", "OPTIMADE's filter language")
        self.click(self.shown(".answers summary", "200"))
        self.shown(".schema code", "data")

        self.write(self.field("filter"), 'elements HAS "Ti"')
        self.write(self.field("page_limit"), "2")
        self.click(self.button("Send the request"))
        shown = json.loads(self.answer())
        self.assertEqual(len(shown["data"]), 2)
        query = self.query()
        self.assertEqual((query["p.filter"], query["p.page_limit"]), ('elements HAS "Ti"', "2"))
        # The address brings it all back, and the commands ask the same.
        self.driver.refresh()
        self.assertEqual(self.field("filter").get_attribute("value"), 'elements HAS "Ti"')
        self.click(self.button("The same elsewhere"))
        for name in ("curl", "Python"):
            self.click(self.button(name, ".recipes"))
            text = self.shown("pre.recipe").text
            words = ["sh", "-c", text] if name == "curl" else [sys.executable, "-c", text]
            done = subprocess.run(words, capture_output=True, text=True, env={**os.environ, "RUTILE_TOKEN": ""})
            self.assertTrue(done.stdout, done.stderr)
            self.assertEqual([item["id"] for item in json.loads(done.stdout)["data"]], [item["id"] for item in shown["data"]])

    def test_a_body_is_typed_and_sent(self):
        self.open("reference", route="POST /api/v1/entries/query")
        body = self.field("Body (JSON)")
        self.assertIn("results.material.elements", body.get_attribute("value"))
        self.write(body, "{no JSON")
        self.click(self.button("Send the request"))
        self.shown(".answer .problem", "The body is no JSON")
        self.write(body, json.dumps({"query": {"results.material.elements": "Ti"}, "pagination": {"page_size": 0}}))
        self.click(self.button("Send the request"))
        self.assertGreater(json.loads(self.answer())["pagination"]["total"], 0)

    def test_refusals_are_answers(self):
        self.refused = ("api/v1/users/me", "api/v1/groups/")
        self.open("reference", route="GET /api/v1/users/me")
        self.click(self.button("Send the request"))
        self.assertEqual(json.loads(self.answer())["detail"], "Authentication required.")
        self.shown(".answer .status.refused", "401")
        # Nothing is deleted before it was said twice; what is typed is a part of the path, whatever it is.
        self.open("reference", route="DELETE /api/v1/groups/{group_id}", **{"p.group_id": "a/../b?<b>"})
        self.click(self.button("Send the request"))
        self.shown("dialog", "DELETE api/v1/groups/a%2F..%2Fb%3F%3Cb%3E")
        self.click(self.button("Cancel", "dialog"))
        self.gone("dialog")
        self.assertFalse(self.all(".answer .outcome"))
        self.click(self.button("Send the request"))
        self.click(self.button("Send the request", "dialog"))
        self.shown(".answer .status.refused", "401")

    def test_models_and_metrics_are_there(self):
        self.open("reference")
        self.click(self.button("structures", ".detail"))
        self.shown("article h2", "structures")
        self.shown(".schema code", "attributes")
        # Members of any names fold out, too.
        self.open("reference", model="api/Facets")
        self.shown(".schema summary", "data")
        self.open("reference", route="GET /gateway/v1/search")
        for name in ("database_ids", "optimade_urls", "filter", "sort", "page_limit"):
            self.shown(".route", name)
        self.open("reference", route="POST /gateway/v1/queries")
        self.shown(".route", "gateway_id")
        self.open("reference", route="GET /-/metrics")
        self.click(self.button("Send the request"))
        self.assertIn("rutile_http_requests_total", self.answer())
        self.open("reference", route="GET /nothing")
        self.shown(".problem", "There is no route")


ReferenceWide, ReferenceNarrow = at_both_widths(Reference)
