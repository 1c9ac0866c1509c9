import { expect } from "chai";
import { ZeroHash } from "ethers";
import { DISCLOSURE_STATUS, type DisclosureRequest } from "../../sdk/eip712/disclosure.js";
import { WARRANT_ROLE } from "../../sdk/payments/disclosure.js";
import { commitmentOf, identityCommitment, leavesOf, openFile } from "../../sdk/payments/identity.js";
import { openChain, ref } from "../support/chain.js";
import { LONGEST_TERM, RequestUnderTest, deployDisclosure, type Disclosing } from "../support/disclosure.js";

const chain = await openChain("mainland");
const { networkHelpers } = chain;

async function deploy() {
  return deployDisclosure(chain);
}

const OPEN_ENDS = ["refuse", "withdraw"] as const;

describe("Disclosure", function () {
  let f: Disclosing;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  const refuses = (sent: Promise<unknown>, error: string, ...args: unknown[]) =>
    expect(sent)
      .to.be.revertedWithCustomError(f.disclosure, error)
      .withArgs(...args);

  describe("request", function () {
    it("puts the whole request in the log, under an id that its terms give", async function () {
      const request = await RequestUnderTest.drafted(f);
      expect(await f.disclosure.requestId(request.terms)).to.equal(request.id);
      await expect(request.request())
        .to.emit(f.disclosure, "DisclosureRequested")
        .withArgs(request.id, f.court.address, f.eve.address, Object.values(request.terms));
      const now = BigInt(await networkHelpers.time.latest());
      const state = [...(await f.disclosure.stateOf(request.id))];
      expect(state).to.deep.equal([DISCLOSURE_STATUS.requested, now, 0n, 0n]);
    });

    it("is for authorities with a warrant alone: the central bank and the institution may not ask", async function () {
      const { admin, governor, enforcer } = f.mainland.officers;
      for (const other of [admin, governor, enforcer, f.icbc, f.stranger]) {
        const request = await RequestUnderTest.drafted(f, { authority: other.address });
        await refuses(request.request(other), "AccessManagedUnauthorized", other.address);
      }
    });

    it("is made in one's own name", async function () {
      const request = await RequestUnderTest.drafted(f, { authority: f.stranger.address });
      await refuses(request.request(), "DisclosureCallerInvalid", request.id, f.court.address, f.stranger.address);
    });

    const UNSOUND: Readonly<Record<string, Partial<DisclosureRequest>>> = {
      "has no legal basis": { legalBasis: ZeroHash },
      "has no key to seal for": { readerKey: ZeroHash },
      "asks for nothing": { scope: 0 },
      "asks for a field that does not exist": { scope: 16 },
    };
    for (const [what, changed] of Object.entries(UNSOUND)) {
      it(`refuses a request that ${what}`, async function () {
        const request = await RequestUnderTest.drafted(f, changed);
        await refuses(request.request(), "DisclosureTermsInvalid", request.id);
      });
    }

    it("takes an end from now to ninety days away, and not a second more", async function () {
      const now = BigInt(await networkHelpers.time.latest()) + 100n;
      const ends = [now - 1n, now, now + LONGEST_TERM, now + LONGEST_TERM + 1n];
      for (const [index, expiry] of ends.entries()) {
        const request = await RequestUnderTest.drafted(f, { expiry });
        const snapshot = await networkHelpers.takeSnapshot();
        await networkHelpers.time.setNextBlockTimestamp(now);
        if (index === 0 || index === 3) await refuses(request.request(), "DisclosureTermsInvalid", request.id);
        else await request.request();
        await snapshot.restore();
      }
    });

    it("is made once", async function () {
      const request = await RequestUnderTest.made(f);
      await refuses(request.request(), "DisclosureStatusInvalid", request.id, DISCLOSURE_STATUS.requested);
      await request.withdraw();
      await refuses(request.request(), "DisclosureStatusInvalid", request.id, DISCLOSURE_STATUS.withdrawn);
    });

    it("names the wallet's own institution and commitment", async function () {
      const { institution } = (await RequestUnderTest.drafted(f)).terms;
      const identity = identityCommitment(f.files.eve);
      const wrong: Partial<DisclosureRequest>[] = [
        { institution: Number(f.mainland.banks[1].number) },
        { identity: identityCommitment(f.files.finn) },
      ];
      for (const changed of wrong) {
        const request = await RequestUnderTest.drafted(f, changed);
        const args = [request.id, f.eve.address, institution, identity];
        await refuses(request.request(), "DisclosureSubjectInvalid", ...args);
      }
    });

    it("refuses a wallet that nobody has opened, or that nobody is behind", async function () {
      const nobodys = { wallet: f.stranger.address, institution: 0, identity: ZeroHash };
      const request = await RequestUnderTest.drafted(f, nobodys);
      await refuses(request.request(), "DisclosureSubjectInvalid", request.id, f.stranger.address, 0n, ZeroHash);
      const banks = await RequestUnderTest.drafted(f, { wallet: f.icbc.address, identity: ZeroHash });
      const { institution } = banks.terms;
      await refuses(banks.request(), "DisclosureSubjectInvalid", banks.id, f.icbc.address, institution, ZeroHash);
    });
  });

  describe("approve", function () {
    it("is logged with who approved", async function () {
      const request = await RequestUnderTest.made(f);
      await expect(request.approve())
        .to.emit(f.disclosure, "DisclosureApproved")
        .withArgs(request.id, request.terms.institution, f.icbc.address);
      const { status, approved, ended } = await f.disclosure.stateOf(request.id);
      const now = BigInt(await networkHelpers.time.latest());
      expect([status, approved, ended]).to.deep.equal([DISCLOSURE_STATUS.approved, now, 0n]);
    });

    it("is the wallet's own institution's alone", async function () {
      const request = await RequestUnderTest.made(f);
      const { institution } = request.terms;
      for (const other of [f.boc, f.court, f.eve, f.mainland.officers.admin]) {
        await refuses(request.approve(other), "DisclosureInstitutionInvalid", request.id, other.address, institution);
      }
    });

    it("is nobody's for a request that names no institution", async function () {
      const request = await RequestUnderTest.drafted(f, { institution: 0 });
      await refuses(request.approve(f.stranger), "DisclosureInstitutionInvalid", request.id, f.stranger.address, 0n);
    });

    it("follows a request, once", async function () {
      const request = await RequestUnderTest.drafted(f);
      await refuses(request.approve(), "DisclosureStatusInvalid", request.id, DISCLOSURE_STATUS.none);
      await request.request();
      await request.approve();
      await refuses(request.approve(), "DisclosureStatusInvalid", request.id, DISCLOSURE_STATUS.approved);
    });

    it("comes in the request's time: its last second, not the next", async function () {
      const request = await RequestUnderTest.made(f);
      const snapshot = await networkHelpers.takeSnapshot();
      await request.at(0n);
      await request.approve();
      await snapshot.restore();
      await request.at(1n);
      const { expiry } = request.terms;
      await refuses(request.approve(), "DisclosureTimeOver", request.id, expiry, expiry + 1n);
    });

    it("goes on while the institution is suspended: a duty to answer does not end", async function () {
      const request = await RequestUnderTest.made(f);
      const { registry, officers } = f.mainland;
      await registry.connect(officers.registrar).setStatus(request.terms.institution, 3n, ref("suspension"));
      await request.approve();
      await request.answer();
      expect(await request.status()).to.equal(DISCLOSURE_STATUS.granted);
    });
  });

  describe("answer", function () {
    it("opens the commitment into leaves and names the sealed answer, and nothing else", async function () {
      const request = await RequestUnderTest.approved(f);
      const sealed = request.sealedAnswer();
      await expect(request.answer(sealed))
        .to.emit(f.disclosure, "DisclosureGranted")
        .withArgs(request.id, request.terms.institution, f.icbc.address, sealed.leaves, sealed.sealedHash);
      const { status, ended } = await f.disclosure.stateOf(request.id);
      expect([status, ended]).to.deep.equal([DISCLOSURE_STATUS.granted, BigInt(await networkHelpers.time.latest())]);
    });

    it("refuses leaves that are not what the wallet was opened with", async function () {
      const request = await RequestUnderTest.approved(f);
      const right = leavesOf(f.files.eve);
      const sealedHash = ref("sealed");
      // another customer's, the same person's under other salts, one leaf changed, two in the other order
      const { eve } = f.files;
      const same = {
        name: eve.name.value,
        document: eve.document.value,
        phone: eve.phone.value,
        address: "Chang'an 1",
      };
      for (const leaves of [
        leavesOf(f.files.finn),
        leavesOf(openFile(same)),
        [right[0], right[1], right[2], ZeroHash] as const,
        [right[1], right[0], right[2], right[3]] as const,
      ]) {
        await refuses(
          request.answer({ leaves, sealedHash }),
          "DisclosureOpeningInvalid",
          request.id,
          request.terms.identity,
          commitmentOf(leaves),
        );
      }
      expect(await f.disclosure.commitmentOf([...right])).to.equal(request.terms.identity);
    });

    it("has content", async function () {
      const request = await RequestUnderTest.approved(f);
      const empty = { leaves: leavesOf(f.files.eve), sealedHash: ZeroHash };
      await refuses(request.answer(empty), "DisclosureContentMissing", request.id);
    });

    it("follows the approval and nothing earlier", async function () {
      const request = await RequestUnderTest.drafted(f);
      await refuses(request.answer(), "DisclosureStatusInvalid", request.id, DISCLOSURE_STATUS.none);
      await request.request();
      await refuses(request.answer(), "DisclosureStatusInvalid", request.id, DISCLOSURE_STATUS.requested);
    });

    it("is for the request that was approved: another scope, key or basis is another request", async function () {
      const request = await RequestUnderTest.approved(f);
      for (const changed of [{ scope: 15 }, { readerKey: ref("key") }, { legalBasis: ref("other") }]) {
        const other = await RequestUnderTest.drafted(f, { ...request.terms, ...changed });
        await refuses(other.answer(), "DisclosureStatusInvalid", other.id, DISCLOSURE_STATUS.none);
      }
    });

    it("is the institution's, which may use another of its accounts than approved", async function () {
      const request = await RequestUnderTest.approved(f);
      const { institution } = request.terms;
      for (const other of [f.boc, f.court, f.eve]) {
        const refused = request.answer(request.sealedAnswer(), other);
        await refuses(refused, "DisclosureInstitutionInvalid", request.id, other.address, institution);
      }
      await f.mainland.registry.connect(f.mainland.officers.registrar).addAccount(institution, f.carrier);
      await request.answer(request.sealedAnswer(), f.carrier);
      expect(await request.status()).to.equal(DISCLOSURE_STATUS.granted);
    });

    it("comes in the request's time: its last second, not the next", async function () {
      const request = await RequestUnderTest.approved(f);
      const snapshot = await networkHelpers.takeSnapshot();
      await request.at(0n);
      await request.answer();
      await snapshot.restore();
      await request.at(1n);
      const { expiry } = request.terms;
      await refuses(request.answer(), "DisclosureTimeOver", request.id, expiry, expiry + 1n);
    });

    it("is given for a wallet that was closed meanwhile: the commitment is in the request", async function () {
      const request = await RequestUnderTest.approved(f);
      await f.money.connect(f.eve).transfer(f.icbc, await f.money.balanceOf(f.eve));
      await f.money.connect(f.icbc).closeWallet(f.eve);
      expect(await f.money.identityOf(f.eve)).to.equal(ZeroHash);
      await request.answer();
      expect(await request.status()).to.equal(DISCLOSURE_STATUS.granted);
    });
  });

  context("given an authority that has lost its mandate", function () {
    async function dismissed(request: RequestUnderTest) {
      const { authority, officers } = f.mainland;
      await authority.connect(officers.admin).revokeRole(WARRANT_ROLE, f.court);
      return request;
    }

    it("approves and answers nothing more", async function () {
      const waiting = await RequestUnderTest.made(f);
      const approved = await RequestUnderTest.approved(f, { legalBasis: ref("second warrant") });
      await dismissed(waiting);
      for (const refused of [
        [waiting.approve(), waiting.id],
        [approved.answer(), approved.id],
      ] as const) {
        await refuses(refused[0], "DisclosureMandateEnded", refused[1], f.court.address);
      }
    });

    it("still takes back its requests", async function () {
      const request = await dismissed(await RequestUnderTest.made(f));
      await request.withdraw();
      expect(await request.status()).to.equal(DISCLOSURE_STATUS.withdrawn);
    });

    it("does not take a delayed mandate for none", async function () {
      const request = await RequestUnderTest.made(f);
      const { authority, officers } = f.mainland;
      await authority.connect(officers.admin).grantRole(WARRANT_ROLE, f.court, 3_600n);
      await request.approve();
      expect(await request.status()).to.equal(DISCLOSURE_STATUS.approved);
    });
  });

  describe("refuse", function () {
    for (const step of ["made", "approved"] as const) {
      it(`ends a request that was ${step}, with a reason`, async function () {
        const request = await RequestUnderTest[step](f);
        await expect(request.refuse())
          .to.emit(f.disclosure, "DisclosureRefused")
          .withArgs(request.id, request.terms.institution, f.icbc.address, ref("reasons"));
        expect(await request.status()).to.equal(DISCLOSURE_STATUS.refused);
      });
    }

    it("needs a reason, the institution, and the request's time", async function () {
      const request = await RequestUnderTest.made(f);
      const { institution, expiry } = request.terms;
      const silent = f.disclosure.connect(f.icbc).refuse(request.terms, ZeroHash);
      await refuses(silent, "DisclosureContentMissing", request.id);
      await refuses(request.refuse(f.boc), "DisclosureInstitutionInvalid", request.id, f.boc.address, institution);
      await request.at(1n);
      await refuses(request.refuse(), "DisclosureTimeOver", request.id, expiry, expiry + 1n);
    });
  });

  describe("withdraw", function () {
    it("ends a request, approved or not, by its authority", async function () {
      for (const step of ["made", "approved"] as const) {
        const request = await RequestUnderTest[step](f, { legalBasis: ref(step) });
        await refuses(request.withdraw(f.icbc), "DisclosureCallerInvalid", request.id, f.icbc.address, f.court.address);
        await expect(request.withdraw())
          .to.emit(f.disclosure, "DisclosureWithdrawn")
          .withArgs(request.id, f.court.address);
        expect(await request.status()).to.equal(DISCLOSURE_STATUS.withdrawn);
      }
    });
  });

  describe("expire", function () {
    it("is anybody's to record once the time is over, and not at its last second", async function () {
      const request = await RequestUnderTest.approved(f);
      const { expiry } = request.terms;
      await request.at(0n);
      await refuses(request.expire(), "DisclosureTimeNotOver", request.id, expiry, expiry);
      await request.at(1n);
      await expect(request.expire())
        .to.emit(f.disclosure, "DisclosureExpired")
        .withArgs(request.id, f.stranger.address);
      expect(await request.status()).to.equal(DISCLOSURE_STATUS.expired);
    });
  });

  context("given a request that has ended", function () {
    const ENDS = {
      granted: (request: RequestUnderTest) => request.answer(),
      refused: (request: RequestUnderTest) => request.refuse(),
      withdrawn: (request: RequestUnderTest) => request.withdraw(),
      expired: async (request: RequestUnderTest) => {
        await request.at(1n);
        return request.expire();
      },
    } as const;

    for (const [end, ends] of Object.entries(ENDS)) {
      it(`stays ${end}, whoever does what`, async function () {
        const request = await RequestUnderTest.approved(f);
        await ends(request);
        const status = DISCLOSURE_STATUS[end as keyof typeof ENDS];
        const before = await f.disclosure.stateOf(request.id);
        for (const act of OPEN_ENDS) {
          if (act === "refuse" && end === "expired") continue;
          await refuses(request[act](), "DisclosureStatusInvalid", request.id, status);
        }
        if (end !== "expired") {
          await refuses(request.approve(), "DisclosureStatusInvalid", request.id, status);
          await refuses(request.answer(), "DisclosureStatusInvalid", request.id, status);
          await request.at(1n);
        }
        await refuses(request.expire(), "DisclosureStatusInvalid", request.id, status);
        expect(await f.disclosure.stateOf(request.id)).to.deep.equal(before);
      });
    }
  });

  it("is about its currency, and holds nothing of it", async function () {
    expect(await f.disclosure.CURRENCY()).to.equal(await f.money.getAddress());
    expect(await f.disclosure.authority()).to.equal(await f.mainland.authority.getAddress());
    expect(await f.disclosure.LONGEST_TERM()).to.equal(LONGEST_TERM);
    expect(await f.money.balanceOf(f.disclosure)).to.equal(0n);
    expect(await f.money.allowance(f.eve, f.disclosure)).to.equal(0n);
  });
});
