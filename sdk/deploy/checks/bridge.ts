import { hexlify } from "ethers";
import type { BridgeDeployment } from "../../bridge/deployment.js";
import { formatMoney } from "../../money.js";
import type { BridgeMemberPlan, BridgePlan, CorridorPlan } from "../bridgeParameters.js";
import type { Check, Inspection } from "../status.js";
import { codeCheck } from "./code.js";
import { ownedByContracts } from "./platform.js";
import { listed } from "./text.js";

/** {@link Inspection} of a shared ledger. */
export interface BridgeInspection extends Inspection {
  readonly deployment: BridgeDeployment;
}

/** What a central bank lets the others' banks do with its currency, their wallets, and the venues it has admitted. */
export async function corridorChecks(
  inspection: BridgeInspection & { readonly own: BridgeMemberPlan },
): Promise<Check[]> {
  const { own, deployment, block } = inspection;
  const { book, gate, members } = deployment;
  const { currency } = members[own.code];
  const at = { blockTag: block };
  const where = own.title;
  const same = (what: string, expected: string, actual: string): Check => ({ where, what, expected, actual });
  const venues = { payments: book.payments, exchange: book.exchange, netting: book.netting };
  const admitted: string[] = [];
  for (const [name, venue] of Object.entries(venues)) {
    if (await gate.isAdmitted(currency, venue, at)) admitted.push(name);
  }
  const checks = [
    same("gate of the currency", book.gate, await currency.gate(at)),
    same("venues of the currency", Object.keys(venues).join(", "), admitted.join(", ") || "none"),
  ];
  for (const corridor of own.corridors) checks.push(...(await checksOf(inspection, corridor)));
  return checks;
}

async function checksOf(
  { own, deployment: { book, members }, block }: BridgeInspection & { readonly own: BridgeMemberPlan },
  { partner, walletClass, policy, purposes, accounts }: CorridorPlan,
): Promise<Check[]> {
  const { currency } = members[own.code];
  const at = { blockTag: block };
  const where = own.title;
  const corridor = await currency.corridorOf(walletClass, at);
  const text = ({ holdingLimit, outflowLimit, inflowLimit, windowDays }: PolicyFigures): string =>
    `holdings ${money(own, holdingLimit)}, out ${money(own, outflowLimit)} and in ${money(own, inflowLimit)} in ${windowDays} days`;
  const allowed: string[] = [];
  for (const purpose of purposes) {
    if (await currency.isPurposeAllowed(walletClass, purpose, at)) allowed.push(purpose);
  }
  const missing: string[] = [];
  for (const account of accounts) {
    const [opened] = await currency.walletOf(account, at);
    if (Number(opened) !== walletClass) missing.push(account);
  }
  const name = `corridor of ${partner}`;
  return [
    {
      where,
      what: `registry of the ${name}`,
      expected: book.centralBanks[partner].registry,
      actual: corridor.foreignRegistry,
    },
    { where, what: `policy of the ${name}`, expected: text(policy), actual: text(corridor.policy) },
    { where, what: `purposes of the ${name}`, expected: purposes.join(", "), actual: allowed.join(", ") || "none" },
    { where, what: `banks of the ${name} without a wallet`, expected: "none", actual: missing.join(", ") || "none" },
    { where, what: `holdings of the ${name}`, expected: undefined, actual: money(own, corridor.holdings) },
  ];
}

interface PolicyFigures {
  readonly holdingLimit: bigint;
  readonly outflowLimit: bigint;
  readonly inflowLimit: bigint;
  readonly windowDays: number | bigint;
}

function money({ code }: BridgeMemberPlan, amount: bigint): string {
  return formatMoney(amount, code);
}

/** What the central banks share: code, what each contract points to, and the council. */
export async function sharedChecks(inspection: BridgeInspection & { readonly plan: BridgePlan }): Promise<Check[]> {
  const { deployment, plan, block } = inspection;
  const { book, council, payments, exchange, netting } = deployment;
  const at = { blockTag: block };
  const where = "Shared ledger";
  const code = (what: string, address: string, contract: string) =>
    codeCheck(inspection, where, what, address, contract);
  const same = (what: string, expected: string, actual: string): Check => ({ where, what, expected, actual });
  const currencies = Object.values(deployment.members).map(({ currency }) => currency);
  const [, textHash] = await council.rulebook(at);
  const timing = await council.timing(at);
  const period = (delay: bigint | number, vote: bigint | number, lock: bigint | number): string =>
    `${delay} s before a vote, ${vote} s of vote, ${lock} s of time lock`;
  return [
    await code("code of the settlement engine", book.engine, "SettlementEngine"),
    await code("code of the gate", book.gate, "BridgeGate"),
    await code("code of the council", book.council, "CentralBankCouncil"),
    await code("code of the payments", book.payments, "BridgePayments"),
    await code("code of the exchange", book.exchange, "ForeignExchange"),
    await code("code of the netting", book.netting, "BridgeNetting"),
    same("engine, council and gate of the payments", pointers(book), await pointersOf(payments, at)),
    same("engine, council and gate of the exchange", pointers(book), await pointersOf(exchange, at)),
    same("engine, council and gate of the netting", pointers(book), await pointersOf(netting, at)),
    same("exchange of the netting", book.exchange, await netting.EXCHANGE(at)),
    same(
      "timetable of the netting",
      hours(plan.netting.timetable, plan.netting),
      hours(await netting.timetable(at), {
        maxItems: await netting.MAX_ITEMS(at),
        maxOwnItems: await netting.MAX_OWN_ITEMS(at),
      }),
    ),
    same("longest validity of a reference rate", `${plan.maxRateValidity} s`, `${await exchange.MAX_VALIDITY(at)} s`),
    same(
      "members of the council",
      listed(plan.members.flatMap(({ offices }) => offices.governor)),
      listed(await council.members(at)),
    ),
    same(
      "currencies of the council",
      listed(Object.values(book.centralBanks).map(({ currency }) => currency)),
      listed(await council.currencies(at)),
    ),
    same("rulebook", plan.rulebook, hexlify(textHash)),
    same(
      "timing of the council",
      period(plan.timing.votingDelay, plan.timing.votingPeriod, plan.timing.timeLock),
      period(timing.votingDelay, timing.votingPeriod, timing.timeLock),
    ),
    ...(await suspensions(inspection)),
    same("money owned by contracts", "none", (await ownedByContracts(currencies, contractsOf(book), block)) || "none"),
  ];
}

type Venue = BridgeDeployment["payments" | "exchange" | "netting"];

function hours(
  { opens, closes, ends, cycle }: Readonly<Record<"opens" | "closes" | "ends" | "cycle", bigint | number>>,
  { maxItems, maxOwnItems }: Readonly<Record<"maxItems" | "maxOwnItems", bigint | number>>,
): string {
  return `from ${opens} to ${ends} s of the day, payments until ${closes} s, every ${cycle} s, ${maxItems} payments, ${maxOwnItems} of one bank`;
}

async function pointersOf(venue: Venue, at: { readonly blockTag: number }): Promise<string> {
  return [await venue.ENGINE(at), await venue.COUNCIL(at), await venue.GATE(at)].join(", ");
}

function pointers({ engine, council, gate }: BridgeDeployment["book"]): string {
  return [engine, council, gate].join(", ");
}

/** A currency may be suspended at any time: a fact. */
async function suspensions({ deployment: { council, members }, block }: BridgeInspection): Promise<Check[]> {
  const closed: string[] = [];
  for (const [code, { currency }] of Object.entries(members)) {
    if (!(await council.isOpen(currency, { blockTag: block }))) closed.push(code);
  }
  const actual = closed.length === 0 ? "none" : closed.join(", ");
  return [{ where: "Shared ledger", what: "suspended currencies", expected: undefined, actual }];
}

function contractsOf({
  engine,
  gate,
  council,
  payments,
  exchange,
  netting,
  centralBanks,
}: BridgeDeployment["book"]): string[] {
  const own = Object.values(centralBanks).flatMap((central) => Object.values(central));
  return [engine, gate, council, payments, exchange, netting, ...own];
}
