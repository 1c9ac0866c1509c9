import {
  PROMISE,
  accountOf,
  emptyRun,
  pledgedOf,
  purseOf,
  runOf,
  spendableOf,
  supplyOf,
  type AssetRules,
  type AssetState,
  type Cut,
  type FundState,
  type Holder,
  type PledgeState,
  type RunState,
} from "./assetState.js";
import { found, requireThat } from "./tale.js";

export * from "./assetState.js";

const SCALE = 365n * 10n ** 8n;

/** Every act begins with it. */
export function turn(state: AssetState): void {
  for (let k = state.history.length; k < PROMISE.coupons && found(state.times.records[k], "date") <= state.now; ++k) {
    state.history.push(new Map(state.places.map((who) => [who, accountOf(state, who).units])));
  }
}

// ------------------------------------------------------------------- accounts

export function openAccount(state: AssetState, who: Holder, custodian: number): void {
  const account = accountOf(state, who);
  requireThat(account.custodian === 0, "BondAccountOpen");
  account.custodian = custodian;
  if (account.place === 0) account.place = state.places.push(who);
}

export function closeAccount(state: AssetState, who: Holder, custodian: number): void {
  const account = accountOf(state, who);
  requireThat(account.custodian === custodian, "BondAccountNotKept");
  requireThat(account.units === 0n, "BondAccountNotEmpty");
  account.custodian = 0;
}

export function trade(state: AssetState, rules: AssetRules, from: Holder, to: Holder, units: bigint): void {
  give(state, rules, from, units);
  accountOf(state, from).units -= units;
  take(state, to, units);
}

export function pledge(state: AssetState, rules: AssetRules, terms: Omit<PledgeState, "remaining">): void {
  requireThat(terms.amount !== 0n && terms.payer !== terms.payee, "HoldTermsInvalid");
  requireThat(terms.expiry > state.now, "HoldExpiryInvalid");
  give(state, rules, terms.payer, terms.amount);
  state.pledges.push({ ...terms, remaining: terms.amount });
}

export function enforce(state: AssetState, pledge: PledgeState, by: Holder, to: Holder, units: bigint): void {
  requireThat(pledge.payee === undefined || pledge.payee === to, "HoldPayeeMismatch");
  requireThat(to !== pledge.payer, "HoldPayeeMismatch");
  requireThat(by === pledge.executor, "HoldUnauthorized");
  requireThat(pledge.remaining !== 0n, "HoldNotActive");
  requireThat(state.now < pledge.expiry, "HoldExpired");
  requireThat(units <= pledge.remaining, "HoldAmountExceeded");
  requireThat(!state.halted, "BondIsHalted");
  pledge.remaining -= units;
  accountOf(state, pledge.payer).units -= units;
  take(state, to, units);
}

export function release(state: AssetState, pledge: PledgeState, by: Holder): void {
  requireThat(pledge.remaining !== 0n, "HoldNotActive");
  requireThat(by === pledge.executor || state.now >= pledge.expiry, "HoldUnauthorized");
  pledge.remaining = 0n;
}

export function order(state: AssetState, from: Holder, to: Holder, units: bigint): void {
  const giver = accountOf(state, from);
  const pledged = pledgedOf(state, from);
  requireThat(from !== to, "ERC7943CannotTransfer");
  requireThat(units <= giver.units, "ERC20InsufficientBalance");
  requireThat(units <= giver.units - pledged, "LedgerOrderExceedsUnheld");
  giver.units -= units;
  const left = giver.units - pledged;
  if (giver.frozenUnits > left) giver.frozenUnits = left;
  take(state, to, units);
}

// -------------------------------------------------------------- second asset

export function attach({ second }: AssetState): void {
  requireThat(second.standing === "announced", "AssetStatusStepInvalid");
  requireThat(!second.attached, "AssetTokenKnown");
  second.attached = true;
}

export function cancel({ second }: AssetState): void {
  requireThat(second.standing === "announced", "AssetStatusStepInvalid");
  second.standing = "cancelled";
}

export function issue({ second, now, times }: AssetState): void {
  requireThat(second.standing !== "issued", "BondAlreadyIssued");
  requireThat(now < times.secondUntil, "BondIssueTimeInvalid");
  requireThat(second.attached, "AssetTokenUnknown");
  requireThat(second.standing === "announced", "AssetStatusStepInvalid");
  second.standing = "issued";
}

// -------------------------------------------------------------------- coupons

/** Half up: whole minor units of the doubled amount, one more, halved. */
export function couponTotal(): bigint {
  return (2n * exact(PROMISE.units) + SCALE) / (2n * SCALE);
}

export function settledOf({ runs }: AssetState): number {
  return runs.filter(({ phase }) => phase === "settled").length;
}

export function openRun(state: AssetState, k: number, byAgent: boolean, cut: Cut): void {
  requireThat(byAgent, "CorporateActionCallerInvalid");
  requireThat(k === settledOf(state), "CouponOutOfOrder");
  requireThat(k < PROMISE.coupons, "BondCouponUnknown");
  const { phase } = runOf(state, k);
  requireThat(phase === "none" || phase === "measuring", "CouponPhaseInvalid");
  requireThat(k < state.history.length, "BondRecordPending");
  state.runs[k] = { ...emptyRun(), phase: "measuring", cut };
}

export function measure(
  state: AssetState,
  rules: AssetRules,
  k: number,
  byAgent: boolean,
  holders: readonly Holder[],
): void {
  requireThat(byAgent, "CorporateActionCallerInvalid");
  const run = runOf(state, k);
  requireThat(run.phase === "measuring", "CouponPhaseInvalid");
  for (const who of holders) {
    const { place } = accountOf(state, who);
    requireThat(place > run.lastPlace, "BondAccountsUnordered");
    run.lastPlace = place;
    run.measured += entitlement(state, rules, k, who);
  }
  if (run.measured !== PROMISE.units) return;
  const wanted = sharesOf(state, rules, k);
  const cut = sharesUnder(state, rules, k, run.cut);
  requireThat(sum(cut.values()) === couponTotal(), "CouponCutWrong");
  for (const [who, share] of wanted) run.shares.set(who, share);
  run.phase = "payable";
}

export function pendingOf({ shares, handled }: RunState): bigint {
  return sum([...shares].map(([who, share]) => (handled.has(who) ? 0n : share)));
}

/** What is neither paid nor kept by the payer, claims included. */
export function unpaidOf(run: RunState): bigint {
  return pendingOf(run) + sum(run.claims.values());
}

export function payRun(
  state: AssetState,
  rules: AssetRules,
  k: number,
  fund: FundState,
  holders: readonly Holder[],
): void {
  const run = runOf(state, k);
  requireThat(run.phase === "payable", "CouponPhaseInvalid");
  requireThat(state.now >= found(state.times.payments[k], "payment time"), "CouponNotDue");
  requireFund(fund, k, unpaidOf(run));
  const due: Holder[] = [];
  for (const who of holders) {
    if ((run.shares.get(who) ?? 0n) === 0n || (run.handled.has(who) && rules.paidOnce)) continue;
    run.handled.add(who);
    if (who !== fund.payer || !rules.payerRetains) due.push(who);
  }
  if (due.length !== 0) requireThat(state.now < fund.expiry, "HoldExpired");
  for (const who of due) {
    const share = run.shares.get(who) ?? 0n;
    if (canBePaid(state, who)) pay(state, fund, who, share);
    else run.claims.set(who, share);
  }
  if (pendingOf(run) === 0n) run.phase = "settled";
}

export function claim(state: AssetState, k: number, fund: FundState, who: Holder): void {
  const run = runOf(state, k);
  const amount = run.claims.get(who) ?? 0n;
  requireThat(amount !== 0n, "CouponClaimUnknown");
  requireThat(fund.coupon === k, "FundingReferenceInvalid");
  requireThat(who !== fund.payer, "HoldPayeeMismatch");
  requireThat(fund.remaining !== 0n, "HoldNotActive");
  requireThat(state.now < fund.expiry, "HoldExpired");
  requireThat(amount <= fund.remaining, "HoldAmountExceeded");
  requireThat(canBePaid(state, who), "ERC7943CannotReceive");
  run.claims.delete(who);
  pay(state, fund, who, amount);
}

/** The right cut. Whoever proposes it knows how to round, whatever the model's rules are. */
export function cutFor(state: AssetState, rules: AssetRules, k: number): Cut {
  const shares = sharesOf(state, { ...rules, largestRemainders: true }, k);
  let cut: Cut = { remainder: 2n ** 64n - 1n, position: 0n };
  for (const [index, who] of state.places.entries()) {
    const due = exact(entitlement(state, rules, k, who));
    if (shares.get(who) === due / SCALE || due % SCALE > cut.remainder) continue;
    cut = { remainder: due % SCALE, position: BigInt(index + 1) };
  }
  return cut;
}

// ------------------------------------------------------------- money and ends

/** Terms that were used are used: `known` says so. */
export function putUp(state: AssetState, fund: FundState, known: boolean): void {
  const purse = purseOf(state, fund.payer);
  const held = state.funds.reduce((sum, { payer, remaining }) => (payer === fund.payer ? sum + remaining : sum), 0n);
  requireThat(fund.amount !== 0n, "HoldTermsInvalid");
  requireThat(fund.expiry > state.now, "HoldExpiryInvalid");
  requireThat(!known, "HoldAlreadyUsed");
  requireThat(purse.open && !purse.frozen, "ERC7943CannotSend");
  requireThat(fund.amount <= purse.balance, "ERC20InsufficientBalance");
  requireThat(fund.amount + held <= purse.balance, "LedgerInsufficientSpendable");
  state.funds.push(fund);
}

export function takeBack(state: AssetState, fund: FundState): void {
  if (fund.coupon === undefined) {
    requireThat(supplyOf(state) === 0n, "FundingInUse");
  } else {
    const run = runOf(state, fund.coupon);
    requireThat(run.phase === "settled", "CouponPhaseInvalid");
    requireThat(unpaidOf(run) === 0n, "FundingInUse");
  }
  requireThat(fund.remaining !== 0n, "HoldNotActive");
  fund.remaining = 0n;
}

export function redeem(state: AssetState, rules: AssetRules, fund: FundState, holders: readonly Holder[]): void {
  requireThat(state.now >= state.times.maturity, "RedemptionNotDue");
  requireFund(fund, undefined, supplyOf(state) * PROMISE.nominal);
  const entries = holders.map((who) => ({ who, units: redeemableOf(state, who) })).filter(({ units }) => units !== 0n);
  const paid = entries.filter(({ who }) => who !== fund.payer || !rules.payerRetains);
  if (paid.length !== 0) requireThat(state.now < fund.expiry, "HoldExpired");
  const reached = paid.filter(({ who }) => canBePaid(state, who));
  const captured = sum(reached.map(({ units }) => units * PROMISE.nominal));
  requireThat(captured <= fund.remaining, "HoldAmountExceeded");
  for (const { who, units } of reached) pay(state, fund, who, units * PROMISE.nominal);
  requireThat(!state.halted, "BondIsHalted");
  requireThat(state.standing !== "redeemed", "AssetStatusStepInvalid");
  for (const { who, units } of rules.unpaidKeeps ? reached : paid) {
    requireThat(units <= redeemableOf(state, who), "BondRedemptionExceeded");
    destroy(state, who, units);
  }
  if (rules.payerRetains && holders.includes(fund.payer)) {
    destroy(state, fund.payer, redeemableOf(state, fund.payer));
  }
  state.standing = supplyOf(state) === 0n ? "redeemed" : "matured";
}

// ------------------------------------------------------------------ internals

function give(state: AssetState, rules: AssetRules, from: Holder, units: bigint): void {
  const giver = accountOf(state, from);
  requireThat(giver.custodian !== 0 && !giver.frozen, "ERC7943CannotSend");
  requireThat(state.now < state.times.maturity || !rules.maturityEndsTrade, "BondMatured");
  requireThat(!state.halted, "BondIsHalted");
  const unpledged = giver.units - (rules.pledgedStays ? pledgedOf(state, from) : 0n);
  if (units <= unpledged - giver.frozenUnits) return;
  if (units === 0n) return;
  requireThat(units <= giver.units, "ERC20InsufficientBalance");
  requireThat(units > unpledged, "ERC7943InsufficientUnfrozenBalance");
  requireThat(false, "LedgerInsufficientSpendable");
}

function take(state: AssetState, to: Holder, units: bigint): void {
  const taker = accountOf(state, to);
  requireThat(taker.custodian !== 0 && !taker.frozen, "ERC7943CannotReceive");
  requireThat(!state.halted, "BondIsHalted");
  taker.units += units;
}

function redeemableOf(state: AssetState, who: Holder): bigint {
  return accountOf(state, who).frozen ? 0n : spendableOf(state, who);
}

function destroy(state: AssetState, who: Holder, units: bigint): void {
  accountOf(state, who).units -= units;
  state.redeemed += units;
}

function pay(state: AssetState, fund: FundState, to: Holder, amount: bigint): void {
  fund.remaining -= amount;
  purseOf(state, fund.payer).balance -= amount;
  purseOf(state, to).balance += amount;
}

function canBePaid(state: AssetState, who: Holder): boolean {
  const { open, frozen } = purseOf(state, who);
  return open && !frozen;
}

function requireFund(fund: FundState, coupon: number | undefined, needed: bigint): void {
  requireThat(fund.coupon === coupon, "FundingReferenceInvalid");
  requireThat(fund.remaining >= needed, "FundingInsufficient");
}

export function entitlement(state: AssetState, rules: AssetRules, k: number, who: Holder): bigint {
  if (!rules.recordCounts) return accountOf(state, who).units;
  return found(state.history[k], `record date ${k}`).get(who) ?? 0n;
}

/** Rounded down; then one more to whoever is furthest below what is exactly due, of equals to the first. */
function sharesOf(state: AssetState, rules: AssetRules, k: number): Map<Holder, bigint> {
  const due = state.places.map((who) => ({ who, exact: exact(entitlement(state, rules, k, who)) }));
  const shares = new Map(due.map((one) => [one.who, one.exact / SCALE]));
  const uneven = due.filter((one) => one.exact % SCALE !== 0n);
  const lack = (one: { exact: bigint }) => one.exact % SCALE;
  if (rules.largestRemainders)
    uneven.sort((one, other) => (lack(one) === lack(other) ? 0 : lack(one) > lack(other) ? -1 : 1));
  const left = Number(couponTotal() - sum(shares.values()));
  for (const { who } of uneven.slice(0, left)) shares.set(who, (shares.get(who) ?? 0n) + 1n);
  return shares;
}

function sharesUnder(state: AssetState, rules: AssetRules, k: number, cut: Cut): Map<Holder, bigint> {
  return new Map(
    state.places.map((who, index) => {
      const due = exact(entitlement(state, rules, k, who));
      const [whole, rest] = [due / SCALE, due % SCALE];
      const above = rest > cut.remainder || (rest === cut.remainder && BigInt(index + 1) <= cut.position);
      return [who, rest !== 0n && above ? whole + 1n : whole];
    }),
  );
}

function exact(units: bigint): bigint {
  return units * PROMISE.nominal * PROMISE.rate * PROMISE.days;
}

function sum(values: Iterable<bigint>): bigint {
  let total = 0n;
  for (const value of values) total += value;
  return total;
}
