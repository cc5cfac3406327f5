// A police system: refers children, singly and as a stream, follows what happens, and reads the decision.
//
//     BASE_URL, CLIENT_ID, CLIENT_SECRET, AREA   where the service is, who calls, for which area
//
// The types are generated from openapi/openapi.json (see README.md). What they do not do is here: tokens, trying again
// under the same key, the stream, and verifying messages.

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import createClient, { type Middleware } from "openapi-fetch";
import type { components, paths } from "./generated.js";
import { Receiver, type Message } from "./receiver.js";

type Referral = components["schemas"]["ReferralIn"];
const PASSING = new Set([408, 409, 429, 502, 503, 504]);
const ATTEMPTS = 8;
const PATIENCE = 180_000;

const baseUrl = need("BASE_URL");
const area = process.env["AREA"] ?? "E09000019";

function need(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

/** Get an access token by client credentials; it is good for a while, so get one for many calls. */
async function token(): Promise<string> {
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: need("CLIENT_ID"),
    client_secret: need("CLIENT_SECRET"),
  });
  const answer = await fetch(`${baseUrl}/oauth2/token`, { method: "POST", body: form });
  if (!answer.ok) throw new Error(`no token: ${answer.status}`);
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** Send the same request until it is answered for good, each time waiting longer, or as long as the service asks. */
async function insist(request: Request): Promise<Response> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    let wait = 200 * 2 ** attempt;
    try {
      const answer = await fetch(request.clone());
      if (!PASSING.has(answer.status)) return answer;
      wait = Number(answer.headers.get("Retry-After") ?? wait / 1000) * 1000;
    } catch {
      // perhaps it was done: the key makes it safe to ask again
    }
    await sleep(wait);
  }
  throw new Error("the service does not answer");
}

function day(daysAgo: number): string {
  return new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
}

/** A referral of an invented child for theft from a shop. */
function aReferral(): Referral {
  return {
    source: { force: "metropolitan", system: "example-typescript", reference: randomUUID() },
    route: "POLICE_INVESTIGATION",
    referredAt: `${new Date(Date.now() - 3_600_000).toISOString().slice(0, 19)}Z`,
    area,
    child: {
      givenNames: "Sam",
      familyName: "Example",
      dateOfBirth: day(13 * 365 + 200),
      identifiers: [],
      careStatus: "NONE",
      communicationNeed: "SCREENED_NONE",
      exploitation: { indicated: "NO", nrm: "NONE", section45: "UNLIKELY" },
    },
    offences: [
      {
        id: "1",
        cjsCode: "TH68010",
        committedOn: day(21),
        reportedOn: day(21),
        evidence: "FULL_CODE_TEST_MET",
        response: {
          kind: "ADMITTED",
          on: day(21),
          to: "CONSTABLE",
          appropriateAdult: "PRESENT",
          legalAdvice: "TAKEN",
          understood: "YES",
        },
        circumstances: [],
        aggravatingFactors: [],
        mitigatingFactors: [],
        officerScore: { base: 2, score: 2, rationale: "Scored on the matrix in force." },
      },
    ],
    victims: [{ kind: "BUSINESS", consulted: "YES", preference: "INFORMAL", restorative: "YES" }],
    history: [],
    investigation: { officer: "P123456", station: "NI", status: "VOLUNTARY_INTERVIEW" },
  } as Referral;
}

const bearer = await token();
const authorised: Middleware = {
  onRequest({ request }) {
    request.headers.set("Authorization", `Bearer ${bearer}`);
    return request;
  },
};
const client = createClient<paths>({ baseUrl, fetch: insist });
client.use(authorised);

/** Refer a child, twice under one key as after a lost answer: there is one referral. */
async function refer(): Promise<components["schemas"]["ReferralReceived"]> {
  const header = { "X-Purpose": "REFERRAL", "Idempotency-Key": randomUUID() } as const;
  const body = aReferral();
  const first = await client.POST("/v1/referrals", { params: { header }, body });
  const again = await client.POST("/v1/referrals", { params: { header }, body });
  if (first.data === undefined || again.data?.caseId !== first.data.caseId) {
    throw new Error(`the referral was answered ${first.response.status} ${JSON.stringify(first.error)}`);
  }
  return first.data;
}

/** Send three referrals as a stream, the second of which lacks its child; return what each was answered. */
async function referMany(): Promise<number[]> {
  const lines = [0, 1, 2].map((number) => {
    const { child, ...rest } = aReferral();
    return JSON.stringify({ ...rest, ...(number === 1 ? {} : { child }), idempotencyKey: randomUUID() });
  });
  const headers = {
    Authorization: `Bearer ${bearer}`,
    "Content-Type": "application/x-ndjson",
    Accept: "application/x-ndjson",
    "X-Purpose": "REFERRAL",
  };
  const answer = await fetch(`${baseUrl}/v1/referrals/batch`, { method: "POST", headers, body: `${lines.join("\n")}\n` });
  const told = (await answer.text()).trim().split("\n");
  return told.map((line) => (JSON.parse(line) as { status: number }).status);
}

async function until<T>(look: () => T | undefined): Promise<T> {
  for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(100)) {
    const found = look();
    if (found !== undefined) return found;
  }
  throw new Error("it did not come in time");
}

/** Register the receiver, keep the secret where it checks by it, and see whether a ping arrives. */
async function subscribe(receiver: Receiver): Promise<void> {
  const key = (): { "Idempotency-Key": string } => ({ "Idempotency-Key": randomUUID() });
  const made = await client.POST("/v1/webhooks", { params: { header: key() }, body: { url: await receiver.start() } });
  if (!made.data?.secret) throw new Error("the webhook was not registered");
  receiver.secret = made.data.secret;
  const path = { webhookId: made.data.webhookId };
  await client.POST("/v1/webhooks/{webhookId}/ping", { params: { header: key(), path } });
  await until<Message>(() => receiver.messages.find((one) => one.eventType === "webhook.ping"));
}

/** Follow the feed from where it stood until the decision on a referral; return what was told of it. */
async function waitForDecision(referralId: string): Promise<string[]> {
  const told: string[] = [];
  let after: string | undefined;
  for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(500)) {
    const query = { limit: 200, ...(after === undefined ? {} : { after }) };
    const feed = await client.GET("/v1/events", { params: { header: { "X-Purpose": "REFERRAL" }, query } });
    if (feed.data === undefined) throw new Error(`the feed was answered ${feed.response.status}`);
    for (const event of feed.data.items) {
      after = event.eventId;
      if (event.additionalInformation.referralId === referralId) told.push(event.eventType);
    }
    if (told.at(-1) === "decision.made") return told;
  }
  throw new Error("no decision was made");
}

const receiver = new Receiver();
await subscribe(receiver);
console.log("webhook: registered, the ping verified");
const referred = await refer();
console.log(`referral: ${referred.referralId}, sent twice, there once`);
console.log(`batch: [${(await referMany()).join(", ")}]`);
console.log(`events: ${(await waitForDecision(referred.referralId)).join(", ")}`);
const told = await until(() =>
  receiver.messages.find((one) => one.additionalInformation?.referralId === referred.referralId),
);
console.log(`webhook: ${told.eventType}, verified, number ${told.sequence} of its case`);
const read = await client.GET("/v1/referrals/{referralId}", {
  params: { header: { "X-Purpose": "REFERRAL" }, path: { referralId: referred.referralId } },
});
const decision = read.data?.decision as { disposal: string } | null | undefined;
if (!decision) throw new Error("the decision cannot be read");
console.log(`decision: ${decision.disposal}`);
receiver.close();
