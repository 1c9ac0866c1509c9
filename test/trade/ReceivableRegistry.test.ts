import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";
import {
  CONSENT_SCOPE,
  DOCUMENT_KIND,
  RECEIVABLE_STATUS,
  consentId,
  receivableVerdictTypedData,
  type TradeConsent,
} from "../../sdk/eip712/trade.js";
import { digestOf } from "../../sdk/eip712/typedData.js";
import { signConsent } from "../../sdk/trade/receivables.js";
import { openChain, ref } from "../support/chain.js";
import {
  ADVANCE,
  CEILING,
  DAY,
  FACE,
  ReceivableUnderTest,
  consentOf,
  consentToBoth,
  declaration,
  deployTrade,
  latest,
  type Trade,
} from "../support/trade.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;
const SUSPENDED = 3n;

async function deploy() {
  return deployTrade(chain);
}

describe("ReceivableRegistry", function () {
  let f: Trade;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  function give(consent: TradeConsent, by = f.exporter) {
    return f.receivables.connect(by).giveConsent(consent, "0x");
  }

  describe("giveConsent", function () {
    it("records what the exporter lets a bank do, carried by anyone", async function () {
      const consent = await consentOf(f, { key: declaration(1), scope: CONSENT_SCOPE.verify });
      const id = consentId(f.domains.receivables, consent);
      const signature = await signConsent(f.exporter, f.domains.receivables, consent);
      await expect(f.receivables.connect(f.carrier).giveConsent(consent, signature))
        .to.emit(f.receivables, "ConsentGiven")
        .withArgs(id, f.exporter.address, consent.bank, consent.key, 1n, consent.notAfter);
      expect(await f.receivables.consentId(consent)).to.equal(id);
      expect(await f.receivables.consentOf(f.exporter, consent.bank, consent.key)).to.equal(1n);
      expect(await f.receivables.consentOf(f.exporter, consent.bank, declaration(2))).to.equal(0n);
      expect(await f.receivables.consentOf(f.exporter, f.numbers.boc, consent.key)).to.equal(0n);
    });

    it("adds what a bank may do with one document to what it may do with all", async function () {
      await give(await consentOf(f, { scope: CONSENT_SCOPE.verify }));
      const one = await consentOf(f, { key: declaration(1), scope: CONSENT_SCOPE.finance });
      await give(one);
      expect(await f.receivables.consentOf(f.exporter, one.bank, one.key)).to.equal(CONSENT_SCOPE.both);
    });

    it("holds up to its last second and not one longer", async function () {
      const notAfter = (await latest(f)) + 100n;
      const consent = await consentOf(f, { notAfter });
      await give(consent);
      await networkHelpers.time.increaseTo(notAfter);
      expect(await f.receivables.consentOf(f.exporter, consent.bank, ZeroHash)).to.equal(CONSENT_SCOPE.both);
      await networkHelpers.time.increaseTo(notAfter + 1n);
      expect(await f.receivables.consentOf(f.exporter, consent.bank, ZeroHash)).to.equal(0n);
    });

    it("refuses a scope that is empty or unknown, and a time that is over", async function () {
      const over = await latest(f);
      for (const changed of [{ scope: 0n }, { scope: 4n }, { notAfter: over }]) {
        const consent = await consentOf(f, changed);
        await expect(give(consent))
          .to.be.revertedWithCustomError(f.receivables, "ReceivableConsentInvalid")
          .withArgs(consentId(f.domains.receivables, consent), consent.scope, consent.notAfter);
      }
    });

    it("refuses another's signature", async function () {
      const consent = await consentOf(f);
      const signature = await signConsent(f.debtor, f.domains.receivables, consent);
      await expect(f.receivables.connect(f.carrier).giveConsent(consent, signature))
        .to.be.revertedWithCustomError(f.receivables, "ReceivableConsentSignatureInvalid")
        .withArgs(consentId(f.domains.receivables, consent), f.exporter.address);
    });
  });

  describe("revokeConsent", function () {
    it("ends a consent, which cannot be given again", async function () {
      const consent = await consentOf(f);
      await give(consent);
      const id = consentId(f.domains.receivables, consent);
      await expect(f.receivables.connect(f.exporter).revokeConsent(consent))
        .to.emit(f.receivables, "ConsentRevoked")
        .withArgs(id, f.exporter.address, consent.bank, ZeroHash);
      expect(await f.receivables.consentOf(f.exporter, consent.bank, ZeroHash)).to.equal(0n);
      await expect(give(consent)).to.be.revertedWithCustomError(f.receivables, "ReceivableConsentUsed").withArgs(id);
    });

    it("withdraws a signature that nobody has carried yet", async function () {
      const consent = await consentOf(f);
      const signature = await signConsent(f.exporter, f.domains.receivables, consent);
      await f.receivables.connect(f.exporter).revokeConsent(consent);
      await expect(f.receivables.connect(f.carrier).giveConsent(consent, signature)).to.be.revertedWithCustomError(
        f.receivables,
        "ReceivableConsentUsed",
      );
    });

    it("is the exporter's alone", async function () {
      const consent = await consentOf(f);
      await expect(f.receivables.connect(f.icbc).revokeConsent(consent))
        .to.be.revertedWithCustomError(f.receivables, "ReceivableConsentCallerInvalid")
        .withArgs(consentId(f.domains.receivables, consent), f.icbc.address, f.exporter.address);
    });
  });

  describe("submit", function () {
    it("registers a document once, whichever bank comes with it", async function () {
      const receivable = await ReceivableUnderTest.offered(f);
      await expect(receivable.submit())
        .to.emit(f.receivables, "ReceivableSubmitted")
        .withArgs(receivable.key, f.numbers.icbc, 1n, receivable.verdict.documents);
      for (const bank of [f.icbc, f.boc]) {
        await expect(receivable.submit(bank))
          .to.be.revertedWithCustomError(f.receivables, "ReceivableAlreadyRegistered")
          .withArgs(receivable.key, f.numbers.icbc);
      }
    });

    it("needs a consent of the exporter's to verify", async function () {
      await give(await consentOf(f, { scope: CONSENT_SCOPE.finance }));
      const receivable = await ReceivableUnderTest.offered(f);
      await expect(receivable.submit())
        .to.be.revertedWithCustomError(f.receivables, "ReceivableConsentMissing")
        .withArgs(receivable.key, f.exporter.address, f.numbers.icbc, CONSENT_SCOPE.verify);
    });

    it("is for active institutions", async function () {
      const receivable = await ReceivableUnderTest.offered(f);
      await expect(receivable.submit(f.stranger)).to.be.revertedWithCustomError(
        f.mainland.registry,
        "InstitutionUnknown",
      );
      const { registry, officers } = f.mainland;
      await registry.connect(officers.registrar).setStatus(f.numbers.icbc, SUSPENDED, ref("inspection"));
      await expect(receivable.submit()).to.be.revertedWithCustomError(registry, "InstitutionNotActive");
    });

    it("refuses a kind without attestor", async function () {
      await consentToBoth(f);
      await f.receivables.connect(f.mainland.officers.governor).setAttestor(DOCUMENT_KIND.taxFiling, ZeroAddress);
      for (const kind of [0n, DOCUMENT_KIND.taxFiling]) {
        await expect(f.receivables.connect(f.icbc).submit(declaration(1), kind, f.exporter, ZeroHash))
          .to.be.revertedWithCustomError(f.receivables, "ReceivableKindInvalid")
          .withArgs(declaration(1), kind);
      }
    });
  });

  describe("recordVerdict", function () {
    it("says what may be financed, in one claim of the exporter's", async function () {
      const receivable = await ReceivableUnderTest.submitted(f);
      const { currency, notAfter, key } = receivable.verdict;
      await expect(receivable.judge())
        .to.emit(f.receivables, "ReceivableVerified")
        .withArgs(key, currency, 1n, FACE, CEILING, notAfter);
      expect(await f.receivables.claimOf(1n)).to.deep.equal([key, f.exporter.address, FACE, ZeroHash]);
      expect(await receivable.remaining()).to.equal(CEILING);
      const id = digestOf(receivableVerdictTypedData(f.domains.receivables, receivable.verdict));
      expect(await f.receivables.verdictId(receivable.verdict)).to.equal(id);
      expect((await receivable.record()).submittedBy).to.equal(f.numbers.icbc);
    });

    it("rounds what may be financed down", async function () {
      await ReceivableUnderTest.verified(f, { value: 9_999n });
      expect((await f.receivables.receivableOf(declaration(1))).ceiling).to.equal(7_999n);
    });

    it("takes insurance policies and tax filings from their own attestors at their own rates", async function () {
      const policy = { key: declaration(2), kind: DOCUMENT_KIND.insurancePolicy };
      const filing = { key: declaration(3), kind: DOCUMENT_KIND.taxFiling };
      const insured = await ReceivableUnderTest.verified(f, policy, f.hsbc);
      const filed = await ReceivableUnderTest.verified(f, filing, f.bochk);
      expect(await insured.remaining()).to.equal((FACE * ADVANCE.insurancePolicy) / 10_000n);
      expect(await filed.remaining()).to.equal((FACE * ADVANCE.taxFiling) / 10_000n);
      const third = await ReceivableUnderTest.submitted(f, { ...policy, key: declaration(4) });
      await expect(third.judge())
        .to.be.revertedWithCustomError(f.receivables, "ReceivableVerdictSignatureInvalid")
        .withArgs(declaration(4), f.hsbc.address);
    });

    it("links a policy to the declaration that it insures: one of the two is financed", async function () {
      const declared = await ReceivableUnderTest.verified(f);
      const policy = { key: declaration(2), kind: DOCUMENT_KIND.insurancePolicy, underlying: declared.key };
      const insured = await ReceivableUnderTest.submitted(f, policy, f.hsbc);
      await expect(insured.judge()).to.emit(f.receivables, "ReceivableLinked").withArgs(insured.key, declared.key);
      expect(await insured.status()).to.equal(RECEIVABLE_STATUS.linked);
      expect(await insured.remaining()).to.equal(0n);
      expect(await declared.remaining()).to.equal(CEILING);
    });

    it("refuses a link to nothing, to itself or to what is linked", async function () {
      const first = await ReceivableUnderTest.submitted(f);
      const second = await ReceivableUnderTest.submitted(f, { key: declaration(2) });
      const third = await ReceivableUnderTest.submitted(f, { key: declaration(3) });
      await second.judge({ underlying: first.key });
      for (const underlying of [declaration(9), third.key, second.key]) {
        await expect(third.judge({ underlying }))
          .to.be.revertedWithCustomError(f.receivables, "ReceivableVerdictInvalid")
          .withArgs(third.key);
      }
    });

    it("refuses what contradicts the submission or itself", async function () {
      const receivable = await ReceivableUnderTest.submitted(f);
      const { exporter } = receivable.verdict;
      for (const changed of [
        ...[{ kind: DOCUMENT_KIND.taxFiling }, { documents: ref("other papers") }, { value: 0n }],
        ...[{ exporter: ZeroAddress }, { debtor: exporter }, { currency: await f.bond.getAddress() }],
      ]) {
        await expect(receivable.judge(changed))
          .to.be.revertedWithCustomError(f.receivables, "ReceivableVerdictInvalid")
          .withArgs(receivable.key);
      }
    });

    it("refuses what nobody has submitted, and a signature of another", async function () {
      const unknown = await ReceivableUnderTest.offered(f);
      await expect(unknown.judge())
        .to.be.revertedWithCustomError(f.receivables, "ReceivableStatusInvalid")
        .withArgs(unknown.key, RECEIVABLE_STATUS.none);
      await unknown.submit();
      await expect(unknown.judge({}, f.icbc))
        .to.be.revertedWithCustomError(f.receivables, "ReceivableVerdictSignatureInvalid")
        .withArgs(unknown.key, f.customs.address);
    });

    it("refuses a verdict whose time is over, at the second after", async function () {
      const receivable = await ReceivableUnderTest.submitted(f);
      const notAfter = (await latest(f)) + 100n;
      await networkHelpers.time.setNextBlockTimestamp(notAfter + 1n);
      await expect(receivable.judge({ notAfter }))
        .to.be.revertedWithCustomError(f.receivables, "ReceivableVerdictExpired")
        .withArgs(receivable.key, notAfter, notAfter + 1n);
    });

    it("renews the time and nothing else", async function () {
      const receivable = await ReceivableUnderTest.verified(f);
      const { notAfter, key } = receivable.verdict;
      await expect(receivable.judge())
        .to.be.revertedWithCustomError(f.receivables, "ReceivableVerdictStale")
        .withArgs(key, notAfter, notAfter);
      await expect(receivable.judge({ notAfter: notAfter + 1n, value: FACE + 1n }))
        .to.be.revertedWithCustomError(f.receivables, "ReceivableVerdictInvalid")
        .withArgs(key);
      await expect(receivable.judge({ notAfter: notAfter + 1n }))
        .to.emit(f.receivables, "VerdictRenewed")
        .withArgs(key, notAfter + 1n);
      await networkHelpers.time.increaseTo(notAfter + 1n);
      expect(await receivable.remaining()).to.equal(CEILING);
      await networkHelpers.time.increaseTo(notAfter + 2n);
      expect(await receivable.remaining()).to.equal(0n);
    });

    it("takes FAILED at any time, for good", async function () {
      const receivable = await ReceivableUnderTest.verified(f);
      await expect(receivable.judge({ verified: false }))
        .to.emit(f.receivables, "ReceivableFailed")
        .withArgs(receivable.key, f.customs.address);
      expect(await receivable.remaining()).to.equal(0n);
      const { notAfter } = receivable.verdict;
      await expect(receivable.judge({ notAfter: notAfter + DAY }))
        .to.be.revertedWithCustomError(f.receivables, "ReceivableStatusInvalid")
        .withArgs(receivable.key, RECEIVABLE_STATUS.failed);
    });
  });
});
