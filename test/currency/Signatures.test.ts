import { expect } from "chai";
import { toBeHex, type TypedDataDomain } from "ethers";
import {
  cancelTypedData,
  permitTypedData,
  receiveTypedData,
  transferTypedData,
  type Cancellation,
  type PaymentAuthorization,
  type Permit,
} from "../../sdk/eip712/authorizations.js";
import { holdId, holdTypedData, type Hold } from "../../sdk/eip712/ledger.js";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import { openChain } from "../support/chain.js";
import { CLASS, deployMoney, fund, identityOf } from "../support/currency.js";
import { holdTerms } from "../support/holds.js";
import { verifiesSignatures, type SignedAct, type Signers } from "../ledger/Signatures.behavior.js";

const chain = await openChain("mainland");
const otherChain = await openChain("hongkong");
const { ethers, networkHelpers } = chain;

const FAR = 2n ** 40n;
const AMOUNT = minor("10");
const PERMIT = "permit(address,address,uint256,uint256,bytes)";
const TRANSFER = "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)";
const RECEIVE = "receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)";
const CANCEL = "cancelAuthorization(address,bytes32,bytes)";

let counter = 0n;
const freshNonce = () => toBeHex(++counter, 32);

// the same deployment, account by account, on the other chain: every address is equal, only the chain differs
const { mainland: there } = await deployMoney(otherChain);
const domainThere: TypedDataDomain = await domainOf(there.currency);

async function deploy() {
  const money = await deployMoney(chain);
  const { mainland, hongkong, company, shop, stranger } = money;
  const { currency } = mainland;
  const wallet = await ethers.deployContract("Erc1271WalletMock", [stranger]);
  await currency
    .connect(money.icbc)
    .openWallet(wallet, CLASS.corporate, identityOf({ address: await wallet.getAddress() }));
  for (const account of [company, shop, await wallet.getAddress()]) await fund(mainland, account, minor("1000"));
  const signers: Signers = {
    key: company,
    otherKey: shop,
    wallet,
    walletKey: stranger,
    otherChain: domainThere,
    otherContract: await domainOf(hongkong.currency),
  };
  return { ...money, currency, signers, domain: await domainOf(currency) };
}

describe("DigitalCurrency signatures", function () {
  let f: Awaited<ReturnType<typeof deploy>>;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  const payment = (signer: string): PaymentAuthorization => ({
    from: signer,
    to: f.treasury.address,
    value: AMOUNT,
    validAfter: 0n,
    validBefore: FAR,
    nonce: freshNonce(),
  });
  const alteredPayments = (message: PaymentAuthorization) => ({
    from: { ...message, from: f.shop.address },
    to: { ...message, to: f.hsbc.address },
    value: { ...message, value: message.value + 1n },
    validAfter: { ...message, validAfter: 1n },
    validBefore: { ...message, validBefore: FAR + 1n },
    nonce: { ...message, nonce: freshNonce() },
  });
  const paymentRules = {
    message: (signer: string) => Promise.resolve(payment(signer)),
    altered: alteredPayments,
    refusal: ({ from }: PaymentAuthorization) => ["AuthorizationSignatureInvalid", from] as const,
    reuse: ({ from, nonce }: PaymentAuthorization) => ["AuthorizationAlreadyUsed", from, nonce] as const,
  };

  describe("permit", function () {
    verifiesSignatures<Permit>(
      chain,
      (): SignedAct<Permit> => ({
        verifier: f.currency,
        domain: f.domain,
        typedData: permitTypedData,
        message: async (owner) => ({
          ...{ owner, spender: f.carrier.address, value: AMOUNT, deadline: FAR },
          nonce: await f.currency.nonces(owner),
        }),
        submit: ({ owner, spender, value, deadline }, signature) =>
          f.currency.connect(f.carrier)[PERMIT](owner, spender, value, deadline, signature),
        altered: (message) => ({
          owner: { ...message, owner: f.shop.address },
          spender: { ...message, spender: f.treasury.address },
          value: { ...message, value: message.value + 1n },
          deadline: { ...message, deadline: FAR + 1n },
        }),
        refusal: ({ owner }) => ["AuthorizationSignatureInvalid", owner],
        // the nonce has moved on, so that the old signature is over another message
        reuse: ({ owner }) => ["AuthorizationSignatureInvalid", owner],
      }),
      () => f.signers,
    );
  });

  describe("transferWithAuthorization", function () {
    verifiesSignatures<PaymentAuthorization>(
      chain,
      () => ({
        ...paymentRules,
        verifier: f.currency,
        domain: f.domain,
        typedData: transferTypedData,
        submit: ({ from, to, value, validAfter, validBefore, nonce }, signature) =>
          f.currency.connect(f.carrier)[TRANSFER](from, to, value, validAfter, validBefore, nonce, signature),
      }),
      () => f.signers,
    );
  });

  describe("receiveWithAuthorization", function () {
    verifiesSignatures<PaymentAuthorization>(
      chain,
      () => ({
        ...paymentRules,
        verifier: f.currency,
        domain: f.domain,
        typedData: receiveTypedData,
        submit: ({ from, to, value, validAfter, validBefore, nonce }, signature) => {
          const asPayee = f.currency.connect(to === f.hsbc.address ? f.hsbc : f.treasury);
          return asPayee[RECEIVE](from, to, value, validAfter, validBefore, nonce, signature);
        },
      }),
      () => f.signers,
    );
  });

  describe("cancelAuthorization", function () {
    verifiesSignatures<Cancellation>(
      chain,
      () => ({
        verifier: f.currency,
        domain: f.domain,
        typedData: cancelTypedData,
        message: (authorizer) => Promise.resolve({ authorizer, nonce: freshNonce() }),
        submit: ({ authorizer, nonce }, signature) =>
          f.currency.connect(f.carrier)[CANCEL](authorizer, nonce, signature),
        altered: (message) => ({
          authorizer: { ...message, authorizer: f.shop.address },
          nonce: { ...message, nonce: freshNonce() },
        }),
        refusal: ({ authorizer }) => ["AuthorizationSignatureInvalid", authorizer],
        reuse: ({ authorizer, nonce }) => ["AuthorizationAlreadyUsed", authorizer, nonce],
      }),
      () => f.signers,
    );
  });

  describe("placeHoldWithSignature", function () {
    verifiesSignatures<Hold>(
      chain,
      () => ({
        verifier: f.currency,
        domain: f.domain,
        typedData: holdTypedData,
        message: (payer) =>
          holdTerms(chain, { address: payer }, f.carrier, AMOUNT, { payee: f.treasury.address, expiry: FAR }),
        submit: (terms, signature) => f.currency.connect(f.carrier).placeHoldWithSignature(terms, signature),
        altered: (terms) => ({
          payer: { ...terms, payer: f.shop.address },
          payee: { ...terms, payee: f.hsbc.address },
          executor: { ...terms, executor: f.stranger.address },
          amount: { ...terms, amount: terms.amount + 1n },
          expiry: { ...terms, expiry: FAR + 1n },
          businessRef: { ...terms, businessRef: freshNonce() },
        }),
        refusal: (terms) => ["HoldSignatureInvalid", holdId(terms), terms.payer],
        reuse: (terms) => ["HoldAlreadyUsed", holdId(terms)],
      }),
      () => f.signers,
    );
  });

  it("stands on equal addresses on both chains", async function () {
    expect(await there.currency.getAddress()).to.equal(await f.currency.getAddress());
  });
});
