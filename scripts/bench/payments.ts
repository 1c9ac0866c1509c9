import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { Signature, id, toBeHex, type AddressLike } from "ethers";
import { transferTypedData } from "../../sdk/eip712/authorizations.js";
import type { Hold } from "../../sdk/eip712/ledger.js";
import { domainOf, sign, type DomainSource } from "../../sdk/eip712/typedData.js";
import type { IDigitalCurrency } from "../../types/ethers-contracts/index.js";
import { gasOf } from "./measure.js";
import type { Figures } from "./operations.js";
import { AMOUNT, LATER, entry, type Suite } from "./suite.js";

/** Arguments of an ERC-3009 payment, signed by its payer. */
export async function authorization(
  token: DomainSource,
  payer: HardhatEthersSigner,
  payee: string,
  nonce: string,
): Promise<[string, string, bigint, bigint, bigint, string, number, string, string]> {
  const payment = { from: payer.address, to: payee, value: AMOUNT, validAfter: 0n, validBefore: LATER, nonce };
  const { v, r, s } = Signature.from(await sign(payer, transferTypedData(await domainOf(token), payment)));
  return [payment.from, payee, AMOUNT, 0n, LATER, nonce, v, r, s];
}

/** ERC-3009 with the signature in three parts, the form that every implementation has. */
export const TRANSFER_WITH_AUTHORIZATION =
  "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)";
/** A nonce as the standard suggests. */
export const RANDOM_NONCE = id("an authorization");

/** The `n`-th nonce of a payer that counts. */
export function orderedNonce(n: number): string {
  return toBeHex(n, 32);
}

/** Payments, holds and orders. */
export async function measurePayments(suite: Suite): Promise<Figures> {
  const { currency, direct, ann, bob, newcomer } = suite;
  const transfer = (token: IDigitalCurrency, to: AddressLike) => gasOf(token.connect(ann).transfer(to, AMOUNT));
  return {
    "transfer.retail": await transfer(currency, bob),
    "transfer.retail.direct": await transfer(direct, bob),
    "transfer.newHolder": await transfer(currency, newcomer),
    ...(await measureAuthorizations(suite)),
    ...(await measureHold(suite)),
    "payout.perPayee": await payOut(suite, 100),
    "payout.perPayee.1000": await payOut(suite, 1_000),
    freeze: await measureFreeze(suite),
  };
}

/** What comes afterwards pays the same wallet. */
async function measureFreeze({ currency, enforcer, bob }: Suite): Promise<number> {
  const gas = await gasOf(currency.connect(enforcer).freeze(bob, id("court order")));
  await currency.connect(enforcer).unfreeze(bob, id("court order ended"));
  return gas;
}

async function measureAuthorizations({ currency, ann, bob, carrier }: Suite): Promise<Figures> {
  const carried = currency.connect(carrier);
  const pay = async (nonce: string) =>
    gasOf(carried[TRANSFER_WITH_AUTHORIZATION](...(await authorization(currency, ann, bob.address, nonce))));
  await pay(orderedNonce(0));
  return {
    transferWithAuthorization: await pay(RANDOM_NONCE),
    "transferWithAuthorization.ordered": await pay(orderedNonce(1)),
  };
}

async function measureHold({ currency, ann, bob, executor }: Suite): Promise<Figures> {
  const terms: Hold = {
    payer: ann.address,
    payee: bob.address,
    executor: executor.address,
    amount: AMOUNT,
    expiry: LATER,
    businessRef: id("a purchase"),
  };
  return {
    "hold.place": await gasOf(currency.connect(ann).placeHold(terms)),
    "hold.capture": await gasOf(currency.connect(executor).captureHold(terms, bob, AMOUNT)),
  };
}

async function payOut({ currency, company, holders }: Suite, payees: number): Promise<number> {
  const entries = holders.slice(0, payees).map((holder) => entry(holder, AMOUNT));
  return Math.ceil((await gasOf(currency.connect(company).payOut(entries, id("wages")))) / payees);
}
