import { expect } from "chai";
import {
  OFFLINE_DEVICE_STATUS,
  deviceKeyTypedData,
  offlineDeviceId,
  type OfflineTerms,
} from "../../sdk/eip712/offlineWallets.js";
import { holdTypedData } from "../../sdk/eip712/ledger.js";
import { digestOf, domainOf, sign } from "../../sdk/eip712/typedData.js";
import { DeviceKey, mirrored } from "../../sdk/offline/key.js";
import { openChain, ref } from "../support/chain.js";
import { fund } from "../support/currency.js";
import { DAY, LOADED, PLEDGE, PURSE, TERMS, deployOffline, register, type Offline } from "../support/offline.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;
const SUSPENDED = 3n;

async function deploy() {
  return deployOffline(chain);
}

describe("OfflineWallets", function () {
  let f: Offline;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  const listed = ({ maxPayment, maxLoaded, maxAge, maxTerm, lossGrace }: OfflineTerms) => [
    ...[maxPayment, maxLoaded, maxAge, maxTerm, lossGrace],
  ];

  describe("constructor", function () {
    it("stands under the currency's authority, with its first terms", async function () {
      expect(await f.offline.CURRENCY()).to.equal(await f.money.getAddress());
      expect(await f.offline.authority()).to.equal(await f.mainland.authority.getAddress());
      expect(await f.offline.terms()).to.deep.equal(listed(TERMS));
    });
  });

  describe("setTerms", function () {
    it("replaces the terms of allotments to come", async function () {
      const next = { ...TERMS, maxPayment: TERMS.maxLoaded };
      await expect(f.offline.connect(f.governor).setTerms(next))
        .to.emit(f.offline, "OfflineTermsSet")
        .withArgs(listed(TERMS), listed(next));
      expect(await f.offline.terms()).to.deep.equal(listed(next));
    });

    it("refuses terms that allow nothing, or one payment more than all", async function () {
      const changes: Partial<OfflineTerms>[] = [
        { maxPayment: TERMS.maxLoaded + 1n },
        ...[{ maxPayment: 0n }, { maxAge: 0n }, { maxTerm: 0n }, { lossGrace: 0n }],
      ];
      for (const changed of changes) {
        await expect(f.offline.connect(f.governor).setTerms({ ...TERMS, ...changed })).to.be.revertedWithCustomError(
          f.offline,
          "OfflineTermsInvalid",
        );
      }
    });

    it("is the governor's", async function () {
      await expect(f.offline.connect(f.icbc).setTerms(TERMS))
        .to.be.revertedWithCustomError(f.offline, "AccessManagedUnauthorized")
        .withArgs(f.icbc.address);
    });
  });

  describe("pledge", function () {
    it("holds the institution's own money for its devices", async function () {
      const expiry = BigInt(await networkHelpers.time.latest()) + DAY;
      const pledged = f.offline.connect(f.boc).pledge(PLEDGE, expiry);
      const number = f.mainland.banks[1].number;
      await expect(pledged).to.emit(f.offline, "GuaranteePledged").withArgs(number, f.boc.address, PLEDGE, expiry);
      await expect(pledged).to.changeTokenBalances(ethers, f.money, [f.boc, f.offline], [0n, 0n]);
      expect(await f.money.heldOf(f.boc)).to.equal(PLEDGE);
      const [current, remaining] = await f.offline.pledgeOf(number);
      expect([...current, remaining]).to.deep.equal([f.boc.address, expiry, PLEDGE, 1n, PLEDGE]);
    });

    it("is replaced by one that is not less and does not end before", async function () {
      const [{ expiry }] = await f.offline.pledgeOf(f.icbcNumber);
      for (const [amount, end] of [
        [PLEDGE - 1n, expiry],
        [PLEDGE, expiry - 1n],
      ] as const) {
        await expect(f.offline.connect(f.icbc).pledge(amount, end))
          .to.be.revertedWithCustomError(f.offline, "OfflinePledgeInvalid")
          .withArgs(f.icbcNumber, amount, end);
      }
      await f.offline.connect(f.icbc).pledge(PLEDGE, expiry);
      await f.offline.connect(f.icbc).pledge(PLEDGE + 1n, expiry + 1n);
      expect(await f.money.heldOf(f.icbc)).to.equal(PLEDGE + 1n);
      const [current] = await f.offline.pledgeOf(f.icbcNumber);
      expect(current.number).to.equal(3n);
    });

    it("answers strictly before its expiry, and may then be anything", async function () {
      const [{ expiry }] = await f.offline.pledgeOf(f.icbcNumber);
      await networkHelpers.time.increaseTo(expiry - 1n);
      expect((await f.offline.pledgeOf(f.icbcNumber)).remaining).to.equal(PLEDGE);
      await networkHelpers.time.increaseTo(expiry);
      expect((await f.offline.pledgeOf(f.icbcNumber)).remaining).to.equal(0n);
      await f.offline.connect(f.icbc).pledge(1n, expiry + DAY);
      expect(await f.money.heldOf(f.icbc)).to.equal(1n);
    });

    it("may be taken back at the ledger once it has expired, and placed anew", async function () {
      const [{ payer, amount, expiry, number }] = await f.offline.pledgeOf(f.icbcNumber);
      await networkHelpers.time.increaseTo(expiry);
      const businessRef = ethers.keccak256(
        ethers.AbiCoder.defaultAbiCoder().encode(
          ["string", "uint16", "uint32"],
          ["OfflineGuarantee", f.icbcNumber, number],
        ),
      );
      const executor = await f.offline.getAddress();
      await f.money.connect(f.icbc).releaseHold({
        ...{ payer, payee: ethers.ZeroAddress, executor, amount, expiry, businessRef },
      });
      await f.offline.connect(f.icbc).pledge(PLEDGE, expiry + DAY);
      expect(await f.money.heldOf(f.icbc)).to.equal(PLEDGE);
    });

    it("is an operating institution's, and of the future", async function () {
      await expect(f.offline.connect(f.shop).pledge(PLEDGE, 2n ** 47n)).to.be.revertedWithCustomError(
        f.mainland.registry,
        "InstitutionUnknown",
      );
      const now = BigInt(await networkHelpers.time.latest());
      await expect(f.offline.connect(f.boc).pledge(PLEDGE, now)).to.be.revertedWithCustomError(
        f.money,
        "HoldExpiryInvalid",
      );
    });
  });

  describe("registerDevice", function () {
    it("enters a device for an owner of the institution's", async function () {
      const key = await DeviceKey.generate();
      const { x, y } = key.publicKey;
      const id = offlineDeviceId(key.publicKey);
      const proof = await key.sign(digestOf(deviceKeyTypedData(f.domain, f.dan.address)));
      expect(await f.offline.deviceId(x, y)).to.equal(id);
      await expect(f.offline.connect(f.icbc).registerDevice(f.dan, x, y, proof))
        .to.emit(f.offline, "DeviceRegistered")
        .withArgs(id, f.dan.address, f.icbcNumber, x, y);
      const { active } = OFFLINE_DEVICE_STATUS;
      expect(await f.offline.deviceOf(id)).to.deep.equal([
        ...[f.dan.address, f.icbcNumber, active, 0n, 0n, 0n, 0n, x, y],
      ]);
      await expect(f.offline.connect(f.icbc).registerDevice(f.dan, x, y, proof))
        .to.be.revertedWithCustomError(f.offline, "OfflineDeviceStatusInvalid")
        .withArgs(id, active);
    });

    it("refuses another's customer", async function () {
      const key = await DeviceKey.generate();
      const { x, y } = key.publicKey;
      const proof = await key.sign(digestOf(deviceKeyTypedData(f.domain, f.dan.address)));
      await expect(f.offline.connect(f.boc).registerDevice(f.dan, x, y, proof))
        .to.be.revertedWithCustomError(f.offline, "OfflineOwnerNotSponsored")
        .withArgs(f.dan.address, f.icbcNumber, f.mainland.banks[1].number);
    });

    it("refuses a key that does not say whose it is, and what is no key", async function () {
      const key = await DeviceKey.generate();
      const { x, y } = key.publicKey;
      const id = offlineDeviceId(key.publicKey);
      const own = digestOf(deviceKeyTypedData(f.domain, f.dan.address));
      const proofs = [
        await key.sign(digestOf(deviceKeyTypedData(f.domain, f.ann.address))),
        await key.sign(digestOf(deviceKeyTypedData(await domainOf(f.money), f.dan.address))),
        await f.device.ann.key.sign(own),
        mirrored(await key.sign(own)),
      ];
      for (const proof of proofs) {
        await expect(f.offline.connect(f.icbc).registerDevice(f.dan, x, y, proof))
          .to.be.revertedWithCustomError(f.offline, "OfflineKeyInvalid")
          .withArgs(id, f.dan.address);
      }
      await expect(
        f.offline.connect(f.icbc).registerDevice(f.dan, ref("no point"), y, await key.sign(own)),
      ).to.be.revertedWithCustomError(f.offline, "OfflineKeyInvalid");
    });
  });

  describe("load", function () {
    it("holds the owner's money under the terms of the day", async function () {
      const signUntil = BigInt(await networkHelpers.time.latest()) + 2n * DAY;
      const id = await f.offline.allotmentId(f.device.ann.id, 1n);
      const amount = TERMS.maxLoaded - LOADED;
      const loaded = f.offline.connect(f.ann).load(f.device.ann.id, amount, signUntil, "0x");
      await expect(loaded)
        .to.emit(f.offline, "AllotmentLoaded")
        .withArgs(id, f.device.ann.id, f.ann.address, amount, signUntil);
      await expect(loaded).to.changeTokenBalances(ethers, f.money, [f.ann, f.offline], [0n, 0n]);
      expect(await f.money.spendableOf(f.ann)).to.equal(PURSE - TERMS.maxLoaded);
      const openedAt = BigInt(await networkHelpers.time.latest());
      expect(await f.offline.allotmentOf(id)).to.deep.equal([
        ...[f.device.ann.id, amount, 0n, 0n, TERMS.maxPayment, openedAt, signUntil, TERMS.maxAge, false],
      ]);
      const { executor, expiry, businessRef } = await f.offline.holdOf(id);
      expect([executor, expiry, businessRef]).to.deep.equal([
        ...[await f.offline.getAddress(), signUntil + TERMS.maxAge + 1n, id],
      ]);
      expect(await f.offline.deadlineOf(id)).to.equal(signUntil + TERMS.maxAge);
      const { allotments, loaded: sum } = await f.offline.deviceOf(f.device.ann.id);
      expect([allotments, sum]).to.deep.equal([2n, TERMS.maxLoaded]);
    });

    it("takes the owner's signature instead of an allowance, and a hold that was placed with it first", async function () {
      for (const placed of [false, true]) {
        const { ann } = await networkHelpers.loadFixture(deploy);
        await f.money.connect(ann).approve(f.offline, 0n);
        const signUntil = BigInt(await networkHelpers.time.latest()) + DAY;
        const hold = {
          ...{ payer: ann.address, payee: ethers.ZeroAddress, executor: await f.offline.getAddress(), amount: 100n },
          expiry: signUntil + TERMS.maxAge + 1n,
          businessRef: await f.offline.allotmentId(f.device.ann.id, 1n),
        };
        const signature = await sign(ann, holdTypedData(await domainOf(f.money), hold));
        if (placed) await f.money.connect(f.stranger).placeHoldWithSignature(hold, signature);
        await f.offline.connect(ann).load(f.device.ann.id, 100n, signUntil, signature);
        expect(await f.money.heldOf(ann)).to.equal(LOADED + 100n);
      }
    });

    it("refuses nothing, and a fen more than a device may have", async function () {
      const signUntil = BigInt(await networkHelpers.time.latest()) + DAY;
      const limit = TERMS.maxLoaded;
      for (const amount of [0n, limit - LOADED + 1n]) {
        await expect(f.offline.connect(f.ann).load(f.device.ann.id, amount, signUntil, "0x"))
          .to.be.revertedWithCustomError(f.offline, "OfflineLoadInvalid")
          .withArgs(f.device.ann.id, LOADED + amount, limit);
      }
    });

    it("takes a term from the next second up to the longest, and no other", async function () {
      const load = (signUntil: bigint) => f.offline.connect(f.ann).load(f.device.ann.id, 1n, signUntil, "0x");
      const now = BigInt(await networkHelpers.time.latest()) + 100n;
      for (const [time, signUntil] of [
        [now, now],
        [now + 1n, now + TERMS.maxTerm + 2n],
      ] as const) {
        await networkHelpers.time.setNextBlockTimestamp(time);
        await expect(load(signUntil))
          .to.be.revertedWithCustomError(f.offline, "OfflineTermInvalid")
          .withArgs(f.device.ann.id, signUntil, time + TERMS.maxTerm);
      }
      await networkHelpers.time.setNextBlockTimestamp(now + 10n);
      await load(now + 11n);
      await networkHelpers.time.setNextBlockTimestamp(now + 12n);
      await load(now + 12n + TERMS.maxTerm);
      expect((await f.offline.deviceOf(f.device.ann.id)).allotments).to.equal(3n);
    });

    it("is the owner's, for a device that is in its hands", async function () {
      const signUntil = BigInt(await networkHelpers.time.latest()) + DAY;
      for (const other of [f.bob, f.icbc]) {
        await expect(f.offline.connect(other).load(f.device.ann.id, 1n, signUntil, "0x"))
          .to.be.revertedWithCustomError(f.offline, "OfflineCallerInvalid")
          .withArgs(f.device.ann.id, other.address);
      }
      await expect(f.offline.connect(f.ann).load(ref("none"), 1n, signUntil, "0x"))
        .to.be.revertedWithCustomError(f.offline, "OfflineDeviceStatusInvalid")
        .withArgs(ref("none"), OFFLINE_DEVICE_STATUS.none);
      await f.offline.connect(f.ann).reportLoss(f.device.ann.id);
      await expect(f.offline.connect(f.ann).load(f.device.ann.id, 1n, signUntil, "0x"))
        .to.be.revertedWithCustomError(f.offline, "OfflineDeviceStatusInvalid")
        .withArgs(f.device.ann.id, OFFLINE_DEVICE_STATUS.lost);
    });

    it("needs a guarantee of as much and as long, and an institution in good standing", async function () {
      await f.offline.connect(f.governor).setTerms({ ...TERMS, maxLoaded: 2n * PLEDGE, maxTerm: 200n * DAY });
      const [{ expiry }] = await f.offline.pledgeOf(f.icbcNumber);
      const last = expiry - TERMS.maxAge - 1n;
      const refused = async (amount: bigint, signUntil: bigint, remaining: bigint) => {
        await expect(f.offline.connect(f.bob).load(f.device.bob.id, amount, signUntil, "0x"))
          .to.be.revertedWithCustomError(f.offline, "OfflineGuaranteeMissing")
          .withArgs(f.icbcNumber, remaining, amount);
      };
      await refused(PLEDGE + 1n, last, PLEDGE);
      await refused(PLEDGE, last + 1n, 0n);
      const { registry, officers } = f.mainland;
      const standing = (status: bigint) =>
        registry.connect(officers.registrar).setStatus(f.icbcNumber, status, ref("decision"));
      await standing(SUSPENDED);
      await expect(f.offline.connect(f.bob).load(f.device.bob.id, PLEDGE, last, "0x")).to.be.revertedWithCustomError(
        registry,
        "InstitutionNotActive",
      );
      await standing(2n);
      await f.offline.connect(f.bob).load(f.device.bob.id, PLEDGE, last, "0x");
      expect(await f.money.heldOf(f.bob)).to.equal(LOADED + PLEDGE);
    });

    it("counts towards the owner's limits as a payment does", async function () {
      const dan = await register(f, f.dan);
      await f.money.connect(f.mainland.officers.issuer).issue(f.dan, 300_000n, ref("wages"));
      await f.money.connect(f.dan).approve(f.offline, 2n ** 60n);
      await f.offline.connect(f.governor).setTerms({ ...TERMS, maxLoaded: 300_000n });
      await fund(f.mainland, f.icbc, PURSE);
      await f.offline.connect(f.icbc).pledge(2n * PURSE, (await f.offline.pledgeOf(f.icbcNumber)).current.expiry);
      const { single } = f.mainland.limits.IV;
      const signUntil = BigInt(await networkHelpers.time.latest()) + DAY;
      await expect(f.offline.connect(f.dan).load(dan.id, single + 1n, signUntil, "0x")).to.be.revertedWithCustomError(
        f.money,
        "WalletSingleLimitExceeded",
      );
      await f.offline.connect(f.dan).load(dan.id, single, signUntil, "0x");
      expect(await f.money.heldOf(f.dan)).to.equal(single);
    });
  });
});
