import { found, refuse, requireThat } from "../tale.js";

/** Banks of the story: two of the mainland, two of Hong Kong, one of Thailand. */
export const BANKS = ["icbc", "boc", "hsbc", "bochk", "bangkok"] as const;
export type BankName = (typeof BANKS)[number];
export const CODES = ["CNY", "HKD"] as const;
export type Code = (typeof CODES)[number];
/** Central banks, by their currencies. */
export const CENTRAL_BANKS = [...CODES, "THB"] as const;
/** Who has a key to read with. */
export type Reader = BankName | (typeof CENTRAL_BANKS)[number];

const HOMES = { icbc: "CNY", boc: "CNY", hsbc: "HKD", bochk: "HKD", bangkok: "THB" } as const satisfies Readonly<
  Record<BankName, Reader>
>;

/** A payment as its banks have agreed on it off chain. */
export interface ModelPayment {
  readonly code: Code;
  readonly payer: BankName;
  readonly payee: BankName;
  readonly amount: bigint;
  /** The payer's; two payments may have the same. */
  readonly reference: number;
  readonly notAfter: bigint;
  /** Until when each bank's approval may be used. */
  readonly validUntil: Readonly<Record<"payer" | "payee", bigint>>;
  status: "open" | "settled" | "refused";
  /** Whose verdicts are on record. */
  verdicts: readonly BankName[];
}

/** Payments as plain objects that share no rule with the contracts. */
export interface State {
  now: bigint;
  readonly balances: Map<string, bigint>;
  readonly payments: ModelPayment[];
  /** Payers with the references that have settled. */
  readonly used: Set<string>;
}

/** The decisions of the model; its test turns each into its opposite. */
export interface Rules {
  readonly aPaymentEndsOnce: boolean;
  readonly referencesSettleOnce: boolean;
  readonly verdictsExpire: boolean;
  readonly theHashIsSigned: boolean;
  readonly theIssuerReads: boolean;
}

export const RULES: Rules = {
  aPaymentEndsOnce: true,
  referencesSettleOnce: true,
  verdictsExpire: true,
  theHashIsSigned: true,
  theIssuerReads: true,
};

/** What of a payment is changed after its banks have signed. */
export const ALTERED = ["data", "readers", "amount", "list", "validity", "bank", "caller"] as const;
export type Altered = (typeof ALTERED)[number];

export const account = (code: Code, bank: BankName): string => `${code} ${bank}`;
export const referenceKey = ({ payer, reference }: ModelPayment): string => `${payer} ${reference}`;

export function paymentAt({ payments }: State, index: number): ModelPayment {
  return found(payments[index], `payment ${index}`);
}

/** Both banks, their central banks, and the one that issues the currency. */
export function readersOf({ code, payer, payee }: ModelPayment, rules: Rules): ReadonlySet<Reader> {
  return new Set<Reader>([payer, payee, HOMES[payer], HOMES[payee], ...(rules.theIssuerReads ? [code] : [])]);
}

export function pay(state: State, rules: Rules, index: number): void {
  const payment = paymentAt(state, index);
  const { code, payer, payee, amount, validUntil, notAfter } = payment;
  requireThat(payment.status === "open" || !rules.aPaymentEndsOnce, "BridgePaymentAlreadyEnded");
  for (const end of [validUntil.payer, validUntil.payee]) {
    requireThat(state.now <= end || !rules.verdictsExpire, "BridgePaymentVerdictExpired");
  }
  requireThat(state.now <= notAfter, "InstructionExpired");
  const isUsed = state.used.has(referenceKey(payment));
  requireThat(!isUsed || !rules.referencesSettleOnce, "InstructionAlreadyEnded");
  const has = state.balances.get(account(code, payer)) ?? 0n;
  requireThat(amount <= has, "ERC20InsufficientBalance");
  state.balances.set(account(code, payer), has - amount);
  state.balances.set(account(code, payee), (state.balances.get(account(code, payee)) ?? 0n) + amount);
  state.used.add(referenceKey(payment));
  payment.status = "settled";
  payment.verdicts = [payer, payee];
}

/** What was signed, with one thing about it changed: never. */
export function payAltered(state: State, rules: Rules, index: number, what: Altered): void {
  requireThat(what !== "caller", "BridgePaymentCallerInvalid");
  const isNew = what === "data" || what === "readers" || what === "amount";
  const { status } = paymentAt(state, index);
  // another hash or amount is another payment, which nobody has ended and nobody has signed
  requireThat(isNew || status === "open", "BridgePaymentAlreadyEnded");
  const isHash = what === "data" || what === "readers";
  if (!isHash || rules.theHashIsSigned) refuse("BridgePaymentSignatureInvalid");
}

export function refusePayment(state: State, rules: Rules, index: number, bank: BankName, validUntil: bigint): void {
  const payment = paymentAt(state, index);
  requireThat(bank === payment.payer || bank === payment.payee, "BridgePaymentBankInvalid");
  requireThat(payment.status === "open" || !rules.aPaymentEndsOnce, "BridgePaymentAlreadyEnded");
  requireThat(state.now <= validUntil || !rules.verdictsExpire, "BridgePaymentVerdictExpired");
  payment.status = "refused";
  payment.verdicts = [bank];
}
