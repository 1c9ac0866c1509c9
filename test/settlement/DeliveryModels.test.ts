import { expect } from "chai";
import { ZeroAddress, toBeHex } from "ethers";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { Hold } from "../../sdk/eip712/ledger.js";
import type { Instruction } from "../../sdk/eip712/settlement.js";
import { exchange, payment, type SettlementItem } from "../../sdk/instructions.js";
import { minor } from "../../sdk/money.js";
import { bechSoramaki, netPositions } from "../../sdk/netting.js";
import { openChain, ref } from "../support/chain.js";
import {
  OPENING_MONEY,
  OPENING_UNITS,
  STATUS,
  cny,
  deploySettlement,
  hkd,
  idOf,
  settleNetOf,
  settleSigned,
  signed,
  units,
  type Settlement,
} from "../support/settlement.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;

const CYCLE_END = 4_000_000_000n;
const NORMAL = 0;

async function deploy() {
  return deploySettlement(chain);
}

/** Definitions of the three models: CPSS, Delivery versus payment in securities settlement systems, 1992. */
describe("Delivery versus payment", function () {
  let f: Settlement;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  const unitsOf = (account: HardhatEthersSigner) => f.bond.balanceOf(account);
  const moneyOf = (account: HardhatEthersSigner) => f.mainland.currency.balanceOf(account);
  const all = async (of: (account: HardhatEthersSigner) => Promise<bigint>) => Promise.all(f.dealers.map(of));

  interface Deal {
    readonly seller: HardhatEthersSigner;
    readonly buyer: HardhatEthersSigner;
    readonly count: bigint;
    readonly price: string;
  }

  describe("model 1: securities gross, funds gross, at the same time", function () {
    const dvp = (deal: Deal, businessRef: bigint) =>
      exchange({ businessRef }, units(f, deal.seller, deal.count), cny(f, deal.buyer, deal.price));

    it("moves in each trade both sides or none, trade by trade", async function () {
      const deals: Deal[] = [
        { seller: f.boc, buyer: f.icbc, count: 10n, price: "1000" },
        { seller: f.boc, buyer: f.hsbc, count: 1_000n, price: "10" },
        { seller: f.boc, buyer: f.bochk, count: 5n, price: "10000.01" },
        { seller: f.hsbc, buyer: f.bochk, count: 7n, price: "700" },
      ];
      const outcomes: boolean[] = [];
      for (const [at, deal] of deals.entries()) {
        const before = { units: await unitsOf(deal.buyer), money: await moneyOf(deal.buyer) };
        await f.engine.trySettleMany([await signed(f, dvp(deal, BigInt(at)))]);
        const delivered = (await unitsOf(deal.buyer)) - before.units;
        const paid = before.money - (await moneyOf(deal.buyer));
        expect(delivered === 0n).to.equal(paid === 0n);
        outcomes.push(delivered === deal.count && paid === minor(deal.price));
      }
      // the second lacks securities, the third funds
      expect(outcomes).to.deep.equal([true, false, false, true]);
    });

    it("is final in one transaction, without anything provisional", async function () {
      const trade = dvp({ seller: f.boc, buyer: f.icbc, count: 10n, price: "1000" }, 1n);
      const settlement = await settleSigned(f, trade);
      const receipt = await settlement.wait();
      expect(receipt?.logs.filter(({ address }) => address === f.security)).to.have.length(1);
      expect(receipt?.logs.filter(({ address }) => address === f.ecny)).to.have.length(1);
      expect(await f.bond.heldOf(f.boc)).to.equal(0n);
      expect(await f.engine.statusOf(f.boc, trade.businessRef)).to.equal(STATUS.settled);
      await expect(f.engine.connect(f.boc).cancel(trade, "0x"))
        .to.be.revertedWithCustomError(f.engine, "InstructionAlreadyEnded")
        .withArgs(idOf(f, trade), STATUS.settled);
    });

    it("holds for payment versus payment: one currency moves if and only if the other does", async function () {
      for (const [at, amount] of ["9200", "10000.01"].entries()) {
        const pvp = exchange({ businessRef: BigInt(at) }, cny(f, f.icbc, "1000"), hkd(f, f.hsbc, amount));
        const before = [await moneyOf(f.icbc), await f.hongkong.currency.balanceOf(f.icbc)] as const;
        await f.engine.trySettleMany([await signed(f, pvp)]);
        const given = before[0] - (await moneyOf(f.icbc));
        const received = (await f.hongkong.currency.balanceOf(f.icbc)) - before[1];
        expect([given, received]).to.deep.equal(at === 0 ? [minor("1000"), minor(amount)] : [0n, 0n]);
      }
    });
  });

  describe("model 2: securities gross, funds net at the end of the cycle", function () {
    const GUARANTEE = minor("1500");
    /** Sums owed: icbc 1,000.00, hsbc 300.00; due: boc 1,300.00. No debit passes the guarantee at any time. */
    const deals = (): Deal[] => [
      { seller: f.boc, buyer: f.icbc, count: 10n, price: "1200" },
      { seller: f.icbc, buyer: f.hsbc, count: 4n, price: "400" },
      { seller: f.hsbc, buyer: f.boc, count: 1n, price: "100" },
      { seller: f.boc, buyer: f.icbc, count: 2n, price: "200" },
    ];
    const delivery = ({ seller, buyer, count }: Deal, at: number) =>
      payment({ businessRef: BigInt(at) }, units(f, seller, count), buyer.address);
    const funds = ({ seller, buyer, price }: Deal, at: number) =>
      payment({ businessRef: BigInt(at), notAfter: CYCLE_END, nettable: true }, cny(f, buyer, price), seller.address);
    /** The operator's: the payer cannot undo it, and it outlives the cycle. */
    const guarantee = (payer: HardhatEthersSigner): Hold => ({
      payer: payer.address,
      payee: ZeroAddress,
      executor: f.treasury.address,
      amount: GUARANTEE,
      expiry: CYCLE_END + 86_400n,
      businessRef: ref("guarantee of the cycle"),
    });

    async function trade() {
      for (const dealer of f.dealers) await f.mainland.currency.connect(dealer).placeHold(guarantee(dealer));
      const seen: Instruction[] = [];
      for (const [at, deal] of deals().entries()) {
        const { consents } = await signed(f, delivery(deal, at), [deal.seller]);
        const calls = [
          f.engine.interface.encodeFunctionData("settle", [delivery(deal, at), consents, []]),
          f.engine.interface.encodeFunctionData("queue", [funds(deal, at), [], NORMAL]),
        ];
        const before = await all(moneyOf);
        await expect(f.engine.connect(deal.buyer).multicall(calls)).to.changeTokenBalances(
          ethers,
          f.bond,
          [deal.seller, deal.buyer],
          [-deal.count, deal.count],
        );
        // the security is final, no fund has moved, and the running debit is within the guarantee
        expect(await f.engine.statusOf(deal.seller, toBeHex(at, 32))).to.equal(STATUS.settled);
        expect(await all(moneyOf)).to.deep.equal(before);
        seen.push(funds(deal, at));
        for (const { amount } of positions(seen)) expect(amount).to.be.at.least(-GUARANTEE);
      }
    }

    const positions = (instructions: Instruction[]) =>
      netPositions(instructions.map(({ legs }, order) => ({ id: `${order}`, order, legs })));
    const payments = () => deals().map(funds);
    const items = (): SettlementItem[] => payments().map((instruction) => ({ instruction, consents: [], holds: [] }));
    const net = () =>
      f.dealers.map(({ address }) => positions(payments()).find((line) => line.participant === address)?.amount ?? 0n);
    const paid = async () => (await all(moneyOf)).map((balance) => balance - OPENING_MONEY);

    it("delivers at each trade and pays the net amounts at the end, which sum to zero", async function () {
      await trade();
      const delivered = await all(unitsOf);
      await settleNetOf(f, items());
      expect(net()).to.deep.equal([-minor("1000"), minor("1300"), -minor("300"), 0n]);
      expect(await paid()).to.deep.equal(net());
      expect(net().reduce((sum, amount) => sum + amount)).to.equal(0n);
      expect(await all(unitsOf)).to.deep.equal(delivered);
    });

    it("pays from the guarantees when the net settlement fails: securities stay final, payment is assured", async function () {
      await trade();
      const delivered = await all(unitsOf);
      // icbc spends all it has not committed
      const { currency } = f.mainland;
      const free = await currency.spendableOf(f.icbc);
      await currency.connect(f.icbc).transfer(f.company, free);
      await expect(settleNetOf(f, items()))
        .to.be.revertedWithCustomError(currency, "LedgerInsufficientSpendable")
        .withArgs(f.icbc.address, 0n, minor("1000"));
      expect(await all(unitsOf)).to.deep.equal(delivered);

      // once the window is closed no payment can settle any more, and the operator pays what each owed in sum
      await networkHelpers.time.increaseTo(CYCLE_END);
      await expect(settleNetOf(f, items())).to.be.revertedWithCustomError(f.engine, "InstructionExpired");
      const operator = currency.connect(f.treasury);
      await operator.captureHold(guarantee(f.icbc), f.boc, minor("1000"));
      await operator.captureHold(guarantee(f.hsbc), f.boc, minor("300"));
      for (const dealer of f.dealers) await operator.releaseHold(guarantee(dealer));
      expect(await paid()).to.deep.equal([-minor("1000") - free, minor("1300"), -minor("300"), 0n]);
      expect(await Promise.all(f.dealers.map((dealer) => currency.heldOf(dealer)))).to.deep.equal([0n, 0n, 0n, 0n]);
    });
  });

  describe("model 3: securities net, funds net, at the same time", function () {
    const trades = (deals: readonly Deal[]) =>
      deals.map(({ seller, buyer, count, price }, at) =>
        exchange(
          { businessRef: BigInt(at), notAfter: CYCLE_END, nettable: true },
          units(f, seller, count),
          cny(f, buyer, price),
        ),
      );
    const covered = (): Deal[] => [
      { seller: f.icbc, buyer: f.boc, count: 1_200n, price: "11000" },
      { seller: f.boc, buyer: f.hsbc, count: 1_100n, price: "10500" },
      { seller: f.hsbc, buyer: f.icbc, count: 900n, price: "9000" },
    ];
    /** Nobody has 2,500 units, and no return trade brings them. */
    const uncovered = (): Deal => ({ seller: f.bochk, buyer: f.boc, count: 2_500n, price: "100" });

    async function queueAll(instructions: Instruction[]) {
      const givers = new Map(f.dealers.map((dealer) => [dealer.address, dealer]));
      for (const instruction of instructions) {
        const caller = givers.get(instruction.legs[0]?.from ?? "") ?? f.stranger;
        const { consents } = await signed(f, instruction);
        await f.engine.connect(caller).queue(instruction, consents, NORMAL);
      }
    }
    const asItems = (instructions: Instruction[]): SettlementItem[] =>
      instructions.map((instruction) => ({ instruction, consents: [], holds: [] }));
    const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount);

    it("moves nothing before the end of the cycle, then the net of both, each summing to zero", async function () {
      const instructions = trades(covered());
      await queueAll(instructions);
      expect([await all(unitsOf), await all(moneyOf)]).to.deep.equal([
        f.dealers.map(() => OPENING_UNITS),
        f.dealers.map(() => OPENING_MONEY),
      ]);
      // no trade could settle by itself: each lacks securities or funds
      expect(await f.engine.trySettleMany.staticCall(asItems(instructions.slice(0, 2)))).to.deep.equal([false, false]);

      await settleNetOf(f, asItems(instructions));
      const securities = (await all(unitsOf)).map((balance) => balance - OPENING_UNITS);
      const money = (await all(moneyOf)).map((balance) => balance - OPENING_MONEY);
      expect(securities).to.deep.equal([-300n, 100n, 200n, 0n]);
      expect(money).to.deep.equal([minor("2000"), -minor("500"), -minor("1500"), 0n]);
      expect([sum(securities), sum(money)]).to.deep.equal([0n, 0n]);
    });

    it("settles nothing unless every participant has enough of both", async function () {
      const instructions = trades([...covered(), uncovered()]);
      await queueAll(instructions);
      await expect(settleNetOf(f, asItems(instructions)))
        .to.be.revertedWithCustomError(f.bond, "ERC20InsufficientBalance")
        .withArgs(f.bochk.address, OPENING_UNITS, 2_500n);
      for (const { legs, businessRef } of instructions) {
        expect(await f.engine.statusOf(legs[0]?.from ?? ZeroAddress, businessRef)).to.equal(STATUS.open);
      }
      expect(await all(unitsOf)).to.deep.equal(f.dealers.map(() => OPENING_UNITS));
    });

    it("settles the rest after the uncovered trades have been taken out by the rule", async function () {
      const instructions = trades([...covered(), uncovered()]);
      await queueAll(instructions);
      const balances = await Promise.all(
        f.dealers.flatMap((dealer) => [
          moneyOf(dealer).then((amount) => ({ participant: dealer.address, token: f.ecny, amount })),
          unitsOf(dealer).then((amount) => ({ participant: dealer.address, token: f.security, amount })),
        ]),
      );
      const queue = instructions.map((instruction, order) => ({
        id: idOf(f, instruction),
        order,
        legs: instruction.legs,
        instruction,
      }));
      const chosen = bechSoramaki(balances, queue).map(({ instruction }) => instruction);
      expect(chosen).to.deep.equal(instructions.slice(0, 3));
      await expect(settleNetOf(f, asItems(chosen))).to.emit(f.engine, "NetSettled");
      expect(await f.engine.statusOf(f.bochk, toBeHex(3n, 32))).to.equal(STATUS.open);
    });
  });
});
