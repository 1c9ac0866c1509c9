import type { ContractTransactionResponse } from "ethers";
import { AUCTION_STATUS, BID_STATUS } from "../../sdk/eip712/auction.js";
import { openChainAt, passTo } from "../support/assets.js";
import { AuctionUnderTest, deployMarket, underwritten } from "../support/auction.js";
import { AUCTION_MACHINE, BID_MACHINE } from "../support/states/auction.js";
import { describeMachine } from "../support/states/describeMachine.js";

const chain = await openChainAt("2026-03-02");

async function draft() {
  const f = await deployMarket(chain);
  const auction = await AuctionUnderTest.drafted(f, await underwritten(f));
  return { f, auction, lot: auction.bidOf(f.bidders[0], 100n, "990") };
}

async function openForBids() {
  const it = await draft();
  await it.auction.announce();
  await passTo(chain, it.auction.terms.opens);
  return it;
}

type World = Awaited<ReturnType<typeof draft>>;

const place = ({ f, auction, lot }: World) =>
  f.auctions.connect(lot.bidder).placeBid(auction.terms, lot.bidder, auction.idOf(lot), "0x");
const show = ({ f, auction, lot }: World) => f.auctions.connect(lot.bidder).revealBid(auction.terms, lot.bid, "0x");
const settle = ({ f, auction, lot }: World) => f.auctions.settle(auction.terms, [lot.bid]);
const forfeit = ({ f, auction, lot }: World) => f.auctions.forfeit(auction.terms, lot.bidder, auction.idOf(lot));

/** Shown, and the auction closed for bids. */
async function shown(world: World): Promise<void> {
  await place(world);
  await passTo(chain, world.auction.terms.reveals);
  await show(world);
  await passTo(chain, world.auction.terms.closes);
}

/** Proves the allocation of what was shown: this one bid or none. */
async function allocated({ f, auction, lot }: World): Promise<void> {
  await passTo(chain, auction.terms.closes);
  if ((await f.auctions.auctionStateOf(auction.id)).status !== AUCTION_STATUS.announced) return;
  const isShown = (await auction.statusOf(lot)) === BID_STATUS.revealed;
  await auction.allocate(isShown ? [lot] : []);
}

function nameIn<Names extends string>(names: Readonly<Record<Names, bigint>>, value: bigint): Names {
  for (const name of Object.keys(names) as Names[]) if (names[name] === value) return name;
  throw new RangeError(`there is no state ${value}`);
}

describe("BondAuction: states", function () {
  describeMachine(AUCTION_MACHINE, {
    chain,
    open: draft,
    reach: async (world, state) => {
      const { f, auction } = world;
      if (state === "none") return;
      await auction.announce();
      await passTo(chain, auction.terms.opens);
      if (state === "announced") return void (await place(world));
      await shown(world);
      await allocated(world);
      if (state === "allocated") return passTo(chain, auction.terms.settlesFrom);
      await auction.pass();
      await f.auctions.close(auction.terms);
    },
    act: async (world, act): Promise<ContractTransactionResponse> => {
      const { f, auction, lot } = world;
      const { terms } = auction;
      const cut = auction.solve([lot]).cut;
      const prover = f.auctions.connect(f.carrier);
      const announced = (await f.auctions.auctionStateOf(auction.id)).status === AUCTION_STATUS.announced;
      switch (act) {
        case "announce":
          return auction.announce();
        case "placeBid": {
          const other = auction.bidOf(f.bidders[1], 50n, "980", "another");
          return f.auctions.connect(other.bidder).placeBid(terms, other.bidder, auction.idOf(other), "0x");
        }
        case "revealBid":
          if (announced) await passTo(chain, terms.reveals);
          return show(world);
        case "propose":
          if (announced) await passTo(chain, terms.closes);
          return prover.propose(terms, cut);
        case "rank":
          if (announced) {
            await passTo(chain, terms.reveals);
            await show(world);
            await passTo(chain, terms.closes);
            await prover.propose(terms, cut);
          }
          return prover.rank(terms, [lot.bid]);
        case "settle":
          return settle(world);
        case "settleUnderwriting":
          return f.auctions.settleUnderwriting(terms, 0n);
        case "close":
          if (announced) await auction.pass();
          else await passTo(chain, terms.settlesUntil + 1n);
          return f.auctions.close(terms);
      }
    },
    stateOf: async ({ f, auction }) => nameIn(AUCTION_STATUS, (await f.auctions.auctionStateOf(auction.id)).status),
    refuser: ({ f }) => f.auctions,
  });

  describeMachine(BID_MACHINE, {
    chain,
    open: openForBids,
    reach: async (world, state) => {
      const { f, auction, lot } = world;
      if (state === "none") return;
      if (state === "sealed") return void (await place(world));
      if (state === "forfeited") {
        await place(world);
        await passTo(chain, auction.terms.closes);
        return void (await forfeit(world));
      }
      await shown(world);
      if (state === "revealed") return;
      await allocated(world);
      await passTo(chain, auction.terms.settlesFrom);
      if (state === "settled") return void (await settle(world));
      if (state === "defaulted") {
        await f.engine.connect(lot.bidder).authorizeAgent(f.auctions, false);
        return void (await settle(world));
      }
      await auction.pass();
      await f.auctions.release(auction.terms, [lot.bid]);
    },
    act: async (world, act): Promise<ContractTransactionResponse> => {
      const { f, auction, lot } = world;
      switch (act) {
        case "placeBid":
          return place(world);
        case "revealBid":
          await passTo(chain, auction.terms.reveals);
          return show(world);
        case "settle":
        case "settleUnpaid":
          await allocated(world);
          await passTo(chain, auction.terms.settlesFrom);
          await f.engine.connect(lot.bidder).authorizeAgent(f.auctions, act === "settle");
          return settle(world);
        case "release":
          await auction.pass();
          return f.auctions.release(auction.terms, [lot.bid]);
        case "forfeit":
          await auction.pass();
          return forfeit(world);
      }
    },
    stateOf: async ({ auction, lot }) => nameIn(BID_STATUS, await auction.statusOf(lot)),
    refuser: ({ f }) => f.auctions,
  });
});
