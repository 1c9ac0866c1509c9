import { expect } from "chai";
import { BANKS, CODES, account } from "./state.js";
import type { Story } from "./world.js";

/** Sentences of docs/invariants.md on net cycles, checked on the chain against the model. */
export const NETTING_CHECKS = [
  { id: "BRG-09", holds: positionsAreWhatTheItemsComeTo },
  { id: "NET-01", holds: nobodyOwesMoreThanItMay },
  { id: "NET-02", holds: itemsWaitSettleOrAreReleased },
] as const;

async function positionsAreWhatTheItemsComeTo({ world, state }: Story): Promise<void> {
  for (const code of CODES) {
    const { currency } = world.members[code];
    let sum = 0n;
    for (const bank of BANKS) {
      const balance = await currency.balanceOf(world.banks[bank].account);
      expect(balance, `BRG-09 ${code} of ${bank}`).to.equal(state.balances.get(account(code, bank)));
      expect(await currency.heldOf(world.banks[bank].account), `BRG-09 held ${code}`).to.equal(0n);
      sum += balance;
    }
    expect(await currency.totalSupply(), `BRG-09 supply of ${code}`).to.equal(sum);
    const net = state.positions.filter((position) => position.code === code);
    expect(
      net.reduce((total, { amount }) => total + amount, 0n),
      `BRG-09 positions in ${code}`,
    ).to.equal(0n);
    expect(await currency.balanceOf(world.f.netting), `BRG-09 ${code} of the venue`).to.equal(0n);
  }
}

/** What each bank owed in each cycle, against the cap that held then. */
async function nobodyOwesMoreThanItMay({ world, state }: Story): Promise<void> {
  for (const { amount, cap, bank, code } of state.positions) {
    expect(-amount <= cap, `NET-01 ${bank} owed ${-amount} ${code} of ${cap}`).to.equal(true);
  }
  for (const [key, cap] of state.caps) {
    const [code, bank] = key.split(" ") as [(typeof CODES)[number], (typeof BANKS)[number]];
    expect(await world.f.netting.debitCapOf(world.f.tokens[code], world.banks[bank].account), "NET-01").to.equal(cap);
  }
}

async function itemsWaitSettleOrAreReleased({ world, state }: Story): Promise<void> {
  const { netting, engine } = world.f;
  for (const [index, item] of state.items.entries()) {
    const [payment] = world.items.get(index)?.payments ?? [];
    if (payment === undefined) throw new RangeError(`there is no item ${index}`);
    const { priority, sequence } = await netting.entryOf(payment.payer, payment.businessRef);
    const waits = item.status === "waiting";
    expect([priority, sequence], `NET-02 item ${index}`).to.deep.equal(
      waits ? [BigInt(item.priority), BigInt(item.sequence)] : [0n, 0n],
    );
    const settled = (await engine.statusOf(payment.payer, payment.businessRef)) === 1n;
    expect(settled, `NET-02 item ${index}, ${item.status}`).to.equal(item.status === "settled");
  }
  const { waiting, arriving } = await netting.queueState();
  const count = state.items.filter(({ status }) => status === "waiting").length;
  expect(waiting + arriving, "NET-02 how many wait").to.equal(BigInt(count));
}
