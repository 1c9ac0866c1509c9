import { MaxUint256 } from "ethers";
import { openCollateral } from "../../../sdk/deploy/collateral.js";
import { scheduleHash, type PledgeTerms } from "../../../sdk/eip712/collateral.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { signPledge } from "../../../sdk/markets/collateral.js";
import { minor } from "../../../sdk/money.js";
import { ref } from "../chain.js";
import type { COLLATERAL_ROWS } from "./collateralTable.js";
import type { Calls } from "./prepared.js";
import { repoMarketOf } from "./repoCalls.js";
import type { Scene } from "./stage.js";

const HOUR = 3_600n;

/** The register of pledges, and terms of a pledge of five units. */
export async function collateralOf(f: Scene) {
  const { suite, who, bond, chain } = f;
  const { fixings, terms: repo } = await repoMarketOf(f);
  const collateral = await openCollateral({
    ...{ deployer: suite.deployer, engine: suite.engine, register: suite.assets, fixings },
  });
  await bond.connect(who.holder).approve(collateral, MaxUint256);
  await suite.engine.connect(who.holder).authorizeAgent(collateral, true);
  const now = BigInt(await chain.networkHelpers.time.latest());
  const schedule = [{ bond: repo.bond, haircut: 0n, limit: 100_000_000n }];
  const terms: PledgeTerms = {
    ...{ pledgor: who.holder.address, pledgee: who.operating.address, agent: who.agent.address },
    ...{ currency: repo.currency, valuationAgent: who.agent.address, schedule: scheduleHash(schedule) },
    ...{ obligation: minor("50.00"), maxAge: 10n, opensBy: now + HOUR, due: now + 2n * HOUR, callPeriod: HOUR },
    ...{ grace: HOUR, businessRef: ref("pledge") },
  };
  const selected = [{ bond: repo.bond, units: 5n }];
  const domain = await domainOf(collateral);
  const consents = [
    await signPledge(who.holder, domain, terms),
    await signPledge(who.operating, domain, terms),
  ] as const;
  return { collateral, schedule, terms, selected, consents, to: await collateral.getAddress() };
}

async function active(f: Scene) {
  const it = await collateralOf(f);
  await it.collateral.connect(f.who.holder).open(it.terms, it.schedule, it.selected, ...it.consents);
  return it;
}

/** Hours past the grace. */
async function overdue(f: Scene) {
  const it = await active(f);
  await f.chain.networkHelpers.time.increaseTo(it.terms.due + 2n * HOUR);
  return it;
}

export const collateralCalls: Calls<typeof COLLATERAL_ROWS> = {
  open: async (f) => {
    const { to, terms, schedule, selected, consents } = await collateralOf(f);
    return { to, args: [terms, schedule, selected, ...consents] };
  },
  "open: with the pledgee's signature alone": async (f) => {
    const { to, terms, schedule, selected, consents } = await collateralOf(f);
    return { to, args: [terms, schedule, selected, "0x", consents[1]] };
  },
  withdraw: async (f) => {
    const { to, terms } = await collateralOf(f);
    return { to, args: [terms] };
  },
  rearrange: async (f) => {
    const { to, terms, schedule, selected } = await active(f);
    return { to, args: [terms, schedule, [0n], selected] };
  },
  mark: async (f) => {
    const { to, terms, schedule } = await active(f);
    return { to, args: [terms, schedule] };
  },
  pay: async (f) => {
    const { to, terms } = await active(f);
    return { to, args: [terms, minor("1.00"), ref("payment")] };
  },
  acknowledge: async (f) => {
    const { to, terms } = await active(f);
    return { to, args: [terms, minor("50.00")] };
  },
  declareDefault: async (f) => {
    const { to, terms } = await overdue(f);
    return { to, args: [terms] };
  },
  enforce: async (f) => {
    const { to, collateral, terms } = await overdue(f);
    await collateral.connect(f.who.operating).declareDefault(terms);
    return { to, args: [terms] };
  },
};
