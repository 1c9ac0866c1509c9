import { expect } from "chai";
import { LEASE_STATUS, type Lease } from "../../sdk/eip712/rental.js";
import { minor } from "../../sdk/money.js";
import { signLease, signTitle } from "../../sdk/projects/rental.js";
import { openChain, ref } from "../support/chain.js";
import { DAY, LeaseUnderTest, UNIT, deployRental, type Rentals } from "../support/rental.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;
const NOTHING = `0x${"00".repeat(32)}`;
const NOBODY = `0x${"00".repeat(20)}`;

async function deploy() {
  return deployRental(chain);
}

describe("Rental", function () {
  let f: Rentals;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  const attest = async (changed: Partial<Rentals["title"]>, signer = f.attestor) => {
    const title = { ...f.title, ...changed };
    return f.rental.attestTitle(title, f.attestor, await signTitle(signer, f.domains.rental, title));
  };
  const setAttestor = (admitted: boolean, basis = ref("mandate")) =>
    f.rental.connect(f.mainland.officers.governor).setAttestor(f.attestor, admitted, basis);

  describe("setAttestor", function () {
    it("admits and removes, on a legal basis; repeating changes nothing", async function () {
      await expect(setAttestor(true)).not.to.emit(f.rental, "AttestorSet");
      await expect(setAttestor(false))
        .to.emit(f.rental, "AttestorSet")
        .withArgs(f.attestor.address, false, ref("mandate"));
      expect(await f.rental.isAttestor(f.attestor)).to.equal(false);
      await expect(setAttestor(true, NOTHING))
        .to.be.revertedWithCustomError(f.rental, "RentalLegalBasisMissing")
        .withArgs(f.attestor.address);
      await expect(attest({ revision: 2n }))
        .to.be.revertedWithCustomError(f.rental, "RentalAttestorUnknown")
        .withArgs(f.attestor.address);
    });
  });

  describe("attestTitle", function () {
    it("takes the place of the title before, and the unit is not listed", async function () {
      expect(await f.rental.isListed(UNIT)).to.equal(true);
      const { notAfter, document } = f.title;
      await expect(attest({ revision: 2n, owner: f.bob.address }))
        .to.emit(f.rental, "TitleAttested")
        .withArgs(UNIT, f.bob.address, f.attestor.address, 2n, notAfter, document);
      expect(await f.rental.titleOf(UNIT)).to.deep.equal([f.bob.address, notAfter, 2n, false, false]);
      for (const revision of [1n, 2n]) {
        await expect(attest({ revision }))
          .to.be.revertedWithCustomError(f.rental, "RentalTitleStale")
          .withArgs(UNIT, revision, 2n);
      }
    });

    it("says unit, owner and document, is not over, and is the attestor's", async function () {
      const late = BigInt(await networkHelpers.time.latest());
      for (const changed of [{ owner: NOBODY }, { document: NOTHING }, { notAfter: late }]) {
        await expect(attest({ revision: 2n, ...changed }))
          .to.be.revertedWithCustomError(f.rental, "RentalTitleInvalid")
          .withArgs(UNIT);
      }
      await expect(attest({ unit: NOTHING }))
        .to.be.revertedWithCustomError(f.rental, "RentalTitleInvalid")
        .withArgs(NOTHING);
      await expect(attest({ revision: 2n }, f.landlord)).to.be.revertedWithCustomError(
        f.rental,
        "RentalSignatureInvalid",
      );
    });
  });

  describe("revokeTitle", function () {
    it("voids the title, once, by an attestor", async function () {
      await expect(f.rental.connect(f.landlord).revokeTitle(UNIT, ref("fraud")))
        .to.be.revertedWithCustomError(f.rental, "RentalAttestorUnknown")
        .withArgs(f.landlord.address);
      await expect(f.rental.connect(f.attestor).revokeTitle(UNIT, ref("fraud")))
        .to.emit(f.rental, "TitleRevoked")
        .withArgs(UNIT, f.attestor.address, 1n, ref("fraud"));
      expect(await f.rental.isListed(UNIT)).to.equal(false);
      for (const unit of [UNIT, ref("unknown")]) {
        await expect(f.rental.connect(f.attestor).revokeTitle(unit, ref("fraud"))).to.be.revertedWithCustomError(
          f.rental,
          "RentalTitleMissing",
        );
      }
    });
  });

  describe("listUnit", function () {
    const list = (by = f.landlord) =>
      f.rental.connect(by).listUnit(UNIT, minor("3000.00"), minor("6000.00"), ref("details"));

    it("needs a valid title of the caller, up to its last moment", async function () {
      await expect(list())
        .to.emit(f.rental, "UnitListed")
        .withArgs(UNIT, f.landlord.address, minor("3000.00"), minor("6000.00"), ref("details"));
      await expect(list(f.bob))
        .to.be.revertedWithCustomError(f.rental, "RentalTitleMissing")
        .withArgs(UNIT, f.bob.address);
      await networkHelpers.time.setNextBlockTimestamp(f.title.notAfter);
      await list();
      expect(await f.rental.isListed(UNIT)).to.equal(true);
      await networkHelpers.time.setNextBlockTimestamp(f.title.notAfter + 1n);
      await expect(list()).to.be.revertedWithCustomError(f.rental, "RentalTitleMissing");
      await networkHelpers.mine();
      expect(await f.rental.isListed(UNIT)).to.equal(false);
    });

    it("is refused once the title is revoked", async function () {
      await f.rental.connect(f.attestor).revokeTitle(UNIT, ref("fraud"));
      await expect(list())
        .to.be.revertedWithCustomError(f.rental, "RentalTitleMissing")
        .withArgs(UNIT, f.landlord.address);
    });
  });

  describe("unlistUnit", function () {
    it("is the owner's, while the unit is listed", async function () {
      await expect(f.rental.connect(f.bob).unlistUnit(UNIT))
        .to.be.revertedWithCustomError(f.rental, "RentalCallerInvalid")
        .withArgs(UNIT, f.bob.address);
      await expect(f.rental.connect(f.landlord).unlistUnit(UNIT))
        .to.emit(f.rental, "UnitUnlisted")
        .withArgs(UNIT, f.landlord.address);
      await expect(f.rental.connect(f.landlord).unlistUnit(UNIT))
        .to.be.revertedWithCustomError(f.rental, "RentalUnitNotListed")
        .withArgs(UNIT);
    });
  });

  describe("signLease", function () {
    it("holds the deposit in place on the tenant's account", async function () {
      const lease = await LeaseUnderTest.drafted(f);
      expect(await f.rental.leaseId(lease.terms)).to.equal(lease.id);
      expect(await f.rental.depositOf(lease.terms)).to.deep.equal(Object.values(lease.hold));
      const before = await f.money.balanceOf(f.tenant);
      await expect(lease.sign())
        .to.emit(f.rental, "LeaseSigned")
        .withArgs(lease.id, f.landlord.address, f.tenant.address, Object.values(lease.terms));
      expect(await f.money.balanceOf(f.tenant)).to.equal(before);
      expect(await lease.locked()).to.equal(minor("6000.00"));
      expect(await f.rental.occupiedUntil(UNIT)).to.equal(lease.end);
      expect(await f.rental.isListed(UNIT)).to.equal(false);
    });

    it("takes the hold by allowance, or as it stands already", async function () {
      const lease = await LeaseUnderTest.drafted(f);
      await f.money.connect(f.tenant).approve(f.rental, lease.terms.deposit);
      const agreed = await signLease(f.landlord, f.domains.rental, lease.terms);
      await f.rental.connect(f.tenant).signLease(lease.terms, agreed, "0x", "0x");
      expect(await lease.locked()).to.equal(lease.terms.deposit);
      await lease.rescind();
      await f.rental.connect(f.landlord).listUnit(UNIT, 1n, 1n, ref("details"));
      const next = await LeaseUnderTest.drafted(f, { start: lease.terms.start + DAY, salt: ref("next") });
      await f.money.connect(f.tenant).placeHold(next.hold);
      await next.sign();
      expect(await next.locked()).to.equal(lease.terms.deposit);
    });

    it("needs both signatures", async function () {
      const lease = await LeaseUnderTest.drafted(f);
      for (const [caller, missing] of [
        [f.landlord, f.tenant],
        [f.tenant, f.landlord],
      ] as const) {
        await expect(f.rental.connect(caller).signLease(lease.terms, "0x", "0x", "0x"))
          .to.be.revertedWithCustomError(f.rental, "RentalSignatureInvalid")
          .withArgs(lease.id, missing.address);
      }
    });

    it("lets a unit to one tenant at a time", async function () {
      const first = await LeaseUnderTest.drafted(f);
      await first.sign();
      const again = async (changed: Partial<Lease>) => {
        await f.rental.connect(f.landlord).listUnit(UNIT, 1n, 1n, ref("details"));
        return LeaseUnderTest.drafted(f, { deposit: 1n, salt: ref("second"), ...changed });
      };
      const early = await again({ start: first.end - 1n });
      await expect(early.sign())
        .to.be.revertedWithCustomError(f.rental, "RentalUnitOccupied")
        .withArgs(UNIT, first.end, first.end - 1n);
      const second = await again({ start: first.end });
      await second.sign();
      expect(await f.rental.occupiedUntil(UNIT)).to.equal(second.end);
      await first.rescind();
      expect(await f.rental.occupiedUntil(UNIT)).to.equal(second.end);
      await second.rescind();
      expect(await f.rental.occupiedUntil(UNIT)).to.equal(second.terms.start);
    });

    it("needs a listed unit and a title that is valid", async function () {
      const lease = await LeaseUnderTest.drafted(f);
      await f.rental.connect(f.landlord).unlistUnit(UNIT);
      await expect(lease.sign()).to.be.revertedWithCustomError(f.rental, "RentalUnitNotListed").withArgs(UNIT);
      await f.rental.connect(f.attestor).revokeTitle(UNIT, ref("fraud"));
      await expect(lease.sign())
        .to.be.revertedWithCustomError(f.rental, "RentalTitleMissing")
        .withArgs(UNIT, f.landlord.address);
    });

    it("may be put on record up to its last moment, and up to its start", async function () {
      const now = BigInt(await networkHelpers.time.latest());
      for (const changed of [
        { start: now + 500n, notAfter: now + 50n },
        { start: now + 50n, notAfter: now + 500n },
      ]) {
        const lease = await LeaseUnderTest.drafted(f, changed);
        await networkHelpers.time.setNextBlockTimestamp(now + 51n);
        await expect(lease.sign())
          .to.be.revertedWithCustomError(f.rental, "RentalLeaseExpired")
          .withArgs(lease.id, now + 50n, now + 51n);
      }
      const last = await LeaseUnderTest.drafted(f, { start: now + 60n, notAfter: now + 60n });
      await networkHelpers.time.setNextBlockTimestamp(now + 60n);
      await last.sign();
      expect((await last.state()).status).to.equal(LEASE_STATUS.signed);
    });

    it("refuses terms that are not sound", async function () {
      for (const changed of [
        { tenant: f.landlord.address },
        { arbiter: NOBODY },
        { arbiter: f.landlord.address },
        { arbiter: f.tenant.address },
        { rent: 0n },
        { deposit: 0n },
        { period: DAY - 1n },
        { periods: 0n },
        { arrearsLimit: 0n },
        { inspection: DAY - 1n },
        { arbitration: DAY - 1n },
        { contractHash: NOTHING },
        { start: 2n ** 48n - 1n },
      ]) {
        const lease = await LeaseUnderTest.drafted(f, changed);
        await expect(lease.sign()).to.be.revertedWithCustomError(f.rental, "RentalLeaseInvalid").withArgs(lease.id);
      }
    });
  });

  describe("rescind", function () {
    it("is the landlord's before the handover, and the tenant's when there is none", async function () {
      const lease = await LeaseUnderTest.drafted(f);
      await lease.sign();
      const from = lease.terms.start + (await f.rental.HANDOVER_GRACE());
      await expect(lease.rescind(f.carrier))
        .to.be.revertedWithCustomError(f.rental, "RentalCallerInvalid")
        .withArgs(lease.id, f.carrier.address);
      await networkHelpers.time.setNextBlockTimestamp(from - 1n);
      await expect(lease.rescind(f.tenant))
        .to.be.revertedWithCustomError(f.rental, "RentalTooEarly")
        .withArgs(lease.id, from, from - 1n);
      await networkHelpers.time.setNextBlockTimestamp(from);
      await expect(lease.rescind(f.tenant)).to.emit(f.rental, "LeaseRescinded").withArgs(lease.id, f.tenant.address);
      expect(await f.money.heldOf(f.tenant)).to.equal(0n);
      expect(await f.rental.occupiedUntil(UNIT)).to.equal(from);
    });
  });
});
