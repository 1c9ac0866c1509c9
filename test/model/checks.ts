import { expect } from "chai";
import { toBeHex } from "ethers";
import { countedOf, dateOf } from "./ledger.js";
import { pendingOf } from "./issuance.js";
import { giversOf, initiatorOf } from "./settlement.js";
import { CURRENCIES, PEOPLE, endKey, heldOf, walletOf, type Currency, type Person, type State } from "./state.js";
import type { Story } from "./story.js";
import { outcomeOf } from "./tale.js";
import { OVERRIDES, addressOf, instructionOf, limitsOf, termsOf, type Place, type World } from "./world.js";
import { instructionId } from "../../sdk/eip712/settlement.js";

/** A sentence of docs/invariants.md, checked on the chain against the model at the end of a story. */
export interface Check<Told> {
  readonly id: string;
  readonly holds: (told: Told) => Promise<void>;
}

const REQUEST_STATUS = { requested: 1n, completed: 2n, rejected: 3n, expired: 4n } as const;
const END_STATUS = { settled: 1n, cancelled: 2n } as const;

/** In the order of the list, but for INV-08, which ends the story. */
export const CHECKS: readonly Check<Story>[] = [
  { id: "INV-01", holds: (story) => forEachCurrency(story, supplyIsBalancesIsReserves) },
  { id: "INV-02", holds: (story) => forEachCurrency(story, supplyChangesAtTheDesk) },
  { id: "INV-03", holds: (story) => forEachCurrency(story, contractsOwnNothing) },
  { id: "INV-04", holds: (story) => forEachCurrency(story, heldIsTheSumOfHolds) },
  { id: "INV-05", holds: instructionsEndedAsInTheModel },
  { id: "INV-06", holds: (story) => forEachAccount(story, balanceIsTheModels) },
  {
    id: "INV-07",
    holds: async (story) => {
      await forEachCurrency(story, limitsAreTheModels);
      await forEachAccount(story, countersAreTheModels);
    },
  },
  { id: "INV-09", holds: (story) => forEachCurrency(story, idsStayUsed) },
  { id: "INV-10", holds: (story) => forEachAccount(story, standingIsTheModels) },
  { id: "HLD-01", holds: (story) => forEachCurrency(story, holdsAreTheModels) },
  { id: "HLD-02", holds: (story) => forEachCurrency(story, onlyTheExecutorCaptures) },
  { id: "ISS-01", holds: (story) => forEachCurrency(story, pendingIsTheSumOfRequests) },
  { id: "ISS-02", holds: (story) => forEachCurrency(story, requestsStandAsInTheModel) },
  { id: "ISS-03", holds: (story) => forEachCurrency(story, positionsAreTheModels) },
  { id: "STL-01", holds: affirmationsAreTheModels },
  { id: "INV-08", holds: everythingHeldCanBeFreed },
];

/** All of them, one after the other. */
export async function checkAll(story: Story): Promise<void> {
  for (const { holds } of CHECKS) await holds(story);
}

interface Scene {
  readonly state: State;
  readonly world: World;
  readonly currency: Currency;
  readonly place: Place;
}

async function supplyIsBalancesIsReserves({ state, place, currency }: Scene): Promise<void> {
  const { issued, redeemed } = state.money[currency];
  const supply = await place.currency.totalSupply();
  expect(supply, `INV-01 supply of ${currency}, issued − redeemed`).to.equal(issued - redeemed);
  expect(await place.desk.totalReserves(), `INV-01 reserves of ${currency}`).to.equal(supply);
  let balances = 0n;
  for (const person of PEOPLE) balances += walletOf(state, currency, person).balance;
  expect(balances, `INV-01 balances of ${currency}`).to.equal(supply);
}

async function supplyChangesAtTheDesk({ place, currency, state, world }: Scene): Promise<void> {
  let outstanding = 0n;
  for (const number of state.money[currency].banks.keys()) outstanding += await place.desk.reserveOf(number);
  expect(outstanding, `INV-02 what the desk of ${currency} issued`).to.equal(await place.currency.totalSupply());
  const other = world.places[currency === "cny" ? "hkd" : "cny"].deskAddress;
  expect(await place.currency.hasPower(other, 4n), `INV-02 the other desk issues ${currency}`).to.equal(false);
}

async function contractsOwnNothing({ place, currency, world }: Scene): Promise<void> {
  const contracts: string[] = [world.engineAddress];
  for (const { token, deskAddress, registry, authority } of Object.values(world.places)) {
    contracts.push(token, deskAddress, await registry.getAddress(), await authority.getAddress());
  }
  for (const contract of contracts) {
    expect(await place.currency.balanceOf(contract), `INV-03 ${currency} of ${contract}`).to.equal(0n);
  }
}

async function heldIsTheSumOfHolds({ state, place, currency, world }: Scene): Promise<void> {
  for (const person of PEOPLE) {
    const held = await place.currency.heldOf(addressOf(world, currency, person));
    expect(held, `INV-04 ${currency} held of ${person}`).to.equal(heldOf(state, currency, person));
    expect(held <= walletOf(state, currency, person).balance, `INV-04 ${person} has what is held`).to.equal(true);
  }
}

async function instructionsEndedAsInTheModel({ state, world }: Story): Promise<void> {
  for (const instruction of state.instructions) {
    const initiator = initiatorOf(instruction);
    const ended = state.ended.get(endKey(initiator, instruction.ref));
    const status = await world.engine.statusOf(addressOf(world, "cny", initiator), toBeHex(instruction.ref, 32));
    expect(status, `INV-05 reference ${instruction.ref} of ${initiator}`).to.equal(
      ended === undefined ? 0n : END_STATUS[ended],
    );
  }
}

async function balanceIsTheModels({ state, place, currency, world }: Scene, person: Person): Promise<void> {
  const balance = await place.currency.balanceOf(addressOf(world, currency, person));
  expect(balance, `INV-06 ${currency} of ${person}`).to.equal(walletOf(state, currency, person).balance);
}

async function limitsAreTheModels({ state, place, currency }: Scene): Promise<void> {
  for (const [walletClass, limits] of state.money[currency].limits) {
    const { balance, single, day, year } = await place.currency.classLimits(walletClass);
    const expected = limitsOf(limits);
    expect([balance, single, day, year], `INV-07 limits of class ${walletClass} in ${currency}`).to.deep.equal([
      expected.balance,
      expected.single,
      expected.day,
      expected.year,
    ]);
  }
}

async function countersAreTheModels(
  { state, place, currency, world }: Scene,
  person: Person,
  date: string,
): Promise<void> {
  const wallet = walletOf(state, currency, person);
  const { day, year } = countedOf(wallet, date);
  const { walletClass, sponsor, dayOut, yearOut } = await place.currency.walletOf(addressOf(world, currency, person));
  expect([walletClass, sponsor], `INV-07 wallet of ${person} in ${currency}`).to.deep.equal(
    [wallet.walletClass, wallet.sponsor].map(BigInt),
  );
  expect([dayOut, yearOut], `INV-07 counted of ${person} in ${currency}`).to.deep.equal([day, year]);
}

async function idsStayUsed({ state, place, currency, world }: Scene): Promise<void> {
  const { holds, nonces, requests } = state.money[currency];
  for (const name of holds.keys()) {
    expect((await place.currency.holdState(name)).used, `INV-09 hold ${name}`).to.equal(true);
  }
  for (const key of nonces) {
    const [person, nonce] = key.split("/") as [Person, string];
    const used = await place.currency.authorizationState(
      addressOf(world, currency, person),
      toBeHex(BigInt(nonce), 32),
    );
    expect(used, `INV-09 authorization ${key}`).to.equal(true);
  }
  for (const name of requests.keys()) {
    expect((await place.desk.requestOf(name)).status, `INV-09 request ${name}`).not.to.equal(0n);
  }
}

async function standingIsTheModels({ state, place, currency, world }: Scene, person: Person): Promise<void> {
  const wallet = walletOf(state, currency, person);
  const address = addressOf(world, currency, person);
  expect(await place.currency.isFrozen(address), `INV-10 ${person} frozen in ${currency}`).to.equal(wallet.frozen);
  expect(await place.currency.getFrozenTokens(address), `INV-10 frozen ${currency} of ${person}`).to.equal(
    wallet.frozenAmount,
  );
}

async function holdsAreTheModels({ state, place, currency }: Scene): Promise<void> {
  for (const [name, { remaining }] of state.money[currency].holds) {
    expect((await place.currency.holdState(name)).remaining, `HLD-01 left of hold ${name}`).to.equal(remaining);
  }
}

async function onlyTheExecutorCaptures({ state, place, currency, world }: Scene): Promise<void> {
  const stranger = place.currency.connect(world.people.deployer);
  for (const hold of state.money[currency].holds.values()) {
    if (hold.remaining === 0n) continue;
    const payee = hold.payee ?? (hold.payer === "ann" ? "bob" : "ann");
    const refusal = await outcomeOf(world, () =>
      stranger.captureHold.staticCall(termsOf(world, currency, hold), addressOf(world, currency, payee), 0n),
    );
    expect(refusal, `HLD-02 ${currency} held of ${hold.payer}`).to.equal("HoldUnauthorized");
  }
}

async function pendingIsTheSumOfRequests({ state, place, currency }: Scene): Promise<void> {
  for (const number of state.money[currency].banks.keys()) {
    const { pending } = await place.desk.positionOf(number);
    expect(pending, `ISS-01 pending of ${number} in ${currency}`).to.equal(pendingOf(state, currency, number));
  }
}

async function requestsStandAsInTheModel({ state, place, currency }: Scene): Promise<void> {
  for (const [name, request] of state.money[currency].requests) {
    const { status } = await place.desk.requestOf(name);
    expect(status, `ISS-02 ${request.kind} ${name}`).to.equal(REQUEST_STATUS[request.status]);
  }
}

async function positionsAreTheModels({ state, place, currency }: Scene): Promise<void> {
  for (const [number, bank] of state.money[currency].banks) {
    const { issued, redeemed } = await place.desk.positionOf(number);
    expect([issued, redeemed], `ISS-03 position of ${number} in ${currency}`).to.deep.equal([
      bank.issued,
      bank.redeemed,
    ]);
  }
}

async function affirmationsAreTheModels({ state, world }: Story): Promise<void> {
  for (const instruction of state.instructions) {
    const id = instructionId(world.engineDomain, instructionOf(world, instruction));
    for (const giver of giversOf(instruction)) {
      const affirmed = await world.engine.isAffirmed(id, addressOf(world, "cny", giver));
      expect(affirmed, `STL-01 ${giver} affirmed ${id}`).to.equal(instruction.affirmed.has(giver));
    }
    const { sequence, priority } = await world.engine.queueEntry(id);
    expect([sequence, priority], `STL-01 ${id} in the queue`).to.deep.equal([
      instruction.queued?.place ?? 0n,
      instruction.queued?.priority ?? 0n,
    ]);
  }
}

/** Halts everything and lets time or an honest party end every hold. Changes the chain, so it comes last. */
async function everythingHeldCanBeFreed({ state, world }: Story): Promise<void> {
  for (const { currency, officers } of Object.values(world.places)) {
    await currency.connect(officers.halter).haltAll(OVERRIDES);
  }
  // later than the end of every window and every expiry but those without end, which belong to instructions
  await world.chain.networkHelpers.time.increase(100 * 86_400);
  for (const { instruction, currency, name } of coversOf(state)) {
    const hold = state.money[currency].holds.get(name);
    if (hold === undefined || hold.remaining === 0n) continue;
    const { token } = world.places[currency];
    const held = termsOf(world, currency, hold);
    await world.engine.releaseBoundHold(token, instructionOf(world, instruction), held, OVERRIDES);
  }
  for (const currency of CURRENCIES) {
    const money = world.places[currency].currency.connect(world.people.stranger);
    for (const hold of state.money[currency].holds.values()) {
      if (hold.remaining === 0n || hold.executor === "engine") continue;
      await money.releaseHold(termsOf(world, currency, hold), OVERRIDES);
    }
    for (const person of PEOPLE) {
      const held = await money.heldOf(addressOf(world, currency, person));
      expect(held, `INV-08 ${currency} held of ${person} in the end`).to.equal(0n);
    }
  }
}

function coversOf(state: State) {
  return state.instructions.flatMap((instruction) =>
    instruction.legs.flatMap(({ currency, cover }) =>
      cover === undefined ? [] : [{ instruction, currency, name: cover }],
    ),
  );
}

async function forEachCurrency(story: Story, check: (scene: Scene) => Promise<void>): Promise<void> {
  const { state, world } = story;
  for (const currency of CURRENCIES) await check({ state, world, currency, place: world.places[currency] });
}

async function forEachAccount(
  story: Story,
  check: (scene: Scene, person: Person, date: string) => Promise<void>,
): Promise<void> {
  const date = dateOf(story.rules, story.state.now);
  await forEachCurrency(story, async (scene) => {
    for (const person of PEOPLE) await check(scene, person, date);
  });
}
