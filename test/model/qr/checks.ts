import { expect } from "chai";
import { DIRECTION, DISPUTE, MODE, QR_STATUS, WINDOW } from "../../support/qr.js";
import { disputeAt, due, entryAt, type Said } from "./state.js";
import type { QrTale } from "./world.js";

/** Sentences of docs/invariants.md, checked on the chain against the model at the end of a story. */
export const QR_CHECKS = [
  { id: "QRG-01", holds: endsOnce },
  { id: "QRG-02", holds: refundsWithinThePayment },
  { id: "QRG-03", holds: statisticsAreTheLog },
  { id: "QRS-01", holds: moneyFollowsThePositions },
  { id: "QRS-02", holds: givenBackOnce },
  { id: "QRS-03", holds: ownsNothing },
];

async function endsOnce({ world, state }: QrTale): Promise<void> {
  for (const [place, { status, ends }] of state.payments.entries()) {
    const asked = world.asked[place];
    if (asked === undefined) throw new RangeError(`there is no payment ${place}`);
    const record = await world.f.gateway.recordOf(await world.f.gateway.paymentId(asked));
    expect(record.status, `QRG-01 payment ${place}`).to.equal(QR_STATUS[status]);
    expect(ends, `QRG-01 ends of ${place}`).to.equal(status === "completed" || status === "reversed" ? 1 : 0);
  }
  const events = await Promise.all(
    [world.f.gateway.filters.QrPaymentCompleted(), world.f.gateway.filters.QrPaymentReversed()].map((filter) =>
      world.f.gateway.queryFilter(filter),
    ),
  );
  const ids = events.flat().map(({ args }) => args.id);
  expect(new Set(ids).size, "QRG-01 ends in the log").to.equal(ids.length);
}

async function refundsWithinThePayment({ world, state }: QrTale): Promise<void> {
  for (const [place, { refunded, amount, status }] of state.payments.entries()) {
    const asked = world.asked[place];
    if (asked === undefined) throw new RangeError(`there is no payment ${place}`);
    const record = await world.f.gateway.recordOf(await world.f.gateway.paymentId(asked));
    expect(record.refunded, `QRG-02 payment ${place}`).to.equal(refunded);
    expect(record.refunded <= (status === "completed" ? amount : 0n), `QRG-02 payment ${place}`).to.equal(true);
  }
}

async function statisticsAreTheLog({ world, state }: QrTale): Promise<void> {
  const kinds = [
    [DIRECTION.inbound, MODE.merchant],
    [DIRECTION.inbound, MODE.consumer],
    [DIRECTION.outbound, MODE.merchant],
    [DIRECTION.outbound, MODE.consumer],
  ] as const;
  for (const [kind, [direction, mode]] of kinds.entries()) {
    const own = state.log.filter((said) => said.kind === kind);
    const of = (what: Said["what"]) => own.filter((said) => said.what === what);
    const sum = (what: Said["what"]) => of(what).reduce((total, { amount }) => total + amount, 0n);
    const counts = (["requested", "authorized", "completed", "reversed", "refunds"] as const).map((what) =>
      BigInt(of(what).length),
    );
    expect(await world.f.gateway.statisticsOf(direction, mode), `QRG-03 kind ${kind}`).to.deep.equal([
      ...counts,
      sum("completed"),
      sum("refunds"),
    ]);
  }
}

async function moneyFollowsThePositions({ world, state }: QrTale): Promise<void> {
  for (const [bank, balance] of state.balances) {
    expect(await world.f.mainland.currency.balanceOf(bank), `QRS-01 ${bank}`).to.equal(balance);
  }
  for (const [number, { status, settledAt }] of state.windows.entries()) {
    const record = await world.f.settlement.windowOf(number + 1);
    expect([record.status, record.settledAt], `QRS-01 window ${number}`).to.deep.equal([WINDOW[status], settledAt]);
  }
  const committed = await world.f.settlement.queryFilter(world.f.settlement.filters.QrWindowCommitted());
  for (const { args } of committed) {
    const sum = args.batch.positions.reduce((total, { net }) => total + net, 0n);
    expect(sum, `QRS-01 positions of window ${args.window}`).to.equal(0n);
  }
}

async function givenBackOnce({ world, state }: QrTale): Promise<void> {
  const { settlement, participants } = world.f;
  for (const [window, { entries }] of state.windows.entries()) {
    for (const index of entries.keys()) {
      const { status, until } = disputeAt(state, { window, index });
      const found = await settlement.disputeOf(window + 1, index);
      expect(found.status, `QRS-02 payment ${index} of window ${window}`).to.equal(DISPUTE[status]);
      if (status === "open") expect(found.answerUntil, `QRS-02 answer until`).to.equal(until);
    }
  }
  for (const { address: creditor } of participants) {
    for (const { address: debtor } of participants) {
      const left = due(state).filter((place) => {
        const entry = entryAt(state, place);
        return entry.creditor === creditor && entry.debtor === debtor;
      });
      expect(await settlement.outstandingOf(creditor, debtor), "QRS-02 outstanding").to.equal(BigInt(left.length));
    }
  }
  const returned = await settlement.queryFilter(settlement.filters.QrEntryReturned());
  const places = returned.map(({ args }) => `${args.window}/${args.index}`);
  expect(new Set(places).size, "QRS-02 returns in the log").to.equal(places.length);
}

async function ownsNothing({ world: { f } }: QrTale): Promise<void> {
  for (const contract of [f.gateway, f.settlement]) {
    expect(await f.mainland.currency.balanceOf(contract), "QRS-03 balance").to.equal(0n);
    for (const bank of f.participants) {
      expect(await f.mainland.currency.allowance(bank, contract), "QRS-03 allowance").to.equal(0n);
    }
  }
}
