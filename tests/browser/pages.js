// Which pages people read, and what has to be done before they are there.
const CHAIR = "demo-scrutiny-chair";
const MEMBER = "demo-scrutiny-member";
const YJS = "demo-yjs-manager";
const ISLINGTON = "E09000019";
const CAMDEN = "E09000007";
const STATISTICS = ["disproportionality", "engagement", "departures", "timeliness", "completeness", "volumes"];
const YEAR = new Date().getUTCFullYear();
const PERIOD = { from: "2025-10-01", to: "2026-10-31" };

/** Return the pages, each with who opens it and for what; a pack is kept as a file and opened from there. */
export async function pages(caller) {
  const sample = await drawnTwice(caller);
  const found = [
    { name: "scrutiny pack", who: MEMBER, purpose: "SCRUTINY", kept: true, cases: sample.size,
      path: `/v1/scrutiny/samples/${sample.sampleId}/export?format=html` },
    { name: "scrutiny pack, blind", who: MEMBER, purpose: "SCRUTINY", kept: true, cases: sample.size,
      path: `/v1/scrutiny/samples/${sample.sampleId}/export?format=html&sight=BLIND` },
    { name: "pack of a panel meeting", who: "demo-panel-coordinator", purpose: "JOINT_DECISION", path: await panelPack(caller) },
    ...STATISTICS.map((statistic) => ({
      name: statistic, who: "demo-analyst", purpose: "STATISTICS",
      path: `/v1/statistics/${statistic}?area=${ISLINGTON}&from=${PERIOD.from}&to=${PERIOD.to}`,
    })),
    ...(await explanations(caller)),
    { name: "report of a panel", who: CHAIR, purpose: "SCRUTINY", path: `/v1/scrutiny/samples/${sample.sampleId}/report` },
    { name: "annual report", who: CHAIR, purpose: "SCRUTINY",
      path: `/v1/scrutiny/annual-report?area=${ISLINGTON}&from=${YEAR}-01-01&to=${YEAR}-12-31` },
  ];
  return found;
}

/** Draw, let the panel observe something, and draw again with a reason: the second pack has all that a pack can have. */
async function drawnTwice(caller) {
  const first = await drawn(caller, {});
  await caller.send(MEMBER, "SCRUTINY", "POST", `/v1/scrutiny/samples/${first.sampleId}/observations`, {
    observation: "The victim's wishes were noted in few of the cases.", owner: "POLICE", dueOn: "2027-03-31",
  });
  return drawn(caller, { redrawOf: first.frameId, reason: "A die fell off the table." });
}

async function drawn(caller, changes) {
  const like = { areas: [CAMDEN, ISLINGTON], decidedFrom: PERIOD.from, decidedTo: PERIOD.to, strata: ["DISPOSAL"],
    size: 10, minimumPerStratum: 1, purpose: "PANEL", members: [MEMBER] };
  const before = await redrawOf(caller, like);
  const frame = await caller.send(CHAIR, "SCRUTINY", "POST", "/v1/scrutiny/frames", { ...like, ...before, ...changes });
  const dice = { contributions: [{ by: "chair", value: "4 6 1 3 3 5" }, { by: "member", value: "heron" }] };
  return caller.send(CHAIR, "SCRUTINY", "POST", `/v1/scrutiny/frames/${frame.frameId}/draw`, dice);
}

/** Name the frame drawn last that is like this one, if a service that was running already has one. */
async function redrawOf(caller, like) {
  const frames = (await caller.send(CHAIR, "SCRUTINY", "GET", "/v1/scrutiny/frames?limit=200")).items;
  const alike = frames.filter((frame) => frame.sampleId && frame.purpose === like.purpose
    && ["areas", "decidedFrom", "decidedTo", "strata"].every((name) => String(frame[name]) === String(like[name])));
  return alike.length ? { redrawOf: alike.at(-1).frameId, reason: "The pages are opened again." } : {};
}

async function panelPack(caller) {
  const open = await casesOf(caller, "OPINIONS");
  const { meetingId } = await caller.send("demo-panel-coordinator", "JOINT_DECISION", "POST", "/v1/panel-meetings", {
    area: ISLINGTON, date: "2026-12-01", agenda: open.slice(0, 3),
    members: [{ name: "A. Coordinator", agency: "YJS", role: "Coordinator" }, { name: "B. Sergeant", agency: "POLICE", role: "Police" }],
  });
  return `/v1/panel-meetings/${meetingId}/pack`;
}

async function explanations(caller) {
  const [decided] = await casesOf(caller, "DECIDED");
  return ["CHILD", "PARENT_CARER", "VICTIM"].map((audience) => ({
    name: `explanation for ${audience.toLowerCase()}`, who: YJS, purpose: "DELIVERY",
    path: `/v1/cases/${decided}/explanation?audience=${audience}`,
  }));
}

async function casesOf(caller, status) {
  const found = await caller.send(YJS, "JOINT_DECISION", "GET", `/v1/cases?area=${ISLINGTON}&status=${status}&limit=20`);
  return found.items.map((one) => one.caseId);
}
