import { expect } from "chai";
import { VERDICT_STATUS, corridorPrice } from "../../sdk/eip712/corridor.js";
import { holdId } from "../../sdk/eip712/ledger.js";
import { LIMITS } from "../support/bilateral.js";
import { SIDES, boundOf, numberOf, type Story } from "./bilateral.js";

/** Sentences on a bilateral corridor, checked on both ledgers against the model. */
export const BILATERAL_CHECKS = [
  { id: "BIL-01", holds: onItsOwnQuoteAndBothVerdicts },
  { id: "BIL-02", holds: withinTheLimits },
  { id: "BIL-03", holds: settledNet },
];

const STANDING = { none: 0n, held: 0n, armed: 1n, paid: 2n, "given back": 3n } as const;
const DECISION = { open: 0n, captured: 1n, released: 2n } as const;

async function onItsOwnQuoteAndBothVerdicts({ world, state }: Story): Promise<void> {
  for (const [index, payment] of state.payments.entries()) {
    const it = world.payments[index];
    if (it === undefined) throw new RangeError(`there is no payment ${index}`);
    const { payerSide, payeeSide, id, terms, holds, quote } = it;
    const about = `BIL-01 payment ${index}`;
    expect(corridorPrice(quote, payment.amounts.payee), `${about}: rate`).to.equal(payment.amounts.payer);
    expect(terms.decider.amount, `${about}: payer`).to.equal(payment.amounts.payer);
    for (const name of SIDES) {
      const onChain = await world.pair[name].corridor.paymentOf(id);
      const accepted = payment.accepted && payment.from === name;
      expect(onChain, `${about} on ${name}`).to.deep.equal([accepted, VERDICT_STATUS[payment.verdicts[name]]]);
    }
    expect(await payerSide.corridor.decisionOf(id), about).to.equal(DECISION[payment.decision]);
    expect(await payeeSide.corridor.standingOf(terms), about).to.equal(STANDING[payment.payeeHold]);
    const left = async (side: typeof payerSide, hold: typeof holds.decider) =>
      (await side.money.holdState(holdId(hold))).remaining;
    const { payer, payee } = payment.amounts;
    expect(await left(payerSide, holds.decider), about).to.equal(payment.payerHold === "held" ? payer : 0n);
    const reserved = payment.payeeHold === "held" || payment.payeeHold === "armed";
    expect(await left(payeeSide, holds.follower), about).to.equal(reserved ? payee : 0n);
    if (payment.decision === "captured") {
      expect(payment.accepted && Object.values(payment.verdicts).every((each) => each === "approved"), about).to.equal(
        true,
      );
    }
    const users = state.payments.filter(
      ({ accepted, nonce, from }) => accepted && nonce === payment.nonce && from === payment.from,
    );
    expect(users.length, `${about}: users of the quote`).to.be.at.most(1);
    expect(await payerSide.corridor.isQuoteUsed(quote.nonce), `${about}: quote`).to.equal(users.length === 1);
  }
}

async function withinTheLimits({ world, state }: Story): Promise<void> {
  for (const name of SIDES) {
    const { corridor } = world.pair[name];
    let suspended = 0n;
    for (const useCase of ["consumption", "trade", "investment"] as const) {
      const { day, window } = boundOf(state, name, useCase);
      expect(await corridor.passedOf(numberOf(useCase)), `BIL-02 ${useCase} on ${name}`).to.deep.equal([day, window]);
      expect(day <= LIMITS.day && window <= LIMITS.window, `BIL-02 limits of ${useCase} on ${name}`).to.equal(true);
      if (state.sides[name].suspended.has(useCase)) suspended |= 1n << BigInt(numberOf(useCase));
    }
    expect(await corridor.suspended(), `BIL-02 suspended on ${name}`).to.equal(suspended);
  }
}

async function settledNet({ world, state }: Story): Promise<void> {
  for (const name of SIDES) {
    const { corridor, money, agent, shop } = world.pair[name];
    const { window, collected, disbursed, counted } = state.sides[name];
    const { number, ...counts } = await corridor.currentWindow().then((all) => ({
      number: all.number,
      collected: all.collected,
      disbursed: all.disbursed,
      counted: all.payments,
    }));
    expect(number, `BIL-03 window of ${name}`).to.equal(BigInt(window));
    expect(counts, `BIL-03 window of ${name}`).to.deep.equal({ collected, disbursed, counted });
    let agents = world.before[name].agent - (name === "mainland" ? state.net : 0n);
    let payees = world.before[name].payee;
    for (const { from, decision, payeeHold, amounts } of state.payments) {
      if (from === name && decision === "captured") agents += amounts.payer;
      if (from !== name && payeeHold === "paid") {
        agents -= amounts.payee;
        payees += amounts.payee;
      }
    }
    expect(await money.balanceOf(agent), `BIL-03 agent on ${name}`).to.equal(agents);
    expect(await money.balanceOf(shop), `BIL-03 payee on ${name}`).to.equal(payees);
  }
}
