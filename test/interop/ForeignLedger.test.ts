import { expect } from "chai";
import { ZeroAddress, id, zeroPadValue, type Wallet } from "ethers";
import { headerRlp } from "../../sdk/interop/headers.js";
import { openChain } from "../support/chain.js";
import { fabricate, receiptOf } from "./fabricated.js";
import {
  CHAIN_ID,
  QUORUM,
  addressesOf,
  blockOf,
  carryHeader,
  deployForeignLedger,
  proofOf,
  validatorsNamed,
  votesFor,
} from "./fixture.js";

const mainland = await openChain("mainland");
const hongkong = await openChain("hongkong");
const { networkHelpers, ethers } = hongkong;
const validators = validatorsNamed("mainland");
const signers = validators.slice(0, Number(QUORUM));
const nextValidators = validatorsNamed("mainland, next", 3);
const GRACE = 3_600n;
const MAX_GRACE = 7n * 86_400n;
const FOREVER = 2n ** 64n - 1n;
const NOTHING = [`0x${"00".repeat(32)}`, 0n, 0n, 0n];

/** Hong Kong knows the mainland; on the mainland something happened. */
async function deploy() {
  const f = await deployForeignLedger(hongkong, CHAIN_ID.mainland, validators);
  const there = await deployForeignLedger(mainland, CHAIN_ID.hongkong, validatorsNamed("hongkong"));
  const sent = await there.authority.connect(there.admin).labelRole(5n, "what happened");
  const receipt = await sent.wait();
  const block = await blockOf(mainland, receipt?.blockNumber ?? 0);
  return { ...f, source: there.authority, block, governed: f.ledger.connect(f.admin) };
}

type Fixture = Awaited<ReturnType<typeof deploy>>;

/** Block 7 of the mainland, and another one with the same number. */
async function deployTwins() {
  const f = await deploy();
  const one = await fabricate([receiptOf()]);
  const twin = await fabricate([receiptOf([])]);
  await carry(f, one);
  return { ...f, one, twin };
}

/** The same, closed by the twin. */
async function deployClosed() {
  const f = await deployTwins();
  await carry(f, f.twin);
  return f;
}

async function carry(
  { ledger }: Fixture,
  { rlp, hash }: { readonly rlp: string; readonly hash: string },
  epoch = 1n,
  by: readonly Wallet[] = signers,
) {
  return ledger.acceptHeader(rlp, epoch, await votesFor(ledger, by, hash, epoch));
}

describe("ForeignLedger", function () {
  describe("constructor", function () {
    const deployWith = async (chainId: bigint, keys: readonly string[], quorum: bigint) => {
      const { authority, ledger } = await networkHelpers.loadFixture(deploy);
      return { ledger, deployment: ethers.deployContract("ForeignLedger", [chainId, authority, keys, quorum]) };
    };

    it("registers the first validators", async function () {
      const { ledger } = await networkHelpers.loadFixture(deploy);
      const [listed, quorum, goodUntil] = await ledger.epochOf(1n);
      expect([...listed]).to.deep.equal(addressesOf(validators));
      expect([quorum, goodUntil]).to.deep.equal([QUORUM, FOREVER]);
      expect(await ledger.currentEpoch()).to.equal(1n);
      expect(await ledger.foreignChainId()).to.equal(CHAIN_ID.mainland);
      for (const none of [0n, 2n]) expect(await ledger.epochOf(none)).to.deep.equal([[], 0n, 0n]);
    });

    for (const chainId of [0n, CHAIN_ID.hongkong]) {
      it(`refuses chain id ${chainId}`, async function () {
        const { ledger, deployment } = await deployWith(chainId, addressesOf(validators), QUORUM);
        await expect(deployment).to.be.revertedWithCustomError(ledger, "ForeignChainInvalid").withArgs(chainId);
      });
    }

    it("refuses a quorum of half", async function () {
      const { ledger, deployment } = await deployWith(CHAIN_ID.mainland, addressesOf(validators), 2n);
      await expect(deployment).to.be.revertedWithCustomError(ledger, "ForeignQuorumInvalid").withArgs(2n, 4n);
    });
  });

  describe("rotate", function () {
    it("begins the next epoch and leaves the former one its grace period", async function () {
      const { ledger, governed } = await networkHelpers.loadFixture(deploy);
      const time = BigInt(await networkHelpers.time.latest()) + 10n;
      await networkHelpers.time.setNextBlockTimestamp(time);
      await expect(governed.rotate(addressesOf(nextValidators), 2n, GRACE))
        .to.emit(ledger, "ValidatorsRotated")
        .withArgs(2n, addressesOf(nextValidators), 2n, time + GRACE);
      expect(await ledger.currentEpoch()).to.equal(2n);
      expect((await ledger.epochOf(1n)).goodUntil).to.equal(time + GRACE);
      expect((await ledger.epochOf(2n)).goodUntil).to.equal(FOREVER);
    });

    for (const [late, verdict] of [
      [0n, "accepts the former epoch's signatures in the last second of the grace period"],
      [1n, "refuses them one second later"],
    ] as const) {
      it(verdict, async function () {
        const f = await networkHelpers.loadFixture(deploy);
        await f.governed.rotate(addressesOf(nextValidators), 2n, GRACE);
        const { goodUntil } = await f.ledger.epochOf(1n);
        await networkHelpers.time.setNextBlockTimestamp(goodUntil + late);
        const attempt = carryHeader(f.ledger, signers, f.block);
        if (late === 0n) await expect(attempt).to.emit(f.ledger, "HeaderAccepted");
        else {
          await expect(attempt)
            .to.be.revertedWithCustomError(f.ledger, "ForeignEpochExpired")
            .withArgs(1n, goodUntil, goodUntil + 1n);
        }
      });
    }

    it("refuses whoever the authority has not allowed it", async function () {
      const { ledger, stranger } = await networkHelpers.loadFixture(deploy);
      await expect(ledger.connect(stranger).rotate(addressesOf(nextValidators), 2n, 0n))
        .to.be.revertedWithCustomError(ledger, "AccessManagedUnauthorized")
        .withArgs(stranger.address);
    });

    const keys = (count: number) => addressesOf(validatorsNamed("many", count));
    for (const count of [0, 1, 65]) {
      it(`refuses ${count} validators`, async function () {
        const { ledger, governed } = await networkHelpers.loadFixture(deploy);
        await expect(governed.rotate(keys(count), BigInt(count), 0n))
          .to.be.revertedWithCustomError(ledger, "ForeignValidatorCountInvalid")
          .withArgs(BigInt(count), 2n, 64n);
      });
    }

    for (const [count, quorum] of [
      [2, 2],
      [3, 2],
      [4, 3],
      [5, 3],
      [64, 33],
      [64, 64],
    ] as const) {
      it(`accepts a quorum of ${quorum} of ${count}`, async function () {
        const { ledger, governed } = await networkHelpers.loadFixture(deploy);
        await governed.rotate(keys(count), quorum, 0n);
        expect((await ledger.epochOf(2n)).quorum).to.equal(BigInt(quorum));
        expect((await ledger.epochOf(2n)).validators).to.have.length(count);
      });
    }

    for (const [count, quorum] of [
      [2, 0],
      [2, 1],
      [2, 3],
      [3, 1],
      [3, 4],
      [4, 2],
      [64, 32],
      [64, 65],
      [64, 258],
    ] as const) {
      it(`refuses a quorum of ${quorum} of ${count}`, async function () {
        const { ledger, governed } = await networkHelpers.loadFixture(deploy);
        await expect(governed.rotate(keys(count), quorum, 0n))
          .to.be.revertedWithCustomError(ledger, "ForeignQuorumInvalid")
          .withArgs(quorum, count);
      });
    }

    it("refuses a validator twice, another order and nobody", async function () {
      const { ledger, governed } = await networkHelpers.loadFixture(deploy);
      const [a = "", b = "", c = ""] = addressesOf(nextValidators);
      for (const [list, index] of [
        [[a, b, b], 2],
        [[a, c, b], 2],
        [[ZeroAddress, a, b], 0],
      ] as const) {
        await expect(governed.rotate([...list], 2n, 0n))
          .to.be.revertedWithCustomError(ledger, "ForeignValidatorOrderInvalid")
          .withArgs(index, index === 0 ? ZeroAddress : list[index - 1], list[index]);
      }
    });

    it("accepts the longest grace period and refuses a second more", async function () {
      const { ledger, governed } = await networkHelpers.loadFixture(deploy);
      await expect(governed.rotate(addressesOf(nextValidators), 2n, MAX_GRACE + 1n))
        .to.be.revertedWithCustomError(ledger, "ForeignGraceInvalid")
        .withArgs(MAX_GRACE + 1n, MAX_GRACE);
      await governed.rotate(addressesOf(nextValidators), 2n, MAX_GRACE);
    });
  });

  describe("acceptHeader", function () {
    it("keeps what a quorum of the other chain's validators signed", async function () {
      const { ledger, block } = await networkHelpers.loadFixture(deploy);
      const [number, timestamp] = [BigInt(block.number), BigInt(block.timestamp)];
      await expect(carryHeader(ledger, signers, block))
        .to.emit(ledger, "HeaderAccepted")
        .withArgs(block.hash, number, 1n, block.receiptsRoot, timestamp);
      expect(await ledger.headerOf(block.hash)).to.deep.equal([block.receiptsRoot, number, timestamp, 1n]);
      expect(await ledger.blockHashOf(number)).to.equal(block.hash);
    });

    it("accepts the signatures of all validators", async function () {
      const { ledger, block } = await networkHelpers.loadFixture(deploy);
      await expect(carryHeader(ledger, validators, block)).to.emit(ledger, "HeaderAccepted");
    });

    it("changes nothing when it knows the header", async function () {
      const { ledger, block } = await networkHelpers.loadFixture(deploy);
      const rlp = headerRlp(block);
      await carryHeader(ledger, signers, block);
      const votes = await votesFor(ledger, validators, block.hash);
      expect(await ledger.acceptHeader.staticCall(rlp, 1n, votes)).to.equal(block.hash);
      await expect(ledger.acceptHeader(rlp, 1n, votes)).not.to.emit(ledger, "HeaderAccepted");
      expect((await ledger.headerOf(block.hash)).epoch).to.equal(1n);
    });

    it("notes that a newer epoch signed it too, and no older one", async function () {
      const { ledger, governed, block } = await networkHelpers.loadFixture(deploy);
      await governed.rotate(addressesOf(nextValidators), 2n, GRACE);
      await carryHeader(ledger, signers, block);
      await expect(carryHeader(ledger, nextValidators, block, 2n)).to.emit(ledger, "HeaderAccepted");
      expect((await ledger.headerOf(block.hash)).epoch).to.equal(2n);
      await carryHeader(ledger, signers, block);
      expect((await ledger.headerOf(block.hash)).epoch).to.equal(2n);
    });

    context("given a second header of the same number", function () {
      it("closes the ledger and does not accept it", async function () {
        const f = await networkHelpers.loadFixture(deployTwins);
        await expect(carry(f, f.twin))
          .to.emit(f.ledger, "EquivocationProven")
          .withArgs(7n, f.one.hash, f.twin.hash, 1n, 1n);
        expect(await f.ledger.closure()).to.deep.equal([true, 7n]);
        expect(await f.ledger.distrustedEpoch()).to.equal(1n);
        expect(await f.ledger.headerOf(f.twin.hash)).to.deep.equal(NOTHING);
        expect(await f.ledger.blockHashOf(7n)).to.equal(f.one.hash);
      });

      it("closes it also if the new epoch's validators contradict the former ones", async function () {
        const f = await networkHelpers.loadFixture(deployTwins);
        await f.governed.rotate(addressesOf(nextValidators), 2n, GRACE);
        await expect(carry(f, f.twin, 2n, nextValidators))
          .to.emit(f.ledger, "EquivocationProven")
          .withArgs(7n, f.one.hash, f.twin.hash, 1n, 2n);
        expect(await f.ledger.distrustedEpoch()).to.equal(2n);
      });
    });
  });

  describe("after an equivocation", function () {
    it("is open again when the authority has rotated", async function () {
      const f = await networkHelpers.loadFixture(deployClosed);
      await f.governed.rotate(addressesOf(nextValidators), 2n, GRACE);
      expect(await f.ledger.closure()).to.deep.equal([false, 0n]);
      await expect(carryHeader(f.ledger, nextValidators, f.block, 2n)).to.emit(f.ledger, "HeaderAccepted");
    });

    it("does not take the old epoch's signatures any more, grace or not", async function () {
      const f = await networkHelpers.loadFixture(deployClosed);
      await f.governed.rotate(addressesOf(nextValidators), 2n, GRACE);
      await expect(carryHeader(f.ledger, signers, f.block))
        .to.be.revertedWithCustomError(f.ledger, "ForeignEpochDistrusted")
        .withArgs(1n, 1n);
    });

    for (const which of ["one", "twin"] as const) {
      it(`lets the new validators say which block it is (the ${which === "one" ? "first" : "second"})`, async function () {
        const f = await networkHelpers.loadFixture(deployClosed);
        await f.governed.rotate(addressesOf(nextValidators), 2n, GRACE);
        await carry(f, f[which], 2n, nextValidators);
        expect(await f.ledger.blockHashOf(7n)).to.equal(f[which].hash);
        expect((await f.ledger.headerOf(f[which].hash)).epoch).to.equal(2n);
        const other = which === "one" ? f.twin : f.one;
        await expect(carry(f, other, 2n, nextValidators)).to.emit(f.ledger, "EquivocationProven");
      });
    }
  });

  describe("provenLog", function () {
    it("tells the event that happened on the other chain", async function () {
      const { ledger, block, source } = await networkHelpers.loadFixture(deploy);
      await carryHeader(ledger, signers, block);
      const log = await ledger.provenLog(await proofOf(mainland, block, 0, 0));
      const [event] = await source.queryFilter(source.filters.RoleLabel(5n));
      expect(log.emitter).to.equal(await source.getAddress());
      expect([...log.topics]).to.deep.equal([id("RoleLabel(uint64,string)"), zeroPadValue("0x05", 32)]);
      expect(log.data).to.equal(event?.data);
      expect(log.blockNumber).to.equal(BigInt(block.number));
      expect(log.timestamp).to.equal(BigInt(block.timestamp));
    });
  });
});
