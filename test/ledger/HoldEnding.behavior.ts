import { expect } from "chai";
import { MaxUint256, ZeroAddress } from "ethers";
import { holdId, type Hold } from "../../sdk/eip712/ledger.js";
import { minor } from "../../sdk/money.js";
import { ref, type Chain } from "../support/chain.js";
import { changes } from "../support/frame.js";
import { entry, holdTerms, party } from "../support/holds.js";
import type { HoldSubject } from "./HoldPlacing.behavior.js";

const BALANCE = minor("1000");
const AMOUNT = minor("400");
const BASIS = ref("court order 1");

/** How holds end: captured in whole or in parts, by one payee or many, or released. */
export function endsHolds(chain: Chain, get: () => HoldSubject): void {
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
  const enforcer = () => f.token.connect(f.enforcer);
  const freeze = (account: string, frozen: boolean) =>
    frozen ? enforcer().freeze(account, BASIS) : enforcer().unfreeze(account, BASIS);

  beforeEach(async function () {
    f = get();
    terms = await holdTerms(chain, f.payer, f.executor, AMOUNT, { payee: f.payee.address });
    id = holdId(terms);
  });

  describe("captureHold", function () {
    context("given a hold for a named payee", function () {
      beforeEach(async function () {
        await asPayer().placeHold(terms);
      });

      it("pays the payee out of what was held and changes nothing else", async function () {
        expect(await moved(() => asExecutor().captureHold(terms, f.payee, AMOUNT))).to.deep.equal({
          "payer.balance": -AMOUNT,
          "payer.held": -AMOUNT,
          "payee.balance": AMOUNT,
        });
        expect(await f.token.holdState(id)).to.deep.equal([0n, true]);
      });

      it("logs the movement and what is left", async function () {
        await expect(asExecutor().captureHold(terms, f.payee, minor("150")))
          .to.emit(f.token, "Transfer")
          .withArgs(f.payer, f.payee, minor("150"))
          .and.to.emit(f.token, "HoldCaptured")
          .withArgs(id, f.payee, minor("150"), minor("250"));
      });

      it("pays in parts, to the last unit and not one further", async function () {
        await asExecutor().captureHold(terms, f.payee, minor("150"));
        expect(await f.token.holdState(id)).to.deep.equal([minor("250"), true]);
        await expect(asExecutor().captureHold(terms, f.payee, minor("250.01")))
          .to.be.revertedWithCustomError(f.token, "HoldAmountExceeded")
          .withArgs(id, minor("250.01"), minor("250"));
        await asExecutor().captureHold(terms, f.payee, minor("250"));
        await expect(asExecutor().captureHold(terms, f.payee, 1n))
          .to.be.revertedWithCustomError(f.token, "HoldNotActive")
          .withArgs(id);
        expect(await f.token.balanceOf(f.payee)).to.equal(minor("410"));
      });

      it("changes nothing when nothing is captured", async function () {
        expect(await moved(() => asExecutor().captureHold(terms, f.payee, 0n))).to.deep.equal({});
      });

      it("does not need the payer's spendable balance", async function () {
        await asPayer().transfer(f.payee, BALANCE - AMOUNT);
        await asExecutor().captureHold(terms, f.payee, AMOUNT);
        expect(await f.token.balanceOf(f.payer)).to.equal(0n);
      });

      it("works until the second before the expiry and not from it on", async function () {
        await at(terms.expiry - 1n);
        await asExecutor().captureHold(terms, f.payee, 1n);
        for (const time of [terms.expiry, terms.expiry + 1n]) {
          await at(time);
          await expect(asExecutor().captureHold(terms, f.payee, 1n))
            .to.be.revertedWithCustomError(f.token, "HoldExpired")
            .withArgs(id, terms.expiry, time);
        }
      });

      it("reverts for everybody but the executor", async function () {
        for (const caller of [f.payer, f.payee, f.stranger]) {
          await expect(f.token.connect(caller).captureHold(terms, f.payee, 1n))
            .to.be.revertedWithCustomError(f.token, "HoldUnauthorized")
            .withArgs(id, caller, f.executor);
        }
      });

      it("reverts towards another payee", async function () {
        await expect(asExecutor().captureHold(terms, f.stranger, 1n))
          .to.be.revertedWithCustomError(f.token, "HoldPayeeMismatch")
          .withArgs(id, f.stranger, f.payee);
      });

      it("finds nothing under terms that differ in any field", async function () {
        const differences: Partial<Hold>[] = [
          { payer: f.stranger.address },
          { payee: ZeroAddress },
          { executor: f.stranger.address },
          { amount: AMOUNT + 1n },
          { expiry: terms.expiry + 1n },
          { businessRef: id },
        ];
        for (const difference of differences) {
          const other = withTerms(difference);
          const caller = other.executor === f.stranger.address ? f.stranger : f.executor;
          await expect(f.token.connect(caller).captureHold(other, f.payee, 1n))
            .to.be.revertedWithCustomError(f.token, "HoldNotActive")
            .withArgs(holdId(other));
        }
      });

      it("reverts when the payee is frozen, and pays it once it is not", async function () {
        await freeze(f.payee.address, true);
        await expect(asExecutor().captureHold(terms, f.payee, 1n))
          .to.be.revertedWithCustomError(f.token, "ERC7943CannotReceive")
          .withArgs(f.payee);
        await freeze(f.payee.address, false);
        await asExecutor().captureHold(terms, f.payee, AMOUNT);
      });

      it("pays although the payer was frozen afterwards, wholly or in part", async function () {
        await freeze(f.payer.address, true);
        await enforcer()["setFrozenTokens(address,uint256,bytes32)"](f.payer, MaxUint256, BASIS);
        expect(await moved(() => asExecutor().captureHold(terms, f.payee, AMOUNT))).to.deep.equal({
          "payer.balance": -AMOUNT,
          "payer.held": -AMOUNT,
          "payee.balance": AMOUNT,
        });
      });
    });

    context("given a hold whose payee the executor names", function () {
      beforeEach(async function () {
        terms = withTerms({ payee: ZeroAddress });
        id = holdId(terms);
        await asPayer().placeHold(terms);
      });

      it("pays whomever the executor names, and somebody else the next time", async function () {
        await asExecutor().captureHold(terms, f.payee, minor("1"));
        await asExecutor().captureHold(terms, f.other, minor("2"));
        expect(await f.token.balanceOf(f.payee)).to.equal(minor("11"));
        expect(await f.token.balanceOf(f.other)).to.equal(minor("2"));
      });

      it("reverts towards the payer", async function () {
        await expect(asExecutor().captureHold(terms, f.payer, 1n))
          .to.be.revertedWithCustomError(f.token, "HoldPayeeMismatch")
          .withArgs(id, f.payer, ZeroAddress);
      });

      it("reverts towards nobody", async function () {
        await expect(asExecutor().captureHold(terms, ZeroAddress, 1n))
          .to.be.revertedWithCustomError(f.token, "ERC20InvalidReceiver")
          .withArgs(ZeroAddress);
      });

      for (const amount of [AMOUNT + 1n, 2n ** 64n, MaxUint256]) {
        it(`reverts for ${amount}, more than is held`, async function () {
          await expect(asExecutor().captureHold(terms, f.payee, amount))
            .to.be.revertedWithCustomError(f.token, "HoldAmountExceeded")
            .withArgs(id, amount, AMOUNT);
        });
      }
    });
  });

  describe("captureHoldToMany", function () {
    beforeEach(async function () {
      terms = withTerms({ payee: ZeroAddress });
      id = holdId(terms);
      await asPayer().placeHold(terms);
    });

    const capture = async (entries: bigint[]) => {
      const outcome = await asExecutor().captureHoldToMany.staticCall(terms, entries);
      await asExecutor().captureHoldToMany(terms, entries);
      return { captured: outcome.captured, skipped: [...outcome.skipped] };
    };

    it("pays each payee, debits the payer once and changes nothing else", async function () {
      const everybody = { ...people(), other: f.other };
      const entries = [entry(f.payee, minor("100")), entry(f.other, minor("50")), entry(f.payee, minor("1"))];
      expect(
        await changes(f.token, everybody, async () =>
          expect(await capture(entries)).to.deep.equal({ captured: minor("151"), skipped: [] }),
        ),
      ).to.deep.equal({
        "payer.balance": -minor("151"),
        "payer.held": -minor("151"),
        "payee.balance": minor("101"),
        "other.balance": minor("50"),
      });
      expect(await f.token.holdState(id)).to.deep.equal([minor("249"), true]);
    });

    it("logs every movement, and the sum without a payee", async function () {
      const transaction = asExecutor().captureHoldToMany(terms, [entry(f.payee, 3n), entry(f.other, 4n)]);
      await expect(transaction).to.emit(f.token, "Transfer").withArgs(f.payer, f.payee, 3n);
      await expect(transaction).to.emit(f.token, "Transfer").withArgs(f.payer, f.other, 4n);
      await expect(transaction)
        .to.emit(f.token, "HoldCaptured")
        .withArgs(id, ZeroAddress, 7n, AMOUNT - 7n);
    });

    it("skips nobody, the payer and the frozen, keeps their amounts held, and says whom", async function () {
      await freeze(f.other.address, true);
      const entries = [
        entry(party(0n), minor("1")),
        entry(f.payee, minor("2")),
        entry(f.payer, minor("3")),
        entry(f.other, minor("4")),
        entry(f.payee, minor("5")),
      ];
      expect(await capture(entries)).to.deep.equal({ captured: minor("7"), skipped: [0n, 2n, 3n] });
      expect(await f.token.heldOf(f.payer)).to.equal(AMOUNT - minor("7"));
      expect(await f.token.balanceOf(f.other)).to.equal(0n);
    });

    it("skips everybody when nobody can be paid, and moves nothing", async function () {
      await freeze(f.payee.address, true);
      const act = async () =>
        expect(await capture([entry(f.payee, 1n), entry(f.payer, 1n)])).to.deep.equal({
          captured: 0n,
          skipped: [0n, 1n],
        });
      expect(await moved(act)).to.deep.equal({});
    });

    it("captures nothing from an empty list", async function () {
      expect(await capture([])).to.deep.equal({ captured: 0n, skipped: [] });
    });

    it("pays out exactly what is held, and reverts one unit past it", async function () {
      await expect(asExecutor().captureHoldToMany(terms, [entry(f.payee, AMOUNT), entry(f.other, 1n)]))
        .to.be.revertedWithCustomError(f.token, "HoldAmountExceeded")
        .withArgs(id, AMOUNT + 1n, AMOUNT);
      await capture([entry(f.payee, AMOUNT - 1n), entry(f.other, 1n)]);
      expect(await f.token.holdState(id)).to.deep.equal([0n, true]);
    });

    it("skips an amount that no account can take", async function () {
      expect(await capture([entry(f.payee, 2n ** 96n - 1n), entry(f.other, 1n)])).to.deep.equal({
        captured: 1n,
        skipped: [0n],
      });
    });

    it("reverts for terms that name a payee", async function () {
      const named = await holdTerms(chain, f.payer, f.executor, 1n, { payee: f.payee.address });
      await asPayer().placeHold(named);
      await expect(asExecutor().captureHoldToMany(named, [entry(f.payee, 1n)]))
        .to.be.revertedWithCustomError(f.token, "HoldPayeeMismatch")
        .withArgs(holdId(named), ZeroAddress, f.payee);
    });

    it("reverts for everybody but the executor", async function () {
      await expect(asPayer().captureHoldToMany(terms, [entry(f.payee, 1n)]))
        .to.be.revertedWithCustomError(f.token, "HoldUnauthorized")
        .withArgs(id, f.payer, f.executor);
    });

    it("reverts from the expiry on", async function () {
      await at(terms.expiry);
      await expect(asExecutor().captureHoldToMany(terms, [entry(f.payee, 1n)]))
        .to.be.revertedWithCustomError(f.token, "HoldExpired")
        .withArgs(id, terms.expiry, terms.expiry);
    });
  });

  describe("releaseHold", function () {
    beforeEach(async function () {
      await asPayer().placeHold(terms);
    });

    it("makes the amount spendable again and changes nothing else", async function () {
      expect(await moved(() => asExecutor().releaseHold(terms))).to.deep.equal({ "payer.held": -AMOUNT });
      expect(await f.token.spendableOf(f.payer)).to.equal(BALANCE);
      expect(await f.token.holdState(id)).to.deep.equal([0n, true]);
    });

    it("logs and returns what was given back", async function () {
      await asExecutor().captureHold(terms, f.payee, minor("100"));
      expect(await asExecutor().releaseHold.staticCall(terms)).to.equal(minor("300"));
      await expect(asExecutor().releaseHold(terms))
        .to.emit(f.token, "HoldReleased")
        .withArgs(id, f.payer, minor("300"));
    });

    it("is the executor's alone until the second before the expiry", async function () {
      await at(terms.expiry - 1n);
      await expect(asPayer().releaseHold(terms))
        .to.be.revertedWithCustomError(f.token, "HoldUnauthorized")
        .withArgs(id, f.payer, f.executor);
    });

    for (const late of [0n, 1n]) {
      it(`is anybody's ${late} s after the expiry`, async function () {
        await at(terms.expiry + late);
        await f.token.connect(f.stranger).releaseHold(terms);
        expect(await f.token.heldOf(f.payer)).to.equal(0n);
      });
    }

    it("is still the executor's after the expiry", async function () {
      await at(terms.expiry + 1n);
      await asExecutor().releaseHold(terms);
    });

    it("works whoever is frozen", async function () {
      for (const { address } of [f.payer, f.payee]) await freeze(address, true);
      expect(await moved(() => asExecutor().releaseHold(terms))).to.deep.equal({ "payer.held": -AMOUNT });
    });

    it("reverts once released, once captured in full, and when never placed", async function () {
      const inactive = async (which: Hold) =>
        expect(asExecutor().releaseHold(which))
          .to.be.revertedWithCustomError(f.token, "HoldNotActive")
          .withArgs(holdId(which));
      await asExecutor().releaseHold(terms);
      await inactive(terms);
      const next = await holdTerms(chain, f.payer, f.executor, AMOUNT);
      await inactive(next);
      await asPayer().placeHold(next);
      await asExecutor().captureHold(next, f.payee, AMOUNT);
      await inactive(next);
    });

    it("ends the hold: nothing can be captured afterwards", async function () {
      await asExecutor().releaseHold(terms);
      await expect(asExecutor().captureHold(terms, f.payee, 1n))
        .to.be.revertedWithCustomError(f.token, "HoldNotActive")
        .withArgs(id);
    });
  });

  describe("several holds of one payer", function () {
    it("end each on its own", async function () {
      const second = await holdTerms(chain, f.payer, f.executor, minor("100"));
      const third = await holdTerms(chain, f.payer, f.stranger, minor("500"));
      for (const hold of [terms, second, third]) await asPayer().placeHold(hold);
      await asExecutor().captureHold(terms, f.payee, minor("150"));
      await asExecutor().releaseHold(second);
      expect(await f.token.heldOf(f.payer)).to.equal(minor("750"));
      expect(await f.token.holdState(holdId(terms))).to.deep.equal([minor("250"), true]);
      expect(await f.token.holdState(holdId(third))).to.deep.equal([minor("500"), true]);
    });
  });
}
