import { MaxUint256 } from "ethers";
import { dayNumber } from "../../../sdk/calendar.js";
import { openRepo } from "../../../sdk/deploy/repo.js";
import { repoId, type RepoTerms } from "../../../sdk/eip712/repo.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { signClosing, signFixing, signRepo, signSubstitution } from "../../../sdk/markets/repo.js";
import { minor } from "../../../sdk/money.js";
import { ref } from "../chain.js";
import type { Calls } from "./prepared.js";
import { FAR, type Scene } from "./stage.js";
import type { FIXING_ROWS, REPO_ROWS } from "./repoTable.js";

const DAY = 86_400n;
const PAR = minor("10.00") * 10n ** 8n;

async function today({ chain }: Scene): Promise<bigint> {
  return BigInt(dayNumber(await chain.networkHelpers.time.latest()));
}

/** The repo market of the platform's bond, which the agent has valued at par; both parties let it speak for them. */
export async function repoMarketOf(f: Scene) {
  const { suite, side, who, bond, chain } = f;
  const { fixings, repo } = await openRepo({
    ...{ deployer: suite.deployer, engine: suite.engine, register: suite.assets },
  });
  await bond.connect(who.holder).approve(suite.engine, MaxUint256);
  await side.currency.connect(who.operating).approve(suite.engine, MaxUint256);
  for (const party of [who.holder, who.operating]) await suite.engine.connect(party).authorizeAgent(repo, true);
  await fixings.connect(who.agent).publish(bond, await today(f), PAR);
  const now = BigInt(await chain.networkHelpers.time.latest());
  const terms: RepoTerms = {
    ...{ seller: who.holder.address, buyer: who.operating.address, bond: await bond.getAddress() },
    ...{ currency: await side.currency.getAddress(), valuationAgent: who.agent.address },
    ...{ units: 5n, cash: minor("40.00"), threshold: 0n, haircut: 0n, rate: 0n, dayBasis: 365n, maxAge: 10n },
    ...{ opensAt: now, opensBy: now + DAY, closing: now + 3n * DAY, notice: DAY, callPeriod: 3_600n, grace: 3_600n },
    businessRef: ref("repo"),
  };
  const domain = await domainOf(repo);
  return { fixings, repo, terms, domain, id: repoId(domain, terms), to: await repo.getAddress() };
}

async function consentsOf({ who }: Scene, sign: (party: Scene["who"]["holder"]) => Promise<string>) {
  return [await sign(who.holder), await sign(who.operating)] as const;
}

async function running(f: Scene) {
  const it = await repoMarketOf(f);
  const consents = await consentsOf(f, (party) => signRepo(party, it.domain, it.terms));
  await it.repo.open(it.terms, ...consents);
  return it;
}

/** The price has fallen to a half, and margin been called. */
async function called(f: Scene) {
  const it = await running(f);
  await f.chain.networkHelpers.time.increase(DAY);
  await it.fixings.connect(f.who.agent).publish(f.bond, await today(f), PAR / 2n);
  await it.repo.mark(it.terms);
  return it;
}

async function defaulted(f: Scene) {
  const it = await called(f);
  await f.chain.networkHelpers.time.increase(3_601n);
  await it.repo.connect(f.who.operating).declareDefault(it.terms);
  return it;
}

async function substitution(f: Scene) {
  const it = await running(f);
  const said = { repo: it.id, sequence: 0n, bond: it.terms.bond, units: 4n, notAfter: FAR };
  const consents = await consentsOf(f, (party) => signSubstitution(party, it.domain, said));
  return { to: it.to, args: [it.terms, said.bond, said.units, said.notAfter] as const, consents };
}

async function otherClosing(f: Scene) {
  const it = await running(f);
  const said = { repo: it.id, sequence: 0n, closing: it.terms.closing + 1n, notAfter: FAR };
  const consents = await consentsOf(f, (party) => signClosing(party, it.domain, said));
  return { to: it.to, args: [it.terms, said.closing, said.notAfter] as const, consents };
}

export const fixingCalls: Calls<typeof FIXING_ROWS> = {
  publish: async (f) => {
    const { fixings } = await repoMarketOf(f);
    await f.chain.networkHelpers.time.increase(DAY);
    return { to: await fixings.getAddress(), args: [await f.bond.getAddress(), await today(f), PAR] };
  },
  publishWithSignature: async (f) => {
    const { fixings } = await repoMarketOf(f);
    const { holder } = f.who;
    const fixing = { agent: holder.address, asset: await f.bond.getAddress(), day: await today(f), price: PAR };
    const signature = await signFixing(holder, await domainOf(fixings), fixing);
    return { to: await fixings.getAddress(), args: [...Object.values(fixing), signature] };
  },
  "publishWithSignature: signed by the caller": async (f) => {
    const { fixings } = await repoMarketOf(f);
    await f.chain.networkHelpers.time.increase(DAY);
    const domain = await domainOf(fixings);
    const fixing = { agent: f.who.agent.address, asset: await f.bond.getAddress(), day: await today(f), price: PAR };
    return {
      to: await fixings.getAddress(),
      args: async (caller) => [...Object.values(fixing), await signFixing(caller, domain, fixing)],
    };
  },
};

export const repoCalls: Calls<typeof REPO_ROWS> = {
  open: async (f) => {
    const { to, terms, domain } = await repoMarketOf(f);
    return { to, args: [terms, ...(await consentsOf(f, (party) => signRepo(party, domain, terms)))] };
  },
  "open: with the buyer's signature alone": async (f) => {
    const { to, terms, domain } = await repoMarketOf(f);
    return { to, args: [terms, "0x", await signRepo(f.who.operating, domain, terms)] };
  },
  withdraw: async (f) => {
    const { to, terms } = await repoMarketOf(f);
    return { to, args: [terms] };
  },
  mark: async (f) => {
    const { to, terms } = await running(f);
    return { to, args: [terms] };
  },
  meetCall: async (f) => {
    const { to, terms } = await called(f);
    return { to, args: [terms, 5n, 0n] };
  },
  substitute: async (f) => {
    const { to, args, consents } = await substitution(f);
    return { to, args: [...args, ...consents] };
  },
  "substitute: with the buyer's signature alone": async (f) => {
    const { to, args, consents } = await substitution(f);
    return { to, args: [...args, "0x", consents[1]] };
  },
  giveNotice: async (f) => {
    const { to, terms } = await running(f);
    return { to, args: [terms] };
  },
  agreeClosing: async (f) => {
    const { to, args, consents } = await otherClosing(f);
    return { to, args: [...args, ...consents] };
  },
  "agreeClosing: with the buyer's signature alone": async (f) => {
    const { to, args, consents } = await otherClosing(f);
    return { to, args: [...args, "0x", consents[1]] };
  },
  payIncome: async (f) => {
    const { to, terms } = await running(f);
    await f.chain.networkHelpers.time.increaseTo((await f.bond.coupon(0n)).paymentTime);
    return { to, args: [terms] };
  },
  close: async (f) => {
    const { to, terms } = await running(f);
    await f.chain.networkHelpers.time.increaseTo(terms.closing);
    return { to, args: [terms] };
  },
  declareDefault: async (f) => {
    const { to, terms } = await called(f);
    await f.chain.networkHelpers.time.increase(3_601n);
    return { to, args: [terms] };
  },
  closeOut: async (f) => {
    const { to, terms } = await defaulted(f);
    return { to, args: [terms] };
  },
  collect: async (f) => {
    const it = await defaulted(f);
    const { engine } = f.suite;
    await engine.connect(f.who.holder).authorizeAgent(it.repo, false);
    await it.repo.closeOut(it.terms);
    await engine.connect(f.who.holder).authorizeAgent(it.repo, true);
    return { to: it.to, args: [it.terms, minor("1.00"), ref("collection")] };
  },
};
