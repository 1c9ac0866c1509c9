import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { IRetailCurrency } from "../../types/ethers-contracts/index.js";
import type { Chain } from "./chain.js";
import { deployMoney, identityOf, type Jurisdiction, type Money } from "./currency.js";
import type { Side } from "./subjects.js";

/** First of the funded accounts that `deployMoney` gives no part to. */
const SPARE = 20;

/** Both currencies, seen as what the public has, and accounts without a wallet. */
export interface Families extends Money {
  readonly at: Jurisdiction;
  readonly currency: IRetailCurrency;
  /** The institution that opened every customer's wallet. */
  readonly sponsor: IRetailCurrency;
  /** Another institution. */
  readonly rival: IRetailCurrency;
  /** Accounts without a wallet. */
  readonly spare: readonly [HardhatEthersSigner, HardhatEthersSigner, HardhatEthersSigner, HardhatEthersSigner];
}

/** Call it inside a fixture: `async function deploy() { return deployFamilies(chain); }`. */
export async function deployFamilies(chain: Chain, side: Side = "mainland"): Promise<Families> {
  const money = await deployMoney(chain);
  const at = money[side];
  const currency = await chain.ethers.getContractAt("IRetailCurrency", await at.currency.getAddress());
  const [first, second, third, fourth] = (await chain.ethers.getSigners()).slice(SPARE);
  if (first === undefined || second === undefined || third === undefined || fourth === undefined) {
    throw new RangeError("no account with a key is left");
  }
  return {
    ...money,
    ...{ at, currency },
    sponsor: currency.connect(at.banks[0].account),
    rival: currency.connect(at.banks[1].account),
    spare: [first, second, third, fourth],
  };
}

/** Opens wallets of the person that `holder` is at its institution. */
export async function openMore(
  { sponsor }: Families,
  holder: { readonly address: string },
  walletClass: number,
  accounts: readonly HardhatEthersSigner[],
): Promise<void> {
  for (const account of accounts) await sponsor.openWallet(account, walletClass, identityOf(holder));
}
