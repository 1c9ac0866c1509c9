import { expect } from "chai";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import { RATE, ZERO, attest, attestation, deployDesk, issueTo } from "./fixture.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;

async function deploy() {
  return deployDesk(chain);
}

describe("IssuanceDesk (governance)", function () {
  let f: Awaited<ReturnType<typeof deploy>>;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  describe("constructor", function () {
    it("says whose desk it is", async function () {
      expect(await f.desk.currency()).to.equal(await f.currency.getAddress());
      expect(await f.desk.registry()).to.equal(await f.registry.getAddress());
      expect(await f.desk.authority()).to.equal(await f.authority.getAddress());
      expect(await f.desk.settlementOperator()).to.equal(f.operator.address);
      expect((await f.desk.eip712Domain()).name).to.equal("IssuanceDesk");
    });

    it("refuses a registry that is not the currency's", async function () {
      const { registry: other } = f.hongkong;
      await expect(ethers.deployContract("IssuanceDesk", [f.currency, other, f.authority, f.operator]))
        .to.be.revertedWithCustomError(f.desk, "IssuanceRegistryMismatch")
        .withArgs(await other.getAddress(), await f.registry.getAddress());
    });

    it("refuses to be without an operator", async function () {
      await expect(ethers.deployContract("IssuanceDesk", [f.currency, f.registry, f.authority, ZERO]))
        .to.be.revertedWithCustomError(f.desk, "IssuanceOperatorInvalid")
        .withArgs(ZERO);
    });

    it("issues nothing before the rate limit is set", async function () {
      const desk = await ethers.deployContract("IssuanceDesk", [f.currency, f.registry, f.authority, f.operator]);
      expect(await desk.rateLimit()).to.deep.equal([0n, 0n]);
      await desk.connect(f.icbc).requestIssue(1n, ref("early"), 2n ** 40n);
      const said = attestation(f.icbcBank, 1n, ref("early"));
      await expect(desk.issue(f.icbcBank.number, ref("early"), said.validUntil, await attest(desk, f.operator, said)))
        .to.be.revertedWithCustomError(desk, "IssuanceRateExceeded")
        .withArgs(f.icbcBank.number, 1n, 0n);
    });
  });

  describe("setSettlementOperator", function () {
    it("replaces the operator", async function () {
      await expect(f.desk.connect(f.office.governor).setSettlementOperator(f.stranger))
        .to.emit(f.desk, "SettlementOperatorSet")
        .withArgs(f.operator.address, f.stranger.address);
      expect(await f.desk.settlementOperator()).to.equal(f.stranger.address);
    });

    it("says nothing when the operator does not change", async function () {
      await expect(f.desk.connect(f.office.governor).setSettlementOperator(f.operator)).not.to.emit(
        f.desk,
        "SettlementOperatorSet",
      );
    });

    it("refuses the zero address", async function () {
      await expect(f.desk.connect(f.office.governor).setSettlementOperator(ZERO))
        .to.be.revertedWithCustomError(f.desk, "IssuanceOperatorInvalid")
        .withArgs(ZERO);
    });

    it("refuses the operator itself and strangers", async function () {
      for (const who of [f.operator, f.stranger]) {
        await expect(f.desk.connect(who).setSettlementOperator(who))
          .to.be.revertedWithCustomError(f.desk, "AccessManagedUnauthorized")
          .withArgs(who.address);
      }
    });
  });

  describe("setRateLimit", function () {
    it("replaces the limit of every institution", async function () {
      await expect(f.desk.connect(f.office.governor).setRateLimit(minor("5.00"), 60n))
        .to.emit(f.desk, "RateLimitSet")
        .withArgs(RATE.capacity, RATE.window, minor("5.00"), 60n);
      expect(await f.desk.rateLimit()).to.deep.equal([minor("5.00"), 60n]);
      expect(await f.desk.availableRate(f.icbcBank.number)).to.equal(minor("5.00"));
    });

    it("says nothing when the limit does not change", async function () {
      await expect(f.desk.connect(f.office.governor).setRateLimit(RATE.capacity, RATE.window)).not.to.emit(
        f.desk,
        "RateLimitSet",
      );
    });

    it("replaces capacity or window alone", async function () {
      await expect(f.desk.connect(f.office.governor).setRateLimit(RATE.capacity, 1n))
        .to.emit(f.desk, "RateLimitSet")
        .withArgs(RATE.capacity, RATE.window, RATE.capacity, 1n);
      await expect(f.desk.connect(f.office.governor).setRateLimit(1n, 1n))
        .to.emit(f.desk, "RateLimitSet")
        .withArgs(RATE.capacity, 1n, 1n, 1n);
    });

    it("keeps what an institution has used", async function () {
      await issueTo(f, f.icbcBank, minor("600000.00"), ref("used"));
      // a window so long that a few blocks refill less than a fen
      await f.desk.connect(f.office.governor).setRateLimit(minor("700000.00"), 2n ** 47n);
      expect(await f.desk.availableRate(f.icbcBank.number)).to.equal(minor("100000.00"));
    });

    it("stops issue with a capacity of 0", async function () {
      await f.desk.connect(f.office.governor).setRateLimit(0n, 1n);
      expect(await f.desk.availableRate(f.icbcBank.number)).to.equal(0n);
    });

    it("refuses a window of 0", async function () {
      await expect(f.desk.connect(f.office.governor).setRateLimit(1n, 0n))
        .to.be.revertedWithCustomError(f.desk, "IssuanceRateLimitInvalid")
        .withArgs(1n, 0n);
    });

    it("refuses the operator and strangers", async function () {
      for (const who of [f.operator, f.stranger]) {
        await expect(f.desk.connect(who).setRateLimit(1n, 1n))
          .to.be.revertedWithCustomError(f.desk, "AccessManagedUnauthorized")
          .withArgs(who.address);
      }
    });
  });

  describe("the rate limit", function () {
    async function request(amount: bigint, rtgsRef: string) {
      await f.desk.connect(f.icbc).requestIssue(amount, rtgsRef, 2n ** 40n);
      const said = attestation(f.icbcBank, amount, rtgsRef);
      const signature = await attest(f.desk, f.operator, said);
      return () => f.desk.issue(f.icbcBank.number, rtgsRef, said.validUntil, signature);
    }

    it("admits the whole capacity at once and not a fen more", async function () {
      const above = await request(RATE.capacity + 1n, ref("above"));
      await expect(above())
        .to.be.revertedWithCustomError(f.desk, "IssuanceRateExceeded")
        .withArgs(f.icbcBank.number, RATE.capacity + 1n, RATE.capacity);
      await (
        await request(RATE.capacity, ref("whole"))
      )();
      expect(await f.desk.availableRate(f.icbcBank.number)).to.equal(0n);
      expect(await f.desk.availableRate(f.bocBank.number)).to.equal(RATE.capacity);
    });

    it("refills evenly, by the second", async function () {
      await (
        await request(RATE.capacity, ref("whole"))
      )();
      const half = await request(RATE.capacity / 2n, ref("half"));
      const start = await networkHelpers.time.latest();
      // the request above took a block of its own, so count from the issue
      const [issued] = await f.desk.queryFilter(f.desk.filters.IssueCompleted());
      const issuedAt = BigInt((await issued?.getBlock())?.timestamp ?? start);
      const due = issuedAt + RATE.window / 2n;
      await networkHelpers.time.setNextBlockTimestamp(due - 1n);
      await expect(half())
        .to.be.revertedWithCustomError(f.desk, "IssuanceRateExceeded")
        .withArgs(f.icbcBank.number, RATE.capacity / 2n, (RATE.capacity * (RATE.window / 2n - 1n)) / RATE.window);
      await networkHelpers.time.setNextBlockTimestamp(due);
      await half();
      expect(await f.currency.totalSupply()).to.equal(RATE.capacity + RATE.capacity / 2n);
    });

    it("is whole again after the window and never more than whole", async function () {
      await (
        await request(RATE.capacity, ref("whole"))
      )();
      await networkHelpers.time.increase(10n * RATE.window);
      expect(await f.desk.availableRate(f.icbcBank.number)).to.equal(RATE.capacity);
    });
  });
});
