import { MaxUint256, ZeroAddress, id } from "ethers";
import { dayNumber } from "../../sdk/calendar.js";
import { openCollateral } from "../../sdk/deploy/collateral.js";
import { openRepo } from "../../sdk/deploy/repo.js";
import { PRICE_SCALE, type RepoTerms } from "../../sdk/eip712/repo.js";
import { scheduleHash, type PledgeTerms } from "../../sdk/eip712/collateral.js";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { MAX_POSITIONS, signPledge } from "../../sdk/markets/collateral.js";
import { signRepo } from "../../sdk/markets/repo.js";
import { minor } from "../../sdk/money.js";
import type { Bond } from "../../types/ethers-contracts/index.js";
import { gasOf, nextHour } from "./measure.js";
import type { Figures } from "./operations.js";
import type { Suite } from "./suite.js";

const DAY = 86_400n;
const UNITS = 100n;
const PRICE = minor("100.00") * PRICE_SCALE;

/** A repo between two banks, opened, marked and closed the next day by a carrier; a pledge of sixteen positions. */
export async function measureRepo(suite: Suite, bond: Bond): Promise<Figures> {
  const { chain, admin, carrier: deployer, currency, banks } = suite;
  const [{ account: buyer }, { account: seller }] = banks;
  const engine = await chain.ethers.deployContract("SettlementEngine");
  const at = { deployer, engine, register: await bond.assetRegistry() };
  const { fixings, repo } = await openRepo(at);
  const collateral = await openCollateral({ ...at, fixings });
  for (const bank of [buyer, seller]) {
    await currency.connect(admin).issue(bank, minor("100000.00"), id("funds"));
    for (const token of [currency, bond]) await token.connect(bank).approve(engine, MaxUint256);
    await engine.connect(bank).authorizeAgent(repo, true);
  }
  const now = await nextHour(chain);
  await fixings.connect(deployer).publish(bond, dayNumber(now), PRICE);
  const parties = { currency: await currency.getAddress(), valuationAgent: deployer.address, maxAge: 2n };
  const terms: RepoTerms = {
    ...{ ...parties, seller: seller.address, buyer: buyer.address, bond: await bond.getAddress(), units: UNITS },
    ...{ cash: minor("9000.00"), threshold: 0n, haircut: 5_000_000n, rate: 2_500_000n, dayBasis: 365n, notice: 0n },
    ...{
      opensAt: now,
      opensBy: now + DAY / 2n,
      closing: now + DAY,
      callPeriod: DAY,
      grace: 0n,
      businessRef: id("repo"),
    },
  };
  const domain = await domainOf(repo);
  const consents = [await signRepo(seller, domain, terms), await signRepo(buyer, domain, terms)] as const;
  const carried = repo.connect(deployer);
  const opened = await gasOf(carried.open(terms, ...consents));
  const marked = await gasOf(carried.mark(terms));

  const schedule = [{ bond: terms.bond, haircut: 5_000_000n, limit: 100_000_000n }];
  const pledge: PledgeTerms = {
    ...{ ...parties, pledgor: seller.address, pledgee: buyer.address, agent: ZeroAddress },
    ...{ schedule: scheduleHash(schedule), obligation: minor("1500.00"), opensBy: now + DAY, due: now + 2n * DAY },
    ...{ callPeriod: DAY, grace: 0n, businessRef: id("pledge") },
  };
  await bond.connect(seller).approve(collateral, MaxUint256);
  const selected = Array.from({ length: MAX_POSITIONS }, () => ({ bond: terms.bond, units: 1n }));
  const consent = await signPledge(buyer, await domainOf(collateral), pledge);
  const pledged = await gasOf(collateral.connect(seller).open(pledge, schedule, selected, "0x", consent));
  const freed = await gasOf(collateral.connect(buyer).acknowledge(pledge, pledge.obligation));

  await chain.networkHelpers.time.increaseTo(terms.closing);
  const closed = await gasOf(carried.close(terms));
  return {
    ...{ "repo.open": opened, "repo.mark": marked, "repo.close": closed },
    ...{ "collateral.perPosition": Math.ceil(pledged / MAX_POSITIONS), "collateral.open.16": pledged },
    "collateral.discharge.16": freed,
  };
}
