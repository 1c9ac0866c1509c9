import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, dataSlice, getAddress, type TypedDataDomain } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { openSuite, type Bank, type OpenJurisdiction, type Suite } from "../../../sdk/deploy/suite.js";
import type { Hold } from "../../../sdk/eip712/ledger.js";
import type { Instruction } from "../../../sdk/eip712/settlement.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { coverOf, exchange } from "../../../sdk/instructions.js";
import { minor } from "../../../sdk/money.js";
import { ScenarioClock } from "../../../sdk/operations/clock.js";
import { Journal } from "../../../sdk/operations/journal.js";
import { issueMoney, openWallet, reference } from "../../../sdk/operations/money.js";
import { errorsOf } from "../../../sdk/operations/refusal.js";
import { Checks } from "../../../sdk/report.js";
import type { Outcome } from "../lib.js";
import type { DrillInput } from "./input.js";
import { checkInvariants } from "./invariants.js";
import { Timeline } from "./timeline.js";

/** Everybody acts from this hour on, UTC+8. */
const MORNING = 9;
const TIER_OPERATING = 2;
/** ERC-1967. */
const IMPLEMENTATION_SLOT = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";

/** Two companies with wallets in both currencies, and everybody's offices: what a drill works with. */
export interface Drill {
  readonly input: DrillInput;
  readonly connection: NetworkConnection<"l1">;
  readonly checks: Checks;
  readonly clock: ScenarioClock;
  readonly timeline: Timeline;
  readonly suite: Suite;
  readonly home: OpenJurisdiction;
  readonly abroad: OpenJurisdiction;
  readonly domain: TypedDataDomain;
  /** Whatever currencies, engine and authority refuse by. */
  readonly errors: ReturnType<typeof errorsOf>;
  /** Has e-CNY and wants e-HKD. */
  readonly importer: HardhatEthersSigner;
  /** Has e-HKD and wants e-CNY. */
  readonly exporter: HardhatEthersSigner;
  /** No wallet and no right. */
  readonly carrier: HardhatEthersSigner;
  /** Accounts that nobody uses. */
  readonly spare: readonly HardhatEthersSigner[];
}

/** Opens the suite, tells the drill, and ends with all invariants checked. */
export async function runDrill(
  name: string,
  title: string,
  connection: NetworkConnection<"l1">,
  input: DrillInput,
  tell: (drill: Drill) => Promise<void>,
): Promise<Outcome> {
  const drill = await openDrill(name, connection, input);
  await tell(drill);
  const { checks, suite, home, abroad, timeline } = drill;
  const { provider } = connection.ethers;
  const before = checks.report().checks.length;
  await checkInvariants({ checks, provider, jurisdictions: [home, abroad], engine: suite.engine });
  const invariants = checks.report().checks.slice(before);
  const lines = invariants.map((check) => `${check.ok ? "holds" : "BROKEN"}  ${check.name}`);
  return { checks, text: [title, timeline.toTable(), ["Invariants at the end", ...lines].join("\n")].join("\n\n") };
}

/** The first four operating institutions of a jurisdiction, or as many as there are; two at least. */
export function operatingBanks({ banks }: OpenJurisdiction): readonly [Bank, Bank, ...Bank[]] {
  const [first, second, ...others] = banks.filter(({ tier }) => tier === TIER_OPERATING);
  if (first === undefined || second === undefined) throw new RangeError("the plan has two operating institutions");
  return [first, second, ...others.slice(0, 2)];
}

async function openDrill(name: string, connection: NetworkConnection<"l1">, input: DrillInput): Promise<Drill> {
  const checks = new Checks(name, connection.networkName);
  const clock = await ScenarioClock.open(connection, input.day);
  const suite = await openSuite(connection);
  const { mainland: home, hongkong: abroad, engine } = suite;
  await clock.moveTo(input.day, MORNING);
  const [importer, exporter, carrier, ...spare] = suite.customers;
  if (importer === undefined || exporter === undefined || carrier === undefined) {
    throw new RangeError("the suite has free accounts");
  }
  // what comes before the drill is no part of its timeline
  const journal = new Journal(checks, clock);
  const money = [minor(input.opening), minor(input.openingHkd, "HKD")] as const;
  for (const [jurisdiction, opening, company] of [
    [home, money[0], importer],
    [abroad, money[1], exporter],
  ] as const) {
    const desk = { jurisdiction, journal, clock };
    const banks = operatingBanks(jurisdiction);
    const [bank] = banks;
    for (const [index, member] of banks.entries()) {
      await issueMoney(desk, member, index === 0 ? 2n * opening : opening, `opening of ${member.bicText}`);
    }
    await openWallet(desk, bank, importer, "corporate", "the importer");
    await openWallet(desk, bank, exporter, "corporate", "the exporter");
    const { currency } = jurisdiction;
    await journal.noteAll({ event: "the companies have money and allow the engine to move it" }, [
      () => currency.connect(bank.signer).transfer(company, opening),
      () => currency.connect(company).approve(engine, MaxUint256),
    ]);
  }
  return {
    ...{ input, connection, checks, clock, suite, home, abroad, importer, exporter, carrier, spare },
    timeline: new Timeline(connection, checks),
    domain: await domainOf(engine),
    errors: errorsOf(home.currency, suite.engine, home.authority),
  };
}

/** A deal of the two companies: e-CNY against e-HKD, until so many seconds from now. */
export async function dealOf({ home, abroad, importer, exporter, input, clock }: Drill, name: string, seconds: bigint) {
  const terms = { businessRef: reference(name), notAfter: (await clock.now()) + seconds };
  return exchange(
    terms,
    { token: await home.currency.getAddress(), from: importer.address, amount: minor(input.amount) },
    { token: await abroad.currency.getAddress(), from: exporter.address, amount: minor(input.amountHkd, "HKD") },
  );
}

/** Both companies hold what they give in the deal. */
export async function holdBoth(drill: Drill, name: string, deal: Instruction): Promise<readonly [Hold, Hold]> {
  const { home, abroad, importer, exporter, timeline, domain } = drill;
  const covers = [coverOf(domain, deal, 0), coverOf(domain, deal, 1)] as const;
  await timeline.note(`${name}: the importer holds its e-CNY`, home.currency.connect(importer).placeHold(covers[0]));
  await timeline.note(`${name}: the exporter holds its e-HKD`, abroad.currency.connect(exporter).placeHold(covers[1]));
  return covers;
}

/** Both companies consent to the deal until they revoke. */
export async function affirmBoth({ suite, importer, exporter, timeline }: Drill, name: string, id: string) {
  await timeline.note(`${name}: the importer affirms`, suite.engine.connect(importer).affirm(id));
  await timeline.note(`${name}: the exporter affirms`, suite.engine.connect(exporter).affirm(id));
}

/** What the two companies have: e-CNY and e-HKD of importer and exporter. */
export async function holdings({ home, abroad, importer, exporter }: Drill): Promise<bigint[]> {
  const all = [];
  for (const { currency } of [home, abroad]) {
    for (const company of [importer, exporter]) all.push(await currency.balanceOf(company));
  }
  return all;
}

/** What they have after so many deals, from the input alone. */
export function expectedHoldings({ input }: Drill, deals: bigint): bigint[] {
  const [opening, openingHkd] = [minor(input.opening), minor(input.openingHkd, "HKD")];
  const [cny, hkd] = [deals * minor(input.amount), deals * minor(input.amountHkd, "HKD")];
  return [opening - cny, cny, hkd, openingHkd - hkd];
}

/** The code that e-CNY's proxy runs. */
export async function implementationOf({ home, connection }: Drill): Promise<string> {
  const word = await connection.ethers.provider.getStorage(await home.currency.getAddress(), IMPLEMENTATION_SLOT);
  return getAddress(dataSlice(word, 12));
}
