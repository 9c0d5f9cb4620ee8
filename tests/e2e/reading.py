"""What a reader would notice about a page in a browser: complaints, things sticking out, things that cannot be read."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import ConsoleMessage, Page, Response

from tests.architecture.source import ROOT

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"


@dataclass
class Complaints:
    """What the browser says against a page while it is used: errors, broken policies, failed requests."""

    said: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, page: Page) -> Complaints:
        """Listen to a page from now on."""
        complaints = cls()
        page.on("console", complaints._hear)
        page.on("pageerror", lambda error: complaints.said.append(str(error)))
        page.on("response", complaints._judge)
        return complaints

    def taken(self) -> list[str]:
        """What was said since the last time."""
        said, self.said = self.said, []
        return said

    def _hear(self, message: ConsoleMessage) -> None:
        # A refused form answers 422, which the browser reports as an error of the network.
        if message.type in {"error", "warning"} and "status of 4" not in message.text:
            self.said.append(message.text)

    def _judge(self, response: Response) -> None:
        if response.status >= 500:
            self.said.append(f"{response.status} {response.url}")


def sticking_out(page: Page) -> list[str]:
    """The elements that make the page scroll sideways; none on a page that fits."""
    page.wait_for_load_state()  # A click may be on its way to another page, which has no element at first.
    found: list[str] = page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
            [...document.querySelectorAll("main *, header *, nav *, body > *")]
                .filter(each => each.getBoundingClientRect().right > innerWidth + 1)
                .slice(0, 5).map(each => each.outerHTML.slice(0, 120)).concat("the page scrolls sideways")"""
    )
    return found


def barriers(page: Page) -> list[str]:
    """Serious and critical findings of axe-core."""
    # Through the debugger, because the page's policy rightly refuses a script from elsewhere.
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": AXE.read_text()})
    run = """axe.run({resultTypes: ["violations"]}).then(found =>
        JSON.stringify(found.violations.map(each => [each.impact, each.id, each.nodes[0].html])))"""
    answer: dict[str, Any] = session.send(
        "Runtime.evaluate", {"expression": run, "awaitPromise": True, "returnByValue": True}
    )
    session.detach()
    found = json.loads(answer["result"]["value"])
    return [f"{what}: {where}" for impact, what, where in found if impact in {"serious", "critical"}]


def texts_of(page: Page) -> list[str]:
    """Every text a reader meets: what stands on the page, and what tells of controls; without code, keys and data."""
    found: list[str] = page.evaluate(
        """() => {
            const apart = "code, kbd, pre, script, style, noscript, [data-words] *, [lang]:not(html)";
            const texts = new Set();
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                if (!walker.currentNode.parentElement.closest(apart)) texts.add(walker.currentNode.textContent);
            }
            for (const name of ["aria-label", "title", "placeholder", "alt"]) {
                for (const each of document.querySelectorAll(`body [${name}]`)) texts.add(each.getAttribute(name));
            }
            texts.add(document.title);
            return [...texts].map(text => text.trim().replace(/\\s+/g, " ")).filter(text => text);
        }"""
    )
    return found
