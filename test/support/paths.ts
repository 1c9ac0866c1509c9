import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { toBeHex, type ContractTransactionResponse } from "ethers";
import {
  permitTypedData,
  receiveTypedData,
  transferTypedData,
  type PaymentAuthorization,
} from "../../sdk/eip712/authorizations.js";
import { holdTypedData } from "../../sdk/eip712/ledger.js";
import { domainOf, sign } from "../../sdk/eip712/typedData.js";
import type { IDigitalCurrency } from "../../types/ethers-contracts/index.js";
import { ref, type Chain } from "./chain.js";
import { entry, holdTerms } from "./holds.js";

/** A payment to be made in one of many ways. */
export interface Payment {
  readonly currency: IDigitalCurrency;
  readonly payer: HardhatEthersSigner;
  readonly payee: HardhatEthersSigner;
  readonly amount: bigint;
  /** Whoever the payment needs as spender, carrier or executor. */
  readonly helper: HardhatEthersSigner;
}

/** The one transaction that makes the payment; consent was given before. */
export type Act = () => Promise<ContractTransactionResponse>;

/** A way to make a payment. */
export interface Path {
  readonly name: string;
  /** Gives the consent that the path needs and returns the transaction that uses it. */
  readonly prepare: (chain: Chain, payment: Payment) => Promise<Act>;
}

const FAR = 2n ** 40n;
const PERMIT = "permit(address,address,uint256,uint256,bytes)";
const TRANSFER_AUTHORIZED = "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)";
const RECEIVE_AUTHORIZED = "receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)";
let nonces = 0n;

/** Every way in which the payer's value is committed: what its class limits have to stop. */
export const PAYING_PATHS: readonly Path[] = [
  {
    name: "transfer",
    prepare: (_, { currency, payer, payee, amount }) =>
      Promise.resolve(() => currency.connect(payer).transfer(payee, amount)),
  },
  {
    name: "transferWithReference",
    prepare: (_, { currency, payer, payee, amount }) =>
      Promise.resolve(() => currency.connect(payer).transferWithReference(payee, amount, ref("invoice"))),
  },
  {
    name: "payOut",
    prepare: (_, { currency, payer, payee, amount }) =>
      Promise.resolve(() => currency.connect(payer).payOut([entry(payee, amount)], ref("wages"))),
  },
  {
    name: "transferFrom",
    prepare: async (_, { currency, payer, payee, amount, helper }) => {
      await currency.connect(payer).approve(helper, amount);
      return () => currency.connect(helper).transferFrom(payer, payee, amount);
    },
  },
  {
    name: "permit and transferFrom",
    prepare: async (_, { currency, payer, payee, amount, helper }) => {
      const nonce = await currency.nonces(payer);
      const permit = { owner: payer.address, spender: helper.address, value: amount, nonce, deadline: FAR };
      const signature = await sign(payer, permitTypedData(await domainOf(currency), permit));
      const asHelper = currency.connect(helper);
      await asHelper[PERMIT](payer, helper, amount, FAR, signature);
      return () => currency.connect(helper).transferFrom(payer, payee, amount);
    },
  },
  {
    name: "transferWithAuthorization",
    prepare: async (_, payment) => {
      const { currency, payer, helper } = payment;
      const terms = authorizationOf(payment);
      const signature = await sign(payer, transferTypedData(await domainOf(currency), terms));
      const { from, to, value, validAfter, validBefore, nonce } = terms;
      return () =>
        currency.connect(helper)[TRANSFER_AUTHORIZED](from, to, value, validAfter, validBefore, nonce, signature);
    },
  },
  {
    name: "receiveWithAuthorization",
    prepare: async (_, payment) => {
      const { currency, payer, payee } = payment;
      const terms = authorizationOf(payment);
      const signature = await sign(payer, receiveTypedData(await domainOf(currency), terms));
      const { from, to, value, validAfter, validBefore, nonce } = terms;
      return () =>
        currency.connect(payee)[RECEIVE_AUTHORIZED](from, to, value, validAfter, validBefore, nonce, signature);
    },
  },
  {
    name: "placeHold",
    prepare: async (chain, payment) => {
      const { currency, payer } = payment;
      const terms = await lastingHold(chain, payment);
      return () => currency.connect(payer).placeHold(terms);
    },
  },
  {
    name: "placeHoldFrom",
    prepare: async (chain, payment) => {
      const { currency, payer, helper, amount } = payment;
      const terms = await lastingHold(chain, payment);
      await currency.connect(payer).approve(helper, amount);
      return () => currency.connect(helper).placeHoldFrom(terms);
    },
  },
  {
    name: "placeHoldWithSignature",
    prepare: async (chain, payment) => {
      const { currency, payer, helper } = payment;
      const terms = await lastingHold(chain, payment);
      const signature = await sign(payer, holdTypedData(await domainOf(currency), terms));
      return () => currency.connect(helper).placeHoldWithSignature(terms, signature);
    },
  },
];

const CAPTURE: Path = {
  name: "captureHold",
  prepare: async (chain, payment) => {
    const { currency, payer, payee, amount, helper } = payment;
    const terms = await lastingHold(chain, payment);
    await currency.connect(payer).placeHold(terms);
    return () => currency.connect(helper).captureHold(terms, payee, amount);
  },
};

/** Every way in which value reaches the payee by the payer's consent: what the payee's cap has to stop. */
export const RECEIVING_PATHS: readonly Path[] = [
  ...PAYING_PATHS.filter(({ name }) => !name.startsWith("placeHold")),
  CAPTURE,
];

function authorizationOf({ payer, payee, amount }: Payment): PaymentAuthorization {
  nonces++;
  const nonce = toBeHex(nonces, 32);
  return { from: payer.address, to: payee.address, value: amount, validAfter: 0n, validBefore: FAR, nonce };
}

function lastingHold(chain: Chain, { payer, payee, amount, helper }: Payment) {
  return holdTerms(chain, payer, helper, amount, { payee: payee.address, expiry: FAR });
}
