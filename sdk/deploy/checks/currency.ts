import type { ClassLimits } from "../../limits.js";
import { decimal, formatMoney } from "../../money.js";
import { powerHolders } from "../observed.js";
import type { Check, CentralBankInspection } from "../status.js";
import { listed } from "./text.js";

const CLASS_COUNT = 16;

/** Supply and reserves, who may issue and enforce, limits, halts, and the desk's settings. */
export async function currencyChecks({
  own,
  contracts: { currency, desk },
  addresses,
  classes,
  head,
  block,
}: CentralBankInspection): Promise<Check[]> {
  const at = { blockTag: block };
  const where = own.title;
  const money = (amount: bigint): string => formatMoney(amount, own.code);
  const powers = await powerHolders(currency, { from: head.firstBlock, to: block });
  const supply = await currency.totalSupply(at);
  const reserves = await desk.totalReserves(at);
  const [capacity, window] = await desk.rateLimit(at);
  const rate = (most: bigint, seconds: bigint): string => `${money(most)} in ${seconds} s`;

  const checks: Check[] = [
    { where, what: "supply", expected: undefined, actual: money(supply) },
    { where, what: "reserves", expected: money(supply), actual: money(reserves) },
    { where, what: "payments", expected: undefined, actual: await haltsOf(currency, classes, block) },
    { where, what: "who may issue", expected: addresses.desk, actual: listed(powers.issuer) },
    { where, what: "who may enforce", expected: listed(own.offices.enforcer), actual: listed(powers.enforcer) },
    {
      where,
      what: "settlement-system operator",
      expected: own.settlementOperator,
      actual: await desk.settlementOperator(at),
    },
    {
      where,
      what: "rate limit",
      expected: rate(own.rateLimit.capacity, BigInt(own.rateLimit.window)),
      actual: rate(capacity, window),
    },
  ];
  for (const { name, number, limits } of classes) {
    checks.push({
      where,
      what: `limits of class ${name}`,
      expected: limitsText(limits),
      actual: limitsText(await currency.classLimits(number, at)),
    });
  }
  const named = new Set(classes.map(({ number }) => number));
  const open: number[] = [];
  for (let walletClass = 0; walletClass < CLASS_COUNT; ++walletClass) {
    if (!named.has(walletClass) && (await currency.classLimits(walletClass, at)).open) open.push(walletClass);
  }
  checks.push({ where, what: "open classes without a name", expected: "none", actual: open.join(", ") || "none" });
  return checks;
}

async function haltsOf(
  currency: CentralBankInspection["contracts"]["currency"],
  classes: CentralBankInspection["classes"],
  block: number,
): Promise<string> {
  const halted: string[] = [];
  for (const { name, number } of classes) {
    const [ofClass, ofAll] = await currency.haltState(number, { blockTag: block });
    if (ofAll) return "all halted";
    if (ofClass) halted.push(name);
  }
  return halted.length === 0 ? "running" : `halted for class ${halted.join(", ")}`;
}

function limitsText({ open, balance, single, day, year }: ClassLimits): string {
  if (!open) return "closed";
  const amount = (value: bigint, none: bigint): string => (value === none ? "unlimited" : decimal(value));
  const counted = 2n ** 40n - 1n;
  const whole = 2n ** 64n - 1n;
  return [
    `balance ${amount(balance, whole)}`,
    `single ${amount(single, whole)}`,
    `day ${amount(day, counted)}`,
    `year ${amount(year, counted)}`,
  ].join(", ");
}
