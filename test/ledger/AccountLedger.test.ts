import { expect } from "chai";
import { MaxUint256, ZeroAddress, ZeroHash } from "ethers";
import { minor } from "../../sdk/money.js";
import { actors, openChain, ref } from "../support/chain.js";
import { changes } from "../support/frame.js";
import { POWER } from "../support/currency.js";
import { isEnforceable } from "./Enforcement.behavior.js";
import { paysWithReference } from "./Payments.behavior.js";
import { behavesLikeErc20 } from "./Erc20.behavior.js";
import { endsHolds } from "./HoldEnding.behavior.js";
import { placesHolds } from "./HoldPlacing.behavior.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;

const MANDATE = ref("enforcement act");
const MAX_AMOUNT = 2n ** 64n - 1n;

async function deployLedger() {
  const who = await actors(chain, "deployer", "holder", "recipient", "spender", "stranger", "enforcer");
  const harness = await ethers.deployContract("LedgerHarness");
  const token = await ethers.getContractAt("ILedger", await harness.getAddress());
  await harness.mint(who.holder, minor("1000"));
  await harness.mint(who.recipient, minor("10"));
  await token.appoint(who.enforcer, POWER.enforcer, MANDATE);
  const roles = { payer: who.holder, payee: who.recipient, executor: who.spender, other: who.deployer };
  return { ...who, ...roles, harness, token, mandate: MANDATE };
}

describe("AccountLedger", function () {
  let f: Awaited<ReturnType<typeof deployLedger>>;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deployLedger);
  });

  behavesLikeErc20(chain, () => f);
  placesHolds(chain, () => f);
  endsHolds(chain, () => f);
  paysWithReference(chain, () => f);
  isEnforceable(chain, () => f);

  describe("_mint", function () {
    it("raises supply and balance by the amount and changes nothing else", async function () {
      const { holder, recipient } = f;
      expect(await changes(f.token, { holder, recipient }, () => f.harness.mint(holder, 5n))).to.deep.equal({
        supply: 5n,
        "holder.balance": 5n,
      });
    });

    it("logs a transfer from the zero address", async function () {
      await expect(f.harness.mint(f.holder, 5n)).to.emit(f.token, "Transfer").withArgs(ZeroAddress, f.holder, 5n);
    });

    it("reverts towards the zero address", async function () {
      await expect(f.harness.mint(ZeroAddress, 1n))
        .to.be.revertedWithCustomError(f.token, "ERC20InvalidReceiver")
        .withArgs(ZeroAddress);
    });

    it("fills an account up to 2^64 − 1 and not one unit further", async function () {
      await f.harness.mint(f.stranger, MAX_AMOUNT);
      expect(await f.token.balanceOf(f.stranger)).to.equal(MAX_AMOUNT);
      await expect(f.harness.mint(f.stranger, 1n))
        .to.be.revertedWithCustomError(f.harness, "LedgerBalanceOverflow")
        .withArgs(f.stranger, MAX_AMOUNT, 1n);
    });

    for (const amount of [2n ** 64n, 2n ** 128n, MaxUint256]) {
      it(`refuses ${amount} for an empty account`, async function () {
        await expect(f.harness.mint(f.stranger, amount)).to.be.revert(ethers);
        expect(await f.token.accountWord(f.stranger)).to.equal(0n);
      });
    }

    it("counts a supply past 2^64", async function () {
      await f.harness.mint(f.stranger, MAX_AMOUNT);
      await f.harness.mint(f.spender, MAX_AMOUNT);
      expect(await f.token.totalSupply()).to.equal(2n * MAX_AMOUNT + minor("1010"));
    });
  });

  describe("transfer to a nearly full account", function () {
    beforeEach(async function () {
      await f.harness.mint(f.stranger, MAX_AMOUNT - minor("1"));
    });

    it("fills it exactly", async function () {
      await f.token.connect(f.holder).transfer(f.stranger, minor("1"));
      expect(await f.token.balanceOf(f.stranger)).to.equal(MAX_AMOUNT);
      expect(await f.token.heldOf(f.stranger)).to.equal(0n);
    });

    it("reverts one unit past it", async function () {
      await expect(f.token.connect(f.holder).transfer(f.stranger, minor("1.01")))
        .to.be.revertedWithCustomError(f.harness, "LedgerBalanceOverflow")
        .withArgs(f.stranger, MAX_AMOUNT - minor("1"), minor("1.01"));
    });

    it("pays itself everything it has", async function () {
      await f.token.connect(f.stranger).transfer(f.stranger, MAX_AMOUNT - minor("1"));
      expect(await f.token.balanceOf(f.stranger)).to.equal(MAX_AMOUNT - minor("1"));
    });
  });

  describe("_burn", function () {
    it("lowers supply and balance by the amount and changes nothing else", async function () {
      const { holder, recipient } = f;
      expect(await changes(f.token, { holder, recipient }, () => f.harness.burn(holder, 5n))).to.deep.equal({
        supply: -5n,
        "holder.balance": -5n,
      });
    });

    it("logs a transfer to the zero address", async function () {
      await expect(f.harness.burn(f.holder, 5n)).to.emit(f.token, "Transfer").withArgs(f.holder, ZeroAddress, 5n);
    });

    it("thaws what it destroys of a frozen part, and says so before the transfer", async function () {
      const enforcer = f.token.connect(f.enforcer);
      await enforcer["setFrozenTokens(address,uint256,bytes32)"](f.holder, minor("900"), MANDATE);
      await expect(f.harness.burn(f.holder, minor("100"))).not.to.emit(f.token, "Frozen");
      const receipt = await (await f.harness.burn(f.holder, minor("300"))).wait();
      const names = (receipt?.logs ?? []).map((log) => f.token.interface.parseLog(log)?.name);
      expect(names).to.deep.equal(["Frozen", "Transfer"]);
      expect(await f.token.getFrozenTokens(f.holder)).to.equal(minor("600"));
    });

    it("destroys what is not held, and reverts one unit past it", async function () {
      const terms = {
        payer: f.holder.address,
        payee: ZeroAddress,
        executor: f.spender.address,
        amount: minor("400"),
        expiry: BigInt(await networkHelpers.time.latest()) + 3600n,
        businessRef: ref("burn"),
      };
      await f.token.connect(f.holder).placeHold(terms);
      await expect(f.harness.burn(f.holder, minor("600.01")))
        .to.be.revertedWithCustomError(f.token, "LedgerInsufficientSpendable")
        .withArgs(f.holder, minor("600"), minor("600.01"));
      await f.harness.burn(f.holder, minor("600"));
      expect(await f.token.balanceOf(f.holder)).to.equal(minor("400"));
    });
  });

  describe("appoint and dismiss", function () {
    for (const power of [POWER.issuer, POWER.enforcer]) {
      it(`gives and takes power ${power}, and nothing else`, async function () {
        const { stranger, holder } = f;
        const given = await changes(f.token, { stranger, holder }, () => f.token.appoint(stranger, power, MANDATE));
        const kept = power === POWER.enforcer ? { "stranger.mandate": BigInt(MANDATE) } : {};
        expect(given).to.deep.equal({ "stranger.flags": power, ...kept });
        expect(await f.token.hasPower(stranger, power)).to.equal(true);
        const taken = await changes(f.token, { stranger, holder }, () => f.token.dismiss(stranger, power));
        expect(taken).to.deep.equal({ "stranger.flags": -power });
        expect(await f.token.hasPower(stranger, power)).to.equal(false);
      });

      it(`logs the gift and the loss of power ${power}`, async function () {
        await expect(f.token.appoint(f.stranger, power, MANDATE))
          .to.emit(f.token, "PowerGranted")
          .withArgs(f.stranger, power, MANDATE);
        await expect(f.token.dismiss(f.stranger, power)).to.emit(f.token, "PowerRevoked").withArgs(f.stranger, power);
      });
    }

    it("renews a mandate", async function () {
      await f.token.appoint(f.enforcer, POWER.enforcer, ref("new act"));
      expect(await f.token.mandateOf(f.enforcer)).to.equal(ref("new act"));
    });

    it("keeps an enforcer's mandate when the account becomes an issuer, too", async function () {
      await f.token.appoint(f.enforcer, POWER.issuer, ref("issuance act"));
      expect(await f.token.mandateOf(f.enforcer)).to.equal(MANDATE);
    });

    it("takes an enforcer's standing at once", async function () {
      await f.token.dismiss(f.enforcer, POWER.enforcer);
      await expect(f.token.connect(f.enforcer).freeze(f.holder, ref("order")))
        .to.be.revertedWithCustomError(f.token, "LedgerPowerMissing")
        .withArgs(f.enforcer, POWER.enforcer);
    });

    it("says nothing when there is nothing to take", async function () {
      await expect(f.token.dismiss(f.stranger, POWER.enforcer)).not.to.emit(f.token, "PowerRevoked");
    });

    for (const power of [0n, 1n, 2n, 3n, 12n, 16n, 128n, MaxUint256]) {
      it(`knows no power ${power}`, async function () {
        for (const call of [
          () => f.token.appoint(f.stranger, power, MANDATE),
          () => f.token.dismiss(f.stranger, power),
          () => f.token.hasPower(f.stranger, power),
        ]) {
          await expect(call()).to.be.revertedWithCustomError(f.token, "LedgerPowerUnknown").withArgs(power);
        }
      });
    }

    it("reverts without a mandate", async function () {
      await expect(f.token.appoint(f.stranger, POWER.enforcer, ZeroHash))
        .to.be.revertedWithCustomError(f.token, "LedgerLegalBasisMissing")
        .withArgs(f.stranger);
    });

    it("makes nobody an issuer who owns value", async function () {
      await expect(f.token.appoint(f.holder, POWER.issuer, MANDATE))
        .to.be.revertedWithCustomError(f.token, "LedgerPowerHolderHasBalance")
        .withArgs(f.holder, minor("1000"));
    });

    it("is the authority's alone", async function () {
      for (const call of [
        () => f.token.connect(f.stranger).appoint(f.stranger, POWER.enforcer, MANDATE),
        () => f.token.connect(f.stranger).dismiss(f.enforcer, POWER.enforcer),
      ]) {
        await expect(call()).to.be.revertedWithCustomError(f.harness, "HarnessUnauthorized").withArgs(f.stranger);
      }
    });
  });

  describe("an issuer's account", function () {
    beforeEach(async function () {
      await f.token.appoint(f.stranger, POWER.issuer, ref("act"));
    });

    it("cannot be paid", async function () {
      expect(await f.token.canReceive(f.stranger)).to.equal(false);
      expect(await f.token.canTransfer(f.holder, f.stranger, 1n)).to.equal(false);
      await expect(f.token.connect(f.holder).transfer(f.stranger, 1n))
        .to.be.revertedWithCustomError(f.token, "ERC7943CannotReceive")
        .withArgs(f.stranger);
    });
  });
});
