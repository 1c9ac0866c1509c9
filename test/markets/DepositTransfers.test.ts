import { expect } from "chai";
import { MaxUint256, ZeroAddress, ZeroHash } from "ethers";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import { signDepositHold, signDepositOrder } from "../../sdk/markets/deposits.js";
import { openChain, ref } from "../support/chain.js";
import { CLASS, POWER, fund, identityOf } from "../support/currency.js";
import {
  DEPOSIT,
  RESERVES,
  RULES,
  deployDepositTokens,
  holdFor,
  idOf,
  netOf,
  orderOf,
  type DepositTokens,
} from "../support/depositTokens.js";

const chain = await openChain("hongkong");
const { ethers, networkHelpers } = chain;
const AMOUNT = minor("100.00", "HKD");

async function deploy() {
  return deployDepositTokens(chain);
}

describe("DepositTransfers", function () {
  let f: DepositTokens;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  describe("execute", function () {
    context("given a customer of A that pays a customer of B", function () {
      it("burns at A, moves central bank money from A to B, mints at B", async function () {
        const order = await orderOf(f);
        const net = await netOf(f);
        const paid = f.transfers.connect(f.ann).execute(order, "0x", "0x");
        await expect(paid).to.changeTokenBalances(ethers, f.atHsbc, [f.ann, f.transfers], [-AMOUNT, 0n]);
        await expect(paid).to.changeTokenBalances(
          ethers,
          f.money,
          [f.hsbc, f.bochk, f.transfers],
          [-AMOUNT, AMOUNT, 0n],
        );
        await expect(paid).to.changeTokenBalances(ethers, f.atBochk, [f.bob, f.transfers], [AMOUNT, 0n]);
        await expect(paid)
          .to.emit(f.transfers, "DepositOrderExecuted")
          .withArgs(idOf(f, order), order.from, order.to, order.fromToken, order.toToken, AMOUNT);
        expect(await f.atHsbc.totalSupply()).to.equal(2n * DEPOSIT - AMOUNT);
        expect(await f.atBochk.totalSupply()).to.equal(2n * DEPOSIT + AMOUNT);
        expect(await netOf(f)).to.deep.equal(net);
        expect(await f.engine.statusOf(f.hsbc, idOf(f, order))).to.equal(1n);
      });

      it("computes the id and the hold that the signer computes", async function () {
        const order = await orderOf(f);
        expect(await f.transfers.orderId(order)).to.equal(idOf(f, order));
        expect(await f.transfers.holdOf(order)).to.deep.equal(Object.values(holdFor(f, order)));
      });

      it("does it once", async function () {
        const order = await orderOf(f);
        await f.transfers.connect(f.ann).execute(order, "0x", "0x");
        await expect(f.transfers.connect(f.ann).execute(order, "0x", "0x"))
          .to.be.revertedWithCustomError(f.atHsbc, "HoldAlreadyUsed")
          .withArgs(await f.atHsbc.holdId(holdFor(f, order)));
      });
    });

    context("given money that changes its form", function () {
      it("takes central bank money for deposits of the same owner", async function () {
        await fund(f.hongkong, f.shop, AMOUNT);
        const fromToken = await f.money.getAddress();
        const order = await orderOf(f, {
          ...{ from: f.shop.address, to: f.shop.address },
          ...{ fromToken, toToken: await f.atHsbc.getAddress() },
        });
        const net = await netOf(f);
        const paid = f.transfers.connect(f.shop).execute(order, "0x", "0x");
        await expect(paid).to.changeTokenBalances(ethers, f.money, [f.shop, f.hsbc], [-AMOUNT, AMOUNT]);
        await expect(paid).to.changeTokenBalance(ethers, f.atHsbc, f.shop, AMOUNT);
        expect(await netOf(f)).to.deep.equal(net);
      });

      it("gives central bank money for deposits", async function () {
        const order = await orderOf(f, { to: f.ann.address, toToken: await f.money.getAddress() });
        const net = await netOf(f);
        const paid = f.transfers.connect(f.ann).execute(order, "0x", "0x");
        await expect(paid).to.changeTokenBalances(ethers, f.money, [f.ann, f.hsbc], [AMOUNT, -AMOUNT]);
        await expect(paid).to.changeTokenBalance(ethers, f.atHsbc, f.ann, -AMOUNT);
        expect(await netOf(f)).to.deep.equal(net);
      });

      it("pays within one bank without central bank money", async function () {
        const order = await orderOf(f, { to: f.shop.address, toToken: await f.atHsbc.getAddress() });
        const paid = f.transfers.connect(f.ann).execute(order, "0x", "0x");
        await expect(paid).to.changeTokenBalances(ethers, f.atHsbc, [f.ann, f.shop], [-AMOUNT, AMOUNT]);
        await expect(paid).to.changeTokenBalance(ethers, f.money, f.hsbc, 0n);
      });

      it("refuses who would pay itself in the form it has", async function () {
        const order = await orderOf(f, { to: f.ann.address, toToken: await f.atHsbc.getAddress() });
        await expect(f.transfers.connect(f.ann).execute(order, "0x", "0x"))
          .to.be.revertedWithCustomError(f.atHsbc, "HoldPayeeMismatch")
          .withArgs(await f.atHsbc.holdId(holdFor(f, order)), f.ann, ZeroAddress);
      });
    });

    context("given consent in other forms", function () {
      it("takes the payer's signature over the order", async function () {
        const order = await orderOf(f);
        const consent = await signDepositOrder(f.ann, f.domain, order);
        await f.transfers.connect(f.carrier).execute(order, consent, "0x");
        expect(await f.atBochk.balanceOf(f.bob)).to.equal(DEPOSIT + AMOUNT);
      });

      it("takes the payer's signature over the hold, without an allowance, also placed by somebody before", async function () {
        await f.atHsbc.connect(f.ann).approve(f.transfers, 0n);
        const order = await orderOf(f);
        const signature = await signDepositHold(f.ann, f.domain, await domainOf(f.atHsbc), order);
        const second = { ...order, businessRef: ref("second") };
        const signedSecond = await signDepositHold(f.ann, f.domain, await domainOf(f.atHsbc), second);
        await f.transfers.connect(f.carrier).execute(order, "0x", signature);
        await f.atHsbc.connect(f.stranger).placeHoldWithSignature(holdFor(f, second), signedSecond);
        await f.transfers.connect(f.carrier).execute(second, "0x", signedSecond);
        expect(await f.atBochk.balanceOf(f.bob)).to.equal(DEPOSIT + 2n * AMOUNT);
      });

      it("takes the signature of a payer whose account is a contract", async function () {
        const wallet = await ethers.deployContract("Erc1271WalletMock", [f.ann.address]);
        await f.atHsbc.connect(f.hsbc).openAccount(wallet);
        await f.atHsbc.connect(f.ann).transfer(wallet, AMOUNT);
        const allow = f.atHsbc.interface.encodeFunctionData("approve", [await f.transfers.getAddress(), MaxUint256]);
        await wallet.execute(f.atHsbc, allow);
        const order = await orderOf(f, { from: await wallet.getAddress() });
        const consent = await signDepositOrder(f.ann, f.domain, order);
        await f.transfers.connect(f.carrier).execute(order, consent, "0x");
        expect(await f.atHsbc.balanceOf(wallet)).to.equal(0n);
      });

      it("refuses a signature of somebody else, and none", async function () {
        const order = await orderOf(f);
        for (const consent of ["0x", await signDepositOrder(f.bob, f.domain, order)]) {
          await expect(f.transfers.connect(f.carrier).execute(order, consent, "0x"))
            .to.be.revertedWithCustomError(f.transfers, "DepositConsentMissing")
            .withArgs(idOf(f, order), f.ann);
        }
      });

      it("refuses a signature over the same order with another amount", async function () {
        const order = await orderOf(f);
        const consent = await signDepositOrder(f.ann, f.domain, order);
        const more = { ...order, amount: AMOUNT + 1n };
        await expect(f.transfers.connect(f.carrier).execute(more, consent, "0x"))
          .to.be.revertedWithCustomError(f.transfers, "DepositConsentMissing")
          .withArgs(idOf(f, more), f.ann);
      });

      it("refuses what the payer has withdrawn at its ledger before it was carried", async function () {
        const order = await orderOf(f);
        const consent = await signDepositOrder(f.ann, f.domain, order);
        await f.atHsbc.connect(f.ann).voidHold(holdFor(f, order));
        await expect(f.transfers.connect(f.carrier).execute(order, consent, "0x"))
          .to.be.revertedWithCustomError(f.atHsbc, "HoldAlreadyUsed")
          .withArgs(await f.atHsbc.holdId(holdFor(f, order)));
      });
    });

    context("given its last moment", function () {
      it("is carried out at it and refused a second later", async function () {
        const order = await orderOf(f);
        await networkHelpers.time.setNextBlockTimestamp(order.notAfter);
        await f.transfers.connect(f.ann).execute(order, "0x", "0x");
        const late = { ...order, businessRef: ref("late") };
        await networkHelpers.time.setNextBlockTimestamp(order.notAfter + 1n);
        await expect(f.transfers.connect(f.ann).execute(late, "0x", "0x"))
          .to.be.revertedWithCustomError(f.transfers, "DepositOrderExpired")
          .withArgs(idOf(f, late), order.notAfter, order.notAfter + 1n);
      });
    });

    context("given bank A", function () {
      it("pays its single limit and not a cent more", async function () {
        const order = await orderOf(f, { amount: RULES.outSingle });
        await f.transfers.connect(f.ann).execute(order, "0x", "0x");
        const more = await orderOf(f, { amount: RULES.outSingle + 1n });
        await expect(f.transfers.connect(f.ann).execute(more, "0x", "0x"))
          .to.be.revertedWithCustomError(f.transfers, "DepositSingleLimitExceeded")
          .withArgs(f.hongkong.banks[0].number, RULES.outSingle + 1n, RULES.outSingle);
      });

      it("pays its day's limit and not a cent more, and again the next day", async function () {
        const first = await orderOf(f, { amount: RULES.outSingle });
        await f.transfers.connect(f.ann).execute(first, "0x", "0x");
        const left = RULES.outDay - RULES.outSingle;
        const over = await orderOf(f, { amount: left + 1n, businessRef: ref("over") });
        const bank = f.hongkong.banks[0].number;
        await expect(f.transfers.connect(f.ann).execute(over, "0x", "0x"))
          .to.be.revertedWithCustomError(f.transfers, "DepositDayLimitExceeded")
          .withArgs(bank, left + 1n, RULES.outSingle, RULES.outDay);
        const rest = await orderOf(f, { amount: left, businessRef: ref("rest") });
        await f.transfers.connect(f.ann).execute(rest, "0x", "0x");
        expect((await f.transfers.rulesOf(bank)).paidToday).to.equal(RULES.outDay);
        await networkHelpers.time.increase(86_400);
        expect((await f.transfers.rulesOf(bank)).paidToday).to.equal(0n);
        const next = await orderOf(f, { businessRef: ref("tomorrow") });
        await f.transfers.connect(f.ann).execute(next, "0x", "0x");
        expect((await f.transfers.rulesOf(bank)).paidToday).to.equal(AMOUNT);
      });

      it("refuses by name when it lacks central bank money, and nothing moves", async function () {
        await f.money.connect(f.hsbc).transfer(f.bochk, RESERVES - AMOUNT + 1n);
        const order = await orderOf(f);
        await expect(f.transfers.connect(f.ann).execute(order, "0x", "0x"))
          .to.be.revertedWithCustomError(f.money, "ERC20InsufficientBalance")
          .withArgs(f.hsbc, AMOUNT - 1n, AMOUNT);
        expect(await f.atHsbc.balanceOf(f.ann)).to.equal(DEPOSIT);
        expect(await f.atBochk.balanceOf(f.bob)).to.equal(DEPOSIT);
      });

      it("refuses once it has taken its consent back, at the engine or as an issuer", async function () {
        const order = await orderOf(f);
        await f.engine.connect(f.hsbc).authorizeAgent(f.transfers, false);
        await expect(f.transfers.connect(f.ann).execute(order, "0x", "0x")).to.be.revertedWithCustomError(
          f.engine,
          "InstructionConsentMissing",
        );
        await f.atHsbc.connect(f.hsbc).dismiss(f.transfers, POWER.issuer);
        await expect(f.transfers.connect(f.ann).execute(order, "0x", "0x"))
          .to.be.revertedWithCustomError(f.atHsbc, "LedgerPowerMissing")
          .withArgs(f.transfers, POWER.issuer);
      });

      it("still pays what it owes when it is suspended", async function () {
        const { registry, officers, banks } = f.hongkong;
        await registry.connect(officers.registrar).setStatus(banks[0].number, 3n, ref("suspension"));
        await f.transfers.connect(f.ann).execute(await orderOf(f), "0x", "0x");
        expect(await f.atBochk.balanceOf(f.bob)).to.equal(DEPOSIT + AMOUNT);
      });
    });

    context("given bank B", function () {
      it("accepts its limit and not a cent more", async function () {
        const { number, account } = f.hongkong.banks[1];
        const rules = { ...RULES, inSingle: AMOUNT };
        await f.transfers.connect(account).setRules(rules);
        await f.transfers.connect(f.ann).execute(await orderOf(f), "0x", "0x");
        await expect(f.transfers.connect(f.ann).execute(await orderOf(f, { amount: AMOUNT + 1n }), "0x", "0x"))
          .to.be.revertedWithCustomError(f.transfers, "DepositNotAccepted")
          .withArgs(number, AMOUNT + 1n, AMOUNT);
      });

      it("refuses a payee that is not its customer", async function () {
        await expect(f.transfers.connect(f.ann).execute(await orderOf(f, { to: f.shop.address }), "0x", "0x"))
          .to.be.revertedWithCustomError(f.atBochk, "ERC7943CannotReceive")
          .withArgs(f.shop);
      });

      it("refuses new business while it is suspended", async function () {
        const { registry, officers, banks } = f.hongkong;
        await registry.connect(officers.registrar).setStatus(banks[1].number, 3n, ref("suspension"));
        await expect(f.transfers.connect(f.ann).execute(await orderOf(f), "0x", "0x"))
          .to.be.revertedWithCustomError(registry, "InstitutionNotActive")
          .withArgs(banks[1].number, 3n);
      });
    });

    context("given somebody frozen or halted", function () {
      it("refuses a frozen payer and a frozen payee", async function () {
        const { hsbc, bochk, ann, bob } = f;
        await f.atHsbc.connect(hsbc).appoint(f.carrier, POWER.enforcer, ref("articles"));
        await f.atBochk.connect(bochk).appoint(f.carrier, POWER.enforcer, ref("articles"));
        await f.atBochk.connect(f.carrier).freeze(bob, ref("order"));
        await expect(f.transfers.connect(ann).execute(await orderOf(f), "0x", "0x"))
          .to.be.revertedWithCustomError(f.atBochk, "ERC7943CannotReceive")
          .withArgs(bob);
        await f.atHsbc.connect(f.carrier).freeze(ann, ref("order"));
        await expect(f.transfers.connect(ann).execute(await orderOf(f), "0x", "0x"))
          .to.be.revertedWithCustomError(f.atHsbc, "ERC7943CannotSend")
          .withArgs(ann);
      });

      it("refuses while B's token or the currency is halted", async function () {
        await f.atBochk.connect(f.halter).haltAll();
        await expect(f.transfers.connect(f.ann).execute(await orderOf(f), "0x", "0x"))
          .to.be.revertedWithCustomError(f.atBochk, "ClaimMovementHalted")
          .withArgs(f.bob);
        await f.atBochk.connect(f.resumer).resumeAll();
        await f.money.connect(f.halter).haltAll();
        await expect(f.transfers.connect(f.ann).execute(await orderOf(f), "0x", "0x"))
          .to.be.revertedWithCustomError(f.money, "WalletHalted")
          .withArgs(f.hsbc, CLASS.institution);
      });

      it("refuses central bank money that the payee's wallet has no room for", async function () {
        const { banks, currency } = f.hongkong;
        await currency.connect(banks[0].account).openWallet(f.stranger, CLASS.IV, identityOf(f.stranger));
        const order = await orderOf(f, { to: f.stranger.address, toToken: await f.money.getAddress() });
        const { balance } = f.hongkong.limits.IV;
        await fund(f.hongkong, f.stranger, balance);
        await expect(f.transfers.connect(f.ann).execute(order, "0x", "0x"))
          .to.be.revertedWithCustomError(f.money, "WalletBalanceLimitExceeded")
          .withArgs(f.stranger, AMOUNT, balance, balance);
      });
    });

    it("refuses tokens that nobody has admitted", async function () {
      const foreign = await ethers.deployContract("LedgerHarness");
      const token = await foreign.getAddress();
      for (const changed of [{ fromToken: token }, { toToken: token }]) {
        await expect(f.transfers.connect(f.ann).execute(await orderOf(f, changed), "0x", "0x"))
          .to.be.revertedWithCustomError(f.transfers, "DepositTokenUnknown")
          .withArgs(token);
      }
      const order = await orderOf(f, { fromToken: token });
      await expect(f.transfers.connect(f.ann).withdraw(order))
        .to.be.revertedWithCustomError(f.transfers, "DepositTokenUnknown")
        .withArgs(token);
    });

    it("refuses to pay nothing", async function () {
      const order = await orderOf(f, { amount: 0n });
      await expect(f.transfers.connect(f.ann).execute(order, "0x", "0x"))
        .to.be.revertedWithCustomError(f.atHsbc, "HoldTermsInvalid")
        .withArgs(await f.atHsbc.holdId(holdFor(f, order)));
    });
  });

  it("tells orders of one payer apart by their reference", async function () {
    await f.transfers.connect(f.ann).execute(await orderOf(f, { businessRef: ZeroHash }), "0x", "0x");
    await f.transfers.connect(f.ann).execute(await orderOf(f), "0x", "0x");
    expect(await f.atBochk.balanceOf(f.bob)).to.equal(DEPOSIT + 2n * AMOUNT);
  });
});
