import { expect } from "chai";
import { ZeroHash, hexlify, toUtf8Bytes, type TypedDataDomain } from "ethers";
import { verdictOf, type Screening, type SignedVerdict } from "../../sdk/bridge/operations.js";
import { readerKeys, seal, sealedHash, unseal, type TravelRuleData } from "../../sdk/bridge/travelRule.js";
import { purposeCode, type BridgeBank } from "../../sdk/deploy/bridge.js";
import { bridgePaymentId, type BridgePayment } from "../../sdk/eip712/bridgePayments.js";
import { instructionId } from "../../sdk/eip712/settlement.js";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { payment as instructionOf } from "../../sdk/instructions.js";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import { CORRIDOR, FAR, OPENING, deployCorridors, type Corridors } from "../support/corridors.js";
import { wordsWritten } from "../support/trace.js";

const chain = await openChain("hongkong");
const { ethers, networkHelpers } = chain;
const STATUS = { open: 0n, settled: 1n, refused: 2n } as const;
const LIST = { icbc: ref("list of 1 August"), hsbc: ref("list of 2 August") } as const;

interface Fixture extends Corridors {
  readonly domain: TypedDataDomain;
  readonly token: string;
}

async function deploy(): Promise<Fixture> {
  const corridors = await deployCorridors(chain);
  return {
    ...corridors,
    domain: await domainOf(corridors.payments),
    token: await corridors.cny.currency.getAddress(),
  };
}

describe("BridgePayments", function () {
  let f: Fixture;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  /** icbc pays hsbc 1,000.00 e-CNY for goods. */
  function order(terms: Partial<BridgePayment> = {}): BridgePayment {
    return {
      businessRef: ref("uetr"),
      currency: f.token,
      payer: f.icbc.account,
      payee: f.hsbc.account,
      amount: minor("1000"),
      purpose: purposeCode("GDDS"),
      dataHash: ref("sealed"),
      notAfter: FAR,
      ...terms,
    };
  }

  const idOf = (payment: BridgePayment) => bridgePaymentId(f.domain, payment);

  const verdict = (payment: BridgePayment, bank: BridgeBank, screening: Partial<Screening> = {}) =>
    verdictOf(f.domain, payment, bank, {
      ...{ approved: true, listVersion: bank === f.icbc ? LIST.icbc : LIST.hsbc, validUntil: FAR },
      ...screening,
    });

  async function pay(payment: BridgePayment, verdicts: { payer?: SignedVerdict; payee?: SignedVerdict } = {}) {
    const { payer = await verdict(payment, f.icbc), payee = await verdict(payment, f.hsbc) } = verdicts;
    return f.payments.connect(f.icbc.signer).pay(payment, payer, payee);
  }

  it("says what it stands on", async function () {
    expect(await f.payments.ENGINE()).to.equal(await f.engine.getAddress());
    expect(await f.payments.COUNCIL()).to.equal(await f.council.getAddress());
    expect(await f.payments.GATE()).to.equal(await f.gate.getAddress());
    expect(await f.payments.paymentId(order())).to.equal(idOf(order()));
  });

  describe("pay", function () {
    it("moves the amount, and records both verdicts with the lists they were found on", async function () {
      const payment = order();
      const id = idOf(payment);
      const side = { token: f.token, from: f.icbc.account, amount: payment.amount };
      const instruction = instructionOf(
        { businessRef: payment.businessRef, notAfter: payment.notAfter },
        side,
        f.hsbc.account,
      );
      const paid = pay(payment);
      await expect(paid).to.changeTokenBalances(
        ethers,
        f.cny.currency,
        [f.icbc.account, f.hsbc.account, f.payments],
        [-minor("1000"), minor("1000"), 0n],
      );
      await expect(paid).to.emit(f.payments, "VerdictRecorded").withArgs(id, f.icbc.account, true, LIST.icbc);
      await expect(paid).to.emit(f.payments, "VerdictRecorded").withArgs(id, f.hsbc.account, true, LIST.hsbc);
      await expect(paid)
        .to.emit(f.payments, "BridgePaymentSettled")
        .withArgs(
          ...[id, f.token, instructionId(await domainOf(f.engine), instruction)],
          ...[payment.purpose, payment.dataHash],
        );
      expect(await f.payments.statusOf(id)).to.equal(STATUS.settled);
      expect((await f.cny.currency.corridorOf(CORRIDOR.HKD)).holdings).to.equal(minor("1000"));
    });

    it("pays between two banks abroad in the currency of a third jurisdiction", async function () {
      await pay(order());
      const onward = order({ payer: f.hsbc.account, payee: f.bangkok.account, businessRef: ref("onward") });
      const verdicts = [await verdict(onward, f.hsbc), await verdict(onward, f.bangkok)] as const;
      await f.payments.connect(f.hsbc.signer).pay(onward, ...verdicts);
      expect(await f.cny.currency.balanceOf(f.bangkok.account)).to.equal(minor("1000"));
    });

    it("takes the verdict of a bank whose account is a contract", async function () {
      const wallet = await ethers.deployContract("Erc1271WalletMock", [f.hsbc.account]);
      const account = await wallet.getAddress();
      await f.hkd.registry.addAccount(f.hsbc.number, account);
      await f.cny.currency.openNonResidentWallet(account, CORRIDOR.HKD);
      const payment = order({ payee: account });
      const payee = await verdict(payment, { ...f.hsbc, account });
      await pay(payment, { payee });
      expect(await f.cny.currency.balanceOf(account)).to.equal(minor("1000"));
    });

    it("leaves no trace of a payment that the engine or the currency refuses", async function () {
      const poor = order({ amount: OPENING + 1n });
      await expect(pay(poor)).to.be.revertedWithCustomError(f.cny.currency, "ERC20InsufficientBalance");
      expect(await f.payments.statusOf(idOf(poor))).to.equal(STATUS.open);
    });

    it("settles an id once, and a payer's reference once", async function () {
      const payment = order();
      await pay(payment);
      await expect(pay(payment))
        .to.be.revertedWithCustomError(f.payments, "BridgePaymentAlreadyEnded")
        .withArgs(idOf(payment), STATUS.settled);
      const sameReference = order({ amount: minor("1") });
      await expect(pay(sameReference)).to.be.revertedWithCustomError(f.engine, "InstructionAlreadyEnded");
    });

    it("refuses another caller than the payer", async function () {
      const payment = order();
      const verdicts = [await verdict(payment, f.icbc), await verdict(payment, f.hsbc)] as const;
      await expect(f.payments.connect(f.hsbc.signer).pay(payment, ...verdicts))
        .to.be.revertedWithCustomError(f.payments, "BridgePaymentCallerInvalid")
        .withArgs(idOf(payment), f.hsbc.account, f.icbc.account);
    });

    it("refuses a payer that has not authorised it, or has withdrawn", async function () {
      await f.engine.connect(f.icbc.signer).authorizeAgent(f.payments, false);
      await expect(pay(order())).to.be.revertedWithCustomError(f.engine, "InstructionConsentMissing");
    });

    it("refuses a payment without travel-rule data", async function () {
      const payment = order({ dataHash: ZeroHash });
      await expect(pay(payment))
        .to.be.revertedWithCustomError(f.payments, "BridgePaymentDataMissing")
        .withArgs(idOf(payment));
    });

    it("refuses a currency that its central bank has suspended, or that the council does not know", async function () {
      await f.council.connect(f.cny.offices.halter).suspendCurrency(f.token);
      for (const currency of [f.token, f.hsbc.account]) {
        await expect(pay(order({ currency })))
          .to.be.revertedWithCustomError(f.council, "CouncilCurrencyNotOpen")
          .withArgs(currency);
      }
    });

    it("refuses a purpose that the corridor does not allow", async function () {
      const purpose = purposeCode("EDUC");
      await expect(pay(order({ purpose })))
        .to.be.revertedWithCustomError(f.cny.currency, "CorridorPurposeNotAllowed")
        .withArgs(CORRIDOR.HKD, purpose);
    });

    it("refuses after the payment's time", async function () {
      const notAfter = BigInt(await networkHelpers.time.latest()) + 10n;
      const payment = order({ notAfter });
      await networkHelpers.time.increaseTo(notAfter + 1n);
      await expect(pay(payment)).to.be.revertedWithCustomError(f.engine, "InstructionExpired");
    });

    it("refuses a verdict against, one whose time is over, and one that is not the bank's over this payment", async function () {
      const payment = order();
      const id = idOf(payment);
      const validUntil = BigInt(await networkHelpers.time.latest());
      for (const [role, bank] of [
        ["payer", f.icbc],
        ["payee", f.hsbc],
      ] as const) {
        const against = await verdict(payment, bank, { approved: false });
        await expect(pay(payment, { [role]: against }))
          .to.be.revertedWithCustomError(f.payments, "BridgePaymentVerdictMismatch")
          .withArgs(id, bank.account, false);
        const late = await verdict(payment, bank, { validUntil });
        await expect(pay(payment, { [role]: late }))
          .to.be.revertedWithCustomError(f.payments, "BridgePaymentVerdictExpired")
          .withArgs(id, bank.account, validUntil, (time: bigint) => time > validUntil);
        const good = await verdict(payment, bank);
        const forged = [
          { ...good, listVersion: ref("another list") },
          { ...good, validUntil: FAR - 1n },
          await verdict(order({ dataHash: ref("other data") }), bank),
          { ...good, signature: (await verdict(payment, f.boc)).signature },
        ];
        for (const verdictForged of forged) {
          await expect(pay(payment, { [role]: verdictForged }))
            .to.be.revertedWithCustomError(f.payments, "BridgePaymentSignatureInvalid")
            .withArgs(id, bank.account);
        }
      }
    });
  });

  describe("refuse", function () {
    it("ends the payment by either bank's signed refusal, whoever brings it", async function () {
      for (const bank of [f.icbc, f.hsbc]) {
        const payment = order({ businessRef: ref(bank.bic) });
        const id = idOf(payment);
        const against = await verdict(payment, bank, { approved: false });
        const refused = f.payments.connect(f.outsider).refuse(payment, bank.account, against);
        await expect(refused)
          .to.emit(f.payments, "VerdictRecorded")
          .withArgs(id, bank.account, false, against.listVersion);
        await expect(refused).to.emit(f.payments, "BridgePaymentRefused").withArgs(id, f.token, bank.account);
        expect(await f.payments.statusOf(id)).to.equal(STATUS.refused);
        await expect(pay(payment))
          .to.be.revertedWithCustomError(f.payments, "BridgePaymentAlreadyEnded")
          .withArgs(id, STATUS.refused);
      }
    });

    it("refuses banks that have no part in it, approvals, and what has settled", async function () {
      const payment = order();
      const id = idOf(payment);
      const against = await verdict(payment, f.boc, { approved: false });
      await expect(f.payments.refuse(payment, f.boc.account, against))
        .to.be.revertedWithCustomError(f.payments, "BridgePaymentBankInvalid")
        .withArgs(id, f.boc.account);
      await expect(f.payments.refuse(payment, f.hsbc.account, await verdict(payment, f.hsbc)))
        .to.be.revertedWithCustomError(f.payments, "BridgePaymentVerdictMismatch")
        .withArgs(id, f.hsbc.account, true);
      await pay(payment);
      const late = await verdict(payment, f.hsbc, { approved: false });
      await expect(f.payments.refuse(payment, f.hsbc.account, late))
        .to.be.revertedWithCustomError(f.payments, "BridgePaymentAlreadyEnded")
        .withArgs(id, STATUS.settled);
    });
  });

  context("given travel-rule data", function () {
    const person = (name: string) => ({
      name,
      account: `62220212345678 ${name}`,
      address: `${name} Lane 88, Pudong`,
      identification: `310115198001011234 ${name}`,
    });
    const DATA: TravelRuleData = {
      originator: person("Zhang Wei Trading"),
      beneficiary: person("Lee Hong Electronics"),
      remittance: "Invoice 2022-0815 for 400 speakers",
    };
    const CLEAR = [
      ...[DATA.originator, DATA.beneficiary].flatMap((party) => Object.values(party)),
      ...["Zhang Wei", "Lee Hong", "Pudong", DATA.remittance],
    ];

    /** Everything a transaction leaves or passes on in public: calldata, logs, and each word written to storage. */
    async function publicTraceOf(hash: string): Promise<string> {
      const { data } = (await ethers.provider.getTransaction(hash)) ?? { data: "" };
      const { logs } = (await ethers.provider.getTransactionReceipt(hash)) ?? { logs: [] };
      const written = await wordsWritten(chain, hash);
      expect(written, "words written").to.have.length.above(1);
      return [data, ...logs.flatMap((log) => [...log.topics, log.data]), ...written].join("|").toLowerCase();
    }

    const hex = (text: string) => hexlify(toUtf8Bytes(text)).slice(2).toLowerCase();

    it("opens for the two banks, their central banks and the issuer, and for nobody else", function () {
      // hsbc pays bangkok in e-CNY: the issuing central bank is a fifth reader
      const readers = Array.from({ length: 5 }, readerKeys);
      const terms = order({ payer: f.hsbc.account, payee: f.bangkok.account });
      const keys = readers.map(({ publicKey }) => publicKey);
      const sealed = seal(DATA, terms, keys);
      const payment = { ...terms, dataHash: sealedHash(sealed) };
      for (const reader of readers) expect(unseal(sealed, payment, reader)).to.deep.equal(DATA);
      expect(() => unseal(sealed, payment, readerKeys())).to.throw("not sealed for this key");
    });

    it("leaves no clear data in calldata, events and state", async function () {
      const terms = order();
      const sealed = seal(DATA, terms, [readerKeys().publicKey]);
      const settled = await pay({ ...terms, dataHash: sealedHash(sealed) });
      const other = order({ businessRef: ref("refused"), dataHash: sealedHash(sealed) });
      const against = await verdict(other, f.hsbc, { approved: false });
      const refused = await f.payments.refuse(other, f.hsbc.account, against);
      for (const { hash } of [settled, refused]) {
        const trace = await publicTraceOf(hash);
        for (const text of CLEAR) expect(trace, text).not.to.contain(hex(text));
        // what is not hidden is found: the scan looks in the right place
        expect(trace).to.contain(sealedHash(sealed).slice(2));
        expect(trace).to.contain(f.hsbc.account.slice(2).toLowerCase());
      }
      const careless = await pay(order({ businessRef: hexlify(toUtf8Bytes("Zhang Wei".padEnd(32))) }));
      expect(await publicTraceOf(careless.hash)).to.contain(hex("Zhang Wei"));
    });
  });
});
