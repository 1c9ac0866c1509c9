import { expect } from "chai";
import { MaxUint256, ZeroAddress, ZeroHash } from "ethers";
import { minor } from "../../sdk/money.js";
import { ref, type Chain } from "../support/chain.js";
import { POWER } from "../support/currency.js";
import { changes } from "../support/frame.js";
import { holdTerms } from "../support/holds.js";
import type { HoldSubject } from "./HoldPlacing.behavior.js";

/** The subject of the hold behaviours, and the legal basis of the enforcer's standing power. */
export interface EnforcementSubject extends HoldSubject {
  readonly mandate: string;
}

const BALANCE = minor("1000");
const AMOUNT = minor("400");
const BASIS = ref("court order 7");

const FREEZE = "setFrozenTokens(address,uint256,bytes32)";
const FREEZE_BY_MANDATE = "setFrozenTokens(address,uint256)";
const FORCE = "forcedTransfer(address,address,uint256,bytes32)";
const FORCE_BY_MANDATE = "forcedTransfer(address,address,uint256)";

/** Lawful orders: freezing accounts and amounts, forced transfers; every MUST of ERC-7943. */
export function isEnforceable(chain: Chain, get: () => EnforcementSubject): void {
  let f: EnforcementSubject;

  const moved = (act: () => Promise<unknown>) => changes(f.token, { payer: f.payer, payee: f.payee }, act);
  const asPayer = () => f.token.connect(f.payer);
  const enforcer = () => f.token.connect(f.enforcer);

  beforeEach(function () {
    f = get();
  });

  describe("freeze and unfreeze", function () {
    it("stops the account from paying and being paid, until lifted", async function () {
      await enforcer().freeze(f.payer, BASIS);
      expect(await f.token.isFrozen(f.payer)).to.equal(true);
      expect([await f.token.canSend(f.payer), await f.token.canReceive(f.payer)]).to.deep.equal([false, false]);
      await expect(asPayer().transfer(f.payee, 1n))
        .to.be.revertedWithCustomError(f.token, "ERC7943CannotSend")
        .withArgs(f.payer);
      await expect(f.token.connect(f.payee).transfer(f.payer, 1n))
        .to.be.revertedWithCustomError(f.token, "ERC7943CannotReceive")
        .withArgs(f.payer);
      await enforcer().unfreeze(f.payer, BASIS);
      expect([await f.token.canSend(f.payer), await f.token.canReceive(f.payer)]).to.deep.equal([true, true]);
      await asPayer().transfer(f.payee, 1n);
    });

    it("stops new holds, by whomever they are placed", async function () {
      await enforcer().freeze(f.payer, BASIS);
      await expect(asPayer().placeHold(await holdTerms(chain, f.payer, f.executor, 1n)))
        .to.be.revertedWithCustomError(f.token, "ERC7943CannotSend")
        .withArgs(f.payer);
    });

    it("changes one flag and nothing else", async function () {
      expect(await moved(() => enforcer().freeze(f.payer, BASIS))).to.deep.equal({ "payer.flags": 1n });
      expect(await moved(() => enforcer().freeze(f.payer, ref("a further order")))).to.deep.equal({});
      expect(await moved(() => enforcer().unfreeze(f.payer, BASIS))).to.deep.equal({ "payer.flags": -1n });
      expect(await moved(() => enforcer().unfreeze(f.payer, BASIS))).to.deep.equal({});
    });

    it("logs who ordered it on which basis", async function () {
      await expect(enforcer().freeze(f.payer, BASIS))
        .to.emit(f.token, "AccountFrozen")
        .withArgs(f.payer, f.enforcer, BASIS);
      await expect(enforcer().unfreeze(f.payer, BASIS))
        .to.emit(f.token, "AccountUnfrozen")
        .withArgs(f.payer, f.enforcer, BASIS);
    });

    it("reverts without a legal basis", async function () {
      await expect(enforcer().freeze(f.payer, ZeroHash))
        .to.be.revertedWithCustomError(f.token, "LedgerLegalBasisMissing")
        .withArgs(f.payer);
      await expect(enforcer().unfreeze(f.payer, ZeroHash))
        .to.be.revertedWithCustomError(f.token, "LedgerLegalBasisMissing")
        .withArgs(f.payer);
    });
  });

  describe("setFrozenTokens", function () {
    it("sets the amount, replaces it, and lifts it", async function () {
      for (const amount of [AMOUNT, minor("1"), 0n]) {
        await enforcer()[FREEZE](f.payer, amount, BASIS);
        expect(await f.token.getFrozenTokens(f.payer)).to.equal(amount);
        expect(await f.token.spendableOf(f.payer)).to.equal(BALANCE - amount);
      }
    });

    it("changes the frozen amount and its flag, and nothing else", async function () {
      expect(await moved(() => enforcer()[FREEZE](f.payer, AMOUNT, BASIS))).to.deep.equal({
        "payer.flags": 2n,
        "payer.frozen": AMOUNT,
      });
      expect(await moved(() => enforcer()[FREEZE](f.payer, 0n, BASIS))).to.deep.equal({
        "payer.flags": -2n,
        "payer.frozen": -AMOUNT,
      });
    });

    it("lets the rest be spent, to the last unit", async function () {
      await enforcer()[FREEZE](f.payer, AMOUNT, BASIS);
      await expect(asPayer().transfer(f.payee, BALANCE - AMOUNT + 1n))
        .to.be.revertedWithCustomError(f.token, "ERC7943InsufficientUnfrozenBalance")
        .withArgs(f.payer, BALANCE - AMOUNT + 1n, BALANCE - AMOUNT);
      await asPayer().transfer(f.payee, BALANCE - AMOUNT);
    });

    it("leaves it to ERC-20 to refuse more than the balance", async function () {
      await enforcer()[FREEZE](f.payer, AMOUNT, BASIS);
      await expect(asPayer().transfer(f.payee, BALANCE + 1n))
        .to.be.revertedWithCustomError(f.token, "ERC20InsufficientBalance")
        .withArgs(f.payer, BALANCE, BALANCE + 1n);
    });

    it("stops holds beyond the rest", async function () {
      await enforcer()[FREEZE](f.payer, AMOUNT, BASIS);
      const terms = await holdTerms(chain, f.payer, f.executor, BALANCE - AMOUNT + 1n);
      await expect(asPayer().placeHold(terms))
        .to.be.revertedWithCustomError(f.token, "ERC7943InsufficientUnfrozenBalance")
        .withArgs(f.payer, BALANCE - AMOUNT + 1n, BALANCE - AMOUNT);
    });

    it("keeps what is held apart from what is frozen", async function () {
      await asPayer().placeHold(await holdTerms(chain, f.payer, f.executor, minor("300")));
      await enforcer()[FREEZE](f.payer, AMOUNT, BASIS);
      expect(await f.token.spendableOf(f.payer)).to.equal(minor("300"));
      await expect(asPayer().transfer(f.payee, minor("300.01")))
        .to.be.revertedWithCustomError(f.token, "ERC7943InsufficientUnfrozenBalance")
        .withArgs(f.payer, minor("300.01"), minor("300"));
      await expect(asPayer().transfer(f.payee, minor("700.01")))
        .to.be.revertedWithCustomError(f.token, "LedgerInsufficientSpendable")
        .withArgs(f.payer, minor("300"), minor("700.01"));
    });

    for (const amount of [BALANCE + 1n, MaxUint256]) {
      it(`freezes ${amount}, more than the account has, and what comes in later`, async function () {
        await enforcer()[FREEZE](f.payer, amount, BASIS);
        expect(await f.token.getFrozenTokens(f.payer)).to.equal(amount);
        expect(await f.token.spendableOf(f.payer)).to.equal(0n);
        await f.token.connect(f.payee).transfer(f.payer, 1n);
        await expect(asPayer().transfer(f.payee, 1n))
          .to.be.revertedWithCustomError(f.token, "ERC7943InsufficientUnfrozenBalance")
          .withArgs(f.payer, 1n, 0n);
      });
    }

    it("logs the amount and the order", async function () {
      await expect(enforcer()[FREEZE](f.payer, AMOUNT, BASIS))
        .to.emit(f.token, "Frozen")
        .withArgs(f.payer, AMOUNT)
        .and.to.emit(f.token, "EnforcementOrdered")
        .withArgs(f.payer, f.enforcer, BASIS);
    });

    it("names the standing mandate when called as ERC-7943 has it", async function () {
      await expect(enforcer()[FREEZE_BY_MANDATE](f.payer, AMOUNT))
        .to.emit(f.token, "EnforcementOrdered")
        .withArgs(f.payer, f.enforcer, f.mandate);
      expect(await f.token.getFrozenTokens(f.payer)).to.equal(AMOUNT);
    });

    it("returns true", async function () {
      expect(await enforcer()[FREEZE].staticCall(f.payer, AMOUNT, BASIS)).to.equal(true);
      expect(await enforcer()[FREEZE_BY_MANDATE].staticCall(f.payer, AMOUNT)).to.equal(true);
    });

    it("reverts without a legal basis", async function () {
      await expect(enforcer()[FREEZE](f.payer, AMOUNT, ZeroHash))
        .to.be.revertedWithCustomError(f.token, "LedgerLegalBasisMissing")
        .withArgs(f.payer);
    });
  });

  describe("forcedTransfer", function () {
    it("moves the amount and changes nothing else", async function () {
      expect(await moved(() => enforcer()[FORCE](f.payer, f.payee, AMOUNT, BASIS))).to.deep.equal({
        "payer.balance": -AMOUNT,
        "payee.balance": AMOUNT,
      });
    });

    it("logs the movement, that it was forced, and the order", async function () {
      await expect(enforcer()[FORCE](f.payer, f.payee, AMOUNT, BASIS))
        .to.emit(f.token, "Transfer")
        .withArgs(f.payer, f.payee, AMOUNT)
        .and.to.emit(f.token, "ForcedTransfer")
        .withArgs(f.payer, f.payee, AMOUNT)
        .and.to.emit(f.token, "EnforcementOrdered")
        .withArgs(f.payer, f.enforcer, BASIS);
    });

    it("names the standing mandate when called as ERC-7943 has it", async function () {
      await expect(enforcer()[FORCE_BY_MANDATE](f.payer, f.payee, AMOUNT))
        .to.emit(f.token, "EnforcementOrdered")
        .withArgs(f.payer, f.enforcer, f.mandate);
    });

    it("returns true", async function () {
      expect(await enforcer()[FORCE].staticCall(f.payer, f.payee, AMOUNT, BASIS)).to.equal(true);
      expect(await enforcer()[FORCE_BY_MANDATE].staticCall(f.payer, f.payee, AMOUNT)).to.equal(true);
    });

    it("reaches a frozen account, which stays frozen", async function () {
      await enforcer().freeze(f.payer, BASIS);
      await enforcer()[FORCE](f.payer, f.payee, BALANCE, BASIS);
      expect(await f.token.balanceOf(f.payer)).to.equal(0n);
      expect(await f.token.isFrozen(f.payer)).to.equal(true);
    });

    it("takes the unfrozen part first and leaves the frozen amount", async function () {
      await enforcer()[FREEZE](f.payer, AMOUNT, BASIS);
      await expect(enforcer()[FORCE](f.payer, f.payee, BALANCE - AMOUNT, BASIS)).not.to.emit(f.token, "Frozen");
      expect(await f.token.getFrozenTokens(f.payer)).to.equal(AMOUNT);
    });

    it("thaws what it takes of the frozen part, and says so before the transfer", async function () {
      await enforcer()[FREEZE](f.payer, AMOUNT, BASIS);
      const transaction = await enforcer()[FORCE](f.payer, f.payee, minor("700"), BASIS);
      await expect(transaction).to.emit(f.token, "Frozen").withArgs(f.payer, minor("300"));
      const receipt = await transaction.wait();
      const names = (receipt?.logs ?? []).map((log) => f.token.interface.parseLog(log)?.name);
      expect(names).to.deep.equal(["Frozen", "Transfer", "ForcedTransfer", "EnforcementOrdered"]);
      expect(await f.token.spendableOf(f.payer)).to.equal(0n);
    });

    it("leaves nothing frozen of an account it empties", async function () {
      await enforcer()[FREEZE](f.payer, MaxUint256, BASIS);
      expect(await moved(() => enforcer()[FORCE](f.payer, f.payee, BALANCE, BASIS))).to.deep.equal({
        "payer.balance": -BALANCE,
        "payer.flags": -2n,
        "payer.frozen": -MaxUint256,
        "payee.balance": BALANCE,
      });
    });

    it("cannot reach what is held, to the unit", async function () {
      await asPayer().placeHold(await holdTerms(chain, f.payer, f.executor, AMOUNT));
      await expect(enforcer()[FORCE](f.payer, f.payee, BALANCE - AMOUNT + 1n, BASIS))
        .to.be.revertedWithCustomError(f.token, "LedgerOrderExceedsUnheld")
        .withArgs(f.payer, BALANCE - AMOUNT + 1n, BALANCE - AMOUNT);
      await enforcer()[FORCE](f.payer, f.payee, BALANCE - AMOUNT, BASIS);
      expect(await f.token.balanceOf(f.payer)).to.equal(AMOUNT);
    });

    it("reverts one unit above the balance", async function () {
      await expect(enforcer()[FORCE](f.payer, f.payee, BALANCE + 1n, BASIS))
        .to.be.revertedWithCustomError(f.token, "ERC20InsufficientBalance")
        .withArgs(f.payer, BALANCE, BALANCE + 1n);
    });

    it("reverts towards a receiver that cannot be paid", async function () {
      await enforcer().freeze(f.payee, BASIS);
      await expect(enforcer()[FORCE](f.payer, f.payee, 1n, BASIS))
        .to.be.revertedWithCustomError(f.token, "ERC7943CannotReceive")
        .withArgs(f.payee);
    });

    it("reverts towards the zero address", async function () {
      await expect(enforcer()[FORCE](f.payer, ZeroAddress, 1n, BASIS))
        .to.be.revertedWithCustomError(f.token, "ERC20InvalidReceiver")
        .withArgs(ZeroAddress);
    });

    it("reverts from an account to itself", async function () {
      await expect(enforcer()[FORCE](f.payer, f.payer, 1n, BASIS))
        .to.be.revertedWithCustomError(f.token, "ERC7943CannotTransfer")
        .withArgs(f.payer, f.payer, 1n);
    });

    it("reverts without a legal basis", async function () {
      await expect(enforcer()[FORCE](f.payer, f.payee, 1n, ZeroHash))
        .to.be.revertedWithCustomError(f.token, "LedgerLegalBasisMissing")
        .withArgs(f.payer);
    });
  });

  describe("who may order", function () {
    it("is nobody without the enforcer's power", async function () {
      for (const caller of [f.payer, f.stranger]) {
        const token = f.token.connect(caller);
        for (const order of [
          () => token.freeze(f.payee, BASIS),
          () => token.unfreeze(f.payee, BASIS),
          () => token[FREEZE](f.payee, 1n, BASIS),
          () => token[FREEZE_BY_MANDATE](f.payee, 1n),
          () => token[FORCE](f.payee, f.payer, 1n, BASIS),
          () => token[FORCE_BY_MANDATE](f.payee, f.payer, 1n),
        ]) {
          await expect(order())
            .to.be.revertedWithCustomError(f.token, "LedgerPowerMissing")
            .withArgs(caller, POWER.enforcer);
        }
      }
    });
  });

  describe("canSend, canReceive and canTransfer", function () {
    it("are false for the zero address", async function () {
      expect(await f.token.canSend(ZeroAddress)).to.equal(false);
      expect(await f.token.canReceive(ZeroAddress)).to.equal(false);
      expect(await f.token.canTransfer(ZeroAddress, f.payee, 0n)).to.equal(false);
      expect(await f.token.canTransfer(f.payer, ZeroAddress, 0n)).to.equal(false);
    });

    it("follow freezing on either side", async function () {
      expect(await f.token.canTransfer(f.payer, f.payee, 1n)).to.equal(true);
      await enforcer().freeze(f.payee, BASIS);
      expect(await f.token.canTransfer(f.payer, f.payee, 1n)).to.equal(false);
      expect(await f.token.canTransfer(f.payee, f.payer, 1n)).to.equal(false);
    });

    it("let the unfrozen amount pass, and not one unit more", async function () {
      await enforcer()[FREEZE](f.payer, AMOUNT, BASIS);
      expect(await f.token.canTransfer(f.payer, f.payee, BALANCE - AMOUNT)).to.equal(true);
      expect(await f.token.canTransfer(f.payer, f.payee, BALANCE - AMOUNT + 1n)).to.equal(false);
    });

    it("leave the balance and what is held to the transfer itself, as ERC-7943 asks", async function () {
      await asPayer().placeHold(await holdTerms(chain, f.payer, f.executor, AMOUNT));
      expect(await f.token.canTransfer(f.payer, f.payee, BALANCE)).to.equal(true);
      expect(await f.token.canTransfer(f.payer, f.payee, BALANCE + 1n)).to.equal(true);
      expect(await f.token.canTransfer(f.payer, f.payer, BALANCE + 1n)).to.equal(true);
    });
  });
}
