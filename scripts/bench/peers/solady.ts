import { minor } from "../../../sdk/money.js";
import { gasOf, pages } from "../measure.js";
import type { Figures } from "../operations.js";
import { AMOUNT, type Suite } from "../suite.js";

/** solady's ERC-20, on the same chain and among the same accounts. */
export async function measureSolady({ chain, ann, bob, company, newcomer, holders }: Suite): Promise<Figures> {
  const token = await chain.ethers.deployContract("SoladyErc20");
  for (const account of [ann, bob, company]) await token.mint(account, minor("1000000.00"));
  const payOut = (payees: readonly string[], amount: bigint) =>
    gasOf(token.connect(company).payOut([...payees], Array<bigint>(payees.length).fill(amount)));
  for (const page of pages(holders.slice(0, 1_000), 500)) await payOut(page, 1n);
  return {
    "transfer.retail": await gasOf(token.connect(ann).transfer(bob, AMOUNT)),
    "transfer.retail.direct": await gasOf(token.connect(ann).transfer(bob, AMOUNT)),
    "transfer.newHolder": await gasOf(token.connect(ann).transfer(newcomer, AMOUNT)),
    issue: await gasOf(token.mint(bob, minor("1000.00"))),
    "payout.perPayee": Math.ceil((await payOut(holders.slice(0, 100), AMOUNT)) / 100),
    "payout.perPayee.1000": Math.ceil((await payOut(holders.slice(0, 1_000), AMOUNT)) / 1_000),
  };
}
