import { parseUnits } from "ethers";
import { couponRef } from "../../../sdk/bonds.js";
import { parseDate } from "../../../sdk/calendar.js";
import type { Hold } from "../../../sdk/eip712/ledger.js";
import { formatMoney, minor } from "../../../sdk/money.js";
import { payCoupon } from "../../../sdk/operations/corporateActions.js";
import { reference } from "../../../sdk/operations/money.js";
import { optionRef } from "../../../sdk/structured.js";
import { provide, type Party } from "../green-bond/parties.js";
import { nearest, paidRate, perUnit, sharedOut, type Fraction } from "./book.js";
import { dayBefore, fundingOf, note, recordDate, type Event, type Flows } from "./events.js";
import { HOUR, named, type NoteStage } from "./stage.js";

const SCALE = 10n ** 8n;

/** Choices of a currency, an order that freezes a wallet and is lifted, and the payment of each coupon until the call. */
export function couponEvents(stage: NoteStage, flows: Flows): Event[] {
  const { input, actions, bond, journal, investors, suite } = stage;
  const { offices, currency } = suite.hongkong;
  const called = parseDate(input.note.calls[input.call.number - 1]?.date ?? "");
  const coupons = input.note.couponDates
    .map((date, k) => ({ date, k, record: recordDate(input, k + 1) }))
    .filter(({ record }) => parseDate(record) <= called);
  return coupons.flatMap(({ date, k, record }) => {
    const of = <T extends { readonly coupon: number }>(list: readonly T[]) =>
      list.filter(({ coupon }) => coupon === k + 1);
    return [
      ...of(input.choices).map(({ investor }): Event => ({
        ...{ date: dayBefore(record, 1), hour: HOUR.notice },
        run: async () => {
          const chosen = actions.connect(named(investors, investor).signer).chooseCurrency(bond, k, true);
          await journal.note({ event: `${investor} chooses e-CNY for coupon ${k + 1}` }, chosen);
        },
      })),
      ...of(input.frozen).flatMap(({ investor, lifted }): Event[] => [
        {
          ...{ date: record, hour: HOUR.record },
          run: async () => {
            const frozen = currency
              .connect(offices.enforcer)
              .freeze(named(investors, investor).signer, reference("order"));
            await journal.note({ event: `a court freezes the e-HKD wallet of ${investor}` }, frozen);
          },
        },
        { date: lifted, hour: HOUR.notice, run: () => payClaim(stage, k, named(investors, investor), flows) },
      ]),
      { date, hour: HOUR.fixing, run: () => payOneCoupon(stage, k, flows) },
    ];
  });
}

/** The note's coupon of one unit, computed from the input alone. */
function unitCoupon({ input, coupons, terms }: NoteStage, k: number): Fraction {
  const { note, fixings } = input;
  const coupon = coupons[k];
  if (coupon === undefined) throw new RangeError(`there is no coupon ${k}`);
  const before = note.instalments.slice(0, k).reduce((sum, text) => sum + minor(text, "HKD"), 0n);
  const fixing = parseUnits(fixings.find((one) => one.coupon === k + 1)?.rate ?? "0", 6);
  return perUnit({
    ...{ start: coupon.accrualStart, end: coupon.accrualEnd, nominal: terms.unitNominal - before },
    rate: paidRate(fixing, parseUnits(note.spread, 6), parseUnits(note.highestRate, 6)),
    principal: minor(note.instalments[k] ?? "0", "HKD"),
  });
}

function couponShares(stage: NoteStage, k: number, holders = stage.book.holders()): Map<string, bigint> {
  const unit = unitCoupon(stage, k);
  const total = nearest({ num: unit.num * stage.terms.units, den: unit.den });
  return sharedOut(total, unit, holders);
}

/** The claims that a coupon leaves, by holder. */
const claims = new WeakMap<NoteStage, Map<string, { readonly amount: bigint; readonly funding: Hold }>>();

async function payOneCoupon(stage: NoteStage, k: number, flows: Flows): Promise<void> {
  const { input, bond, paying, checks, investors, issuer, actions, journal, suite } = stage;
  const shares = couponShares(stage, k);
  const total = [...shares.values()].reduce((sum, share) => sum + share, 0n);
  checks.equal(`coupon ${k + 1}`, total, await bond.couponTotal(k));
  const title = `coupon ${k + 1}`;
  const inCny = new Map(input.choices.filter(({ coupon }) => coupon === k + 1).map((one) => [one.investor, one.price]));
  const parked = new Set(input.frozen.filter(({ coupon }) => coupon === k + 1).map(({ investor }) => investor));
  await payCoupon(paying, k);
  const funding = await fundingOf(stage, total, couponRef(await bond.getAddress(), k));
  const claimed = new Map<string, { readonly amount: bigint; readonly funding: Hold }>();
  claims.set(stage, claimed);
  for (const [name, share] of shares) {
    if (name === issuer.name || inCny.has(name)) continue;
    if (parked.has(name)) {
      claimed.set(name, { amount: share, funding });
      note(flows, title, name, "parked");
      continue;
    }
    named(investors, name).expected.HKD += share;
    issuer.expected.HKD -= share;
    note(flows, title, name, formatMoney(share, "HKD"));
  }
  for (const [name, price] of inCny) {
    const amount = nearest({ num: (shares.get(name) ?? 0n) * parseUnits(price, 8), den: SCALE });
    await provide(stage, issuer, "CNY", amount, `coupon ${k + 1} of ${name}`);
    const option = await fundingOf(stage, amount, optionRef(await bond.getAddress(), k));
    await journal.noteAll(
      { event: `coupon ${k + 1} of ${name} is paid in e-CNY`, legs: [formatMoney(amount, "CNY")] },
      [
        () => suite.mainland.currency.connect(issuer.signer).placeHold(option),
        () => actions.payCouponInOption(bond, k, option, [named(investors, name).signer.address]),
      ],
    );
    named(investors, name).expected.CNY += amount;
    issuer.expected.CNY -= amount;
    note(flows, title, name, formatMoney(amount, "CNY"));
  }
  const { unpaid } = await actions.couponRun(bond, k);
  const owed = [...claimed.values()].reduce((sum, { amount }) => sum + amount, 0n);
  checks.equal(`coupon ${k + 1}: only claims are unpaid`, owed, unpaid);
  // with claims it goes back once they are paid
  if (owed === 0n && inCny.size !== 0) {
    const rest = actions.releaseCouponFunding(bond, k, funding);
    await journal.note({ event: "what is left of the coupon's money goes back to the issuer" }, rest);
  }
}

async function payClaim(stage: NoteStage, k: number, holder: Party, flows: Flows): Promise<void> {
  const { actions, bond, journal, suite, checks, issuer } = stage;
  const claim = claims.get(stage)?.get(holder.name);
  if (claim === undefined) throw new RangeError(`${holder.name} has no claim`);
  const { offices, currency } = suite.hongkong;
  await journal.noteAll(
    { event: `the order is lifted, and ${holder.name} is paid its claim`, legs: [formatMoney(claim.amount, "HKD")] },
    [
      () => currency.connect(offices.enforcer).unfreeze(holder.signer, reference("order lifted")),
      () => actions.claimCoupon(bond, k, claim.funding, holder.signer),
    ],
  );
  holder.expected.HKD += claim.amount;
  issuer.expected.HKD -= claim.amount;
  note(flows, `claim of coupon ${k + 1}`, holder.name, formatMoney(claim.amount, "HKD"));
  checks.equal(`coupon ${k + 1}: nobody is unpaid`, 0n, (await actions.couponRun(bond, k)).unpaid);
  await journal.note(
    { event: "what is left of the coupon's money goes back to the issuer" },
    actions.releaseCouponFunding(bond, k, claim.funding),
  );
}
