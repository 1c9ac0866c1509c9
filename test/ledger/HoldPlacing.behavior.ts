import { expect } from "chai";
import { MaxUint256, ZeroAddress } from "ethers";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { NEVER, holdId, holdTypedData, type Hold } from "../../sdk/eip712/ledger.js";
import { domainOf, sign } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import type { ILedger } from "../../types/ethers-contracts/index.js";
import type { Chain } from "../support/chain.js";
import { changes } from "../support/frame.js";
import { holdTerms } from "../support/holds.js";

/** A token on the ledger, and accounts that its rules leave free to pay and be paid. */
export interface HoldSubject {
  readonly token: ILedger;
  /** Owns 1,000.00, nothing of it held or frozen. */
  readonly payer: HardhatEthersSigner;
  /** Owns 10.00. */
  readonly payee: HardhatEthersSigner;
  /** Owns nothing; needs no account of the token. */
  readonly executor: HardhatEthersSigner;
  /** Owns nothing. */
  readonly other: HardhatEthersSigner;
  /** Holds the enforcer's power. */
  readonly enforcer: HardhatEthersSigner;
  /** Has nothing to do with any hold; needs no account. */
  readonly stranger: HardhatEthersSigner;
}

const BALANCE = minor("1000");
const AMOUNT = minor("400");

/** How holds begin: placed by the payer, a spender or a signature, or withdrawn before. */
export function placesHolds(chain: Chain, get: () => HoldSubject): void {
  const { networkHelpers } = chain;
  let f: HoldSubject;
  let terms: Hold;
  let id: string;

  const people = () => ({ payer: f.payer, payee: f.payee, executor: f.executor });
  const moved = (act: () => Promise<unknown>) => changes(f.token, people(), act);
  const withTerms = (changed: Partial<Hold>) => ({ ...terms, ...changed });
  const at = (time: bigint) => networkHelpers.time.setNextBlockTimestamp(time);
  const asPayer = () => f.token.connect(f.payer);
  const asExecutor = () => f.token.connect(f.executor);

  beforeEach(async function () {
    f = get();
    terms = await holdTerms(chain, f.payer, f.executor, AMOUNT, { payee: f.payee.address });
    id = holdId(terms);
  });

  describe("holdId", function () {
    it("is the struct hash of the terms", async function () {
      expect(await f.token.holdId(terms)).to.equal(id);
    });
  });

  describe("placeHold", function () {
    it("commits the amount, leaves the balance and changes nothing else", async function () {
      expect(await moved(() => asPayer().placeHold(terms))).to.deep.equal({ "payer.held": AMOUNT });
    });

    it("takes the amount from what the payer can spend", async function () {
      await asPayer().placeHold(terms);
      expect(await f.token.heldOf(f.payer)).to.equal(AMOUNT);
      expect(await f.token.spendableOf(f.payer)).to.equal(BALANCE - AMOUNT);
      expect(await f.token.balanceOf(f.payer)).to.equal(BALANCE);
    });

    it("records what is left under the id", async function () {
      expect(await f.token.holdState(id)).to.deep.equal([0n, false]);
      await asPayer().placeHold(terms);
      expect(await f.token.holdState(id)).to.deep.equal([AMOUNT, true]);
    });

    it("logs the terms", async function () {
      await expect(asPayer().placeHold(terms))
        .to.emit(f.token, "HoldPlaced")
        .withArgs(id, f.payer, f.executor, f.payee, AMOUNT, terms.expiry, terms.businessRef);
    });

    it("adds up several holds", async function () {
      await asPayer().placeHold(terms);
      await asPayer().placeHold(await holdTerms(chain, f.payer, f.executor, minor("600")));
      expect(await f.token.heldOf(f.payer)).to.equal(BALANCE);
      expect(await f.token.spendableOf(f.payer)).to.equal(0n);
    });

    it("keeps what is held from being spent, to the last unit", async function () {
      await asPayer().placeHold(terms);
      await expect(asPayer().transfer(f.payee, BALANCE - AMOUNT + 1n))
        .to.be.revertedWithCustomError(f.token, "LedgerInsufficientSpendable")
        .withArgs(f.payer, BALANCE - AMOUNT, BALANCE - AMOUNT + 1n);
      await asPayer().transfer(f.payee, BALANCE - AMOUNT);
      expect(await f.token.balanceOf(f.payer)).to.equal(AMOUNT);
    });

    it("takes an expiry one second ahead and one that never comes", async function () {
      const now = BigInt(await networkHelpers.time.latest());
      await at(now + 10n);
      await asPayer().placeHold(withTerms({ expiry: now + 11n }));
      await asPayer().placeHold(withTerms({ expiry: NEVER }));
      expect(await f.token.heldOf(f.payer)).to.equal(2n * AMOUNT);
    });

    it("reverts for an expiry that is now or past", async function () {
      const now = BigInt(await networkHelpers.time.latest());
      for (const [time, expiry] of [
        [now + 10n, now + 10n],
        [now + 20n, now + 19n],
        [now + 30n, 0n],
      ] as const) {
        const past = withTerms({ expiry });
        await at(time);
        await expect(asPayer().placeHold(past))
          .to.be.revertedWithCustomError(f.token, "HoldExpiryInvalid")
          .withArgs(holdId(past), expiry, time);
      }
    });

    it("reverts for an expiry of more than 48 bits", async function () {
      const far = withTerms({ expiry: NEVER + 1n });
      const time = BigInt(await networkHelpers.time.latest()) + 10n;
      await at(time);
      await expect(asPayer().placeHold(far))
        .to.be.revertedWithCustomError(f.token, "HoldExpiryInvalid")
        .withArgs(holdId(far), NEVER + 1n, time);
    });

    it("reverts without an executor, without an amount, and towards the payer", async function () {
      for (const changed of [{ executor: ZeroAddress }, { amount: 0n }, { payee: f.payer.address }]) {
        const invalid = withTerms(changed);
        await expect(asPayer().placeHold(invalid))
          .to.be.revertedWithCustomError(f.token, "HoldTermsInvalid")
          .withArgs(holdId(invalid));
      }
    });

    it("reverts for another caller than the payer", async function () {
      await expect(asExecutor().placeHold(terms))
        .to.be.revertedWithCustomError(f.token, "HoldPayerMismatch")
        .withArgs(id, f.executor, f.payer);
    });

    it("reverts for terms placed before, whatever became of them", async function () {
      const used = async () =>
        expect(asPayer().placeHold(terms)).to.be.revertedWithCustomError(f.token, "HoldAlreadyUsed").withArgs(id);
      await asPayer().placeHold(terms);
      await used();
      await asExecutor().captureHold(terms, f.payee, minor("1"));
      await used();
      await asExecutor().releaseHold(terms);
      await used();
    });

    it("places the whole balance, and reverts one unit above it", async function () {
      await expect(asPayer().placeHold(withTerms({ amount: BALANCE + 1n })))
        .to.be.revertedWithCustomError(f.token, "ERC20InsufficientBalance")
        .withArgs(f.payer, BALANCE, BALANCE + 1n);
      await asPayer().placeHold(withTerms({ amount: BALANCE }));
      expect(await f.token.spendableOf(f.payer)).to.equal(0n);
    });

    it("reverts for what another hold has taken", async function () {
      await asPayer().placeHold(terms);
      await expect(asPayer().placeHold(withTerms({ amount: BALANCE - AMOUNT + 1n })))
        .to.be.revertedWithCustomError(f.token, "LedgerInsufficientSpendable")
        .withArgs(f.payer, BALANCE - AMOUNT, BALANCE - AMOUNT + 1n);
    });

    for (const amount of [2n ** 64n, 2n ** 128n, MaxUint256]) {
      it(`refuses ${amount}, which no account has`, async function () {
        const absurd = withTerms({ amount });
        const act = () => expect(asPayer().placeHold(absurd)).to.be.revert(chain.ethers);
        expect(await moved(act)).to.deep.equal({});
      });
    }
  });

  describe("placeHoldFrom", function () {
    beforeEach(async function () {
      await asPayer().approve(f.stranger, AMOUNT);
    });

    it("commits the payer's value and uses the allowance up", async function () {
      const everybody = { ...people(), stranger: f.stranger };
      const act = () => f.token.connect(f.stranger).placeHoldFrom(terms);
      expect(await changes(f.token, everybody, act)).to.deep.equal({
        "payer.held": AMOUNT,
        "payer.allowance.stranger": -AMOUNT,
      });
    });

    it("logs the terms as placeHold does", async function () {
      await expect(f.token.connect(f.stranger).placeHoldFrom(terms))
        .to.emit(f.token, "HoldPlaced")
        .withArgs(id, f.payer, f.executor, f.payee, AMOUNT, terms.expiry, terms.businessRef);
    });

    it("reverts one unit above the allowance", async function () {
      await expect(f.token.connect(f.stranger).placeHoldFrom(withTerms({ amount: AMOUNT + 1n })))
        .to.be.revertedWithCustomError(f.token, "ERC20InsufficientAllowance")
        .withArgs(f.stranger, AMOUNT, AMOUNT + 1n);
    });

    it("reverts for a spender of nothing", async function () {
      await expect(asExecutor().placeHoldFrom(terms))
        .to.be.revertedWithCustomError(f.token, "ERC20InsufficientAllowance")
        .withArgs(f.executor, 0n, AMOUNT);
    });
  });

  describe("placeHoldWithSignature", function () {
    it("commits the payer's value, whoever brings the signature", async function () {
      const signature = await sign(f.payer, holdTypedData(await domainOf(f.token), terms));
      const act = () => f.token.connect(f.stranger).placeHoldWithSignature(terms, signature);
      expect(await moved(act)).to.deep.equal({ "payer.held": AMOUNT });
    });

    it("reverts for the executor's signature", async function () {
      const signature = await sign(f.executor, holdTypedData(await domainOf(f.token), terms));
      await expect(asExecutor().placeHoldWithSignature(terms, signature))
        .to.be.revertedWithCustomError(f.token, "HoldSignatureInvalid")
        .withArgs(id, f.payer);
    });
  });

  describe("voidHold", function () {
    it("withdraws terms that were signed and not placed, and moves nothing", async function () {
      const signature = await sign(f.payer, holdTypedData(await domainOf(f.token), terms));
      expect(await moved(() => asPayer().voidHold(terms))).to.deep.equal({});
      expect(await f.token.holdState(id)).to.deep.equal([0n, true]);
      await expect(f.token.placeHoldWithSignature(terms, signature))
        .to.be.revertedWithCustomError(f.token, "HoldAlreadyUsed")
        .withArgs(id);
    });

    it("logs the withdrawal", async function () {
      await expect(asPayer().voidHold(terms)).to.emit(f.token, "HoldVoided").withArgs(id, f.payer);
    });

    it("reverts for another caller than the payer", async function () {
      await expect(asExecutor().voidHold(terms))
        .to.be.revertedWithCustomError(f.token, "HoldPayerMismatch")
        .withArgs(id, f.executor, f.payer);
    });

    it("reverts for a hold in force", async function () {
      await asPayer().placeHold(terms);
      await expect(asPayer().voidHold(terms)).to.be.revertedWithCustomError(f.token, "HoldAlreadyUsed").withArgs(id);
    });

    it("leaves nothing to capture or release", async function () {
      await asPayer().voidHold(terms);
      await expect(asExecutor().captureHold(terms, f.payee, 1n))
        .to.be.revertedWithCustomError(f.token, "HoldNotActive")
        .withArgs(id);
      await expect(asExecutor().releaseHold(terms))
        .to.be.revertedWithCustomError(f.token, "HoldNotActive")
        .withArgs(id);
    });
  });
}
