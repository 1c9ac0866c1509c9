import { expect } from "chai";
import { minor } from "../../sdk/money.js";
import { MAX_RATE, parseRate } from "../../sdk/rates.js";
import {
  MAX_VALIDITY,
  REFERENCE,
  deployBridge,
  offer,
  offerId,
  publish,
  take,
  type Bridge,
} from "../support/bridge.js";
import { openChain } from "../support/chain.js";

const chain = await openChain("hongkong");
const { networkHelpers } = chain;

async function deploy() {
  return deployBridge(chain);
}

describe("ForeignExchange: reference bands", function () {
  let f: Bridge;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  const low = REFERENCE.rate - REFERENCE.width;
  const high = REFERENCE.rate + REFERENCE.width;

  async function expectBand(expectedLow: bigint, expectedHigh: bigint) {
    const band = await f.exchange.bandOf(f.ehkd, f.ecny);
    expect([band.low, band.high]).to.deep.equal([expectedLow, expectedHigh]);
  }

  async function expectOutside(rate: bigint, expectedLow: bigint, expectedHigh: bigint) {
    const quote = offer(f, { rate });
    await expect(take(f, quote, minor("100")))
      .to.be.revertedWithCustomError(f.exchange, "QuoteRateOutsideBand")
      .withArgs(offerId(f, quote), rate, expectedLow, expectedHigh);
  }

  describe("setReference", function () {
    it("publishes one central bank's rate, and tells", async function () {
      const now = BigInt(await networkHelpers.time.latest());
      await networkHelpers.time.setNextBlockTimestamp(now + 10n);
      const given = { rate: parseRate("0.92"), width: parseRate("0.02"), validFor: MAX_VALIDITY };
      const validUntil = now + 10n + MAX_VALIDITY;
      await expect(publish(f, f.mainland, given))
        .to.emit(f.exchange, "ReferenceSet")
        .withArgs(f.ehkd, f.ecny, f.ecny, given.rate, given.width, validUntil);
      const own = await f.exchange.referenceOf(f.ehkd, f.ecny, f.ecny);
      expect([...own]).to.deep.equal([parseRate("0.90"), parseRate("0.94"), validUntil]);
      const other = await f.exchange.referenceOf(f.ehkd, f.ecny, f.ehkd);
      expect([other.low, other.high]).to.deep.equal([low, high]);
    });

    it("is each central bank's own, by the office that its authority says", async function () {
      const { mainland, hongkong, exchange } = f;
      const wrong = [
        { caller: hongkong.officers.governor, currency: f.ecny },
        { caller: mainland.officers.governor, currency: f.ehkd },
        { caller: mainland.officers.halter, currency: f.ecny },
        { caller: mainland.officers.admin, currency: f.ecny },
        { caller: f.icbc, currency: f.ecny },
      ];
      for (const { caller, currency } of wrong) {
        await expect(exchange.connect(caller).setReference(f.ehkd, f.ecny, currency, REFERENCE.rate, 0n, 1n))
          .to.be.revertedWithCustomError(exchange, "CurrencyAuthorityRequired")
          .withArgs(currency, caller.address);
      }
    });

    it("takes an office with a delay through its authority's schedule", async function () {
      const { authority, officers } = f.mainland;
      await authority.connect(officers.admin).grantRole(1n, f.stranger, 60n);
      const data = f.exchange.interface.encodeFunctionData("setReference", [
        f.ehkd,
        f.ecny,
        f.ecny,
        REFERENCE.rate,
        0n,
        1n,
      ]);
      await expect(f.exchange.connect(f.stranger).setReference(f.ehkd, f.ecny, f.ecny, REFERENCE.rate, 0n, 1n))
        .to.be.revertedWithCustomError(f.exchange, "CurrencyAuthorityRequired")
        .withArgs(f.ecny, f.stranger.address);
      await authority.connect(f.stranger).schedule(f.exchange, data, 0n);
      await networkHelpers.time.increase(60n);
      await expect(authority.connect(f.stranger).execute(f.exchange, data)).to.emit(f.exchange, "ReferenceSet");
    });

    it("is for two currencies of the bridge, and for one of the two", async function () {
      const { exchange, ecny, ehkd, security } = f;
      const caller = exchange.connect(f.mainland.officers.governor);
      for (const [base, counter, currency] of [
        [ecny, ecny, ecny],
        [ehkd, ecny, security],
        [ecny, security, security],
        [ehkd, ecny, f.icbc.address],
        [f.icbc.address, ecny, f.icbc.address],
      ] as const) {
        await expect(caller.setReference(base, counter, currency, REFERENCE.rate, 0n, 1n))
          .to.be.revertedWithCustomError(exchange, "ReferencePairInvalid")
          .withArgs(base, counter, currency);
      }
    });

    it("needs a rate above its width, and both within what fits", async function () {
      for (const [rate, width] of [
        [0n, 0n],
        [10n, 10n],
        [MAX_RATE, 1n],
      ] as const) {
        await expect(publish(f, f.mainland, { rate, width, validFor: 1n }))
          .to.be.revertedWithCustomError(f.exchange, "ReferenceBandInvalid")
          .withArgs(rate, width);
      }
      for (const [rate, width] of [
        [10n, 9n],
        [MAX_RATE, 0n],
      ] as const) {
        await publish(f, f.mainland, { rate, width, validFor: 1n });
      }
    });

    it("is valid for a second at least and the limit at most", async function () {
      for (const validFor of [0n, MAX_VALIDITY + 1n]) {
        await expect(publish(f, f.mainland, { ...REFERENCE, validFor }))
          .to.be.revertedWithCustomError(f.exchange, "ReferenceValidityInvalid")
          .withArgs(validFor, MAX_VALIDITY);
      }
      for (const validFor of [1n, MAX_VALIDITY]) await publish(f, f.mainland, { ...REFERENCE, validFor });
    });
  });

  describe("take", function () {
    it("accepts a rate at either end of the band, and not one step outside", async function () {
      await expectOutside(low - 1n, low, high);
      await expectOutside(high + 1n, low, high);
      await take(f, offer(f, { rate: low }), minor("100"));
      await take(f, offer(f, { rate: high, nonce: 1n }), minor("100"));
    });

    it("keeps to what both bands have in common", async function () {
      const [first, second] = [parseRate("0.905"), parseRate("0.92")];
      await publish(f, f.mainland, { ...REFERENCE, rate: first });
      await expectBand(low, parseRate("0.915"));
      await expectOutside(parseRate("0.916"), low, parseRate("0.915"));
      await publish(f, f.hongkong, { ...REFERENCE, rate: second });
      await expectBand(parseRate("0.91"), parseRate("0.915"));
      await take(f, offer(f), minor("100"));
    });

    it("accepts no rate when the bands have nothing in common", async function () {
      await publish(f, f.mainland, { ...REFERENCE, rate: parseRate("0.88") });
      const [emptyLow, emptyHigh] = [low, parseRate("0.89")];
      for (const rate of [emptyHigh, parseRate("0.9"), emptyLow]) await expectOutside(rate, emptyLow, emptyHigh);
    });

    it("refuses once either central bank's rate is too old", async function () {
      for (const [early, late] of [
        [f.mainland, f.hongkong],
        [f.hongkong, f.mainland],
      ] as const) {
        const now = BigInt(await networkHelpers.time.latest());
        await networkHelpers.time.setNextBlockTimestamp(now + 10n);
        await publish(f, early, { ...REFERENCE, validFor: 100n });
        await publish(f, late, { ...REFERENCE, validFor: 3_600n });
        const validUntil = now + 110n;
        await networkHelpers.time.setNextBlockTimestamp(validUntil);
        await take(f, offer(f, { nonce: now }), minor("100"));
        await expect(take(f, offer(f), minor("100")))
          .to.be.revertedWithCustomError(f.exchange, "ReferenceStale")
          .withArgs(f.ehkd, f.ecny, validUntil, BigInt(await networkHelpers.time.latest()) + 1n);
      }
    });

    it("finds no band for the pair turned round", async function () {
      const quote = offer(f, { base: f.ecny, counter: f.ehkd, rate: parseRate("1.1") });
      const refused = take(f, quote, minor("100"));
      await expect(refused).to.be.revertedWithCustomError(f.exchange, "ReferenceStale");
    });
  });

  describe("withdrawReference", function () {
    it("stops the pair at once, until the central bank publishes again", async function () {
      await expect(f.exchange.connect(f.mainland.officers.halter).withdrawReference(f.ehkd, f.ecny, f.ecny))
        .to.emit(f.exchange, "ReferenceWithdrawn")
        .withArgs(f.ehkd, f.ecny, f.ecny);
      await expect(take(f, offer(f), minor("100")))
        .to.be.revertedWithCustomError(f.exchange, "ReferenceStale")
        .withArgs(f.ehkd, f.ecny, 0n, BigInt(await networkHelpers.time.latest()) + 1n);
      await publish(f, f.hongkong);
      await expect(take(f, offer(f), minor("100"))).to.be.revertedWithCustomError(f.exchange, "ReferenceStale");
      await publish(f, f.mainland);
      await take(f, offer(f), minor("100"));
    });

    it("is each central bank's own, and for a pair of the bridge", async function () {
      await expect(f.exchange.connect(f.hongkong.officers.halter).withdrawReference(f.ehkd, f.ecny, f.ecny))
        .to.be.revertedWithCustomError(f.exchange, "CurrencyAuthorityRequired")
        .withArgs(f.ecny, f.hongkong.officers.halter.address);
      await expect(f.exchange.connect(f.hongkong.officers.halter).withdrawReference(f.ehkd, f.ehkd, f.ehkd))
        .to.be.revertedWithCustomError(f.exchange, "ReferencePairInvalid")
        .withArgs(f.ehkd, f.ehkd, f.ehkd);
    });
  });
});
