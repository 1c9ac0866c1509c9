import { expect } from "chai";
import { ZeroHash } from "ethers";
import fc from "fast-check";
import { byHand } from "../../scripts/scenarios/auction/expected.js";
import { PRICE_RULE, bidGuaranteeHold } from "../../sdk/eip712/auction.js";
import { UserError } from "../../sdk/errors.js";
import { allocate, bidRootOf, inOrder, type RankedBid } from "../../sdk/markets/auction.js";
import { ref } from "../support/chain.js";

const BIDDER = `0x${"b1".repeat(20)}`;
const SHARES = [
  { account: BIDDER, share: 3n },
  { account: BIDDER, share: 4n },
];

function bidAt(position: number, units: bigint, price: bigint): RankedBid {
  return { bidder: BIDDER, units, price, salt: ZeroHash, id: ref(`bid ${position}`), position: BigInt(position) };
}

const bids = fc
  .array(fc.record({ units: fc.bigInt({ min: 1n, max: 60n }), price: fc.bigInt({ min: 95n, max: 99n }) }), {
    maxLength: 25,
  })
  .map((all) => all.map(({ units, price }, index) => bidAt(index + 1, units, price)));

describe("sdk/markets/auction", function () {
  describe("allocate", function () {
    it("agrees with a calculation by hand for any bids", function () {
      fc.assert(
        fc.property(bids, fc.bigInt({ min: 1n, max: 400n }), (all, lot) => {
          const { allotments, allotted, cut } = allocate({ lot, priceRule: PRICE_RULE.uniform, underwriters: [] }, all);
          const hand = byHand(
            lot,
            all.map(({ units, price }) => ({ units, price, shown: true })),
          );
          for (const { bid, units, price } of allotments) {
            expect(units).to.equal(hand.units[Number(bid.position) - 1]);
            expect(price).to.equal(hand.marginal);
          }
          const demand = all.reduce((sum, { units }) => sum + units, 0n);
          expect(allotted).to.equal(demand < lot ? demand : lot);
          expect(cut.price).to.equal(hand.marginal);
        }),
        { numRuns: 300, seed: 20_261_122 },
      );
    });

    it("gives underwriters what nobody bid for, by their shares", function () {
      const { underwriting } = allocate({ lot: 1_000n, priceRule: PRICE_RULE.multiple, underwriters: SHARES }, [
        bidAt(1, 695n, 99n),
      ]);
      expect(underwriting).to.deep.equal([131n, 174n]);
    });

    it("refuses two bids at one place, and a bid for nothing", function () {
      const terms = { lot: 10n, priceRule: PRICE_RULE.uniform, underwriters: [] };
      expect(() => allocate(terms, [bidAt(1, 5n, 99n), bidAt(1, 5n, 98n)])).to.throw(
        UserError,
        "Two bids have the same place; give each revealed bid once.",
      );
      expect(() => allocate(terms, [bidAt(1, 0n, 99n)])).to.throw(UserError, "A bid wants no units; leave it out.");
    });
  });

  describe("inOrder", function () {
    it("serves the higher price first, and of equal prices the earlier", function () {
      const all = [bidAt(1, 1n, 98n), bidAt(2, 1n, 99n), bidAt(3, 1n, 98n)];
      expect(inOrder(all).map(({ position }) => position)).to.deep.equal([2n, 1n, 3n]);
    });
  });

  describe("bidRootOf", function () {
    it("changes with every bid, allotment and order", function () {
      const [a, b] = [bidAt(1, 5n, 99n), bidAt(2, 5n, 98n)];
      const roots = [
        bidRootOf([]),
        bidRootOf([{ bid: a, units: 5n }]),
        bidRootOf([{ bid: a, units: 4n }]),
        bidRootOf([
          { bid: a, units: 5n },
          { bid: b, units: 5n },
        ]),
        bidRootOf([
          { bid: b, units: 5n },
          { bid: a, units: 5n },
        ]),
      ];
      expect(new Set(roots).size).to.equal(roots.length);
    });
  });

  describe("bidGuaranteeHold", function () {
    it("needs a domain that names its contract", function () {
      const terms = {
        ...{ issuer: BIDDER, security: BIDDER, currency: BIDDER, documentHash: ZeroHash, lot: 1n, tick: 1n },
        ...{ minimumPrice: 1n, maximumPrice: 1n, minimumUnits: 1n, maximumUnits: 1n, guarantee: 1n, bids: 1n },
        ...{ bidsPerBidder: 1n, priceRule: 0n, opens: 1n, reveals: 2n, closes: 3n, settlesFrom: 3n, settlesUntil: 3n },
        underwriters: [],
      };
      expect(() => bidGuaranteeHold({ name: "BondAuction" }, terms, BIDDER, ZeroHash)).to.throw(
        RangeError,
        "the domain names no contract",
      );
    });
  });
});
