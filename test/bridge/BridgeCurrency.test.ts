import { expect } from "chai";
import { ZeroHash, getCreateAddress } from "ethers";
import { issueOnBridge, redeemOnBridge } from "../../sdk/bridge/operations.js";
import type { BridgeBank } from "../../sdk/deploy/bridge.js";
import { REQUEST_KIND, attestationTypedData, requestId } from "../../sdk/eip712/issuance.js";
import { domainOf, sign } from "../../sdk/eip712/typedData.js";
import { collectConsents, netTable, payment } from "../../sdk/instructions.js";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import { CORRIDOR, FAR, OPENING, cross, deployCorridors, holdOf, type Corridors } from "../support/corridors.js";

const chain = await openChain("hongkong");
const { ethers, networkHelpers } = chain;
const SUSPENDED = 3;
const DAY = 86_400;

async function deploy() {
  return deployCorridors(chain);
}

describe("BridgeCurrency: value path", function () {
  let f: Corridors;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  /** Another policy for Hong Kong's banks in CNY; whole numbers of yuan. */
  async function limit(change: { holdingLimit?: string; outflowLimit?: string; inflowLimit?: string }) {
    const { policy } = await f.cny.currency.corridorOf(CORRIDOR.HKD);
    const { holdingLimit, outflowLimit, inflowLimit, windowDays } = policy;
    const given = Object.fromEntries(Object.entries(change).map(([name, text]) => [name, minor(text)]));
    await f.cny.currency.setCorridorPolicy(CORRIDOR.HKD, {
      ...{ holdingLimit, outflowLimit, inflowLimit, windowDays },
      ...given,
    });
  }

  async function suspend({ number }: { number: number }, at: "cny" | "hkd") {
    await f[at].registry.setStatus(number, SUSPENDED, ref("order"));
  }

  const standing = (walletClass: keyof typeof CORRIDOR) => f.cny.currency.corridorOf(CORRIDOR[walletClass]);

  context("given banks of one jurisdiction", function () {
    it("moves money by plain transfer and counts nothing", async function () {
      await expect(f.cny.currency.connect(f.icbc.signer).transfer(f.boc.account, 100n)).to.changeTokenBalances(
        ethers,
        f.cny.currency,
        [f.icbc.account, f.boc.account],
        [-100n, 100n],
      );
      expect((await standing("HKD")).holdings).to.equal(0n);
      await cross(f, f.cny.currency, f.icbc, f.hsbc, "100");
      await f.cny.currency.connect(f.hsbc.signer).transfer(f.bochk.account, minor("100"));
      expect((await standing("HKD")).holdings).to.equal(minor("100"));
    });
  });

  context("given a border", function () {
    it("refuses a plain transfer, one by allowance, and a capture by a bank", async function () {
      const { currency } = f.cny;
      const closed = (call: Promise<unknown>) =>
        expect(call)
          .to.be.revertedWithCustomError(currency, "CorridorGateClosed")
          .withArgs(f.icbc.account, f.hsbc.account);
      await closed(currency.connect(f.icbc.signer).transfer(f.hsbc.account, 1n));
      await currency.connect(f.icbc.signer).approve(f.hsbc.account, 1n);
      await closed(currency.connect(f.hsbc.signer).transferFrom(f.icbc.account, f.hsbc.account, 1n));
      await closed(currency.connect(f.icbc.signer).payOut([(BigInt(f.hsbc.account) << 96n) + 1n], ZeroHash));
      const hold = holdOf(f.icbc, f.hsbc.account, 1n);
      await currency.connect(f.icbc.signer).placeHold(hold);
      await closed(currency.connect(f.hsbc.signer).captureHold(hold, f.hsbc.account, 1n));
      const entry = (BigInt(f.hsbc.account) << 96n) + 1n;
      await closed(currency.connect(f.hsbc.signer).captureHoldToMany(hold, [entry]));
    });

    it("lets a venue's engine move it, and counts it out and back in", async function () {
      await expect(cross(f, f.cny.currency, f.icbc, f.hsbc, "100")).to.changeTokenBalances(
        ethers,
        f.cny.currency,
        [f.icbc.account, f.hsbc.account],
        [-minor("100"), minor("100")],
      );
      await cross(f, f.cny.currency, f.hsbc, f.boc, "30");
      const { holdings, netOutflow } = await standing("HKD");
      expect([holdings, netOutflow]).to.deep.equal([minor("70"), minor("70")]);
    });

    it("counts between two corridors out of one and into the other", async function () {
      await cross(f, f.cny.currency, f.icbc, f.hsbc, "100");
      await cross(f, f.cny.currency, f.hsbc, f.bangkok, "40");
      expect([(await standing("HKD")).holdings, (await standing("THB")).holdings]).to.deep.equal([
        minor("60"),
        minor("40"),
      ]);
    });

    it("captures a hold through the engine", async function () {
      const engine = await f.engine.getAddress();
      const token = await f.cny.currency.getAddress();
      const side = { token, from: f.icbc.account, amount: 100n };
      const instruction = payment({ businessRef: ref("held") }, side, f.hsbc.account);
      const id = await f.engine.instructionId(instruction);
      const hold = { ...holdOf(f.icbc, engine, 100n), businessRef: id };
      await f.cny.currency.connect(f.icbc.signer).placeHold(hold);
      await f.venue.run(f.engine, f.engine.interface.encodeFunctionData("settle", [instruction, [], [hold]]));
      expect((await standing("HKD")).holdings).to.equal(100n);
    });

    it("settles net, and counts what moves", async function () {
      const token = await f.cny.currency.getAddress();
      await cross(f, f.cny.currency, f.icbc, f.hsbc, "100");
      const amounts = [
        [f.icbc, f.hsbc, "50"],
        [f.hsbc, f.icbc, "20"],
      ] as const;
      const domain = await domainOf(f.engine);
      const items = await Promise.all(
        amounts.map(async ([from, to, amount]) => {
          const terms = { businessRef: ref(`net ${amount}`), nettable: true };
          const side = { token, from: from.account, amount: minor(amount) };
          const instruction = payment(terms, side, to.account);
          return { instruction, consents: await collectConsents(domain, instruction, [from.signer]), holds: [] };
        }),
      );
      const { keys, indices } = netTable(items.map(({ instruction }) => instruction));
      await f.venue.run(f.engine, f.engine.interface.encodeFunctionData("settleNet", [items, keys, indices]));
      expect((await standing("HKD")).holdings).to.equal(minor("130"));
    });

    it("counts a lawful order, which no corridor, standing or gate refuses", async function () {
      await cross(f, f.cny.currency, f.icbc, f.hsbc, "100");
      await limit({ inflowLimit: "0", outflowLimit: "0", holdingLimit: "0" });
      await suspend(f.hsbc, "hkd");
      const order = f.cny.currency.connect(f.cny.offices.enforcer)["forcedTransfer(address,address,uint256,bytes32)"];
      await order(f.hsbc.account, f.boc.account, minor("60"), ref("order"));
      expect((await standing("HKD")).holdings).to.equal(minor("40"));
      await order(f.boc.account, f.hsbc.account, minor("10"), ref("order"));
      expect((await standing("HKD")).holdings).to.equal(minor("50"));
      await order(f.hsbc.account, f.bochk.account, minor("10"), ref("order"));
      expect((await standing("HKD")).holdings).to.equal(minor("50"));
    });
  });

  context("given limits of the corridor", function () {
    it("refuses what takes its banks' holdings past the cap", async function () {
      await limit({ holdingLimit: "100" });
      await cross(f, f.cny.currency, f.icbc, f.hsbc, "60");
      await expect(cross(f, f.cny.currency, f.icbc, f.bochk, "40.01"))
        .to.be.revertedWithCustomError(f.cny.currency, "CorridorHoldingLimitExceeded")
        .withArgs(CORRIDOR.HKD, minor("40.01"), minor("60"), minor("100"));
      await cross(f, f.cny.currency, f.icbc, f.bochk, "40");
    });

    it("refuses more net outflow in a window than the cap, until the next window", async function () {
      const { windowDays } = (await standing("HKD")).policy;
      await limit({ outflowLimit: "100" });
      await cross(f, f.cny.currency, f.icbc, f.hsbc, "100");
      await expect(cross(f, f.cny.currency, f.icbc, f.hsbc, "0.01"))
        .to.be.revertedWithCustomError(f.cny.currency, "CorridorOutflowLimitExceeded")
        .withArgs(CORRIDOR.HKD, 1n, minor("100"), minor("100"));
      await cross(f, f.cny.currency, f.hsbc, f.icbc, "10");
      await cross(f, f.cny.currency, f.icbc, f.hsbc, "10");
      await networkHelpers.time.increase(Number(windowDays) * DAY);
      expect((await standing("HKD")).netOutflow).to.equal(0n);
      await cross(f, f.cny.currency, f.icbc, f.hsbc, "100");
      expect((await standing("HKD")).netOutflow).to.equal(minor("100"));
    });

    it("begins a window at midnight, UTC+8, of a day that its length divides", async function () {
      const { windowDays } = (await standing("HKD")).policy;
      await limit({ outflowLimit: "100" });
      await cross(f, f.cny.currency, f.icbc, f.hsbc, "100");
      const window = Number(windowDays) * DAY;
      const next = (Math.floor(((await networkHelpers.time.latest()) + 8 * 3600) / window) + 1) * window - 8 * 3600;
      // each crossing is one block, a second after what the clock says
      await networkHelpers.time.increaseTo(next - 2);
      await expect(cross(f, f.cny.currency, f.icbc, f.hsbc, "1")).to.be.revertedWithCustomError(
        f.cny.currency,
        "CorridorOutflowLimitExceeded",
      );
      await networkHelpers.time.increaseTo(next);
      await cross(f, f.cny.currency, f.icbc, f.hsbc, "100");
    });

    it("refuses more net inflow in a window than the cap", async function () {
      await cross(f, f.cny.currency, f.icbc, f.hsbc, "100");
      await networkHelpers.time.increase(7 * DAY);
      await limit({ inflowLimit: "50" });
      await cross(f, f.cny.currency, f.hsbc, f.icbc, "50");
      await expect(cross(f, f.cny.currency, f.hsbc, f.icbc, "0.01"))
        .to.be.revertedWithCustomError(f.cny.currency, "CorridorInflowLimitExceeded")
        .withArgs(CORRIDOR.HKD, 1n, -minor("50"), minor("50"));
    });

    it("takes 2^64 - 1 as no limit", async function () {
      const none = (2n ** 64n - 1n).toString().replace(/(..)$/, ".$1");
      await limit({ holdingLimit: none, outflowLimit: none, inflowLimit: none });
      await cross(f, f.cny.currency, f.icbc, f.hsbc, "5000000");
      await cross(f, f.cny.currency, f.hsbc, f.icbc, "5000000");
    });
  });

  context("given limits of each bank", function () {
    it("caps a balance, a payment and a day, also when the bank pays an institution with its own number", async function () {
      const { currency } = f.cny;
      const namesake = f.bank("TABCCNT0");
      const limits = { balance: minor("100"), single: minor("60"), day: minor("90"), year: 2n ** 40n - 1n, open: true };
      await currency.setClassLimits(CORRIDOR.HKD, limits);
      await cross(f, currency, f.icbc, f.hsbc, "100");
      await expect(cross(f, currency, f.icbc, f.hsbc, "0.01"))
        .to.be.revertedWithCustomError(currency, "WalletBalanceLimitExceeded")
        .withArgs(f.hsbc.account, 1n, minor("100"), minor("100"));
      expect(namesake.number).to.equal(f.hsbc.number);
      await expect(cross(f, currency, f.hsbc, namesake, "60.01"))
        .to.be.revertedWithCustomError(currency, "WalletSingleLimitExceeded")
        .withArgs(f.hsbc.account, minor("60.01"), minor("60"));
      await cross(f, currency, f.hsbc, namesake, "60");
      await expect(cross(f, currency, f.hsbc, namesake, "30.01"))
        .to.be.revertedWithCustomError(currency, "WalletDayLimitExceeded")
        .withArgs(f.hsbc.account, minor("30.01"), minor("60"), minor("90"));
      await cross(f, currency, f.hsbc, namesake, "30");
    });

    it("stops a corridor by its class's halt, and lets it go on", async function () {
      const { currency, offices } = f.cny;
      await currency.connect(offices.halter).haltClass(CORRIDOR.HKD);
      await expect(cross(f, currency, f.icbc, f.hsbc, "1"))
        .to.be.revertedWithCustomError(currency, "WalletHalted")
        .withArgs(f.hsbc.account, CORRIDOR.HKD);
      await cross(f, currency, f.icbc, f.bangkok, "1");
      await currency.connect(offices.resumer).resumeClass(CORRIDOR.HKD);
      await cross(f, currency, f.icbc, f.hsbc, "1");
    });
  });

  context("given a suspended bank", function () {
    it("neither pays nor is paid, at home and abroad", async function () {
      const { currency } = f.cny;
      await cross(f, currency, f.icbc, f.hsbc, "100");
      await suspend(f.hsbc, "hkd");
      await expect(cross(f, currency, f.icbc, f.hsbc, "1"))
        .to.be.revertedWithCustomError(f.hkd.registry, "InstitutionNotActive")
        .withArgs(f.hsbc.number, SUSPENDED);
      await expect(currency.connect(f.hsbc.signer).transfer(f.bochk.account, 1n))
        .to.be.revertedWithCustomError(f.hkd.registry, "InstitutionNotActive")
        .withArgs(f.hsbc.number, SUSPENDED);
      await suspend(f.icbc, "cny");
      await expect(currency.connect(f.icbc.signer).transfer(f.boc.account, 1n))
        .to.be.revertedWithCustomError(f.cny.registry, "InstitutionNotActive")
        .withArgs(f.icbc.number, SUSPENDED);
    });

    it("gets back what is held", async function () {
      const { currency } = f.cny;
      const hold = holdOf(f.icbc, f.boc.account, 100n);
      await currency.connect(f.icbc.signer).placeHold(hold);
      await suspend(f.icbc, "cny");
      await currency.connect(f.boc.signer).releaseHold(hold);
      expect(await currency.heldOf(f.icbc.account)).to.equal(0n);
    });

    it("redeems at its desk what it asked for before", async function () {
      const { currency, desk, offices } = f.cny;
      const { number, signer } = f.icbc;
      const [amount, rtgsRef] = [minor("10"), ref("rtgs")];
      const businessRef = requestId(REQUEST_KIND.redemption, number, rtgsRef);
      const terms = { ...holdOf(f.icbc, await desk.getAddress(), amount), businessRef };
      await currency.connect(signer).placeHold(terms);
      await desk.connect(signer).requestRedemption(terms, rtgsRef);
      await suspend(f.icbc, "cny");
      const attestation = { kind: REQUEST_KIND.redemption, institution: number, amount, rtgsRef, validUntil: FAR };
      const signature = await sign(offices.operator, attestationTypedData(await domainOf(desk), attestation));
      await desk.redeem(terms, rtgsRef, FAR, signature);
      expect(await currency.totalSupply()).to.equal(2n * OPENING - amount);
    });
  });

  context("given issue and redemption", function () {
    it("lets only a domestic bank ask the desk", async function () {
      await expect(issueOnBridge(f.cny, f.hsbc, 100n, "foreign", FAR))
        .to.be.revertedWithCustomError(f.cny.registry, "InstitutionUnknown")
        .withArgs(0);
      await cross(f, f.cny.currency, f.icbc, f.hsbc, "100");
      await expect(redeemOnBridge(f.cny, f.hsbc, 100n, "foreign", FAR))
        .to.be.revertedWithCustomError(f.cny.registry, "InstitutionUnknown")
        .withArgs(0);
      expect(await f.cny.currency.totalSupply()).to.equal(2n * OPENING);
    });

    it("creates and destroys for residents alone, whoever has the power", async function () {
      const { currency } = f.cny;
      const [, issuer] = f.outsiders;
      if (issuer === undefined) throw new RangeError("no second outsider");
      await currency.appoint(issuer, 4n, ref("another desk"));
      await expect(currency.connect(issuer).issue(f.hsbc.account, 100n, ref("issue")))
        .to.be.revertedWithCustomError(currency, "CorridorResidentRequired")
        .withArgs(f.hsbc.account, CORRIDOR.HKD);
      await cross(f, currency, f.icbc, f.hsbc, "100");
      const hold = holdOf(f.hsbc, issuer.address, 100n);
      await currency.connect(f.hsbc.signer).placeHold(hold);
      await expect(currency.connect(issuer).redeemHeld(hold, 100n, ref("redemption")))
        .to.be.revertedWithCustomError(currency, "CorridorResidentRequired")
        .withArgs(f.hsbc.account, CORRIDOR.HKD);
      await suspend(f.icbc, "cny");
      await expect(currency.connect(issuer).issue(f.icbc.account, 100n, ref("issue")))
        .to.be.revertedWithCustomError(f.cny.registry, "InstitutionNotActive")
        .withArgs(f.icbc.number, SUSPENDED);
      const own = holdOf(f.icbc, issuer.address, 100n);
      await currency.connect(f.icbc.signer).placeHold(own);
      await currency.connect(issuer).redeemHeld(own, 100n, ref("redemption"));
      expect(await currency.totalSupply()).to.equal(2n * OPENING - 100n);
    });
  });

  describe("canSend, canReceive and canTransfer", function () {
    it("say of a bank whether it is active in its own registry", async function () {
      const { currency } = f.cny;
      const say = async () => [await currency.canSend(f.hsbc.account), await currency.canReceive(f.hsbc.account)];
      expect(await say()).to.deep.equal([true, true]);
      await suspend(f.hsbc, "hkd");
      expect(await say()).to.deep.equal([false, false]);
      expect(await currency.canTransfer(f.bochk.account, f.hsbc.account, 0n)).to.equal(false);
      expect(await currency.canTransfer(f.hsbc.account, f.bochk.account, 0n)).to.equal(false);
      expect([await currency.canSend(f.outsider), await currency.canReceive(f.outsider)]).to.deep.equal([false, false]);
    });

    it("say of a transfer what it would do: across a border, as the caller would find the gate", async function () {
      const { currency } = f.cny;
      const nonce = await f.outsider.getNonce();
      const itself = getCreateAddress({ from: f.outsider.address, nonce });
      // a venue that moves by itself, so that what it asks is asked of the gate it has opened
      const venue = await ethers.deployContract("GateVenueMock", [f.gate, itself], f.outsider);
      await f.gate.connect(f.cny.offices.governor).admitVenue(currency, venue);
      const can = async (from: BridgeBank, to: BridgeBank, amount: string) => {
        const args = [from.account, to.account, minor(amount)] as const;
        const data = currency.interface.encodeFunctionData("canTransfer", [...args]);
        const answer = await venue.run.staticCall(currency, data);
        const [inside] = currency.interface.decodeFunctionResult("canTransfer", answer);
        return [await currency.canTransfer(...args), inside] as unknown[];
      };
      expect(await can(f.icbc, f.boc, "1")).to.deep.equal([true, true]);
      expect(await can(f.icbc, f.hsbc, "1")).to.deep.equal([false, true]);
      await cross(f, currency, f.icbc, f.hsbc, "100");
      await cross(f, currency, f.icbc, f.bangkok, "100");
      await limit({ holdingLimit: "100", inflowLimit: "0" });
      expect(await can(f.icbc, f.hsbc, "0.01")).to.deep.equal([false, false]);
      expect(await can(f.bangkok, f.hsbc, "0.01")).to.deep.equal([false, false]);
      await limit({ holdingLimit: "200", outflowLimit: "100" });
      expect(await can(f.icbc, f.hsbc, "0.01")).to.deep.equal([false, false]);
      expect(await can(f.hsbc, f.icbc, "100")).to.deep.equal([false, true]);
      await networkHelpers.time.increase(7 * DAY);
      expect(await can(f.hsbc, f.icbc, "0.01")).to.deep.equal([false, false]);
      expect(await can(f.icbc, f.hsbc, "100")).to.deep.equal([false, true]);
    });
  });
});
