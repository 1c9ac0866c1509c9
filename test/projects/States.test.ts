import type { BaseContract } from "ethers";
import {
  APPLICATION_STATUS,
  BATCH_STATUS,
  CONTRACT_STATUS,
  PAYEE_PURPOSE,
  PAYROLL_STATUS,
  PROJECT_STATUS,
} from "../../sdk/eip712/projects.js";
import { minor } from "../../sdk/money.js";
import type { Applied, AppliedWages, SignedCertificate } from "../../sdk/projects/site.js";
import { payeePage } from "../../sdk/projects/pages.js";
import { openStoryChain, ref } from "../support/chain.js";
import { approversOf, DAY, deployBuilding, deploySite, payee, type Building, type Site } from "../support/projects.js";
import { describeMachine } from "../support/states/describeMachine.js";
import {
  APPLICATION_MACHINE,
  BATCH_MACHINE,
  CONTRACT_MACHINE,
  PAYROLL_MACHINE,
  PROJECT_MACHINE,
} from "../support/states/projects.js";

// the clock stands in March 2026
const chain = await openStoryChain("mainland");
const { networkHelpers } = chain;
const MARCH = 202_603n;

function nameOf<Name extends string>(numbers: Readonly<Record<Name, bigint>>, number: bigint): Name {
  const found = (Object.keys(numbers) as Name[]).find((name) => numbers[name] === number);
  if (found === undefined) throw new RangeError(`there is no state ${number}`);
  return found;
}

// ------------------------------------------------------------------- project

async function plannedSite(): Promise<Site> {
  return deploySite(chain);
}

async function openSite(f: Site) {
  return f.site.open([f.city, f.district]);
}

describeMachine(PROJECT_MACHINE, {
  ...{ chain, open: plannedSite },
  refuser: ({ funds, works }, act): BaseContract => (act === "let" ? works : funds),
  async reach(f, state) {
    if (state !== "none") await openSite(f);
    if (state === "closed") await f.funds.connect(f.owner).closeProject(f.terms);
  },
  async act(f, act) {
    if (act === "open") return openSite(f);
    if (act === "list") return f.site.list(f.supplier, PAYEE_PURPOSE.material);
    if (act === "let") {
      const { terms, signatures } = await f.site.draft(f.owner, f.general, { amount: 1n });
      return f.works.signContract(f.terms, terms, ...signatures);
    }
    if (act === "closeLate") {
      await networkHelpers.time.increaseTo(f.terms.expires);
      return f.funds.connect(f.stranger).closeProject(f.terms);
    }
    const isOpen = (await f.funds.projectStatusOf(f.site.id)) === PROJECT_STATUS.open;
    if (act === "closeUnpaid" && isOpen) {
      await f.site.certify(await f.site.contract(f.owner, f.general, { amount: 1n }), { amount: 1n });
    }
    return f.funds.connect(f.owner).closeProject(f.terms);
  },
  stateOf: async (f) => nameOf(PROJECT_STATUS, await f.funds.projectStatusOf(f.site.id)),
});

// ------------------------------------------------------------------ contract

async function building(): Promise<Building> {
  return deployBuilding(chain);
}

const WORKS = { amount: minor("100.00"), retention: 1_000n, defectsPeriod: DAY } as const;

function worksOf(f: Building) {
  return f.site.draft(f.owner, f.sub, WORKS);
}

describeMachine(CONTRACT_MACHINE, {
  ...{ chain, open: building },
  refuser: ({ funds, works }, act): BaseContract => (act.startsWith("release") ? funds : works),
  async reach(f, state) {
    if (state !== "none") await f.site.contract(f.owner, f.sub, WORKS);
    if (state === "completed") await f.site.certify(await worksOf(f), { amount: 1n, last: true });
  },
  async act(f, act) {
    const works = await worksOf(f);
    const { certificates } = await f.works.contractOf(works.id);
    if (act === "sign") return f.works.signContract(f.terms, works.terms, ...works.signatures);
    if (act === "change") return f.site.change(works, minor("50.00"));
    if (act === "release") await networkHelpers.time.increase(DAY);
    if (act === "release" || act === "releaseEarly") return f.funds.releaseRetention(f.terms, works.id);
    const { terms, signatures } = await f.site.measure(works, {
      ...{ amount: 1n, number: certificates, last: act === "certifyLast" },
    });
    return f.works.certify(f.terms, terms, ...signatures);
  },
  stateOf: async (f) => nameOf(CONTRACT_STATUS, (await f.works.contractOf((await worksOf(f)).id)).status),
});

// --------------------------------------------------------------- application

interface Applying extends Building {
  readonly certificate: SignedCertificate;
  readonly application: Applied;
}

async function applying(): Promise<Applying> {
  const f = await deployBuilding(chain);
  const certificate = await f.site.certify(f.main, { amount: minor("100.00") });
  const pages = [payeePage([payee(f.supplier, "1.00")]), payeePage([payee(f.supplier, "2.00")])];
  return {
    ...f,
    certificate,
    application: f.site.application(certificate, PAYEE_PURPOSE.material, pages, { amount: minor("3.00") }),
  };
}

function applyAs(f: Applying) {
  return f.funds.connect(f.general).applyForPayment(f.terms, f.application.terms);
}

describeMachine(APPLICATION_MACHINE, {
  ...{ chain, open: applying },
  refuser: ({ funds }) => funds,
  async reach(f, state) {
    if (state === "none") return;
    await applyAs(f);
    if (state === "applied") return;
    if (state === "rejected") {
      await f.funds.connect(f.general).rejectPayment(f.terms, f.application.id);
      return;
    }
    await f.site.approve(f.application, approversOf(f));
    if (state === "settled") for (const page of [0, 1]) await f.site.settle(f.application, page);
  },
  async act(f, act) {
    const { id } = f.application;
    const { status } = await f.funds.applicationOf(id);
    if (act === "apply") return applyAs(f);
    if (act === "reject") return f.funds.connect(f.office.deputy).rejectPayment(f.terms, id);
    if (act === "approve") return f.funds.connect(f.office.engineer).approvePayment(f.terms, id);
    if (act === "approveLast") {
      if (status === APPLICATION_STATUS.applied) await f.site.approve(f.application, approversOf(f).slice(0, 2));
      return f.funds.connect(f.office.director).approvePayment(f.terms, id);
    }
    if (act === "settleLast" && status === APPLICATION_STATUS.approved) await f.site.settle(f.application, 0);
    return f.site.settle(f.application, 1);
  },
  stateOf: async (f) => nameOf(APPLICATION_STATUS, (await f.funds.applicationOf(f.application.id)).status),
});

// ------------------------------------------------------------------- payroll

interface Paying extends Building {
  readonly application: AppliedWages;
}

async function paying(): Promise<Paying> {
  const f = await deployBuilding(chain);
  await f.site.enrol([f.ann.address, f.bob.address]);
  const certificate = await f.site.certify(f.main, { amount: minor("100.00"), wages: minor("100.00") });
  const workers = [payee(f.ann, "1.00"), payee(f.bob, "2.00")];
  const application = await f.site.applyForWages(certificate, MARCH, workers, { size: 1 });
  await f.site.approve(application, approversOf(f));
  return { ...f, application };
}

describeMachine(PAYROLL_MACHINE, {
  ...{ chain, open: paying },
  refuser: ({ wages }) => wages,
  async reach(f, state) {
    if (state !== "none") await f.site.openPayroll(f.application);
    if (state === "settled") for (const page of [0, 1]) await f.site.payPage(f.application, page);
  },
  async act(f, act) {
    if (act === "open") return f.site.openPayroll(f.application);
    const { status } = await f.wages.payrollOf(f.application.payroll);
    if (act === "payLast" && status === PAYROLL_STATUS.open) await f.site.payPage(f.application, 0);
    return f.site.payPage(f.application, act === "pay" ? 0 : 1);
  },
  stateOf: async (f) => nameOf(PAYROLL_STATUS, (await f.wages.payrollOf(f.application.payroll)).status),
});

// --------------------------------------------------------------------- batch

interface Supplying extends Building {
  readonly batch: string;
}

const BEAMS = { businessRef: ref("heat 7") } as const;

async function supplying(): Promise<Supplying> {
  const f = await deployBuilding(chain);
  const until = f.terms.expires;
  await f.site.list(f.general, PAYEE_PURPOSE.material);
  for (const inspector of [f.inspector, f.second]) {
    await f.materials.connect(f.office.accreditor).accredit(f.terms, inspector, until, ref("file"));
  }
  const batch = await f.materials.batchId(beamsOf(f));
  return { ...f, batch };
}

/** The general contractor's own beams. */
function beamsOf(f: Building) {
  return {
    ...{ project: f.site.id, supplier: f.general.address, kind: 0n, quantity: 1n },
    ...{ origin: ref("mill"), specification: ref("H 400"), ...BEAMS },
  };
}

/** The inspector who did not fail it last inspects, when it may be inspected. */
async function inspect(f: Supplying, passed: boolean) {
  const { inspector } = await f.materials.batchOf(f.batch);
  await networkHelpers.time.increase(DAY);
  return f.site.inspect(f.batch, inspector === f.inspector.address ? f.second : f.inspector, passed);
}

describeMachine(BATCH_MACHINE, {
  ...{ chain, open: supplying },
  refuser: ({ materials }) => materials,
  async reach(f, state) {
    if (state === "none") return;
    await f.materials.connect(f.general).registerBatch(beamsOf(f));
    if (state === "passed" || state === "used") await inspect(f, true);
    if (state === "used") await f.site.certify(f.main, { amount: 1n, batches: [f.batch] });
    if (state === "failed") await inspect(f, false);
    if (state === "rejected") for (let i = 0; i < 3; i++) await inspect(f, false);
  },
  async act(f, act) {
    const general = f.materials.connect(f.general);
    const { status, failures } = await f.materials.batchOf(f.batch);
    const alive = [BATCH_STATUS.registered, BATCH_STATUS.passed, BATCH_STATUS.failed] as readonly bigint[];
    if (act === "register") return general.registerBatch(beamsOf(f));
    if (act === "offer") return general.offerBatch(f.batch, f.sub, ref("note"));
    if (act === "takeOver") {
      if (alive.includes(status)) await general.offerBatch(f.batch, f.sub, ref("note"));
      return f.materials.connect(f.sub).takeOverBatch(f.batch, ref("note"));
    }
    if (act === "use") {
      const { certificates } = await f.works.contractOf(f.main.id);
      const { terms, signatures } = await f.site.measure(f.main, {
        ...{ amount: 1n, number: certificates, batches: [f.batch] },
      });
      return f.works.certify(f.terms, terms, ...signatures);
    }
    if (act === "failThird" && alive.includes(status)) {
      for (let left = 2n - failures; left > 0n; left--) await inspect(f, false);
    }
    return inspect(f, act === "pass");
  },
  stateOf: async (f) => nameOf(BATCH_STATUS, (await f.materials.batchOf(f.batch)).status),
});
