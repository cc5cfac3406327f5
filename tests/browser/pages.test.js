// Every page that a person reads, in a real browser: accessible, without scripts, asking nobody for anything.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";

import { chromium } from "playwright-core";

import { pages } from "./pages.js";
import { Caller, started } from "./service.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const LEVELS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"];
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const { SCREENSHOTS } = process.env; // a folder, for whoever wants to look at the pages

let service, caller, browser, folder, found;

before(async () => {
  service = await started();
  caller = new Caller(service.url);
  folder = await mkdtemp(join(tmpdir(), "oocd-pages-"));
  found = await pages(caller);
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  browser = await chromium.launchPersistentContext(join(folder, "profile"), { executablePath, args: FLAGS, headless: true });
});

after(async () => {
  await browser?.close();
  await service?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** Open a page as the person who reads it, and note every request that it makes. */
async function opened(one) {
  const headers = await caller.headers(one.who, one.purpose, "text/html");
  const page = await browser.newPage();
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  const url = one.kept ? await kept(one, headers) : service.url + one.path;
  if (!one.kept) await page.setExtraHTTPHeaders(headers);
  const answer = await page.goto(url);
  if (!one.kept) assert.equal(answer.status(), 200, `${one.path}: ${await answer.text()}`);
  return { page, asked, url };
}

/** Keep a pack as the file that it is sent as, and return where. */
async function kept(one, headers) {
  const answer = await fetch(service.url + one.path, { headers });
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get("content-disposition"), /^attachment/);
  const file = join(folder, `${one.name}.html`);
  await writeFile(file, await answer.text());
  return pathToFileURL(file).href;
}

/** Do something with every page, each in a test of its own. */
function each(says, check) {
  test(says, async (suite) => {
    assert.ok(found.length >= 8, "the pages are there");
    for (const one of found) {
      await suite.test(one.name, async () => {
        const open = await opened(one);
        try {
          await check(open, one);
        } finally {
          await open.page.close();
        }
      });
    }
  });
}

each("a page meets WCAG 2.2 AA as far as a machine can tell", async ({ page }, one) => {
  await page.evaluate(AXE);
  const { violations, passes } = await page.evaluate((values) => globalThis.axe.run(document, { runOnly: { type: "tag", values } }), LEVELS);
  if (SCREENSHOTS) {
    await mkdir(SCREENSHOTS, { recursive: true });
    await page.screenshot({ path: join(SCREENSHOTS, `${one.name}.png`), fullPage: true });
  }
  assert.ok(passes.length > 5, "the rules were run");
  assert.deepEqual(violations.map((rule) => `${rule.id}: ${rule.nodes.map((node) => node.target).join(", ")}`), []);
});

each("a page asks nobody for anything but itself", async ({ page, asked, url }) => {
  await page.waitForLoadState("networkidle");

  assert.deepEqual(asked, [url]);
});

each("a page has no script, and would run none", async ({ page }) => {
  const inPage = await page.evaluate(() => [...document.querySelectorAll("*")].flatMap((element) => [
    ...(element.localName === "script" ? ["script"] : []),
    ...[...element.attributes].filter(({ name, value }) => name.startsWith("on") || /^\s*javascript:/i.test(value)).map(({ name }) => name),
  ]));
  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "globalThis.scriptRan = true";
    document.head.append(script);
    return globalThis.scriptRan === true;
  });

  assert.deepEqual(inPage, []);
  assert.equal(ran, false);
});

each("a page says its language, title and one main heading", async ({ page }) => {
  const told = await page.evaluate(() => ({
    lang: document.documentElement.lang.slice(0, 2), title: document.title.trim() !== "",
    headings: document.querySelectorAll("h1").length, main: document.querySelectorAll("main").length,
  }));

  assert.deepEqual(told, { lang: "en", title: true, headings: 1, main: 1 });
});

test("a scrutiny pack prints one case to a sheet, after one sheet about the pack", async () => {
  for (const one of found.filter(({ cases }) => cases)) {
    const { page } = await opened(one);
    const pdf = await page.pdf({ preferCSSPageSize: true });
    if (SCREENSHOTS) await writeFile(join(SCREENSHOTS, `${one.name}.pdf`), pdf);
    const articles = await page.locator("article").count();
    await page.close();

    const sheets = pdf.toString("latin1").match(/\/Type\s*\/Page(?!s)/g).length;
    assert.deepEqual([one.name, articles, sheets], [one.name, one.cases, one.cases + 1]);
  }
});
