import { expect } from "chai";
import { NEVER } from "../../sdk/eip712/ledger.js";
import { ref } from "../support/chain.js";
import { holdTerms } from "../support/holds.js";
import { deployNote, openChainAt, passTo, place } from "../support/assets.js";
import { expectGasWithin } from "../support/gas.js";

const chain = await openChainAt("2026-02-20");
const { networkHelpers } = chain;

async function deployPlaced() {
  const issue = await deployNote(chain);
  await place(issue, [
    [issue.ann, 100n],
    [issue.bob, 50n],
  ]);
  const { officers } = issue.hongkong;
  return {
    ...issue,
    byEnforcer: issue.bond.connect(officers.enforcer),
    byHalter: issue.bond.connect(officers.halter),
    byResumer: issue.bond.connect(officers.resumer),
  };
}

describe("BondTrading", function () {
  let f: Awaited<ReturnType<typeof deployPlaced>>;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deployPlaced);
  });

  describe("admission", function () {
    it("moves units between open accounts", async function () {
      await expect(f.bond.connect(f.ann).transfer(f.bob, 40n))
        .to.emit(f.bond, "Transfer")
        .withArgs(f.ann.address, f.bob.address, 40n);
      expect([await f.bond.balanceOf(f.ann), await f.bond.balanceOf(f.bob)]).to.deep.equal([60n, 90n]);
    });

    it("refuses a receiver without account on every path", async function () {
      const { bond, ann, stranger, carrier, issuer } = f;
      await bond.connect(ann).approve(carrier, 10n);
      const hold = await holdTerms(chain, ann, carrier, 10n);
      await bond.connect(ann).placeHold(hold);
      for (const call of [
        () => bond.connect(ann).transfer(stranger, 1n),
        () => bond.connect(carrier).transferFrom(ann, stranger, 1n),
        () => bond.connect(ann).transferWithReference(stranger, 1n, ref("r")),
        () => bond.connect(issuer).payOut([(BigInt(stranger.address) << 96n) | 1n], ref("r")),
        () => bond.connect(carrier).captureHold(hold, stranger, 1n),
        () => f.byEnforcer["forcedTransfer(address,address,uint256,bytes32)"](ann, stranger, 1n, ref("order")),
      ]) {
        await expect(call()).to.be.revertedWithCustomError(bond, "ERC7943CannotReceive").withArgs(stranger.address);
      }
      expect([await bond.canReceive(stranger), await bond.canTransfer(ann, stranger, 1n)]).to.deep.equal([
        false,
        false,
      ]);
    });

    it("refuses a payer without account", async function () {
      await expect(f.bond.connect(f.stranger).transfer(f.ann, 0n))
        .to.be.revertedWithCustomError(f.bond, "ERC7943CannotSend")
        .withArgs(f.stranger.address);
      expect(await f.bond.canSend(f.stranger)).to.equal(false);
    });

    it("refuses a frozen account and more than it has", async function () {
      await expect(f.bond.connect(f.ann).transfer(f.bob, 101n))
        .to.be.revertedWithCustomError(f.bond, "ERC20InsufficientBalance")
        .withArgs(f.ann.address, 100n, 101n);
      await f.byEnforcer.freeze(f.ann, ref("order"));
      await expect(f.bond.connect(f.ann).transfer(f.bob, 1n))
        .to.be.revertedWithCustomError(f.bond, "ERC7943CannotSend")
        .withArgs(f.ann.address);
    });
  });

  describe("pledge", function () {
    it("keeps pledged units from being transferred or pledged again", async function () {
      const pledge = await holdTerms(chain, f.ann, f.bochk, 100n, { payee: f.bob.address });
      await f.bond.connect(f.ann).placeHold(pledge);
      await expect(f.bond.connect(f.ann).transfer(f.bob, 1n))
        .to.be.revertedWithCustomError(f.bond, "LedgerInsufficientSpendable")
        .withArgs(f.ann.address, 0n, 1n);
      await expect(f.bond.connect(f.ann).placeHold(await holdTerms(chain, f.ann, f.hsbc, 1n)))
        .to.be.revertedWithCustomError(f.bond, "LedgerInsufficientSpendable")
        .withArgs(f.ann.address, 0n, 1n);
      expect(await f.bond.balanceOf(f.ann)).to.equal(100n);
    });

    it("can be enforced and released after the maturity", async function () {
      const pledge = await holdTerms(chain, f.ann, f.bochk, 100n, { payee: f.bob.address, expiry: NEVER });
      await f.bond.connect(f.ann).placeHold(pledge);
      await passTo(chain, f.terms.maturity);
      await f.bond.connect(f.bochk).captureHold(pledge, f.bob, 60n);
      await f.bond.connect(f.bochk).releaseHold(pledge);
      expect([await f.bond.balanceOf(f.bob), await f.bond.spendableOf(f.ann)]).to.deep.equal([110n, 40n]);
    });
  });

  describe("maturity", function () {
    it("lets units trade in the last second before it and refuses from it on", async function () {
      const { maturity } = f.terms;
      await networkHelpers.time.setNextBlockTimestamp(maturity - 1n);
      await f.bond.connect(f.ann).transfer(f.bob, 1n);
      const pledge = await holdTerms(chain, f.ann, f.bochk, 1n);
      await networkHelpers.time.setNextBlockTimestamp(maturity);
      await expect(f.bond.connect(f.ann).transfer(f.bob, 1n))
        .to.be.revertedWithCustomError(f.bond, "BondMatured")
        .withArgs(maturity, maturity);
      await networkHelpers.time.setNextBlockTimestamp(maturity + 1n);
      await expect(f.bond.connect(f.ann).placeHold(pledge))
        .to.be.revertedWithCustomError(f.bond, "BondMatured")
        .withArgs(maturity, maturity + 1n);
      await networkHelpers.mine();
      expect([await f.bond.canSend(f.ann), await f.bond.canReceive(f.ann)]).to.deep.equal([false, true]);
    });

    it("does not stop a lawful order", async function () {
      await passTo(chain, f.terms.maturity);
      await f.byEnforcer["forcedTransfer(address,address,uint256,bytes32)"](f.ann, f.bob, 30n, ref("order"));
      expect(await f.bond.balanceOf(f.bob)).to.equal(80n);
    });
  });

  describe("haltAll", function () {
    it("stops every movement and lets holds be released", async function () {
      const hold = await holdTerms(chain, f.ann, f.carrier, 10n);
      await f.bond.connect(f.ann).placeHold(hold);
      await expect(f.byHalter.haltAll()).to.emit(f.bond, "BondHalted").withArgs(f.hongkong.officers.halter.address);
      await expect(f.byHalter.haltAll()).not.to.emit(f.bond, "BondHalted");
      for (const call of [
        () => f.bond.connect(f.ann).transfer(f.bob, 1n),
        () => f.bond.connect(f.ann).placeHold({ ...hold, businessRef: ref("another") }),
        () => f.bond.connect(f.carrier).captureHold(hold, f.bob, 1n),
      ]) {
        await expect(call()).to.be.revertedWithCustomError(f.bond, "BondIsHalted").withArgs(f.ann.address);
      }
      await expect(f.byEnforcer["forcedTransfer(address,address,uint256,bytes32)"](f.ann, f.bob, 1n, ref("order")))
        .to.be.revertedWithCustomError(f.bond, "BondIsHalted")
        .withArgs(f.bob.address);
      expect([await f.bond.canSend(f.ann), await f.bond.canReceive(f.ann)]).to.deep.equal([false, false]);
      expect((await f.bond.state()).halted).to.equal(true);
      await f.bond.connect(f.carrier).releaseHold(hold);
      expect(await f.bond.spendableOf(f.ann)).to.equal(100n);
    });

    it("ends with resumeAll", async function () {
      await f.byHalter.haltAll();
      await expect(f.byResumer.resumeAll())
        .to.emit(f.bond, "BondResumed")
        .withArgs(f.hongkong.officers.resumer.address);
      await expect(f.byResumer.resumeAll()).not.to.emit(f.bond, "BondResumed");
      await f.bond.connect(f.ann).transfer(f.bob, 1n);
      expect(await f.bond.balanceOf(f.bob)).to.equal(51n);
    });

    it("is the halting officer's, and resuming another's", async function () {
      await expect(f.byResumer.haltAll())
        .to.be.revertedWithCustomError(f.bond, "AccessManagedUnauthorized")
        .withArgs(f.hongkong.officers.resumer.address);
      await expect(f.byHalter.resumeAll())
        .to.be.revertedWithCustomError(f.bond, "AccessManagedUnauthorized")
        .withArgs(f.hongkong.officers.halter.address);
    });
  });

  describe("gas", function () {
    it("costs a first-time holder's transfer no more than a known one's", async function () {
      await f.bond.connect(f.hsbc).openAccount(f.cai);
      const spent = async (to: { readonly address: string }) =>
        (await (await f.bond.connect(f.ann).transfer(to.address, 1n)).wait())?.gasUsed ?? 0n;
      const [first, known] = [await spent(f.cai), await spent(f.bob)];
      expect(first - known).to.be.at.most(24n); // the calldata of the address differs, the storage does not
      expectGasWithin(first, 40_000n);
    });
  });
});
