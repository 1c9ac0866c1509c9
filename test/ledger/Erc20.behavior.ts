import { expect } from "chai";
import { MaxUint256, ZeroAddress } from "ethers";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { minor } from "../../sdk/money.js";
import type { ILedger } from "../../types/ethers-contracts/index.js";
import type { Chain } from "../support/chain.js";
import { changes } from "../support/frame.js";

/** A token on the ledger and three accounts that its rules leave free to pay and be paid. */
export interface Erc20Subject {
  readonly token: ILedger;
  /** Owns 1,000.00 and nothing of it is held or frozen. */
  readonly holder: HardhatEthersSigner;
  /** Owns 10.00. */
  readonly recipient: HardhatEthersSigner;
  /** Owns nothing and has no allowance. */
  readonly spender: HardhatEthersSigner;
}

const BALANCE = minor("1000");
const OWNED = minor("10");
const AMOUNT = minor("250.50");

/**
 * The ERC-20 property catalogue: what every token of the suite must do, in the order transfer, transferFrom, approve.
 * Supply is changed by nothing here, which every `changes` shows.
 */
export function behavesLikeErc20({ ethers }: Chain, get: () => Erc20Subject): void {
  let token: ILedger;
  let holder: HardhatEthersSigner;
  let recipient: HardhatEthersSigner;
  let spender: HardhatEthersSigner;

  const movesNothing = async (act: () => Promise<unknown>) =>
    expect(await changes(token, { holder, recipient, spender }, act)).to.deep.equal({});

  beforeEach(function () {
    ({ token, holder, recipient, spender } = get());
  });

  describe("supply and balances", function () {
    it("has a supply that is the sum of balances", async function () {
      const balances = await Promise.all([holder, recipient, spender].map((account) => token.balanceOf(account)));
      expect(balances).to.deep.equal([BALANCE, OWNED, 0n]);
      expect(await token.totalSupply()).to.equal(BALANCE + OWNED);
    });

    it("has nothing at the zero address", async function () {
      expect(await token.balanceOf(ZeroAddress)).to.equal(0n);
    });
  });

  describe("transfer", function () {
    it("moves the amount and changes nothing else", async function () {
      const moved = await changes(token, { holder, recipient, spender }, () =>
        token.connect(holder).transfer(recipient, AMOUNT),
      );
      expect(moved).to.deep.equal({ "holder.balance": -AMOUNT, "recipient.balance": AMOUNT });
    });

    it("moves the whole balance", async function () {
      await token.connect(holder).transfer(recipient, BALANCE);
      expect(await token.balanceOf(holder)).to.equal(0n);
    });

    it("logs the movement", async function () {
      await expect(token.connect(holder).transfer(recipient, AMOUNT))
        .to.emit(token, "Transfer")
        .withArgs(holder, recipient, AMOUNT);
    });

    it("returns true", async function () {
      expect(await token.connect(holder).transfer.staticCall(recipient, AMOUNT)).to.equal(true);
    });

    it("keeps every account when paying oneself", async function () {
      await movesNothing(() => token.connect(holder).transfer(holder, AMOUNT));
    });

    it("logs a payment to oneself", async function () {
      await expect(token.connect(holder).transfer(holder, AMOUNT))
        .to.emit(token, "Transfer")
        .withArgs(holder, holder, AMOUNT);
    });

    it("pays oneself the whole balance and no more", async function () {
      await token.connect(holder).transfer(holder, BALANCE);
      await expect(token.connect(holder).transfer(holder, BALANCE + 1n))
        .to.be.revertedWithCustomError(token, "ERC20InsufficientBalance")
        .withArgs(holder, BALANCE, BALANCE + 1n);
    });

    it("treats zero as an ordinary amount", async function () {
      await movesNothing(() => token.connect(holder).transfer(recipient, 0n));
      await expect(token.connect(holder).transfer(recipient, 0n))
        .to.emit(token, "Transfer")
        .withArgs(holder, recipient, 0n);
    });

    it("reverts one unit above the balance", async function () {
      await expect(token.connect(holder).transfer(recipient, BALANCE + 1n))
        .to.be.revertedWithCustomError(token, "ERC20InsufficientBalance")
        .withArgs(holder, BALANCE, BALANCE + 1n);
    });

    for (const amount of [2n ** 64n - 1n, 2n ** 64n, 2n ** 128n, MaxUint256 - 1n, MaxUint256]) {
      it(`refuses ${amount}, which no account has`, async function () {
        await movesNothing(() => expect(token.connect(holder).transfer(recipient, amount)).to.be.revert(ethers));
      });
    }

    it("reverts towards the zero address", async function () {
      await expect(token.connect(holder).transfer(ZeroAddress, AMOUNT))
        .to.be.revertedWithCustomError(token, "ERC20InvalidReceiver")
        .withArgs(ZeroAddress);
    });
  });

  describe("transferFrom", function () {
    beforeEach(async function () {
      await token.connect(holder).approve(spender, AMOUNT);
    });

    it("moves the amount, uses the allowance up and changes nothing else", async function () {
      const moved = await changes(token, { holder, recipient, spender }, () =>
        token.connect(spender).transferFrom(holder, recipient, AMOUNT),
      );
      expect(moved).to.deep.equal({
        "holder.balance": -AMOUNT,
        "recipient.balance": AMOUNT,
        "holder.allowance.spender": -AMOUNT,
      });
    });

    it("lowers the allowance by what was spent", async function () {
      await token.connect(spender).transferFrom(holder, recipient, minor("50.50"));
      expect(await token.allowance(holder, spender)).to.equal(minor("200"));
    });

    it("keeps an unlimited allowance", async function () {
      await token.connect(holder).approve(spender, MaxUint256);
      await token.connect(spender).transferFrom(holder, recipient, AMOUNT);
      expect(await token.allowance(holder, spender)).to.equal(MaxUint256);
    });

    it("returns true", async function () {
      expect(await token.connect(spender).transferFrom.staticCall(holder, recipient, AMOUNT)).to.equal(true);
    });

    it("keeps every balance when paying the owner", async function () {
      const moved = await changes(token, { holder, recipient, spender }, () =>
        token.connect(spender).transferFrom(holder, holder, AMOUNT),
      );
      expect(moved).to.deep.equal({ "holder.allowance.spender": -AMOUNT });
    });

    it("treats zero as an ordinary amount, also without an allowance", async function () {
      await movesNothing(() => token.connect(spender).transferFrom(holder, recipient, 0n));
    });

    it("reverts one unit above the allowance", async function () {
      await expect(token.connect(spender).transferFrom(holder, recipient, AMOUNT + 1n))
        .to.be.revertedWithCustomError(token, "ERC20InsufficientAllowance")
        .withArgs(spender, AMOUNT, AMOUNT + 1n);
    });

    it("reverts one unit above the balance", async function () {
      await token.connect(holder).approve(spender, MaxUint256);
      await expect(token.connect(spender).transferFrom(holder, recipient, BALANCE + 1n))
        .to.be.revertedWithCustomError(token, "ERC20InsufficientBalance")
        .withArgs(holder, BALANCE, BALANCE + 1n);
    });

    it("reverts for an owner who moves its own value without an allowance to itself", async function () {
      await expect(token.connect(holder).transferFrom(holder, recipient, AMOUNT))
        .to.be.revertedWithCustomError(token, "ERC20InsufficientAllowance")
        .withArgs(holder, 0n, AMOUNT);
    });

    it("reverts towards the zero address", async function () {
      await expect(token.connect(spender).transferFrom(holder, ZeroAddress, AMOUNT))
        .to.be.revertedWithCustomError(token, "ERC20InvalidReceiver")
        .withArgs(ZeroAddress);
    });

    it("reverts from the zero address", async function () {
      await expect(token.connect(spender).transferFrom(ZeroAddress, recipient, 0n))
        .to.be.revertedWithCustomError(token, "ERC20InvalidSender")
        .withArgs(ZeroAddress);
    });

    it("leaves the allowance when the payment is refused", async function () {
      await token.connect(holder).transfer(recipient, BALANCE);
      await expect(token.connect(spender).transferFrom(holder, recipient, AMOUNT)).to.be.revertedWithCustomError(
        token,
        "ERC20InsufficientBalance",
      );
      expect(await token.allowance(holder, spender)).to.equal(AMOUNT);
    });
  });

  describe("approve", function () {
    it("sets the allowance and changes nothing else", async function () {
      const moved = await changes(token, { holder, recipient, spender }, () =>
        token.connect(holder).approve(spender, AMOUNT),
      );
      expect(moved).to.deep.equal({ "holder.allowance.spender": AMOUNT });
    });

    it("replaces an allowance given before", async function () {
      await token.connect(holder).approve(spender, AMOUNT);
      await token.connect(holder).approve(spender, minor("1"));
      expect(await token.allowance(holder, spender)).to.equal(minor("1"));
      await token.connect(holder).approve(spender, 0n);
      expect(await token.allowance(holder, spender)).to.equal(0n);
    });

    it("promises more than the balance", async function () {
      await token.connect(holder).approve(spender, BALANCE + 1n);
      expect(await token.allowance(holder, spender)).to.equal(BALANCE + 1n);
    });

    it("logs the allowance", async function () {
      await expect(token.connect(holder).approve(spender, AMOUNT))
        .to.emit(token, "Approval")
        .withArgs(holder, spender, AMOUNT);
    });

    it("returns true", async function () {
      expect(await token.connect(holder).approve.staticCall(spender, AMOUNT)).to.equal(true);
    });

    it("reverts for the zero address", async function () {
      await expect(token.connect(holder).approve(ZeroAddress, AMOUNT))
        .to.be.revertedWithCustomError(token, "ERC20InvalidSpender")
        .withArgs(ZeroAddress);
    });
  });
}
