import { expect } from "chai";
import { MaxUint256, TypedDataEncoder, toBeHex } from "ethers";
import {
  cancelTypedData,
  permitTypedData,
  receiveTypedData,
  transferTypedData,
  type PaymentAuthorization,
  type Permit,
} from "../../sdk/eip712/authorizations.js";
import { domainOf, sign } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import { deployMoney, fund } from "../support/currency.js";
import { changes } from "../support/frame.js";
import { split, withV } from "../support/signing.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;

const AMOUNT = minor("100");
const PERMIT = "permit(address,address,uint256,uint256,bytes)";
const PERMIT_VRS = "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)";
const TRANSFER = "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)";
const TRANSFER_VRS = "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)";
const RECEIVE = "receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)";
const RECEIVE_VRS = "receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)";
const CANCEL = "cancelAuthorization(address,bytes32,bytes)";
const CANCEL_VRS = "cancelAuthorization(address,bytes32,uint8,bytes32,bytes32)";

async function deploy() {
  const money = await deployMoney(chain);
  const { currency } = money.mainland;
  await fund(money.mainland, money.company, minor("1000"));
  return {
    ...money,
    currency,
    domain: await domainOf(currency),
    payer: money.company,
    payee: money.shop,
    carried: currency.connect(money.carrier),
    now: BigInt(await networkHelpers.time.latest()),
  };
}

describe("Authorizations", function () {
  let f: Awaited<ReturnType<typeof deploy>>;
  let payment: PaymentAuthorization;

  const at = (time: bigint) => networkHelpers.time.setNextBlockTimestamp(time);
  const people = () => ({ payer: f.payer, payee: f.payee, carrier: f.carrier });
  const moved = (act: () => Promise<unknown>) => changes(f.currency, people(), act);
  const signTransfer = (terms: PaymentAuthorization) => sign(f.payer, transferTypedData(f.domain, terms));
  const signReceive = (terms: PaymentAuthorization) => sign(f.payer, receiveTypedData(f.domain, terms));
  const signCancel = (nonce: string) =>
    sign(f.payer, cancelTypedData(f.domain, { authorizer: f.payer.address, nonce }));
  const transfer = (terms: PaymentAuthorization, signature: string, by = f.carrier) => {
    const { from, to, value, validAfter, validBefore, nonce } = terms;
    const currency = f.currency.connect(by);
    return currency[TRANSFER](from, to, value, validAfter, validBefore, nonce, signature);
  };
  const receive = (terms: PaymentAuthorization, signature: string, by = f.payee) => {
    const { from, to, value, validAfter, validBefore, nonce } = terms;
    const currency = f.currency.connect(by);
    return currency[RECEIVE](from, to, value, validAfter, validBefore, nonce, signature);
  };

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
    payment = {
      ...{ from: f.payer.address, to: f.payee.address, value: AMOUNT, nonce: ref("authorization") },
      ...{ validAfter: f.now + 100n, validBefore: f.now + 200n },
    };
  });

  describe("permit", function () {
    let terms: Permit;
    let signature: string;

    beforeEach(async function () {
      terms = {
        ...{ owner: f.payer.address, spender: f.carrier.address, value: AMOUNT },
        ...{ nonce: 0n, deadline: f.now + 100n },
      };
      signature = await sign(f.payer, permitTypedData(f.domain, terms));
    });

    const bring = () => f.carried[PERMIT](terms.owner, terms.spender, terms.value, terms.deadline, signature);

    it("sets the allowance, moves the nonce on and changes nothing else", async function () {
      expect(await moved(bring)).to.deep.equal({ "payer.allowance.carrier": AMOUNT, "payer.nonce": 1n });
    });

    it("logs the allowance", async function () {
      await expect(bring()).to.emit(f.currency, "Approval").withArgs(f.payer, f.carrier, AMOUNT);
    });

    it("takes v, r and s apart as well", async function () {
      const act = () =>
        f.carried[PERMIT_VRS](terms.owner, terms.spender, terms.value, terms.deadline, ...split(signature));
      expect(await moved(act)).to.deep.equal({ "payer.allowance.carrier": AMOUNT, "payer.nonce": 1n });
    });

    it("refuses v, r and s of another message", async function () {
      await expect(
        f.carried[PERMIT_VRS](terms.owner, terms.spender, terms.value + 1n, terms.deadline, ...split(signature)),
      )
        .to.be.revertedWithCustomError(f.currency, "AuthorizationSignatureInvalid")
        .withArgs(f.payer);
    });

    it("works until the deadline and not a second longer", async function () {
      const snapshot = await networkHelpers.takeSnapshot();
      await at(terms.deadline);
      await bring();
      await snapshot.restore();
      await at(terms.deadline + 1n);
      await expect(bring())
        .to.be.revertedWithCustomError(f.currency, "AuthorizationExpired")
        .withArgs(f.payer, terms.deadline, terms.deadline + 1n);
    });

    it("refuses the next nonce before its turn", async function () {
      signature = await sign(f.payer, permitTypedData(f.domain, { ...terms, nonce: 1n }));
      await expect(bring())
        .to.be.revertedWithCustomError(f.currency, "AuthorizationSignatureInvalid")
        .withArgs(f.payer);
    });

    it("leaves the allowance in place when somebody else brought it first", async function () {
      await f.currency.connect(f.stranger)[PERMIT](terms.owner, terms.spender, terms.value, terms.deadline, signature);
      await expect(bring()).to.be.revertedWithCustomError(f.currency, "AuthorizationSignatureInvalid");
      await f.carried.transferFrom(f.payer, f.payee, AMOUNT);
    });

    it("gives an unlimited allowance", async function () {
      terms = { ...terms, value: MaxUint256 };
      signature = await sign(f.payer, permitTypedData(f.domain, terms));
      await bring();
      expect(await f.currency.allowance(f.payer, f.carrier)).to.equal(MaxUint256);
    });

    it("refuses the zero address as spender", async function () {
      terms = { ...terms, spender: `0x${"0".repeat(40)}` };
      signature = await sign(f.payer, permitTypedData(f.domain, terms));
      await expect(bring()).to.be.revertedWithCustomError(f.currency, "ERC20InvalidSpender").withArgs(terms.spender);
    });
  });

  describe("transferWithAuthorization", function () {
    beforeEach(async function () {
      await networkHelpers.time.increaseTo(payment.validAfter);
    });

    it("pays the payee, whoever brings it, and changes nothing else", async function () {
      const signature = await signTransfer(payment);
      expect(await moved(() => transfer(payment, signature))).to.deep.equal({
        "payer.balance": -AMOUNT,
        "payee.balance": AMOUNT,
      });
    });

    it("logs the nonce and the movement", async function () {
      await expect(transfer(payment, await signTransfer(payment)))
        .to.emit(f.currency, "AuthorizationUsed")
        .withArgs(f.payer, payment.nonce)
        .and.to.emit(f.currency, "Transfer")
        .withArgs(f.payer, f.payee, AMOUNT);
    });

    it("takes v, r and s apart as well", async function () {
      const { from, to, value, validAfter, validBefore, nonce } = payment;
      const parts = split(await signTransfer(payment));
      await f.carried[TRANSFER_VRS](from, to, value, validAfter, validBefore, nonce, ...parts);
      expect(await f.currency.balanceOf(f.payee)).to.equal(AMOUNT);
    });

    it("refuses v, r and s with the wrong v", async function () {
      const { from, to, value, validAfter, validBefore, nonce } = payment;
      const [v, r, s] = split(await signTransfer(payment));
      await expect(f.carried[TRANSFER_VRS](from, to, value, validAfter, validBefore, nonce, 55 - v, r, s))
        .to.be.revertedWithCustomError(f.currency, "AuthorizationSignatureInvalid")
        .withArgs(f.payer);
    });

    it("refuses an authorization to receive", async function () {
      await expect(transfer(payment, await signReceive(payment)))
        .to.be.revertedWithCustomError(f.currency, "AuthorizationSignatureInvalid")
        .withArgs(f.payer);
    });

    it("refuses a permit's signature", async function () {
      const permit = { owner: f.payer.address, spender: f.payee.address, value: AMOUNT, nonce: 0n, deadline: f.now };
      await expect(transfer(payment, await sign(f.payer, permitTypedData(f.domain, permit))))
        .to.be.revertedWithCustomError(f.currency, "AuthorizationSignatureInvalid")
        .withArgs(f.payer);
    });

    it("uses nothing up when the payment is refused", async function () {
      const tooMuch = { ...payment, value: minor("1000.01") };
      const signature = await signTransfer(tooMuch);
      await expect(transfer(tooMuch, signature)).to.be.revertedWithCustomError(f.currency, "ERC20InsufficientBalance");
      expect(await f.currency.authorizationState(f.payer, payment.nonce)).to.equal(false);
      await fund(f.mainland, f.payer, 1n);
      await transfer(tooMuch, signature);
    });
  });

  describe("the window of validity", function () {
    for (const [name, make, bring] of [
      ["transferWithAuthorization", signTransfer, transfer],
      ["receiveWithAuthorization", signReceive, receive],
    ] as const) {
      it(`of ${name} opens after its start and closes before its end`, async function () {
        const second = { ...payment, nonce: ref("second") };
        const [signature, secondSignature] = [await make(payment), await make(second)];
        for (const time of [payment.validAfter - 1n, payment.validAfter]) {
          await at(time);
          await expect(bring(payment, signature))
            .to.be.revertedWithCustomError(f.currency, "AuthorizationNotYetValid")
            .withArgs(f.payer, payment.validAfter, time);
        }
        await at(payment.validAfter + 1n);
        await bring(payment, signature);
        await at(payment.validBefore - 1n);
        await bring(second, secondSignature);
        for (const time of [payment.validBefore, payment.validBefore + 1n]) {
          await at(time);
          await expect(bring(second, secondSignature))
            .to.be.revertedWithCustomError(f.currency, "AuthorizationExpired")
            .withArgs(f.payer, payment.validBefore, time);
        }
      });

      it(`of ${name} that starts when it ends never opens`, async function () {
        const never = { ...payment, validBefore: payment.validAfter };
        const signature = await make(never);
        await at(never.validAfter);
        await expect(bring(never, signature)).to.be.revertedWithCustomError(f.currency, "AuthorizationNotYetValid");
        await at(never.validAfter + 1n);
        await expect(bring(never, signature)).to.be.revertedWithCustomError(f.currency, "AuthorizationExpired");
      });

      it(`of ${name} is in seconds, however large its ends`, async function () {
        const large = { ...payment, validAfter: 2n ** 47n + 1n, validBefore: 2n ** 47n + 2n ** 40n };
        await expect(bring(large, await make(large))).to.be.revertedWithCustomError(
          f.currency,
          "AuthorizationNotYetValid",
        );
        const always = { ...payment, validAfter: 0n, validBefore: MaxUint256 };
        await bring(always, await make(always));
      });
    }
  });

  describe("receiveWithAuthorization", function () {
    beforeEach(async function () {
      await networkHelpers.time.increaseTo(payment.validAfter);
    });

    it("pays the payee who brings it and changes nothing else", async function () {
      const signature = await signReceive(payment);
      expect(await moved(() => receive(payment, signature))).to.deep.equal({
        "payer.balance": -AMOUNT,
        "payee.balance": AMOUNT,
      });
    });

    it("takes v, r and s apart as well", async function () {
      const { from, to, value, validAfter, validBefore, nonce } = payment;
      const parts = split(await signReceive(payment));
      const asPayee = f.currency.connect(f.payee);
      await asPayee[RECEIVE_VRS](from, to, value, validAfter, validBefore, nonce, ...parts);
      expect(await f.currency.balanceOf(f.payee)).to.equal(AMOUNT);
    });

    it("reverts for everybody but the payee", async function () {
      const signature = await signReceive(payment);
      const { from, to, value, validAfter, validBefore, nonce } = payment;
      for (const caller of [f.payer, f.carrier]) {
        await expect(receive(payment, signature, caller))
          .to.be.revertedWithCustomError(f.currency, "AuthorizationPayeeNotCaller")
          .withArgs(caller, f.payee);
        await expect(
          f.currency.connect(caller)[RECEIVE_VRS](from, to, value, validAfter, validBefore, nonce, ...split(signature)),
        )
          .to.be.revertedWithCustomError(f.currency, "AuthorizationPayeeNotCaller")
          .withArgs(caller, f.payee);
      }
    });

    it("refuses an authorization to transfer", async function () {
      await expect(receive(payment, await signTransfer(payment)))
        .to.be.revertedWithCustomError(f.currency, "AuthorizationSignatureInvalid")
        .withArgs(f.payer);
    });
  });

  describe("cancelAuthorization", function () {
    it("makes the nonce unusable for both kinds of payment, and moves nothing", async function () {
      await networkHelpers.time.increaseTo(payment.validAfter);
      const signature = await signCancel(payment.nonce);
      expect(await moved(() => f.carried[CANCEL](f.payer, payment.nonce, signature))).to.deep.equal({});
      expect(await f.currency.authorizationState(f.payer, payment.nonce)).to.equal(true);
      for (const act of [
        async () => transfer(payment, await signTransfer(payment)),
        async () => receive(payment, await signReceive(payment)),
      ]) {
        await expect(act())
          .to.be.revertedWithCustomError(f.currency, "AuthorizationAlreadyUsed")
          .withArgs(f.payer, payment.nonce);
      }
    });

    it("logs the cancellation", async function () {
      await expect(f.carried[CANCEL](f.payer, payment.nonce, await signCancel(payment.nonce)))
        .to.emit(f.currency, "AuthorizationCanceled")
        .withArgs(f.payer, payment.nonce);
    });

    it("takes v, r and s apart as well", async function () {
      const parts = split(await signCancel(payment.nonce));
      await f.carried[CANCEL_VRS](f.payer, payment.nonce, ...parts);
      expect(await f.currency.authorizationState(f.payer, payment.nonce)).to.equal(true);
    });

    it("refuses v, r and s with v of 0 or 1", async function () {
      for (const v of [0, 1]) {
        const signature = withV(await signCancel(payment.nonce), v);
        const [r, s] = [signature.slice(0, 66), `0x${signature.slice(66, 130)}`];
        await expect(f.carried[CANCEL_VRS](f.payer, payment.nonce, v, r, s))
          .to.be.revertedWithCustomError(f.currency, "AuthorizationSignatureInvalid")
          .withArgs(f.payer);
      }
    });

    it("reverts for a nonce that was used", async function () {
      await networkHelpers.time.increaseTo(payment.validAfter);
      await transfer(payment, await signTransfer(payment));
      await expect(f.carried[CANCEL](f.payer, payment.nonce, await signCancel(payment.nonce)))
        .to.be.revertedWithCustomError(f.currency, "AuthorizationAlreadyUsed")
        .withArgs(f.payer, payment.nonce);
    });
  });

  describe("nonces", function () {
    it("are bits of words that do not touch their neighbours", async function () {
      const used = [0n, 1n, 255n, 256n, 511n, MaxUint256];
      const free = [2n, 127n, 128n, 129n, 254n, 257n, 383n, 510n, 512n, MaxUint256 - 1n];
      for (const nonce of used) {
        await f.carried[CANCEL](f.payer, toBeHex(nonce, 32), await signCancel(toBeHex(nonce, 32)));
      }
      const states = (nonces: bigint[]) =>
        Promise.all(nonces.map((nonce) => f.currency.authorizationState(f.payer, toBeHex(nonce, 32))));
      expect(await states(used)).to.deep.equal(used.map(() => true));
      expect(await states(free)).to.deep.equal(free.map(() => false));
    });

    it("are each authorizer's own", async function () {
      await f.carried[CANCEL](f.payer, payment.nonce, await signCancel(payment.nonce));
      expect(await f.currency.authorizationState(f.payee, payment.nonce)).to.equal(false);
    });
  });

  describe("DOMAIN_SEPARATOR", function () {
    it("is the hash of the domain that ERC-5267 tells", async function () {
      expect(await f.currency.DOMAIN_SEPARATOR()).to.equal(TypedDataEncoder.hashDomain(f.domain));
    });

    it("differs between the two currencies", async function () {
      expect(await f.hongkong.currency.DOMAIN_SEPARATOR()).not.to.equal(await f.currency.DOMAIN_SEPARATOR());
    });
  });
});
