import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";
import { payeeNameHash } from "../../sdk/payments/connect.js";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import { deployConnect, KIND, PaymentUnderTest, SIDE, STATUS, enrol, used, type Connect } from "../support/connect.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;

async function deploy(): Promise<Connect> {
  return deployConnect(chain);
}

describe("PaymentConnect", function () {
  let f: Connect;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  describe("submit", function () {
    context("given a quote of the payer's bank and the payer's hold", function () {
      it("uses the quota, holds the money, and moves nothing", async function () {
        const payment = await PaymentUnderTest.offer(f);
        const { link, persons, numbers, ann, hsbc, shop, mainland, hongkong } = f;
        await expect(payment.submit())
          .to.emit(link, "PaymentSubmitted")
          .withArgs(
            ...[payment.id, persons.ann, payment.terms.messageRef, minor("1000.00")],
            ...[numbers.hsbc, numbers.icbc],
            (terms: { payee: string; quote: { bank: string; sendAmount: bigint } }) =>
              terms.payee === shop.address &&
              terms.quote.bank === hsbc.address &&
              terms.quote.sendAmount === minor("1000.00"),
          );
        expect(await payment.held()).to.equal(minor("1000.00"));
        expect(await hongkong.currency.balanceOf(ann)).to.equal(minor("1000000.00"));
        expect(await mainland.currency.balanceOf(shop)).to.equal(0n);
        const { status, counted, payeeInstitution } = await link.recordOf(payment.id);
        expect([status, counted, payeeInstitution]).to.deep.equal([STATUS.submitted, minor("1000.00"), numbers.icbc]);
        expect(await link.paymentId(payment.terms)).to.equal(payment.id);
        expect(await link.quoteId(payment.terms.quote)).to.equal(payment.quoteId);
        const { payer, payee, executor, amount, expiry, businessRef } = await link.holdOf(payment.terms);
        expect({ payer, payee, executor, amount, expiry, businessRef }).to.deep.equal(payment.hold);
      });

      it("goes on when somebody else has placed the hold before", async function () {
        const payment = await PaymentUnderTest.offer(f);
        await f.hongkong.currency.connect(f.stranger).placeHoldWithSignature(payment.hold, payment.holdSignature);
        await payment.submit();
        expect(await payment.held()).to.equal(minor("1000.00"));
      });

      it("takes the quote of the payee's bank too", async function () {
        const payment = await PaymentUnderTest.offer(f, { bank: f.icbc });
        await payment.submit();
        expect(await payment.status()).to.equal(STATUS.submitted);
      });
    });

    context("given one currency on both sides", function () {
      it("pays northbound from a Hong Kong resident's renminbi, with nobody in between", async function () {
        const payment = await PaymentUnderTest.completed(f, { sends: "ecny", send: "500.00" });
        expect(payment.terms.quote.bank).to.equal(ZeroAddress);
        expect(await f.mainland.currency.balanceOf(f.shop)).to.equal(minor("500.00"));
        expect(await used(f)).to.deep.equal([minor("546.95"), minor("546.95")]);
      });

      it("pays southbound in renminbi to a Hong Kong resident's wallet, which a Hong Kong bank serves", async function () {
        const wish = { kind: KIND.southbound, receives: "ecny", payee: f.ann, send: "500.00" } as const;
        const payment = await PaymentUnderTest.submitted(f, wish);
        expect((await f.link.recordOf(payment.id)).payeeInstitution).to.equal(f.numbers.hsbc);
        await expect(payment.complete()).to.changeTokenBalances(
          chain.ethers,
          f.mainland.currency,
          [f.mei, f.ann],
          [-minor("500.00"), minor("500.00")],
        );
      });

      it("refuses a bank in between, and unequal amounts", async function () {
        for (const quote of [{ bank: f.hsbc.address }, { receiveAmount: minor("499.99") }]) {
          const payment = await PaymentUnderTest.offer(f, { sends: "ecny", send: "500.00", quote });
          await expect(payment.submit())
            .to.be.revertedWithCustomError(f.link, "ConnectQuoteInvalid")
            .withArgs(payment.id);
        }
      });
    });

    context("given a payment that was submitted before", function () {
      it("refuses it, and another with the same quote", async function () {
        const payment = await PaymentUnderTest.submitted(f);
        await expect(payment.submit())
          .to.be.revertedWithCustomError(f.link, "ConnectStatusInvalid")
          .withArgs(payment.id, STATUS.submitted);
        const other = await PaymentUnderTest.offer(f, {
          quote: payment.terms.quote,
          payment: { messageRef: ref("another") },
        });
        await expect(other.submit())
          .to.be.revertedWithCustomError(f.link, "ConnectQuoteUsed")
          .withArgs(other.id, payment.quoteId);
      });
    });

    context("given deadlines", function () {
      it("refuses an answer in the past, a resolution that is not later, and one that is too late", async function () {
        const now = BigInt(await networkHelpers.time.latest()) + 10n;
        const longest = await f.link.MAX_RESOLUTION();
        for (const [answerBy, resolveBy] of [
          [now - 1n, now + 100n],
          [now + 100n, now + 100n],
          [now, now + longest + 1n],
        ] as const) {
          const payment = await PaymentUnderTest.offer(f, { payment: { answerBy, resolveBy } });
          await networkHelpers.time.setNextBlockTimestamp(now);
          await expect(payment.submit.call(payment))
            .to.be.revertedWithCustomError(f.link, "ConnectTimesInvalid")
            .withArgs(payment.id, answerBy, resolveBy, now + longest);
          f = await networkHelpers.loadFixture(deploy);
        }
      });

      it("takes the last second of both, and refuses the quote a second after its end", async function () {
        const now = BigInt(await networkHelpers.time.latest()) + 10n;
        const terms = { answerBy: now, resolveBy: now + (await f.link.MAX_RESOLUTION()) };
        const payment = await PaymentUnderTest.offer(f, { payment: terms, quote: { notAfter: now } });
        await networkHelpers.time.setNextBlockTimestamp(now);
        await payment.submit();
        const late = await PaymentUnderTest.offer(f, { quote: { notAfter: now } });
        await networkHelpers.time.setNextBlockTimestamp(now + 1n);
        await expect(late.submit())
          .to.be.revertedWithCustomError(f.link, "ConnectQuoteExpired")
          .withArgs(late.id, now, now + 1n);
      });
    });

    context("given the wrong currencies", function () {
      it("receives northbound and sends southbound renminbi alone", async function () {
        for (const [kind, sends, receives] of [
          [KIND.northbound, "ehkd", "ehkd"],
          [KIND.northbound, "ecny", "ehkd"],
          [KIND.southbound, "ehkd", "ecny"],
          [KIND.southbound, "ehkd", "ehkd"],
        ] as const) {
          const payment = await PaymentUnderTest.offer(f, { kind, sends, receives });
          await expect(payment.submit())
            .to.be.revertedWithCustomError(f.link, "ConnectCurrencyPairInvalid")
            .withArgs(payment.id, f[sends], f[receives]);
        }
        const foreign = await PaymentUnderTest.offer(f, { quote: { sends: f.security } });
        await expect(foreign.submit())
          .to.be.revertedWithCustomError(f.link, "ConnectCurrencyPairInvalid")
          .withArgs(foreign.id, f.security, f.ecny);
      });
    });

    context("given a caller, a payer or a payee that does not belong to it", function () {
      it("takes it from the payer's bank alone", async function () {
        const payment = await PaymentUnderTest.offer(f);
        for (const by of [f.bochk, f.icbc, f.ann, f.stranger]) {
          await expect(payment.submit(by))
            .to.be.revertedWithCustomError(f.link, "ConnectCallerInvalid")
            .withArgs(payment.id, by, f.numbers.hsbc);
        }
      });

      it("refuses who is not enrolled as a resident of the side", async function () {
        for (const wish of [
          { payer: f.cai },
          { kind: KIND.southbound, payer: f.cai },
          { kind: KIND.southbound, payer: f.ann },
        ]) {
          const payment = await PaymentUnderTest.offer(f, wish);
          await expect(payment.submit())
            .to.be.revertedWithCustomError(f.link, "ConnectPayerNotResident")
            .withArgs(payment.id, wish.payer);
        }
      });

      it("refuses renminbi of a wallet that nobody in Hong Kong serves", async function () {
        const payment = await PaymentUnderTest.offer(f, { sends: "ecny", payer: f.mei });
        await expect(payment.submit())
          .to.be.revertedWithCustomError(f.directory, "ConnectNotServed")
          .withArgs(SIDE.hongKong, f.ecny, f.mei);
      });

      it("refuses a payee without a wallet, and under another name", async function () {
        const nobody = await PaymentUnderTest.offer(f, { payee: f.stranger });
        await expect(nobody.submit())
          .to.be.revertedWithCustomError(f.directory, "ConnectNotServed")
          .withArgs(SIDE.mainland, f.ecny, f.stranger);
        const [asked, registered] = [payeeNameHash("王小二"), payeeNameHash("蓝湾书店")];
        const misnamed = await PaymentUnderTest.offer(f, { payment: { payeeName: asked } });
        await expect(misnamed.submit())
          .to.be.revertedWithCustomError(f.directory, "ConnectNameMismatch")
          .withArgs(f.shop, asked, registered);
        const unnamed = await PaymentUnderTest.offer(f, { payee: f.company, payment: { payeeName: ZeroHash } });
        await expect(unnamed.submit())
          .to.be.revertedWithCustomError(f.directory, "ConnectNameMismatch")
          .withArgs(f.company, ZeroHash, ZeroHash);
      });

      it("refuses an institution that was dismissed, or is suspended", async function () {
        const payment = await PaymentUnderTest.offer(f);
        const { registrar } = f.mainland.officers;
        await f.mainland.registry.connect(registrar).setStatus(f.numbers.icbc, 3n, ref("order"));
        await expect(payment.submit())
          .to.be.revertedWithCustomError(f.mainland.registry, "InstitutionNotActive")
          .withArgs(f.numbers.icbc, 3n);
        await f.directory.connect(f.hongkong.officers.registrar).dismiss(SIDE.hongKong, f.numbers.hsbc);
        await expect(payment.submit())
          .to.be.revertedWithCustomError(f.directory, "ConnectParticipantUnknown")
          .withArgs(SIDE.hongKong, f.numbers.hsbc);
      });
    });

    context("given the same-name channel", function () {
      it("pays to a wallet of one's own", async function () {
        const wish = { kind: KIND.sameName, payee: f.ann, receive: "80000.00", send: "87512.00" };
        await PaymentUnderTest.completed(f, wish);
        expect(await used(f, KIND.sameName)).to.deep.equal([minor("80000.00"), minor("80000.00")]);
        expect(await used(f)).to.deep.equal([0n, 0n]);
      });

      it("refuses somebody else's", async function () {
        const payment = await PaymentUnderTest.offer(f, { kind: KIND.sameName });
        await expect(payment.submit())
          .to.be.revertedWithCustomError(f.link, "ConnectNotSameName")
          .withArgs(payment.id, f.persons.ann, ZeroHash);
        await enrol(f, "mainland", f.mainland.currency, f.shop, f.persons.mei);
        await expect(payment.submit())
          .to.be.revertedWithCustomError(f.link, "ConnectNotSameName")
          .withArgs(payment.id, f.persons.ann, f.persons.mei);
      });
    });

    context("given a quote that is not good", function () {
      it("refuses a bank that is neither the payer's nor the payee's", async function () {
        for (const bank of [f.boc, f.bochk, f.stranger]) {
          const payment = await PaymentUnderTest.offer(f, { bank });
          await expect(payment.submit())
            .to.be.revertedWithCustomError(f.link, "ConnectQuoteBankInvalid")
            .withArgs(payment.id, bank);
        }
      });

      it("refuses a signature that is not the bank's", async function () {
        const payment = await PaymentUnderTest.offer(f, { bank: f.icbc, quote: { bank: f.hsbc.address } });
        await expect(payment.submit())
          .to.be.revertedWithCustomError(f.link, "ConnectQuoteSignatureInvalid")
          .withArgs(payment.id, f.hsbc);
      });
    });

    context("given a payer's hold that is not good", function () {
      it("refuses a hold that somebody else has signed", async function () {
        const payment = await PaymentUnderTest.offer(f, { payer: f.bob, quote: { payer: f.ann.address } });
        await expect(payment.submit())
          .to.be.revertedWithCustomError(f.hongkong.currency, "HoldSignatureInvalid")
          .withArgs(await f.hongkong.currency.holdId(payment.hold), f.ann);
      });

      it("refuses more than the payer has, and uses no quota", async function () {
        const payment = await PaymentUnderTest.offer(f, { payer: f.bob });
        await expect(payment.submit())
          .to.be.revertedWithCustomError(f.hongkong.currency, "ERC20InsufficientBalance")
          .withArgs(f.bob, 0n, minor("1000.00"));
        expect(await used(f, KIND.northbound, f.persons.bob)).to.deep.equal([0n, 0n]);
      });
    });
  });

  describe("multicall", function () {
    it("submits and answers many in one transaction", async function () {
      const payments = [await PaymentUnderTest.offer(f), await PaymentUnderTest.offer(f)];
      const { interface: abi } = f.link;
      await f.link
        .connect(f.hsbc)
        .multicall(
          payments.map((each) =>
            abi.encodeFunctionData("submit", [each.terms, each.quoteSignature, each.holdSignature]),
          ),
        );
      await f.link.connect(f.icbc).multicall(payments.map(({ terms }) => abi.encodeFunctionData("complete", [terms])));
      for (const payment of payments) expect(await payment.status()).to.equal(STATUS.completed);
      const { submitted, completed } = await f.link.statisticsOf(KIND.northbound);
      expect([submitted, completed]).to.deep.equal([2n, 2n]);
    });
  });
});
