import { minor } from "../../sdk/money.js";
import { ref, type Chain } from "./chain.js";
import { deployMoney, fund, type Jurisdiction, type Money } from "./currency.js";

/** Which of the two currencies a behaviour is mounted on. */
export const SIDES = ["mainland", "hongkong"] as const;
export type Side = (typeof SIDES)[number];

/** The currency of `side` with parties whose classes limit nothing, for the behaviours of every ledger. */
export async function unlimitedParties(chain: Chain, side: Side) {
  const money = await deployMoney(chain);
  const jurisdiction: Jurisdiction = money[side];
  const { company, shop, treasury, carrier, stranger } = money;
  await fund(jurisdiction, company, minor("1000"));
  await fund(jurisdiction, shop, minor("10"));
  const token = await chain.ethers.getContractAt("ILedger", await jurisdiction.currency.getAddress());
  return {
    token,
    ...{ holder: company, recipient: shop, spender: carrier },
    ...{ payer: company, payee: shop, other: treasury, executor: carrier, stranger },
    enforcer: jurisdiction.officers.enforcer,
    mandate: ref("enforcement act"),
  };
}

/** Everything a limit test needs: the parties of both jurisdictions and the one under test. */
export async function moneyOf(chain: Chain, side: Side): Promise<Money & { readonly at: Jurisdiction }> {
  const money = await deployMoney(chain);
  return { ...money, at: money[side] };
}
