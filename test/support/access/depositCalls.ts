import { MaxUint256 } from "ethers";
import { dayNumber, startOfDayNumber } from "../../../sdk/calendar.js";
import { governDeposits } from "../../../sdk/deploy/deposits.js";
import type { Endpoint } from "../../../sdk/interop/rpc.js";
import { dayHeaders, endpointOf, lastBlockOf, slotProof } from "../../../sdk/issuance/dayEnds.js";
import { buildStatement, quarterDays, quarterOf } from "../../../sdk/issuance/interest.js";
import { INSTITUTION_KIND } from "../../../sdk/issuance/roles.js";
import { REACH } from "../deposits.js";
import { ref } from "../chain.js";
import type { DAY_ENDS_ROWS, INTEREST_ROWS, RESERVE_ROWS } from "./depositTable.js";
import type { Calls } from "./prepared.js";
import type { Scene } from "./stage.js";

/** The stage's clock starts in it. */
const QUARTER = quarterOf(2026, 3);
const DAYS = quarterDays(QUARTER);
const CLOSING = new Array<bigint>(DAYS.last - DAYS.first + 1).fill(1_000_000n);

/** The three contracts of the stage's currency; the operating institution is a bank. */
export async function depositsOf({ side, who, chain: { ethers }, operatingNumber }: Scene) {
  const dayEnds = await ethers.deployContract("DayEnds");
  const reserves = await ethers.deployContract("ReserveFramework", [side.currency, dayEnds]);
  const interest = await ethers.deployContract("InterestBook", [reserves]);
  await governDeposits({ authority: side.authority, admin: who.admin }, { reserves, interest });
  await reserves.connect(who.registrar).setKind(operatingNumber, INSTITUTION_KIND.bank);
  return { dayEnds, reserves, interest };
}

function nodeOf({ chain }: Scene): Endpoint {
  return endpointOf(chain.provider, "the chain");
}

async function today({ chain }: Scene): Promise<number> {
  return dayNumber(await chain.networkHelpers.time.latest());
}

/** A day is over, and what proves it. */
async function ended(f: Scene) {
  const contracts = await depositsOf(f);
  const day = await today(f);
  await f.chain.networkHelpers.time.increaseTo(startOfDayNumber(day + 1));
  // calls are tried in the last block, which does not know its own hash
  await f.chain.networkHelpers.mine();
  return { ...contracts, day, headers: await dayHeaders(nodeOf(f), day, REACH) };
}

/** A day is over and pinned. */
async function pinned(f: Scene) {
  const it = await ended(f);
  await it.dayEnds.pin(it.day, it.headers);
  const proofOf = async (slot: string) =>
    slotProof(nodeOf(f), await f.side.currency.getAddress(), slot, await lastBlockOf(nodeOf(f), it.day));
  return { ...it, proofOf };
}

/** Every institution is covered: there is one row, which has everything as its own. */
async function reported(f: Scene) {
  const it = await pinned(f);
  const rows = [{ institution: f.operatingNumber, wallets: 0n, own: await f.side.currency.totalSupply(), held: 0n }];
  return { ...it, rows, proof: await it.proofOf(await it.reserves.supplySlot()) };
}

/** The quarter bears interest from tomorrow on and is over; the bank lets the book hold its money. */
async function over(f: Scene) {
  const it = await pinned(f);
  const holderProof = await it.proofOf(await it.interest.accountSlot(f.who.holder));
  await it.interest.connect(f.who.governor).setRate((await today(f)) + 1, 500n);
  await f.side.currency.connect(f.who.operating).approve(it.interest, MaxUint256);
  await f.chain.networkHelpers.time.increaseTo(startOfDayNumber(DAYS.last + 1));
  return { ...it, holderProof, to: await it.interest.getAddress() };
}

/** The holder claims what it never had. */
async function claimed(f: Scene) {
  const it = await over(f);
  await it.interest.connect(f.who.holder).claim(f.operatingNumber, QUARTER, CLOSING);
  return it;
}

export const dayEndsCalls: Calls<typeof DAY_ENDS_ROWS> = {
  pin: async (f) => {
    const { dayEnds, day, headers } = await ended(f);
    return { to: await dayEnds.getAddress(), args: [day, headers] };
  },
};

export const reserveCalls: Calls<typeof RESERVE_ROWS> = {
  setKind: async (f) => ({
    to: await (await depositsOf(f)).reserves.getAddress(),
    args: [f.operatingNumber, INSTITUTION_KIND.nonBank],
  }),
  migrate: async (f) => {
    const { reserves, rows, day, proof } = await reported(f);
    await reserves.connect(f.who.registrar).report(day, rows, proof);
    return { to: await reserves.getAddress(), args: [day + 2, 620n] };
  },
  setRatio: async (f) => {
    const { reserves, rows, day, proof } = await reported(f);
    await reserves.connect(f.who.registrar).report(day, rows, proof);
    await reserves.connect(f.who.governor).migrate(day + 2, 620n);
    return { to: await reserves.getAddress(), args: [day + 3, 600n] };
  },
  setInsuranceLimit: async (f) => ({ to: await (await depositsOf(f)).reserves.getAddress(), args: [1n] }),
  report: async (f) => {
    const { reserves, rows, day, proof } = await reported(f);
    return { to: await reserves.getAddress(), args: [day, rows, proof] };
  },
  setAuthority: async (f) => ({
    to: await (await depositsOf(f)).reserves.getAddress(),
    args: [await f.suite.mainland.authority.getAddress()],
  }),
};

export const interestCalls: Calls<typeof INTEREST_ROWS> = {
  setRate: async (f) => ({
    to: await (await depositsOf(f)).interest.getAddress(),
    args: [(await today(f)) + 1, 500n],
  }),
  state: async (f) => {
    const { to } = await over(f);
    return { to, args: [f.operatingNumber, QUARTER, ref("root"), 1n, 1n, ref("file")] };
  },
  pay: async (f) => {
    const { to, interest } = await over(f);
    const { chainId } = await f.chain.ethers.provider.getNetwork();
    const place = { chainId, book: to, institution: BigInt(f.operatingNumber), quarter: QUARTER };
    const entry = { wallet: f.who.holder.address, productSum: 1n, interest: 5n };
    const { root, dataHash, entries, proofs } = buildStatement(place, [entry]);
    await interest.connect(f.who.operating).state(f.operatingNumber, QUARTER, root, 1n, 5n, dataHash);
    return { to, args: [f.operatingNumber, QUARTER, entries, proofs] };
  },
  claim: async (f) => {
    const { to } = await over(f);
    return { to, args: [f.operatingNumber, QUARTER, CLOSING] };
  },
  refute: async (f) => {
    const { to, day, holderProof } = await claimed(f);
    const args = [f.operatingNumber, QUARTER, f.who.holder.address, CLOSING, day - DAYS.first, holderProof];
    return { to, args };
  },
  uphold: async (f) => {
    const { to, interest } = await claimed(f);
    await f.chain.networkHelpers.time.increase((await interest.ANSWER_PERIOD()) + 1n);
    return { to, args: [f.operatingNumber, QUARTER, f.who.holder.address] };
  },
  honour: async (f) => {
    const { to } = await claimed(f);
    return { to, args: [f.operatingNumber, QUARTER, f.who.holder.address] };
  },
  setAuthority: async (f) => ({
    to: await (await depositsOf(f)).interest.getAddress(),
    args: [await f.suite.mainland.authority.getAddress()],
  }),
};
