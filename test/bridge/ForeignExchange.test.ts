import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { MAKER_SIDE, quoteTypedData } from "../../sdk/eip712/foreignExchange.js";
import { sign } from "../../sdk/eip712/typedData.js";
import { exchange as exchangeOf } from "../../sdk/instructions.js";
import { minor } from "../../sdk/money.js";
import { counterAmountOf, parseRate } from "../../sdk/rates.js";
import { FAR, accepted, deployBridge, offer, offerId, take, type Bridge } from "../support/bridge.js";
import { openChain, ref } from "../support/chain.js";
import { STATUS, cny, hkd, idOf } from "../support/settlement.js";

const chain = await openChain("hongkong");
const { ethers, networkHelpers } = chain;

async function deploy() {
  return deployBridge(chain);
}

describe("ForeignExchange: exchange", function () {
  let f: Bridge;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  it("says what it stands on, and owns nothing", async function () {
    expect(await f.exchange.ENGINE()).to.equal(await f.engine.getAddress());
    expect(await f.exchange.COUNCIL()).to.equal(await f.council.getAddress());
    expect(await f.exchange.MAX_VALIDITY()).to.equal(86_400n);
    await take(f, offer(f), minor("100"));
    for (const { currency } of [f.mainland, f.hongkong]) expect(await currency.balanceOf(f.exchange)).to.equal(0n);
  });

  it("gives an offer the id that its maker signs", async function () {
    expect(await f.exchange.quoteId(offer(f))).to.equal(offerId(f, offer(f)));
  });

  describe("take", function () {
    it("moves both currencies in one instruction, in which the taker comes first", async function () {
      const acceptance = await accepted(f, offer(f), minor("1000"), { businessRef: ref("deal 1") });
      const dealt = f.exchange.connect(f.icbc).take(acceptance);
      const instruction = exchangeOf(
        { businessRef: ref("deal 1"), notAfter: FAR },
        cny(f, f.icbc, "910"),
        hkd(f, f.hsbc, "1000"),
      );
      await expect(dealt).to.changeTokenBalances(
        ethers,
        f.mainland.currency,
        [f.icbc, f.hsbc],
        [-minor("910"), minor("910")],
      );
      await expect(dealt).to.changeTokenBalances(
        ethers,
        f.hongkong.currency,
        [f.icbc, f.hsbc],
        [minor("1000"), -minor("1000")],
      );
      await expect(dealt)
        .to.emit(f.exchange, "QuoteTaken")
        .withArgs(
          offerId(f, offer(f)),
          f.hsbc.address,
          f.icbc.address,
          idOf(f, instruction),
          minor("1000"),
          minor("910"),
        );
      expect(await f.engine.statusOf(f.icbc, ref("deal 1"))).to.equal(STATUS.settled);
    });

    it("returns the instruction and the counter amount", async function () {
      const acceptance = await accepted(f, offer(f), minor("1000"));
      const [, counterAmount] = await f.exchange.connect(f.icbc).take.staticCall(acceptance);
      expect(counterAmount).to.equal(minor("910"));
    });

    it("lets the maker buy: the taker gives base", async function () {
      const quote = offer(f, { side: MAKER_SIDE.buys });
      const dealt = take(f, quote, minor("1000"));
      await expect(dealt).to.changeTokenBalances(
        ethers,
        f.hongkong.currency,
        [f.icbc, f.hsbc],
        [-minor("1000"), minor("1000")],
      );
      await expect(dealt).to.changeTokenBalances(
        ethers,
        f.mainland.currency,
        [f.icbc, f.hsbc],
        [minor("910"), -minor("910")],
      );
    });

    for (const [side, expected] of [
      ["sells", "91.01"],
      ["buys", "91.00"],
    ] as const) {
      it(`rounds for the maker that ${side}: 100.01 at 0.90995 is ${expected}`, async function () {
        const quote = offer(f, { side: MAKER_SIDE[side], rate: parseRate("0.90995") });
        expect(counterAmountOf(quote, minor("100.01"))).to.equal(minor(expected));
        expect(await f.exchange.counterAmountOf(quote, minor("100.01"))).to.equal(minor(expected));
        const [dealt, change] = [take(f, quote, minor("100.01")), minor(expected) * (side === "sells" ? -1n : 1n)];
        await expect(dealt).to.changeTokenBalance(ethers, f.mainland.currency, f.icbc, change);
      });
    }

    it("keeps to the taker's limit, to the fen", async function () {
      const quotes = { sells: offer(f), buys: offer(f, { side: MAKER_SIDE.buys, nonce: 1n }) };
      for (const [side, past] of [
        ["sells", -1n],
        ["buys", 1n],
      ] as const) {
        const quote = quotes[side];
        const refused = await accepted(f, quote, minor("1000"), { limit: minor("910") + past });
        await expect(f.exchange.connect(f.icbc).take(refused))
          .to.be.revertedWithCustomError(f.exchange, "QuoteLimitPassed")
          .withArgs(offerId(f, quote), minor("910"), minor("910") + past);
        const allowed = await accepted(f, quote, minor("1000"), { limit: minor("910") });
        await expect(f.exchange.connect(f.icbc).take(allowed)).to.emit(f.exchange, "QuoteTaken");
      }
    });

    it("is for the taker that the offer names", async function () {
      const quote = offer(f, { taker: f.boc.address });
      await expect(take(f, quote, minor("100")))
        .to.be.revertedWithCustomError(f.exchange, "QuoteTakerMismatch")
        .withArgs(offerId(f, quote), f.boc.address, f.icbc.address);
      await expect(take(f, quote, minor("100"), f.boc)).to.emit(f.exchange, "QuoteTaken");
    });

    it("accepts until the offer's last second", async function () {
      const now = BigInt(await networkHelpers.time.latest());
      const quote = offer(f, { notAfter: now + 100n });
      const acceptances = [await accepted(f, quote, minor("100")), await accepted(f, quote, minor("100"))];
      const [first, second] = acceptances;
      await networkHelpers.time.setNextBlockTimestamp(now + 100n);
      if (first && second) {
        await expect(f.exchange.connect(f.icbc).take(first)).to.emit(f.exchange, "QuoteTaken");
        await networkHelpers.time.setNextBlockTimestamp(now + 101n);
        await expect(f.exchange.connect(f.icbc).take(second))
          .to.be.revertedWithCustomError(f.exchange, "QuoteExpired")
          .withArgs(offerId(f, quote), now + 100n, now + 101n);
      }
    });

    it("refuses the maker's own acceptance and one that comes to nothing", async function () {
      await expect(take(f, offer(f), minor("100"), f.hsbc)).to.be.revertedWithCustomError(
        f.engine,
        "InstructionLegInvalid",
      );
      const crumbs = offer(f, { side: MAKER_SIDE.buys, minimum: 0n });
      for (const amount of [1n, 0n]) {
        await expect(take(f, crumbs, amount)).to.be.revertedWithCustomError(f.engine, "InstructionLegInvalid");
      }
    });

    it("uses the taker's reference once", async function () {
      const businessRef = ref("deal 1");
      await f.exchange.connect(f.icbc).take(await accepted(f, offer(f), minor("100"), { businessRef }));
      const again = await accepted(f, offer(f), minor("100"), { businessRef });
      await expect(f.exchange.connect(f.icbc).take(again)).to.be.revertedWithCustomError(
        f.engine,
        "InstructionAlreadyEnded",
      );
    });

    context("given one side that cannot or will not give", function () {
      /** The offer is refused with the error, and stays as it was. */
      async function expectUntouched(
        contract: Parameters<Chai.Assertion["revertedWithCustomError"]>[0],
        error: string,
      ) {
        const balances = async () =>
          Promise.all(
            [f.mainland, f.hongkong].flatMap(({ currency }) => [f.icbc, f.hsbc].map((who) => currency.balanceOf(who))),
          );
        const before = await balances();
        await expect(take(f, offer(f), minor("1000"))).to.be.revertedWithCustomError(contract, error);
        expect(await balances()).to.deep.equal(before);
        expect(await f.exchange.remainingOf(offer(f))).to.equal(offer(f).maximum);
      }

      it("moves neither currency when the taker lacks cover", async function () {
        const { currency } = f.mainland;
        await currency.connect(f.icbc).transfer(f.boc, (await currency.balanceOf(f.icbc)) - minor("909.99"));
        await expectUntouched(currency, "ERC20InsufficientBalance");
      });

      it("moves neither currency when the maker lacks cover", async function () {
        const { currency } = f.hongkong;
        await currency.connect(f.hsbc).transfer(f.bochk, (await currency.balanceOf(f.hsbc)) - minor("999.99"));
        await expectUntouched(currency, "ERC20InsufficientBalance");
      });

      it("moves neither currency when either has not authorised the exchange, or no longer", async function () {
        for (const giver of [f.icbc, f.hsbc]) {
          await f.engine.connect(giver).authorizeAgent(f.exchange, false);
          await expectUntouched(f.engine, "InstructionConsentMissing");
          await f.engine.connect(giver).authorizeAgent(f.exchange, true);
        }
      });

      it("moves neither currency when the maker is frozen or its currency halted", async function () {
        const { currency, officers } = f.hongkong;
        await currency.connect(officers.enforcer).freeze(f.hsbc, ref("order"));
        await expectUntouched(currency, "ERC7943CannotSend");
        await currency.connect(officers.enforcer).unfreeze(f.hsbc, ref("order"));
        await currency.connect(officers.halter).haltAll();
        await expect(take(f, offer(f), minor("1000"))).to.be.revertedWithCustomError(currency, "WalletHalted");
      });
    });

    it("settles for who has affirmed the one instruction instead of authorising the exchange", async function () {
      await f.engine.connect(f.icbc).authorizeAgent(f.exchange, false);
      const acceptance = await accepted(f, offer(f), minor("1000"), { businessRef: ref("deal 1") });
      const instruction = exchangeOf(
        { businessRef: ref("deal 1"), notAfter: FAR },
        cny(f, f.icbc, "910"),
        hkd(f, f.hsbc, "1000"),
      );
      await f.engine.connect(f.icbc).affirm(idOf(f, instruction));
      await expect(f.exchange.connect(f.icbc).take(acceptance)).to.emit(f.exchange, "QuoteTaken");
    });

    it("asks the council for both currencies", async function () {
      for (const { currency, officers } of [f.mainland, f.hongkong]) {
        await f.council.connect(officers.halter).suspendCurrency(currency);
        await expect(take(f, offer(f), minor("100")))
          .to.be.revertedWithCustomError(f.council, "CouncilCurrencyNotOpen")
          .withArgs(await currency.getAddress());
        await f.council.connect(officers.resumer).resumeCurrency(currency);
      }
      await expect(take(f, offer(f), minor("100"))).to.emit(f.exchange, "QuoteTaken");
    });
  });

  describe("takeMany", function () {
    it("accepts several offers in one transaction", async function () {
      const quotes = [offer(f), offer(f, { maker: f.bochk.address }), offer(f, { side: MAKER_SIDE.buys, nonce: 1n })];
      const acceptances = await Promise.all(quotes.map((quote) => accepted(f, quote, minor("1000"))));
      const [ids, amounts] = await f.exchange.connect(f.icbc).takeMany.staticCall(acceptances);
      expect(new Set(ids).size).to.equal(3);
      expect([...amounts]).to.deep.equal([minor("910"), minor("910"), minor("910")]);
      await expect(f.exchange.connect(f.icbc).takeMany(acceptances)).to.changeTokenBalances(
        ethers,
        f.hongkong.currency,
        [f.icbc, f.hsbc, f.bochk],
        [minor("1000"), 0n, -minor("1000")],
      );
    });

    it("accepts all or none", async function () {
      const acceptances = [await accepted(f, offer(f), minor("100")), await accepted(f, offer(f), minor("9900.01"))];
      await expect(f.exchange.connect(f.icbc).takeMany(acceptances))
        .to.be.revertedWithCustomError(f.exchange, "QuoteAmountOutOfRange")
        .withArgs(offerId(f, offer(f)), minor("9900.01"), minor("100"), minor("9900"));
      expect(await f.exchange.remainingOf(offer(f))).to.equal(minor("10000"));
    });
  });

  describe("signatures", function () {
    it("are the maker's over exactly this offer, for this contract and chain", async function () {
      const quote = offer(f);
      const acceptance = await accepted(f, quote, minor("100"));
      const domains = [
        { ...f.exchangeDomain, chainId: 1n },
        { ...f.exchangeDomain, verifyingContract: f.ecny },
        { ...f.exchangeDomain, name: "SettlementEngine" },
        { ...f.exchangeDomain, version: "2" },
      ];
      const wrong = await Promise.all([
        sign(f.icbc, quoteTypedData(f.exchangeDomain, quote)),
        ...domains.map((domain) => sign(f.hsbc, quoteTypedData(domain, quote))),
      ]);
      for (const signature of [...wrong, "0x"]) {
        await expect(f.exchange.connect(f.icbc).take({ ...acceptance, signature }))
          .to.be.revertedWithCustomError(f.exchange, "QuoteSignatureInvalid")
          .withArgs(offerId(f, quote), f.hsbc.address);
      }
      const changes = [
        { taker: f.icbc.address },
        { side: MAKER_SIDE.buys },
        { rate: quote.rate - 1n },
        { minimum: quote.minimum - 1n },
        { maximum: quote.maximum + 1n },
        { divisible: false },
        { notAfter: quote.notAfter + 1n },
        { nonce: quote.nonce + 1n },
        { maker: f.bochk.address },
      ];
      for (const change of changes) {
        await expect(
          f.exchange.connect(f.icbc).take({ ...acceptance, quote: { ...quote, ...change } }),
          Object.keys(change).join(),
        ).to.be.revertedWithCustomError(f.exchange, "QuoteSignatureInvalid");
      }
    });

    it("may be a contract wallet's", async function () {
      const wallet = await ethers.deployContract("Erc1271WalletMock", [f.bochk]);
      const { currency, banks } = f.hongkong;
      const maker = await wallet.getAddress();
      for (const side of [f.mainland, f.hongkong]) {
        await side.currency.connect(side.banks[0].account).openWallet(maker, 5, ref("identity of the wallet"));
      }
      await currency.connect(banks[0].account).transfer(maker, minor("500"));
      const { interface: encode } = currency;
      await wallet.execute(currency, encode.encodeFunctionData("approve", [await f.engine.getAddress(), minor("500")]));
      const authorize = f.engine.interface.encodeFunctionData("authorizeAgent", [await f.exchange.getAddress(), true]);
      await wallet.execute(f.engine, authorize);
      const quote = offer(f, { maker });
      await expect(f.exchange.connect(f.icbc).take(await accepted(f, quote, minor("100"), { signer: f.hsbc })))
        .to.be.revertedWithCustomError(f.exchange, "QuoteSignatureInvalid")
        .withArgs(offerId(f, quote), maker);
      const good = await accepted(f, quote, minor("100"), { signer: f.bochk });
      await expect(f.exchange.connect(f.icbc).take(good)).to.changeTokenBalance(ethers, currency, maker, -minor("100"));
    });

    it("cannot be anybody's for the zero address", async function () {
      const quote = offer(f, { maker: ZeroAddress });
      const acceptance = await accepted(f, quote, minor("100"), { signer: f.hsbc });
      await expect(f.exchange.connect(f.icbc).take(acceptance))
        .to.be.revertedWithCustomError(f.exchange, "QuoteSignatureInvalid")
        .withArgs(offerId(f, quote), ZeroAddress);
    });
  });
});
