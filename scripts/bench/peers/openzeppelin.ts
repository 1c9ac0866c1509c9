import { MaxUint256 } from "ethers";
import { minor } from "../../../sdk/money.js";
import { gasOf } from "../measure.js";
import type { Figures } from "../operations.js";
import { RANDOM_NONCE, TRANSFER_WITH_AUTHORIZATION, authorization, orderedNonce } from "../payments.js";
import { AMOUNT, type Suite } from "../suite.js";

/** OpenZeppelin's ERC-20, on the same chain and among the same accounts. */
export async function measureOpenZeppelin(suite: Suite): Promise<Figures> {
  const { chain, ann, bob, carrier, company, newcomer, holders } = suite;
  const token = await chain.ethers.deployContract("OpenZeppelinErc20");
  for (const account of [ann, bob, company]) await token.mint(account, minor("1000000.00"));
  const payOut = async (payees: number, amount: bigint) => {
    const paid = holders.slice(0, payees);
    return gasOf(token.connect(company).payOut(paid, Array<bigint>(payees).fill(amount)));
  };
  await payOut(500, 1n);
  const rest = holders.slice(500, 1_000);
  await token.connect(company).payOut(rest, Array<bigint>(rest.length).fill(1n));
  const signed = await authorization(token, ann, bob.address, RANDOM_NONCE);
  const ordered = await payInOrder(suite);
  return {
    "transfer.retail": await gasOf(token.connect(ann).transfer(bob, AMOUNT)),
    "transfer.retail.direct": await gasOf(token.connect(ann).transfer(bob, AMOUNT)),
    "transfer.newHolder": await gasOf(token.connect(ann).transfer(newcomer, AMOUNT)),
    transferWithAuthorization: await gasOf(token.connect(carrier).transferWithAuthorization(...signed)),
    "transferWithAuthorization.ordered": ordered,
    "settleNet.perPayment": ordered,
    issue: await gasOf(token.mint(bob, minor("1000.00"))),
    "settle.dvp": await swap(suite),
    "payout.perPayee": Math.ceil((await payOut(100, AMOUNT)) / 100),
    "payout.perPayee.1000": Math.ceil((await payOut(1_000, AMOUNT)) / 1_000),
  };
}

async function payInOrder({ chain, ann, bob, carrier }: Suite): Promise<number> {
  const token = await chain.ethers.deployContract("OpenZeppelinOrderedErc20", [minor("1000000.00")]);
  for (const account of [ann, bob]) await token.transfer(account, minor("1000.00"));
  const carried = token.connect(carrier);
  const pay = async (n: number) =>
    gasOf(carried[TRANSFER_WITH_AUTHORIZATION](...(await authorization(token, ann, bob.address, orderedNonce(n)))));
  await pay(0);
  return pay(1);
}

async function swap({ chain, banks }: Suite): Promise<number> {
  const [buyer, seller] = banks;
  const exchange = await chain.ethers.deployContract("PlainSwap");
  const money = await chain.ethers.deployContract("OpenZeppelinErc20");
  const security = await chain.ethers.deployContract("OpenZeppelinErc20");
  for (const { account } of [buyer, seller]) {
    for (const token of [money, security]) {
      await token.mint(account, minor("1000000.00"));
      await token.connect(account).approve(exchange, MaxUint256);
    }
  }
  return gasOf(exchange.swap(money, buyer.account, minor("1000.00"), security, seller.account, 10n));
}
