import { expect } from "chai";
import { passageHold, homecomingId } from "../../sdk/eip712/bridgehead.js";
import { holdId } from "../../sdk/eip712/ledger.js";
import { violationOf, type State as ExchangeState } from "../interop/protocol/ExchangeModel.js";
import { observable, type ExchangeOnChain } from "../interop/protocol/ExchangeOnChain.js";
import type { Story } from "./bridgehead.js";
import { inFlightOf, lockedOf, mintedOf } from "./bridgeheadState.js";

/** An exchange on two ledgers beside its model. */
export interface ExchangeStory {
  readonly ledgers: ExchangeOnChain;
  readonly state: ExchangeState;
  /** What has been done, for whoever reads a failure. */
  readonly told: string;
}

/** EXC-01: both sides are paid or neither, on the ledgers as in the model. */
export const EXCHANGE_CHECK = {
  id: "EXC-01",
  async holds({ ledgers, state, told }: ExchangeStory): Promise<void> {
    expect(await ledgers.observe(), told).to.deep.equal(observable(state));
    expect(violationOf(state), told).to.equal(undefined);
  },
};

/** Sentences on a currency that goes abroad, checked on both ledgers against the model. */
export const BRIDGEHEAD_CHECKS = [
  { id: "BRG-01", holds: heldIsMintedAndInFlight },
  { id: "BRG-11", holds: sameToTheUnit },
];

/** All of them, for the list of invariants. */
export const BETWEEN_CHECKS: readonly { readonly id: string }[] = [...BRIDGEHEAD_CHECKS, EXCHANGE_CHECK];

async function heldIsMintedAndInFlight({ world: { pair, passages }, state }: Story): Promise<void> {
  const { home, abroad } = pair;
  const [locked, minted] = [await home.bridgehead.locked(), await abroad.bridgehead.minted()];
  expect(locked, "BRG-01 locked, by the model").to.equal(lockedOf(state));
  expect(minted, "BRG-01 minted, by the model").to.equal(mintedOf(state));
  expect(locked, "BRG-01 locked is minted and in flight").to.equal(minted + inFlightOf(state));
  expect(await abroad.money.totalSupply(), "BRG-01 supply abroad").to.equal(minted);
  for (const [index, passage] of passages.entries()) {
    const { remaining } = await home.money.holdState(holdId(passageHold(passage.terms)));
    expect(remaining, `BRG-01 held for passage ${index}`).to.equal(state.passages[index]?.left);
    const { outstanding } = await abroad.bridgehead.passageOf(passage.id);
    expect(outstanding, `BRG-01 outstanding of passage ${index}`).to.equal(state.passages[index]?.outstanding);
  }
}

async function sameToTheUnit({ world, state }: Story): Promise<void> {
  const { home, abroad } = world.pair;
  expect(await home.money.decimals(), "BRG-11 decimals").to.equal(await abroad.money.decimals());
  expect(await abroad.money.balanceOf(abroad.hsbc), "BRG-11 money abroad").to.equal(state.balance);
  for (const [index, homecoming] of world.homecomings.entries()) {
    const paid = await home.bridgehead.isPaid(homecomingId(homecoming));
    expect(paid, `BRG-11 homecoming ${index} paid`).to.equal(state.homecomings[index]?.paid);
  }
  const paid = state.homecomings.filter((each) => each.paid && !each.whole);
  const arrived = paid.reduce((sum, { amount }) => sum + amount, 0n);
  const funds = await home.money.totalSupply();
  const sent = await home.money.balanceOf(home.icbc);
  const received = await home.money.balanceOf(home.boc);
  const others = await home.money.balanceOf(home.company);
  expect(sent + received + others, "BRG-11 nothing is lost at home").to.equal(funds);
  expect(received - (funds - others) / 2n, "BRG-11 what came home").to.equal(arrived);
}
