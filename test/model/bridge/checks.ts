import { expect } from "chai";
import { DECISION_KIND, PROPOSAL_STATE } from "../../../sdk/bridge.js";
import { proposalIdOf } from "../../../sdk/council.js";
import { BANKS, kindOf, requiredOf, votesFor, type CouncilState } from "./council.js";
import { COINS, DEALERS, nonceKey, type ExchangeState } from "./exchange.js";
import { BRIDGE_RULES } from "./rules.js";
import { addressOf, decisionFor, quoteOf, type World } from "./world.js";

/** A sentence of docs/invariants.md, checked on the chain against the model at the end of a story. */
export interface BridgeCheck {
  readonly id: string;
  readonly holds: (world: World, exchange: ExchangeState, council: CouncilState) => Promise<void>;
}

const SCALE = 10n ** 12n;

export const BRIDGE_CHECKS: readonly BridgeCheck[] = [
  { id: "BRG-08", holds: bothLegsOrNone },
  { id: "BRG-13", holds: dealsAreAtTheirRates },
  { id: "FXQ-01", holds: offersAreFilledAsInTheModel },
  { id: "CNL-01", holds: votesAreTheModels },
  { id: "CNL-02", holds: decisionsStandAsInTheModel },
  { id: "CNL-03", holds: membersAreTheModels },
  { id: "CNL-04", holds: currenciesAreOpenAsInTheModel },
];

async function bothLegsOrNone({ places, bridge }: World, { balances }: ExchangeState): Promise<void> {
  for (const coin of COINS) {
    const { currency } = places[coin];
    for (const dealer of DEALERS) {
      expect(await currency.balanceOf(bridge[dealer]), `BRG-08 ${coin} of ${dealer}`).to.equal(
        balances[coin].get(dealer),
      );
    }
    expect(await currency.balanceOf(bridge.exchange), `BRG-08 ${coin} of the exchange`).to.equal(0n);
  }
}

/** The chain's own record of every deal: rate, direction of rounding, and the bands of its time. */
async function dealsAreAtTheirRates({ bridge }: World, { deals, offers }: ExchangeState): Promise<void> {
  const made = await bridge.exchange.queryFilter(bridge.exchange.filters.QuoteTaken());
  expect(made.length, "BRG-13 deals").to.equal(deals.length);
  for (const [index, deal] of deals.entries()) {
    const [offer, event] = [offers[deal.offer], made[index]];
    if (offer === undefined || event === undefined) throw new RangeError("a deal has an offer and an event");
    const { baseAmount, counterAmount } = event.args;
    const error = counterAmount * SCALE - baseAmount * offer.rate;
    const inMakersFavour = offer.sells ? error >= 0n && error < SCALE : error <= 0n && error > -SCALE;
    expect(inMakersFavour, `BRG-13 rounding of deal ${index}`).to.equal(true);
    for (const coin of COINS) {
      const side = deal.references[coin];
      const inside =
        side !== undefined &&
        deal.time <= side.validUntil &&
        offer.rate >= side.rate - side.width &&
        offer.rate <= side.rate + side.width;
      expect(inside, `BRG-13 ${coin} band of deal ${index}`).to.equal(true);
    }
  }
}

async function offersAreFilledAsInTheModel(world: World, state: ExchangeState): Promise<void> {
  for (const [index, offer] of state.offers.entries()) {
    const [filled, key] = [state.filled.get(index) ?? 0n, nonceKey(offer)];
    expect(filled <= offer.maximum, `FXQ-01 fills of offer ${index}`).to.equal(true);
    const owner = state.owners.get(key);
    const open = !state.cancelled.has(key) && !state.over.has(key) && (owner === undefined || owner === index);
    const remaining = await world.bridge.exchange.remainingOf(quoteOf(world, offer));
    expect(remaining, `FXQ-01 what is left of offer ${index}`).to.equal(open ? offer.maximum - filled : 0n);
  }
}

async function votesAreTheModels(world: World, _: ExchangeState, { motions }: CouncilState): Promise<void> {
  for (const [place, { matter, votes }] of motions.entries()) {
    const id = proposalIdOf(await decisionFor(world, matter, place));
    const counted = [...(await world.council.proposalVotes(id))];
    const expected = (["against", "for", "abstain"] as const).map((answer) =>
      BigInt([...votes.values()].filter((each) => each === answer).length),
    );
    expect(counted, `CNL-01 votes on motion ${place}`).to.deep.equal(expected);
    for (const bank of BANKS) {
      expect(await world.council.hasVoted(id, world.banks[bank]), `CNL-01 ${bank} on ${place}`).to.equal(
        votes.has(bank),
      );
    }
  }
}

async function decisionsStandAsInTheModel(world: World, _: ExchangeState, state: CouncilState): Promise<void> {
  for (const [place, motion] of state.motions.entries()) {
    const id = proposalIdOf(await decisionFor(world, motion.matter, place));
    const kind = kindOf(motion.matter);
    expect(await world.council.kindOf(id), `CNL-02 kind of motion ${place}`).to.equal(DECISION_KIND[kind]);
    const executed = (await world.council.state(id)) === PROPOSAL_STATE.executed;
    expect(executed, `CNL-02 motion ${place} executed`).to.equal(motion.executed);
    if (!executed) continue;
    const members = Number(await world.council.memberCountAt(motion.opens));
    const [, inFavour] = await world.council.proposalVotes(id);
    expect(Number(inFavour), `CNL-02 votes for motion ${place}`).to.be.at.least(
      requiredOf(kind, members, BRIDGE_RULES),
    );
    expect(Number(inFavour)).to.equal(votesFor(motion, BRIDGE_RULES));
  }
  const [version] = await world.council.rulebook();
  expect(Number(version), "CNL-02 rulebooks").to.equal(state.rulebooks);
}

async function membersAreTheModels({ council, banks }: World, _: ExchangeState, state: CouncilState): Promise<void> {
  const expected = [...state.members].map((bank) => banks[bank].address);
  expect([...(await council.members())], "CNL-03 members").to.have.members(expected);
  for (const bank of BANKS) {
    expect(await council.isMember(banks[bank]), `CNL-03 ${bank}`).to.equal(state.members.has(bank));
  }
}

async function currenciesAreOpenAsInTheModel(world: World, _: ExchangeState, state: CouncilState): Promise<void> {
  for (const bank of BANKS) {
    const open = await world.council.isOpen(addressOf(world, bank));
    expect(open, `CNL-04 currency of ${bank}`).to.equal(state.currencies.get(bank) === false);
  }
}
