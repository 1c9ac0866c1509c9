import { expect } from "chai";
import { ZeroAddress, keccak256, toUtf8Bytes } from "ethers";
import { homecomingId, passageHold } from "../../sdk/eip712/bridgehead.js";
import { minor } from "../../sdk/money.js";
import { CAP, PassageUnderTest, deployBridgeheads, proofOf } from "../support/bridgehead.js";
import { openChain, ref } from "../support/chain.js";
import { pairFixture } from "./lanes.js";

const chains = { mainland: await openChain("mainland"), hongkong: await openChain("hongkong") };
const load = pairFixture(chains, () => deployBridgeheads(chains));

const SUSPENDED = 3n;
const FEN = 1n;

async function open() {
  const pair = await load();
  const it = await PassageUnderTest.open(pair);
  return { ...pair, pair, passage: it };
}

describe("HomeBridgehead", () => {
  describe("constructor", () => {
    it("keeps what it was built with", async () => {
      const { home, abroad } = await load();
      expect(await home.bridgehead.currency()).to.equal(await home.money.getAddress());
      expect(await home.bridgehead.foreignLedger()).to.equal(await home.foreignLedger.getAddress());
      expect(await home.bridgehead.peer()).to.equal(await abroad.bridgehead.getAddress());
      expect(await home.bridgehead.authority()).to.equal(await home.at.authority.getAddress());
    });

    it("refuses no peer", async () => {
      const { home } = await load();
      const { money, foreignLedger, at } = home;
      await expect(
        chains.mainland.ethers.deployContract("HomeBridgehead", [money, foreignLedger, ZeroAddress, at.authority]),
      )
        .to.be.revertedWithCustomError(home.bridgehead, "PeerInvalid")
        .withArgs(await foreignLedger.getAddress(), ZeroAddress);
    });
  });

  describe("passageId, homecomingId", () => {
    it("agree with the library's on both ledgers", async () => {
      const { home, abroad, passage } = await open();
      for (const { bridgehead } of [home, abroad]) {
        expect(await bridgehead.passageId(passage.terms)).to.equal(passage.id);
        const homecoming = passage.homecoming();
        expect(await bridgehead.homecomingId(homecoming)).to.equal(homecomingId(homecoming));
      }
    });
  });

  describe("setCap", () => {
    it("is the issuing central bank's consent", async () => {
      const { home } = await open();
      const { governor } = home.at.officers;
      await expect(home.bridgehead.connect(governor).setCap(CAP + 1n))
        .to.emit(home.bridgehead, "CapSet")
        .withArgs(CAP, CAP + 1n);
      expect(await home.bridgehead.cap()).to.equal(CAP + 1n);
      await expect(home.bridgehead.connect(governor).setCap(CAP + 1n)).not.to.emit(home.bridgehead, "CapSet");
    });

    it("refuses everybody else, the other central bank included", async () => {
      const { home } = await open();
      for (const caller of [home.hongkong.officers.governor, home.at.officers.halter, home.icbc, home.stranger]) {
        await expect(home.bridgehead.connect(caller).setCap(CAP))
          .to.be.revertedWithCustomError(home.bridgehead, "AccessManagedUnauthorized")
          .withArgs(caller.address);
      }
    });
  });

  describe("stop, resume", () => {
    it("stop new passages, and let them go on", async () => {
      const { home, passage } = await open();
      const { halter, resumer } = home.at.officers;
      await passage.place();
      await expect(home.bridgehead.connect(halter).stop())
        .to.emit(home.bridgehead, "PassageStopped")
        .withArgs(halter.address);
      expect(await home.bridgehead.stopped()).to.equal(true);
      await expect(passage.lock())
        .to.be.revertedWithCustomError(home.bridgehead, "BridgeheadStopped")
        .withArgs(passage.id);
      await expect(home.bridgehead.connect(halter).stop()).not.to.emit(home.bridgehead, "PassageStopped");
      await expect(home.bridgehead.connect(resumer).resume())
        .to.emit(home.bridgehead, "PassageResumed")
        .withArgs(resumer.address);
      await expect(home.bridgehead.connect(resumer).resume()).not.to.emit(home.bridgehead, "PassageResumed");
      await passage.lock();
    });

    it("let what is abroad come home all the same", async () => {
      const { home, passage } = await open();
      await passage.minted();
      await home.bridgehead.connect(home.at.officers.halter).stop();
      const homecoming = passage.homecoming();
      await expect(passage.pay(homecoming, await passage.burned(homecoming))).to.emit(
        home.bridgehead,
        "HomecomingPaid",
      );
    });
  });

  describe("lock", () => {
    it("binds the bank's hold, which stays the bank's", async () => {
      const { home, passage } = await open();
      await passage.place();
      const before = await home.money.balanceOf(home.icbc);
      const holdId = await home.money.holdId(passageHold(passage.terms));
      const code = keccak256(toUtf8Bytes("CNY"));
      await expect(passage.lock())
        .to.emit(home.bridgehead, "Locked")
        .withArgs(passage.id, home.icbc.address, passage.terms.amount, 2n, code, holdId);
      expect(await home.bridgehead.locked()).to.equal(passage.terms.amount);
      expect(await home.bridgehead.lockOf(passage.id)).to.deep.equal([true, passage.terms.amount]);
      expect(await home.money.balanceOf(home.icbc)).to.equal(before);
      expect(await home.money.balanceOf(home.bridgehead)).to.equal(0n);
    });

    it("refuses to lock again", async () => {
      const { home, passage } = await open();
      await passage.locked();
      await expect(passage.lock())
        .to.be.revertedWithCustomError(home.bridgehead, "PassageAlreadyLocked")
        .withArgs(passage.id);
    });

    it("locks up to the cap and not a fen more", async () => {
      const { home, pair } = await open();
      const atCap = await PassageUnderTest.open(pair, { amount: CAP });
      await atCap.place();
      await atCap.lock();
      const past = await PassageUnderTest.open(pair, { amount: FEN });
      await past.place();
      await expect(past.lock())
        .to.be.revertedWithCustomError(home.bridgehead, "BridgeheadCapExceeded")
        .withArgs(past.id, FEN, CAP, CAP);
      const far = await PassageUnderTest.open(pair, { amount: 2n ** 256n - 1n });
      await expect(far.lock()).to.be.revertedWithCustomError(home.bridgehead, "BridgeheadCapExceeded");
    });

    it("refuses without the hold", async () => {
      const { home, passage } = await open();
      await expect(passage.lock())
        .to.be.revertedWithCustomError(home.bridgehead, "BridgeheadHoldMissing")
        .withArgs(passage.id, await home.money.holdId(passageHold(passage.terms)), 0n, passage.terms.amount);
    });

    it("refuses a payer that is no active institution", async () => {
      const { home, pair } = await open();
      const ofCompany = await PassageUnderTest.open(pair, { payer: home.company.address });
      await expect(ofCompany.lock()).to.be.revertedWithCustomError(home.at.registry, "InstitutionUnknown");
      const ofSuspended = await PassageUnderTest.open(pair);
      await ofSuspended.place();
      const { registry, officers, banks } = home.at;
      await registry.connect(officers.registrar).setStatus(banks[0].number, SUSPENDED, ref("suspension"));
      await expect(ofSuspended.lock()).to.be.revertedWithCustomError(registry, "InstitutionNotActive");
    });

    it("refuses a passage between other bridgeheads", async () => {
      const { home, pair, passage } = await open();
      const { terms } = passage;
      for (const changed of [
        { home: { ...terms.home, chainId: 1n } },
        { home: { ...terms.home, bridgehead: home.stranger.address } },
        { abroad: { ...terms.abroad, chainId: 1n } },
        { abroad: { ...terms.abroad, bridgehead: home.stranger.address } },
      ]) {
        const other = await PassageUnderTest.open(pair, changed);
        await expect(other.lock())
          .to.be.revertedWithCustomError(home.bridgehead, "BridgeheadMismatch")
          .withArgs(other.id, Object.values(other.terms.home), Object.values(other.terms.abroad));
      }
    });
  });

  describe("pay", () => {
    it("pays at home what was burned abroad, out of the hold", async () => {
      const { home, passage } = await open();
      await passage.minted();
      const homecoming = passage.homecoming();
      const before = await home.money.balanceOf(home.boc);
      await expect(passage.pay(homecoming, await passage.burned(homecoming)))
        .to.emit(home.bridgehead, "HomecomingPaid")
        .withArgs(homecomingId(homecoming), passage.id, home.boc.address, homecoming.amount);
      expect((await home.money.balanceOf(home.boc)) - before).to.equal(homecoming.amount);
      expect(await home.bridgehead.locked()).to.equal(passage.terms.amount - homecoming.amount);
      expect(await home.bridgehead.isPaid(homecomingId(homecoming))).to.equal(true);
    });

    it("pays the payer of the hold itself, also once it is suspended", async () => {
      const { home, passage } = await open();
      await passage.minted();
      const { registry, officers, banks } = home.at;
      await registry.connect(officers.registrar).setStatus(banks[0].number, SUSPENDED, ref("suspension"));
      const homecoming = passage.homecoming({ payee: home.icbc.address, amount: passage.terms.amount });
      await passage.pay(homecoming, await passage.burned(homecoming));
      expect(await home.money.spendableOf(home.icbc)).to.equal(10n * CAP);
      expect(await home.bridgehead.locked()).to.equal(0n);
    });

    it("pays once", async () => {
      const { home, passage } = await open();
      await passage.minted();
      const homecoming = passage.homecoming();
      const proof = await passage.burned(homecoming);
      await passage.pay(homecoming, proof);
      await expect(passage.pay(homecoming, proof))
        .to.be.revertedWithCustomError(home.bridgehead, "HomecomingAlreadyPaid")
        .withArgs(homecomingId(homecoming));
    });

    it("pays later a payee that is frozen now, by the same proof", async () => {
      const { home, passage } = await open();
      await passage.minted();
      const homecoming = passage.homecoming();
      const proof = await passage.burned(homecoming);
      const enforcer = home.money.connect(home.at.officers.enforcer);
      await enforcer.freeze(home.boc, ref("order"));
      await expect(passage.pay(homecoming, proof))
        .to.be.revertedWithCustomError(home.money, "ERC7943CannotReceive")
        .withArgs(home.boc.address);
      await enforcer.unfreeze(home.boc, ref("order lifted"));
      await expect(passage.pay(homecoming, proof)).to.emit(home.bridgehead, "HomecomingPaid");
    });

    it("refuses another passage's hold, and another homecoming's proof", async () => {
      const { home, pair, passage } = await open();
      await passage.minted();
      const other = await PassageUnderTest.open(pair, { salt: ref("second passage") });
      await other.minted();
      const homecoming = passage.homecoming();
      const proof = await passage.burned(homecoming);
      await expect(other.pay(homecoming, proof))
        .to.be.revertedWithCustomError(home.bridgehead, "HomecomingPassageMismatch")
        .withArgs(homecomingId(homecoming), passage.id, other.id);
      const larger = passage.homecoming({ amount: homecoming.amount + FEN });
      await expect(passage.pay(larger, proof))
        .to.be.revertedWithCustomError(home.bridgehead, "PeerSubjectMismatch")
        .withArgs(homecomingId(larger), homecomingId(homecoming));
    });
  });

  describe("release", () => {
    it("frees what was declined abroad, while everything is halted and stopped", async () => {
      const { home, passage } = await open();
      await passage.locked();
      const proof = await passage.declined();
      await home.money.connect(home.at.officers.halter).haltAll();
      await home.bridgehead.connect(home.at.officers.halter).stop();
      await expect(passage.release(proof))
        .to.emit(home.bridgehead, "PassageReleased")
        .withArgs(passage.id, home.icbc.address, passage.terms.amount);
      expect(await home.money.heldOf(home.icbc)).to.equal(0n);
      expect(await home.bridgehead.locked()).to.equal(0n);
      expect(await home.bridgehead.lockOf(passage.id)).to.deep.equal([true, 0n]);
    });

    it("refuses what is not locked, and what was released", async () => {
      const { home, passage } = await open();
      const proof = await passage.declined();
      await expect(passage.release(proof))
        .to.be.revertedWithCustomError(home.bridgehead, "PassageNotLocked")
        .withArgs(passage.id);
      await passage.place();
      await passage.lock();
      await passage.release(proof);
      await expect(passage.release(proof))
        .to.be.revertedWithCustomError(home.bridgehead, "PassageNotLocked")
        .withArgs(passage.id);
    });
  });

  describe("withdraw", () => {
    it("gives back a hold that was never locked, and one of other terms", async () => {
      const { home, passage } = await open();
      await passage.place();
      const hold = passageHold(passage.terms);
      await expect(home.bridgehead.connect(home.icbc).withdraw(hold))
        .to.emit(home.bridgehead, "HoldWithdrawn")
        .withArgs(await home.money.holdId(hold), home.icbc.address);
      const other = { ...hold, amount: minor("1.00") };
      await home.money.connect(home.icbc).placeHold(other);
      await home.bridgehead.connect(home.icbc).withdraw(other);
      expect(await home.money.heldOf(home.icbc)).to.equal(0n);
    });

    it("refuses what backs money abroad, and anyone but the payer", async () => {
      const { home, passage } = await open();
      await passage.locked();
      const hold = passageHold(passage.terms);
      const holdId = await home.money.holdId(hold);
      await expect(home.bridgehead.connect(home.icbc).withdraw(hold))
        .to.be.revertedWithCustomError(home.bridgehead, "BridgeheadHoldBound")
        .withArgs(holdId);
      await expect(home.bridgehead.connect(home.boc).withdraw(hold))
        .to.be.revertedWithCustomError(home.bridgehead, "BridgeheadPayerMismatch")
        .withArgs(holdId, home.boc.address, home.icbc.address);
    });
  });

  describe("restateLock", () => {
    it("says again what is locked", async () => {
      const { home, passage } = await open();
      await expect(home.bridgehead.restateLock(passage.terms))
        .to.be.revertedWithCustomError(home.bridgehead, "BridgeheadNothingToRestate")
        .withArgs(passage.id);
      await passage.place();
      await passage.lock();
      await home.bridgehead.restateLock(passage.terms);
      // the proof is that of the last event
      await passage.mint(await proofOf(home, passage.pair.abroad, "Locked", passage.id));
      expect(await passage.pair.abroad.bridgehead.minted()).to.equal(passage.terms.amount);
    });
  });
});
