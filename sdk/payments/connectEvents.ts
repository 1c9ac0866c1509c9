import type { Log } from "ethers";
import type { PaymentConnect } from "../../types/ethers-contracts/index.js";
import { dayNumber, startOfDayNumber, yearOf } from "../calendar.js";
import { CONNECT_KIND, type ConnectKind } from "../eip712/connect.js";

/** What the log says of the payments of a kind, as `IPaymentConnect.statisticsOf` does. */
export interface ConnectTotals {
  submitted: bigint;
  timedOut: bigint;
  completed: bigint;
  rejected: bigint;
  returned: bigint;
  /** Fen. */
  completedAmount: bigint;
  returnedAmount: bigint;
}

/** What is used of one quota on one day, or in one year, UTC+8. */
export interface ConnectUse {
  readonly kind: ConnectKind;
  /** Of Hong Kong, northbound; else zero. */
  readonly institution: bigint;
  readonly person: string;
  /** Minor units of the quota's currency, by day number and by year. */
  readonly days: Map<number, bigint>;
  readonly years: Map<number, bigint>;
}

/** The fold of a link's events. */
export interface ConnectFold {
  readonly totals: ReadonlyMap<ConnectKind, ConnectTotals>;
  readonly uses: readonly ConnectUse[];
}

interface Submitted {
  readonly kind: ConnectKind;
  readonly renminbi: bigint;
  readonly counted: bigint;
  readonly use: ConnectUse;
  readonly day: number;
}

/**
 * Adds a link's events up, independently of what the contract counts: totals by kind, and what each person has used of
 * each quota, by day and year.
 * @param logs of the link, in their order.
 * @param timeOf Unix seconds of a block.
 */
export function foldConnect(
  link: PaymentConnect,
  logs: readonly Pick<Log, "topics" | "data" | "blockNumber">[],
  timeOf: (block: number) => number,
): ConnectFold {
  const totals = new Map<ConnectKind, ConnectTotals>(Object.values(CONNECT_KIND).map((kind) => [kind, nothing()]));
  const uses = new Map<string, ConnectUse>();
  const payments = new Map<string, Submitted>();
  const known = (id: string): readonly [Submitted, ConnectTotals] => {
    const payment = payments.get(id);
    const total = payment === undefined ? undefined : totals.get(payment.kind);
    if (payment === undefined || total === undefined) throw new RangeError(`the log has no beginning of payment ${id}`);
    return [payment, total];
  };
  for (const { topics, data, blockNumber } of logs) {
    const event = link.interface.parseLog({ topics: [...topics], data });
    const day = dayNumber(timeOf(blockNumber));
    switch (event?.name) {
      case "PaymentSubmitted": {
        const { id, person, counted, payerInstitution, payment } = event.args as unknown as SubmittedArgs;
        const kind = kindOf(payment.kind);
        const institution = kind === CONNECT_KIND.northbound ? payerInstitution : 0n;
        const use = useOf(uses, kind, institution, person);
        add(use.days, day, counted);
        add(use.years, yearOfDay(day), counted);
        const { sendAmount, receiveAmount } = payment.quote;
        const renminbi = kind === CONNECT_KIND.southbound ? sendAmount : receiveAmount;
        payments.set(id, { kind, renminbi, counted, use, day });
        known(id)[1].submitted += 1n;
        break;
      }
      case "PaymentTimedOut":
        known(event.args[0] as string)[1].timedOut += 1n;
        break;
      case "PaymentCompleted": {
        const [{ renminbi }, total] = known(event.args[0] as string);
        total.completed += 1n;
        total.completedAmount += renminbi;
        break;
      }
      case "PaymentRejected": {
        const [payment, total] = known(event.args[0] as string);
        total.rejected += 1n;
        giveBack(payment, day);
        break;
      }
      case "PaymentReturned": {
        const [payment, total] = known(event.args[0] as string);
        total.returned += 1n;
        total.returnedAmount += payment.renminbi;
        giveBack(payment, day);
        break;
      }
      default:
    }
  }
  return { totals, uses: [...uses.values()] };
}

interface SubmittedArgs {
  readonly id: string;
  readonly person: string;
  readonly counted: bigint;
  readonly payerInstitution: bigint;
  readonly payment: {
    readonly kind: bigint;
    readonly quote: { readonly sendAmount: bigint; readonly receiveAmount: bigint };
  };
}

function nothing(): ConnectTotals {
  return {
    ...{ submitted: 0n, timedOut: 0n, completed: 0n, rejected: 0n, returned: 0n },
    ...{ completedAmount: 0n, returnedAmount: 0n },
  };
}

function kindOf(value: bigint): ConnectKind {
  const kind = Object.values(CONNECT_KIND).find((each) => each === value);
  if (kind === undefined) throw new RangeError(`there is no kind ${value}`);
  return kind;
}

function useOf(uses: Map<string, ConnectUse>, kind: ConnectKind, institution: bigint, person: string): ConnectUse {
  const key = `${kind}/${institution}/${person}`;
  const use = uses.get(key) ?? { kind, institution, person, days: new Map(), years: new Map() };
  uses.set(key, use);
  return use;
}

/** Only as far as the day, and the year, still run. */
function giveBack({ use, counted, day }: Submitted, today: number): void {
  if (day === today) add(use.days, day, -counted);
  if (yearOfDay(day) === yearOfDay(today)) add(use.years, yearOfDay(day), -counted);
}

function yearOfDay(day: number): number {
  return yearOf(startOfDayNumber(day));
}

function add(sums: Map<number, bigint>, key: number, amount: bigint): void {
  sums.set(key, (sums.get(key) ?? 0n) + amount);
}
