import { expect } from "chai";
import { keccak256, toUtf8Bytes } from "ethers";
import { nextAddress } from "../../sdk/deploy/between.js";
import { homecomingHold, homecomingId } from "../../sdk/eip712/bridgehead.js";
import { CAP, PassageUnderTest, deployBridgeheads, proofOf } from "../support/bridgehead.js";
import { openChain, ref } from "../support/chain.js";
import { POWER } from "../support/currency.js";
import { pairFixture } from "./lanes.js";

const chains = { mainland: await openChain("mainland"), hongkong: await openChain("hongkong") };
const load = pairFixture(chains, () => deployBridgeheads(chains));
const { time } = chains.hongkong.networkHelpers;

const OUTCOME = { open: 0n, minted: 1n, declined: 2n } as const;
const FEN = 1n;

async function open() {
  const pair = await load();
  return { ...pair, pair, passage: await PassageUnderTest.open(pair) };
}

describe("AbroadBridgehead", () => {
  describe("mint", () => {
    it("creates abroad what is locked at home", async () => {
      const { abroad, passage } = await open();
      await expect(passage.mint(await passage.locked()))
        .to.emit(abroad.bridgehead, "Minted")
        .withArgs(passage.id, abroad.hsbc.address, passage.terms.amount);
      expect(await abroad.money.balanceOf(abroad.hsbc)).to.equal(passage.terms.amount);
      expect(await abroad.money.totalSupply()).to.equal(passage.terms.amount);
      expect(await abroad.bridgehead.minted()).to.equal(passage.terms.amount);
      expect(await abroad.bridgehead.passageOf(passage.id)).to.deep.equal([OUTCOME.minted, passage.terms.amount]);
      expect(await abroad.bridgehead.currency()).to.equal(await abroad.money.getAddress());
    });

    it("mints once", async () => {
      const { abroad, passage } = await open();
      const proof = await passage.locked();
      await passage.mint(proof);
      await expect(passage.mint(proof))
        .to.be.revertedWithCustomError(abroad.bridgehead, "PassageEnded")
        .withArgs(passage.id, OUTCOME.minted);
    });

    it("mints in the last second before the deadline and not at it", async () => {
      const { abroad, passage } = await open();
      const proof = await passage.locked();
      const { deadline } = passage.terms;
      await time.increaseTo(deadline - 2n);
      await passage.mint(proof);
      const again = await open();
      const later = await again.passage.locked();
      await time.setNextBlockTimestamp(deadline);
      await expect(again.passage.mint(later))
        .to.be.revertedWithCustomError(abroad.bridgehead, "PassageExpired")
        .withArgs(passage.id, deadline, deadline);
    });

    it("refuses the proof of another passage", async () => {
      const { abroad, pair, passage } = await open();
      const proof = await passage.locked();
      const other = await PassageUnderTest.open(pair, { to: abroad.stranger.address });
      await expect(other.mint(proof))
        .to.be.revertedWithCustomError(abroad.bridgehead, "PeerSubjectMismatch")
        .withArgs(other.id, passage.id);
    });

    it("refuses past the cap that the issuing central bank set here", async () => {
      const { abroad, pair, passage } = await open();
      const proof = await passage.locked();
      const { governor } = abroad.at.officers;
      await abroad.bridgehead.connect(governor).setCap(passage.terms.amount - FEN);
      await expect(passage.mint(proof))
        .to.be.revertedWithCustomError(abroad.bridgehead, "BridgeheadCapExceeded")
        .withArgs(passage.id, passage.terms.amount, 0n, passage.terms.amount - FEN);
      await abroad.bridgehead.connect(governor).setCap(passage.terms.amount);
      await passage.mint(proof);
      const further = await PassageUnderTest.open(pair, { amount: FEN });
      await expect(further.mint(await further.locked()))
        .to.be.revertedWithCustomError(abroad.bridgehead, "BridgeheadCapExceeded")
        .withArgs(further.id, FEN, passage.terms.amount, passage.terms.amount);
    });

    it("stops at the issuing central bank's word and at nobody else's", async () => {
      const { abroad, passage } = await open();
      const proof = await passage.locked();
      for (const caller of [abroad.hongkong.officers.halter, abroad.hsbc, abroad.stranger]) {
        await expect(abroad.bridgehead.connect(caller).stop())
          .to.be.revertedWithCustomError(abroad.bridgehead, "AccessManagedUnauthorized")
          .withArgs(caller.address);
      }
      await abroad.bridgehead.connect(abroad.at.officers.halter).stop();
      await expect(passage.mint(proof))
        .to.be.revertedWithCustomError(abroad.bridgehead, "BridgeheadStopped")
        .withArgs(passage.id);
    });

    it("waits for a receiver that is frozen, or lets it go back", async () => {
      const { home, abroad, passage } = await open();
      const proof = await passage.locked();
      await abroad.money.connect(abroad.at.officers.enforcer).freeze(abroad.hsbc, ref("order"));
      await expect(passage.mint(proof)).to.be.revertedWithCustomError(abroad.money, "ERC7943CannotReceive");
      await passage.release(await passage.declined());
      expect(await home.money.heldOf(home.icbc)).to.equal(0n);
    });

    it("refuses a currency that counts otherwise", async () => {
      const { home, abroad, pair } = await open();
      // an end abroad that was built for the e-HKD believes the same home
      const { hongkong, foreignLedger } = abroad;
      const peer = await nextAddress(home);
      const wrong = await chains.hongkong.ethers.deployContract("AbroadBridgehead", [
        hongkong.currency,
        foreignLedger,
        peer,
        hongkong.authority,
      ]);
      const right = await chains.mainland.ethers.deployContract("HomeBridgehead", [
        home.money,
        home.foreignLedger,
        wrong,
        home.at.authority,
      ]);
      expect(await right.getAddress()).to.equal(peer);
      await hongkong.authority
        .connect(hongkong.officers.admin)
        .execute(wrong, wrong.interface.encodeFunctionData("setCap", [CAP]));
      await home.at.authority
        .connect(home.at.officers.admin)
        .execute(right, right.interface.encodeFunctionData("setCap", [CAP]));
      const passage = new PassageUnderTest(
        { home: { ...home, bridgehead: right }, abroad: { ...abroad, bridgehead: wrong } },
        {
          ...(await PassageUnderTest.open(pair)).terms,
          home: { chainId: 86_001n, bridgehead: peer },
          abroad: { chainId: 85_201n, bridgehead: await wrong.getAddress() },
        },
      );
      await expect(passage.mint(await passage.locked()))
        .to.be.revertedWithCustomError(wrong, "PassageCurrencyMismatch")
        .withArgs(passage.id, keccak256(toUtf8Bytes("CNY")), 2n);
    });
  });

  describe("decline", () => {
    it("is anyone's from the deadline on", async () => {
      const { abroad, passage } = await open();
      const { deadline } = passage.terms;
      await time.setNextBlockTimestamp(deadline - 1n);
      await expect(abroad.bridgehead.connect(abroad.stranger).decline(passage.terms))
        .to.be.revertedWithCustomError(abroad.bridgehead, "PassageNotDue")
        .withArgs(passage.id, deadline, deadline - 1n);
      await time.setNextBlockTimestamp(deadline);
      await expect(abroad.bridgehead.connect(abroad.stranger).decline(passage.terms))
        .to.emit(abroad.bridgehead, "Declined")
        .withArgs(passage.id);
      expect(await abroad.bridgehead.passageOf(passage.id)).to.deep.equal([OUTCOME.declined, 0n]);
    });

    it("is the receiver's before it, and final", async () => {
      const { abroad, passage } = await open();
      const proof = await passage.locked();
      await abroad.bridgehead.connect(abroad.hsbc).decline(passage.terms);
      await expect(passage.mint(proof))
        .to.be.revertedWithCustomError(abroad.bridgehead, "PassageEnded")
        .withArgs(passage.id, OUTCOME.declined);
    });

    it("refuses what was minted", async () => {
      const { abroad, passage } = await open();
      await passage.minted();
      await expect(abroad.bridgehead.connect(abroad.hsbc).decline(passage.terms))
        .to.be.revertedWithCustomError(abroad.bridgehead, "PassageEnded")
        .withArgs(passage.id, OUTCOME.minted);
    });
  });

  describe("burn", () => {
    it("destroys what is held for it, also while passage is stopped", async () => {
      const { abroad, passage } = await open();
      await passage.minted();
      await abroad.bridgehead.connect(abroad.at.officers.halter).stop();
      const homecoming = passage.homecoming();
      await passage.placeHomecoming(homecoming);
      await expect(passage.burn(homecoming))
        .to.emit(abroad.bridgehead, "Burned")
        .withArgs(homecomingId(homecoming), passage.id, abroad.hsbc.address, homecoming.payee, homecoming.amount);
      const left = passage.terms.amount - homecoming.amount;
      expect(await abroad.money.totalSupply()).to.equal(left);
      expect(await abroad.bridgehead.minted()).to.equal(left);
      expect(await abroad.bridgehead.passageOf(passage.id)).to.deep.equal([OUTCOME.minted, left]);
      expect(await abroad.bridgehead.isBurned(homecomingId(homecoming))).to.equal(true);
    });

    it("burns once", async () => {
      const { abroad, passage } = await open();
      await passage.minted();
      const homecoming = passage.homecoming();
      await passage.burned(homecoming);
      await expect(passage.burn(homecoming))
        .to.be.revertedWithCustomError(abroad.bridgehead, "HomecomingAlreadyBurned")
        .withArgs(homecomingId(homecoming));
    });

    it("burns up to what the passage backs and not a fen more", async () => {
      const { abroad, passage } = await open();
      await passage.minted();
      const { amount } = passage.terms;
      const past = passage.homecoming({ amount: amount + FEN });
      await expect(passage.burn(past))
        .to.be.revertedWithCustomError(abroad.bridgehead, "HomecomingExceedsPassage")
        .withArgs(homecomingId(past), amount + FEN, amount);
      await passage.burned(passage.homecoming({ amount }));
      expect(await abroad.money.totalSupply()).to.equal(0n);
    });

    it("refuses to give part of a passage back to its payer, and the terms of another passage", async () => {
      const { home, abroad, passage, pair } = await open();
      await passage.minted();
      const part = passage.homecoming({ payee: home.icbc.address });
      await expect(passage.burn(part))
        .to.be.revertedWithCustomError(abroad.bridgehead, "HomecomingPayeeInvalid")
        .withArgs(homecomingId(part), home.icbc.address);
      const other = await PassageUnderTest.open(pair, { salt: ref("second passage") });
      await expect(other.burn(part))
        .to.be.revertedWithCustomError(abroad.bridgehead, "HomecomingPassageMismatch")
        .withArgs(homecomingId(part), passage.id, other.id);
    });

    it("refuses without the holder's hold", async () => {
      const { abroad, passage } = await open();
      await passage.minted();
      const homecoming = passage.homecoming();
      const hold = homecomingHold(homecoming, await abroad.bridgehead.getAddress());
      await expect(passage.burn(homecoming))
        .to.be.revertedWithCustomError(abroad.bridgehead, "BridgeheadHoldMissing")
        .withArgs(homecomingId(homecoming), await abroad.money.holdId(hold), 0n, homecoming.amount);
    });
  });

  describe("withdraw", () => {
    it("gives a hold back that nobody has burned", async () => {
      const { abroad, passage } = await open();
      await passage.minted();
      const homecoming = passage.homecoming();
      await passage.placeHomecoming(homecoming);
      const hold = homecomingHold(homecoming, await abroad.bridgehead.getAddress());
      await expect(abroad.bridgehead.connect(abroad.hsbc).withdraw(hold))
        .to.emit(abroad.bridgehead, "HoldWithdrawn")
        .withArgs(await abroad.money.holdId(hold), abroad.hsbc.address);
    });
  });

  describe("restateDecline, restateBurn", () => {
    it("say again what stands and refuse what does not", async () => {
      const { home, abroad, passage } = await open();
      const { bridgehead } = abroad;
      await passage.minted();
      const homecoming = passage.homecoming();
      for (const call of [bridgehead.restateDecline(passage.id), bridgehead.restateBurn(homecoming)]) {
        await expect(call).to.be.revertedWithCustomError(bridgehead, "BridgeheadNothingToRestate");
      }
      await passage.burned(homecoming);
      await bridgehead.restateBurn(homecoming);
      await passage.pay(homecoming, await proofOf(abroad, home, "Burned", homecomingId(homecoming)));
      const other = await PassageUnderTest.open(passage.pair, { salt: ref("second passage") });
      await bridgehead.connect(abroad.hsbc).decline(other.terms);
      await expect(bridgehead.restateDecline(other.id)).to.emit(bridgehead, "Declined").withArgs(other.id);
    });
  });

  it("is the only issuer there", async () => {
    const { abroad } = await load();
    expect(await abroad.money.hasPower(abroad.bridgehead, POWER.issuer)).to.equal(true);
    expect(await abroad.money.hasPower(abroad.at.officers.issuer, POWER.issuer)).to.equal(false);
  });

  it("brings home exactly what it took away", async () => {
    const { home, passage } = await open();
    const before = await home.money.accountWord(home.icbc);
    await passage.minted();
    const back = passage.homecoming({ payee: home.icbc.address, amount: passage.terms.amount });
    await passage.pay(back, await passage.burned(back));
    expect(await home.money.accountWord(home.icbc)).to.equal(before);
  });
});
