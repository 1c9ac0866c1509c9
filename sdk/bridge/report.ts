import type { BridgeMember, OpenBridge } from "../deploy/bridge.js";
import { BRIDGE_CODES, type BridgeCode } from "../deploy/bridgeParameters.js";
import { UserError } from "../errors.js";

/** Worth of an amount at a time, in the report's own unit. */
export type Valuation = (code: BridgeCode, amount: bigint, time: bigint) => bigint;

/** What happened on the shared ledger, counted from its events alone. */
export interface BridgeReport {
  readonly payments: number;
  readonly exchanges: number;
  /** Payments and exchanges. */
  readonly transactions: number;
  /** Transactions that moved a currency. */
  readonly touching: Readonly<Record<BridgeCode, number>>;
  /** Minor units. */
  readonly issued: Readonly<Record<BridgeCode, bigint>>;
  /** Minor units. */
  readonly redeemed: Readonly<Record<BridgeCode, bigint>>;
  /** Worth of everything issued, each when it was. */
  readonly issuedWorth: bigint;
  /** Worth of every payment, and of what each exchange's seller sold, each when it was. */
  readonly settledWorth: bigint;
  /** Institutions that paid or were paid, as `currency of the registry:number`. */
  readonly banks: readonly string[];
  /** Currencies of those institutions' jurisdictions. */
  readonly jurisdictions: readonly BridgeCode[];
}

/** Value of a bank that went to another. */
interface Movement {
  readonly code: BridgeCode;
  readonly amount: bigint;
  /** Place of its log. */
  readonly index: number;
}

/** Where to read. */
export interface BridgeSource extends Pick<OpenBridge, "payments" | "exchange"> {
  readonly members: Readonly<Record<BridgeCode, Pick<BridgeMember, "currency" | "registry">>>;
}

/**
 * The reporting view of the shared ledger: reads the events of the currencies, the registries and the two venues, and
 * adds them up. It knows nothing else, so that any node can draw the same report.
 * @param worthOf in what the sums over several currencies are given.
 */
export async function bridgeReport(source: BridgeSource, worthOf: Valuation): Promise<BridgeReport> {
  const { payments, exchange, members } = source;
  const codeOf = new Map<string, BridgeCode>();
  for (const code of BRIDGE_CODES) codeOf.set(await members[code].currency.getAddress(), code);
  const institutions = await institutionsByAccount(source);
  const times = new Map<number, bigint>();
  const timeOf = async (log: { readonly blockNumber: number; getBlock(): Promise<{ timestamp: number }> }) => {
    const known = times.get(log.blockNumber);
    if (known !== undefined) return known;
    const time = BigInt((await log.getBlock()).timestamp);
    times.set(log.blockNumber, time);
    return time;
  };

  const zero = <T>(value: T) => Object.fromEntries(BRIDGE_CODES.map((code) => [code, value])) as Record<BridgeCode, T>;
  const [issued, redeemed, touching] = [zero(0n), zero(0n), zero(0)];
  let [issuedWorth, settledWorth] = [0n, 0n];
  const banks = new Set<string>();
  const moved = new Map<string, Movement[]>();
  for (const code of BRIDGE_CODES) {
    const { currency } = members[code];
    for (const log of await currency.queryFilter(currency.filters.Issued())) {
      issued[code] += log.args.amount;
      issuedWorth += worthOf(code, log.args.amount, await timeOf(log));
    }
    for (const { args } of await currency.queryFilter(currency.filters.Redeemed())) redeemed[code] += args.amount;
    for (const { args, transactionHash, index } of await currency.queryFilter(currency.filters.Transfer())) {
      const sides = [args.from, args.to].map((account) => institutions.get(account));
      if (sides.includes(undefined)) continue;
      for (const bank of sides) if (bank !== undefined) banks.add(bank);
      moved.set(transactionHash, [...(moved.get(transactionHash) ?? []), { code, amount: args.value, index }]);
    }
  }
  /** The `count` movements that a venue's log reports on: those right before it in its transaction. */
  const reported = (log: { readonly transactionHash: string; readonly index: number }, count: number): Movement[] =>
    (moved.get(log.transactionHash) ?? [])
      .filter(({ index }) => index < log.index)
      .sort((a, b) => b.index - a.index)
      .slice(0, count);

  const settled = await payments.queryFilter(payments.filters.BridgePaymentSettled());
  for (const log of settled) {
    const code = codeOf.get(log.args.currency);
    const [movement] = reported(log, 1);
    if (code === undefined || movement?.code !== code) {
      throw new UserError(`The payment ${log.args.id} moved nothing that the report knows; read all currencies.`);
    }
    touching[code] += 1;
    settledWorth += worthOf(code, movement.amount, await timeOf(log));
  }
  const taken = await exchange.queryFilter(exchange.filters.QuoteTaken());
  for (const log of taken) {
    const legs = reported(log, 2);
    const base = legs.find(({ amount }) => amount === log.args.baseAmount);
    if (base === undefined) {
      throw new UserError(
        `The exchange ${log.args.instructionId} moved nothing that the report knows; read all currencies.`,
      );
    }
    for (const { code } of legs) touching[code] += 1;
    settledWorth += worthOf(base.code, base.amount, await timeOf(log));
  }
  const active = [...banks].sort();
  return {
    payments: settled.length,
    exchanges: taken.length,
    transactions: settled.length + taken.length,
    ...{ touching, issued, redeemed, issuedWorth, settledWorth, banks: active },
    jurisdictions: BRIDGE_CODES.filter((code) => active.some((bank) => bank.startsWith(`${code}:`))),
  };
}

/** Which institution every account acts, or has acted, for. */
async function institutionsByAccount({ members }: BridgeSource): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const code of BRIDGE_CODES) {
    const { registry } = members[code];
    for (const { args } of await registry.queryFilter(registry.filters.InstitutionAccountAdded())) {
      found.set(args.account, `${code}:${args.number}`);
    }
  }
  return found;
}
