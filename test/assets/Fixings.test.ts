import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { dayNumber, startOfDayNumber } from "../../sdk/calendar.js";
import { openChainAt, passTo } from "../support/assets.js";
import { ref } from "../support/chain.js";
import { HIBOR, deployStructuredPlatform } from "../support/structured.js";

const chain = await openChainAt("2026-02-20");
const { networkHelpers } = chain;
const RATE = 2_150_000n;

async function deployFixings() {
  const platform = await deployStructuredPlatform(chain);
  return { ...platform, today: dayNumber(await networkHelpers.time.latest()) };
}

async function publishToday() {
  const f = await deployFixings();
  await f.fixings.connect(f.fixer).publish(HIBOR, f.today, RATE);
  return { ...f, published: BigInt(await networkHelpers.time.latest()) };
}

describe("Fixings", function () {
  let f: Awaited<ReturnType<typeof deployFixings>>;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deployFixings);
  });

  describe("nameAgent", function () {
    it("names who publishes, and takes the office from who did", async function () {
      await expect(f.fixings.connect(f.operator).nameAgent(HIBOR, f.icbc))
        .to.emit(f.fixings, "FixingAgentNamed")
        .withArgs(HIBOR, f.fixer.address, f.icbc.address);
      expect(await f.fixings.agentOf(HIBOR)).to.equal(f.icbc.address);
      await expect(f.fixings.connect(f.fixer).publish(HIBOR, f.today, RATE))
        .to.be.revertedWithCustomError(f.fixings, "FixingCallerInvalid")
        .withArgs(HIBOR, f.fixer.address, f.icbc.address);
    });

    it("refuses everybody but the governor", async function () {
      await expect(f.fixings.connect(f.fixer).nameAgent(HIBOR, f.fixer))
        .to.be.revertedWithCustomError(f.fixings, "AccessManagedUnauthorized")
        .withArgs(f.fixer.address);
    });
  });

  describe("publish", function () {
    it("publishes a day's value, which can be negative", async function () {
      await expect(f.fixings.connect(f.fixer).publish(HIBOR, f.today, -RATE))
        .to.emit(f.fixings, "FixingPublished")
        .withArgs(HIBOR, f.today, -RATE);
      const time = await networkHelpers.time.latest();
      expect(await f.fixings.published(HIBOR, f.today)).to.deep.equal([-RATE, BigInt(time)]);
    });

    it("refuses a second value for a day", async function () {
      await f.fixings.connect(f.fixer).publish(HIBOR, f.today, RATE);
      await expect(f.fixings.connect(f.fixer).publish(HIBOR, f.today, RATE))
        .to.be.revertedWithCustomError(f.fixings, "FixingKnown")
        .withArgs(HIBOR, f.today);
    });

    it("takes a value from the first second of its day, and not a second before", async function () {
      const midnight = startOfDayNumber(f.today + 1);
      await networkHelpers.time.setNextBlockTimestamp(midnight - 1);
      await expect(f.fixings.connect(f.fixer).publish(HIBOR, f.today + 1, RATE))
        .to.be.revertedWithCustomError(f.fixings, "FixingDayAhead")
        .withArgs(HIBOR, f.today + 1, f.today);
      await networkHelpers.time.setNextBlockTimestamp(midnight);
      await f.fixings.connect(f.fixer).publish(HIBOR, f.today + 1, RATE);
    });

    it("refuses the agent of another index", async function () {
      const other = ref("another index");
      await expect(f.fixings.connect(f.fixer).publish(other, f.today, RATE))
        .to.be.revertedWithCustomError(f.fixings, "FixingCallerInvalid")
        .withArgs(other, f.fixer.address, ZeroAddress);
    });
  });

  describe("correct", function () {
    it("replaces a value until the window's last second, and never after it", async function () {
      const { fixings, fixer, today, published } = await networkHelpers.loadFixture(publishToday);
      const finalFrom = published + (await fixings.CORRECTION_WINDOW());
      await networkHelpers.time.setNextBlockTimestamp(finalFrom - 1n);
      await expect(fixings.connect(fixer).correct(HIBOR, today, RATE + 1n))
        .to.emit(fixings, "FixingCorrected")
        .withArgs(HIBOR, today, RATE, RATE + 1n);
      await networkHelpers.time.setNextBlockTimestamp(finalFrom);
      await expect(fixings.connect(fixer).correct(HIBOR, today, RATE))
        .to.be.revertedWithCustomError(fixings, "FixingFinal")
        .withArgs(HIBOR, today, finalFrom, finalFrom);
      await networkHelpers.mine();
      expect(await fixings.fixing(HIBOR, today)).to.equal(RATE + 1n);
    });

    it("refuses what was never published, and whom it does not concern", async function () {
      await expect(f.fixings.connect(f.fixer).correct(HIBOR, f.today, RATE))
        .to.be.revertedWithCustomError(f.fixings, "FixingMissing")
        .withArgs(HIBOR, f.today);
      await expect(f.fixings.connect(f.stranger).correct(HIBOR, f.today, RATE))
        .to.be.revertedWithCustomError(f.fixings, "FixingCallerInvalid")
        .withArgs(HIBOR, f.stranger.address, f.fixer.address);
    });
  });

  describe("fixing", function () {
    it("answers once a value is final, and says until when it is not", async function () {
      const { fixings, today, published } = await networkHelpers.loadFixture(publishToday);
      const finalFrom = published + (await fixings.CORRECTION_WINDOW());
      await passTo(chain, finalFrom - 1n);
      await expect(fixings.fixing(HIBOR, today))
        .to.be.revertedWithCustomError(fixings, "FixingProvisional")
        .withArgs(HIBOR, today, finalFrom, finalFrom - 1n);
      await networkHelpers.time.increaseTo(finalFrom);
      expect(await fixings.fixing(HIBOR, today)).to.equal(RATE);
      await expect(fixings.fixing(HIBOR, today - 1))
        .to.be.revertedWithCustomError(fixings, "FixingMissing")
        .withArgs(HIBOR, today - 1);
    });
  });
});
