import { MaxUint256, id } from "ethers";
import { dayNumber } from "../../sdk/calendar.js";
import { governDeposits } from "../../sdk/deploy/deposits.js";
import { buildStatement, quarterDays, quarterOf } from "../../sdk/issuance/interest.js";
import { INSTITUTION_KIND } from "../../sdk/issuance/roles.js";
import { CLASS_NUMBERS } from "../../sdk/limits.js";
import { ROLES } from "../../sdk/roles.js";
import { gasOf } from "./measure.js";
import type { Figures } from "./operations.js";
import type { Suite } from "./suite.js";

/** Wallets that are paid in one transaction. */
const PAID = 100;

/** A quarter's interest of a bank with ten thousand wallets, a hundred of them paid at once. */
export async function measureInterest({
  chain,
  authority,
  currency,
  banks,
  admin,
  carrier,
  holders,
}: Suite): Promise<Figures> {
  const { ethers, networkHelpers } = chain;
  const [{ number, account }] = banks;
  const reserves = await ethers.deployContract("ReserveFramework", [currency, await ethers.deployContract("DayEnds")]);
  const interest = await ethers.deployContract("InterestBook", [reserves]);
  await governDeposits({ authority, admin }, { reserves, interest });
  await authority.connect(admin).grantRole(ROLES.registrar, admin, 0n);
  await reserves.connect(admin).setKind(number, INSTITUTION_KIND.bank);
  const bank = currency.connect(account);
  for (const wallet of holders.slice(0, PAID))
    await bank.reclassifyWallet(wallet, CLASS_NUMBERS.III, id("identification"));
  await bank.approve(interest, MaxUint256);

  const today = dayNumber(await networkHelpers.time.latest());
  let quarter = quarterOf(2020, 3);
  while (quarterDays(quarter + 1).last < today) quarter++;
  const { chainId } = await ethers.provider.getNetwork();
  const place = { chainId, book: await interest.getAddress(), institution: BigInt(number), quarter };
  const all = holders.map((wallet, index) => ({ wallet, productSum: 9_000n, interest: 1n + BigInt(index % 50) }));
  const { root, wallets, interest: sum, dataHash, entries, proofs } = buildStatement(place, all);
  await interest.connect(account).state(number, quarter, root, wallets, sum, dataHash);
  const carried = interest.connect(carrier);
  const gas = await gasOf(carried.pay(number, quarter, entries.slice(0, PAID), proofs.slice(0, PAID)));
  // afterwards everybody is of the class that other figures are about
  for (const wallet of holders.slice(0, PAID)) await bank.reclassifyWallet(wallet, CLASS_NUMBERS.IV, id("as before"));
  return { "interest.perWallet": Math.ceil(gas / PAID) };
}
