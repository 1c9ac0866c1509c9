import { expect } from "chai";
import { Wallet, id as hashOf, type TypedDataDomain } from "ethers";
import { REQUEST_KIND, attestationTypedData, requestId, type ReserveAttestation } from "../../sdk/eip712/issuance.js";
import { domainOf, sign } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import { openChain, ref } from "../support/chain.js";
import { compact, highS, ofLength, withV } from "../support/signing.js";
import { STATUS, attest, attestation, deployDesk, issueTo, now, openRedemption, redemptionTerms } from "./fixture.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;

const AMOUNT = minor("250.00");
const RTGS = ref("HVPS payment 1");
const OWNER_ONLY = 0n;
const MISBEHAVIOURS = { "the wrong magic": 1n, "a revert": 2n, "all gas consumed": 4n } as const;
const MEGABYTE = 3n;

/** An open issue and an open redemption of 250.00 under the same reference, and a desk of another currency. */
async function deployBoth() {
  const f = await deployDesk(chain);
  await issueTo(f, f.icbcBank, AMOUNT, ref("HVPS payment 0"));
  await f.desk.connect(f.icbc).requestIssue(AMOUNT, RTGS, 2n ** 40n);
  const terms = await redemptionTerms(f, f.icbcBank, AMOUNT, RTGS, 2n ** 40n);
  await openRedemption(f, f.icbc, terms, RTGS);
  const { currency, registry, authority } = f.hongkong;
  const otherDesk = await ethers.deployContract("IssuanceDesk", [currency, registry, authority, f.operator]);
  const wallet = await ethers.deployContract("Erc1271WalletMock", [f.operator]);
  return { ...f, terms, otherDesk, wallet, domain: await domainOf(f.desk) };
}

type Fixture = Awaited<ReturnType<typeof deployBoth>>;

interface Path {
  readonly name: string;
  readonly kind: 1 | 2;
  readonly complete: (f: Fixture, validUntil: bigint, signature: string) => Promise<unknown>;
}

const paths: readonly Path[] = [
  {
    name: "issue",
    kind: REQUEST_KIND.issue,
    complete: (f, validUntil, signature) =>
      f.desk.connect(f.carrier).issue(f.icbcBank.number, RTGS, validUntil, signature),
  },
  {
    name: "redeem",
    kind: REQUEST_KIND.redemption,
    complete: (f, validUntil, signature) => f.desk.connect(f.carrier).redeem(f.terms, RTGS, validUntil, signature),
  },
];

for (const { name, kind, complete } of paths) {
  describe(`IssuanceDesk (attestation for ${name})`, function () {
    let f: Fixture;
    let id: string;
    let truth: ReserveAttestation;

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deployBoth);
      truth = attestation(f.icbcBank, AMOUNT, RTGS, { kind });
      id = requestId(kind, truth.institution, RTGS);
    });

    async function expectRefused(signature: string, operator: string = f.operator.address) {
      await expect(complete(f, truth.validUntil, signature))
        .to.be.revertedWithCustomError(f.desk, "IssuanceAttestationInvalid")
        .withArgs(id, operator);
      expect((await f.desk.requestOf(id)).status).to.equal(STATUS.requested);
    }

    async function expectAccepted(signature: string) {
      await complete(f, truth.validUntil, signature);
      expect((await f.desk.requestOf(id)).status).to.equal(STATUS.completed);
    }

    const signIn = (domain: TypedDataDomain) => sign(f.operator, attestationTypedData(domain, truth));

    it("accepts what the operator says", async function () {
      await expectAccepted(await attest(f.desk, f.operator, truth));
    });

    it("refuses another signer", async function () {
      for (const signer of [f.icbc, f.stranger]) {
        await expectRefused(await attest(f.desk, signer, truth));
      }
    });

    it("refuses another chain, another desk and another version", async function () {
      await expectRefused(await signIn({ ...f.domain, chainId: 1n }));
      await expectRefused(await signIn({ ...f.domain, version: "2" }));
      await expectRefused(await signIn({ ...f.domain, name: "Issuance Desk" }));
      await expectRefused(await attest(f.otherDesk, f.operator, truth));
    });

    const changes: Partial<ReserveAttestation>[] = [
      { kind: kind === REQUEST_KIND.issue ? REQUEST_KIND.redemption : REQUEST_KIND.issue },
      { institution: 65_535 },
      { amount: AMOUNT + 1n },
      { amount: AMOUNT - 1n },
      { rtgsRef: ref("HVPS payment 9") },
      { validUntil: 2n ** 40n - 1n },
      { validUntil: 2n ** 40n + 1n },
    ];
    for (const change of changes) {
      const [field, value] = Object.entries(change)[0] ?? [];
      it(`refuses another ${field} (${String(value).slice(0, 16)})`, async function () {
        await expectRefused(await attest(f.desk, f.operator, { ...truth, ...change }));
      });
    }

    it("works once", async function () {
      const signature = await attest(f.desk, f.operator, truth);
      await expectAccepted(signature);
      await expect(complete(f, truth.validUntil, signature))
        .to.be.revertedWithCustomError(f.desk, "IssuanceRequestNotOpen")
        .withArgs(id, STATUS.completed);
    });

    it("counts to its last second and not one longer", async function () {
      const validUntil = (await now(chain)) + 100n;
      const signature = await attest(f.desk, f.operator, { ...truth, validUntil });
      await networkHelpers.time.setNextBlockTimestamp(validUntil + 1n);
      await expect(complete(f, validUntil, signature))
        .to.be.revertedWithCustomError(f.desk, "IssuanceAttestationExpired")
        .withArgs(id, validUntil, validUntil + 1n);
    });

    for (const early of [0n, 1n]) {
      it(`counts ${early} s before its end`, async function () {
        const validUntil = (await now(chain)) + 100n;
        const signature = await attest(f.desk, f.operator, { ...truth, validUntil });
        await networkHelpers.time.setNextBlockTimestamp(validUntil - early);
        await complete(f, validUntil, signature);
        expect((await f.desk.requestOf(id)).status).to.equal(STATUS.completed);
      });
    }

    it("refuses malformed signatures", async function () {
      const signature = await attest(f.desk, f.operator, truth);
      for (const wrong of [
        "0x",
        ofLength(signature, 64),
        ofLength(signature, 66),
        withV(signature, 0),
        withV(signature, 29),
        highS(signature),
        compact(signature),
        ofLength("0x", 65),
      ]) {
        await expectRefused(wrong);
      }
    });

    it("stops counting when the operator is replaced", async function () {
      const signature = await attest(f.desk, f.operator, truth);
      await f.desk.connect(f.office.governor).setSettlementOperator(f.stranger);
      await expectRefused(signature, f.stranger.address);
      await expectAccepted(await attest(f.desk, f.stranger, truth));
    });

    context("given an operator that is a contract wallet (ERC-1271)", function () {
      beforeEach(async function () {
        await f.desk.connect(f.office.governor).setSettlementOperator(f.wallet);
      });

      it("accepts what its owner signed", async function () {
        await f.wallet.setAnswer(OWNER_ONLY);
        await expectAccepted(await attest(f.desk, f.operator, truth));
      });

      it("refuses what another key signed", async function () {
        const stray = new Wallet(hashOf("stray key"));
        await expectRefused(await attest(f.desk, stray, truth), await f.wallet.getAddress());
      });

      for (const [answer, number] of Object.entries(MISBEHAVIOURS)) {
        it(`refuses ${answer}`, async function () {
          await f.wallet.setAnswer(number);
          await expectRefused(await attest(f.desk, f.operator, truth), await f.wallet.getAddress());
        });
      }

      it("is not stopped by a megabyte of answer", async function () {
        await f.wallet.setAnswer(MEGABYTE);
        await expectAccepted(await attest(f.desk, f.operator, truth));
      });
    });
  });
}
