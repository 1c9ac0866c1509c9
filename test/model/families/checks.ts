import { expect } from "chai";
import { ZeroAddress } from "ethers";
import type { Check } from "../checks.js";
import { ACCOUNTS, isMember, listOf, sumOf, walletOf } from "./state.js";
import type { FamilyTale } from "./world.js";

/** In the order of docs/invariants.md. */
export const FAMILY_CHECKS: readonly Check<FamilyTale>[] = [
  { id: "FAM-01", holds: walletsCountWhatTheirPersonHasPaid },
  { id: "FAM-02", holds: subWalletsCountWhatTheirGrantIsCharged },
];

export async function checkFamilies(told: FamilyTale): Promise<void> {
  for (const { holds } of FAMILY_CHECKS) await holds(told);
}

async function walletsCountWhatTheirPersonHasPaid({ world: { f, signers, chain }, state }: FamilyTale): Promise<void> {
  // a refused act leaves no block: the chain answers for the last one
  const now = BigInt(await chain.networkHelpers.time.latest());
  const families = new Map<string, bigint>();
  for (const account of ACCOUNTS) {
    const wallet = walletOf(state, account);
    const { dayOut, yearOut, sponsor } = await f.currency.walletOf(signers[account]);
    const { day, year } = sumOf(listOf(state, wallet), now);
    expect([dayOut, yearOut], `FAM-01 ${account} counts`).to.deep.equal([day, year]);
    const bank = wallet.open === undefined ? 0n : f.at.banks[wallet.open.bank === "icbc" ? 0 : 1].number;
    expect(sponsor, `FAM-01 ${account}'s bank`).to.equal(bank);
    const family = await f.currency.familyOf(signers[account]);
    const expected = isMember(wallet) ? (families.get(wallet.list) ?? family) : 0n;
    expect(family, `FAM-01 ${account}'s family`).to.equal(expected);
    if (isMember(wallet)) families.set(wallet.list, family);
    const owned = [await f.currency.balanceOf(signers[account]), await f.currency.heldOf(signers[account])];
    expect(owned, `FAM-01 ${account} owns`).to.deep.equal([wallet.balance, wallet.held]);
  }
  expect(new Set(families.values()).size, "FAM-01 families").to.equal(families.size);
}

async function subWalletsCountWhatTheirGrantIsCharged({ world, state }: FamilyTale): Promise<void> {
  const { f, signers, chain } = world;
  const now = BigInt(await chain.networkHelpers.time.latest());
  for (const account of ACCOUNTS) {
    const { parent, grant, spent } = walletOf(state, account);
    const found = await f.currency.subWalletOf(signers[account]);
    expect(found.parent, `FAM-02 ${account}'s parent`).to.equal(
      parent === undefined ? ZeroAddress : signers[parent].address,
    );
    if (parent === undefined) continue;
    const { day, year } = sumOf(spent, now);
    expect([found.dayOut, found.yearOut], `FAM-02 ${account} counts`).to.deep.equal([day, year]);
    const { single, day: most, year: mostYear, expiry, listedOnly } = found.grant;
    expect({ single, day: most, year: mostYear, expiry, listedOnly }, `FAM-02 ${account}'s grant`).to.deep.equal(
      grant ?? { single: 0n, day: 0n, year: 0n, expiry: 0n, listedOnly: false },
    );
  }
}
