import { TIER_NUMBERS } from "../../../sdk/institutions.js";
import { CLASS_NUMBERS } from "../../../sdk/limits.js";
import { minor } from "../../../sdk/money.js";
import { ref } from "../chain.js";
import { currencyCalls } from "./currencyCalls.js";
import type { RETAIL_CURRENCY_ROWS } from "./familyTable.js";
import type { Calls } from "./prepared.js";
import type { Scene } from "./stage.js";

const GRANT = { single: minor("1"), day: minor("1"), year: minor("1"), expiry: 2n ** 40n - 1n, listedOnly: true };

/** The newcomer as a sub-wallet of the holder. */
async function openTill({ chain, side, who, newcomer }: Scene): Promise<string> {
  const currency = await chain.ethers.getContractAt("IRetailCurrency", await side.currency.getAddress());
  await currency.connect(who.operating).openSubWallet(newcomer, who.holder);
  return newcomer.address;
}

/** The newcomer as another institution's customer that wants to be the operating one's. */
async function wantToMove(scene: Scene): Promise<string> {
  const { chain, side, newcomer, operatingNumber, suspendedNumber } = scene;
  const currency = await chain.ethers.getContractAt("IRetailCurrency", await side.currency.getAddress());
  const taken = [operatingNumber, suspendedNumber];
  const other = side.banks.find(({ tier, number }) => tier === TIER_NUMBERS.operating && !taken.includes(number));
  if (other === undefined) throw new RangeError("the plan has a third institution");
  await currency.connect(other.signer).openWallet(newcomer, CLASS_NUMBERS.I, ref("identity"));
  await currency.connect(newcomer).requestWalletMove(operatingNumber);
  return newcomer.address;
}

export const retailCurrencyCalls: Calls<typeof RETAIL_CURRENCY_ROWS> = {
  ...currencyCalls,
  openSubWallet: ({ who, newcomer }) => ({ args: [newcomer.address, who.holder.address] }),
  setSubWalletGrant: async (scene) => ({ args: [await openTill(scene), GRANT] }),
  setSubWalletPayee: async (scene) => ({ args: [await openTill(scene), scene.payee.address, true] }),
  enrolWallet: ({ payee }) => ({ args: [payee.address] }),
  requestWalletMove: ({ suspendedNumber }) => ({ args: [suspendedNumber] }),
  acceptWallet: async (scene) => {
    const account = await wantToMove(scene);
    return { args: [account, CLASS_NUMBERS.I, ref("identity"), ref("evidence")] };
  },
};
