import { expect } from "chai";
import { AbiCoder, ZeroHash, hexlify, keccak256, toUtf8Bytes } from "ethers";
import { grantedAnswer, readAnswer, sealAnswer } from "../../sdk/payments/disclosure.js";
import {
  IDENTITY_FIELDS,
  commitmentOf,
  identityCommitment,
  leafOf,
  openFile,
  type Identity,
  type IdentityFile,
  type Leaves,
} from "../../sdk/payments/identity.js";
import { NOTHING, personsOf, readPayment, seePayment, type ChainPayment } from "../../sdk/payments/visibility.js";
import { readerKeys } from "../../sdk/sealing.js";
import { rejection } from "../sdk/rejection.js";
import { openChain, ref } from "../support/chain.js";
import { RequestUnderTest, deployDisclosure, type Disclosing } from "../support/disclosure.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;
const INVOICE = "invoice 17: one bicycle";
const AMOUNT = 45_000n;
/** `erc7201:dualplatform.currency.DigitalCurrency`, behind the 256 words of the classes. */
const IDENTITIES = 0xe0faf4a3d647678c917bd02276361f8c60c70c699fa492b847e1084adfb2ed00n + 256n;

interface Watched extends Disclosing {
  readonly payment: ChainPayment;
}

/** Eve, of icbc, pays Finn, of boc, for an invoice. */
async function deploy(): Promise<Watched> {
  const f = await deployDisclosure(chain);
  const sent = await f.money.connect(f.eve).transferWithReference(f.finn, AMOUNT, ref(INVOICE));
  return { ...f, payment: await readPayment(ethers.provider, await f.money.getAddress(), sent.hash) };
}

/** Every byte that any transaction carried or logged, from the first block on, and both wallets' words in storage. */
async function everythingOnChain({ money, eve, finn }: Watched): Promise<string> {
  const parts: string[] = [];
  const last = await ethers.provider.getBlockNumber();
  for (let number = 0; number <= last; ++number) {
    const block = await ethers.provider.getBlock(number, true);
    for (const { data, hash } of block?.prefetchedTransactions ?? []) {
      const receipt = await ethers.provider.getTransactionReceipt(hash);
      parts.push(data, ...(receipt?.logs ?? []).flatMap((log) => [...log.topics, log.data]));
    }
  }
  for (const { address } of [eve, finn]) {
    const slot = keccak256(AbiCoder.defaultAbiCoder().encode(["address", "uint256"], [address, IDENTITIES]));
    parts.push(await ethers.provider.getStorage(money, slot), ethers.toBeHex(await money.accountWord(address), 32));
  }
  return parts.join("");
}

/** A value in the clear and hashed without a salt, as it would betray itself. */
function tracesOf(field: (typeof IDENTITY_FIELDS)[number], value: string): string[] {
  const text = toUtf8Bytes(value);
  return [hexlify(text), keccak256(text), leafOf(field, { value, salt: ZeroHash })].map((trace) => trace.slice(2));
}

describe("who sees what of a payment", function () {
  let f: Watched;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  const seenWith = (knowledge: Partial<typeof NOTHING>) => seePayment(f.payment, { ...NOTHING, ...knowledge });
  const valuesOf = (file: IdentityFile) => IDENTITY_FIELDS.map((field) => file[field].value);
  const clear = (file: IdentityFile) => valuesOf(file).join(", ");

  context("given the public, which has the chain and nothing else", function () {
    it("sees wallets, amount, time, reference, class and institution", function () {
      const { payer, payee, ...rest } = seenWith(NOTHING);
      const { icbc, boc } = { icbc: f.mainland.banks[0].number, boc: f.mainland.banks[1].number };
      expect([payer.account, payer.walletClass, payer.institution]).to.deep.equal([f.eve.address, 2n, icbc]);
      expect([payee.account, payee.walletClass, payee.institution]).to.deep.equal([f.finn.address, 2n, boc]);
      expect([rest.amount, rest.reference, rest.document]).to.deep.equal([AMOUNT, ref(INVOICE), undefined]);
      expect(rest.time).to.be.greaterThan(0);
    });

    it("sees no identity, in no transaction, log or storage word since the first block", async function () {
      expect(personsOf(seenWith(NOTHING))).to.deep.equal(["—", "—"]);
      const request = await RequestUnderTest.approved(f);
      await request.answer();
      const all = await everythingOnChain(f);
      expect(all, "the search works").to.contain(f.payment.payer.commitment.slice(2));
      expect(all, "the search works").to.contain(ref(INVOICE).slice(2));
      for (const file of Object.values(f.files)) {
        for (const field of IDENTITY_FIELDS) {
          for (const trace of tracesOf(field, file[field].value)) expect(all).not.to.contain(trace);
          expect(all).not.to.contain(file[field].salt.slice(2));
        }
      }
      expect(all).not.to.contain(hexlify(toUtf8Bytes(INVOICE)).slice(2));
    });

    it("cannot link a commitment to a person whom it suspects, nor leaves after an answer", async function () {
      const request = await RequestUnderTest.approved(f);
      const { leaves } = request.sealedAnswer();
      await request.answer();
      const { eve } = f.files;
      const suspect: Identity = {
        ...{ name: eve.name.value, document: eve.document.value },
        ...{ phone: eve.phone.value, address: eve.address.value },
      };
      // salts that the chain would offer for guessing, and fresh ones
      const guesses = [ZeroHash, ethers.zeroPadValue(f.eve.address, 32), f.payment.payer.commitment, request.id];
      const files = guesses.map((salt) => ({
        name: { value: suspect.name, salt },
        document: { value: suspect.document, salt },
        phone: { value: suspect.phone, salt },
        address: { value: suspect.address, salt },
      }));
      expect(personsOf(seenWith({ files: [...files, openFile(suspect)] }))).to.deep.equal(["—", "—"]);
      for (const file of files) {
        for (const [place, field] of IDENTITY_FIELDS.entries()) {
          expect(leafOf(field, file[field])).not.to.equal(leaves[place]);
        }
      }
      expect(personsOf(seenWith({ files: [eve] })), "with the salts it can").to.deep.equal([clear(eve), "—"]);
    });
  });

  context("given the counterparty, who has its own file and the invoice", function () {
    it("sees what was paid for, and of the payer a pseudonym", function () {
      const seen = seenWith({ files: [f.files.finn], documents: [INVOICE, "invoice 18"] });
      expect(personsOf(seen)).to.deep.equal(["—", clear(f.files.finn)]);
      expect(seen.document).to.equal(INVOICE);
    });
  });

  context("given an operator, who has its customers' files", function () {
    it("sees its own customer and of the other side a pseudonym", function () {
      expect(personsOf(seenWith({ files: [f.files.eve] }))).to.deep.equal([clear(f.files.eve), "—"]);
      expect(personsOf(seenWith({ files: [f.files.finn] }))).to.deep.equal(["—", clear(f.files.finn)]);
      expect(seenWith({ files: [f.files.eve] }).document).to.equal(undefined);
    });
  });

  context("given the central bank, which has no files", function () {
    it("sees every payment of its currency and no person, and cannot ask by the procedure", async function () {
      expect(personsOf(seenWith(NOTHING))).to.deep.equal(["—", "—"]);
      for (const office of Object.values(f.mainland.officers)) {
        const request = await RequestUnderTest.drafted(f, { authority: office.address });
        await expect(request.request(office)).to.be.revertedWithCustomError(f.disclosure, "AccessManagedUnauthorized");
      }
    });
  });

  context("given an authority with a warrant, which has its key", function () {
    /** What it can make of the chain and of what it was sent, if anything. */
    async function learned(request: RequestUnderTest, sealed: string | undefined) {
      const answer = await grantedAnswer(f.disclosure, request.id);
      if (answer === undefined || sealed === undefined) return seenWith(NOTHING);
      const identity = readAnswer(request.terms, answer, sealed, f.courtKeys);
      return seenWith({ disclosed: [{ commitment: request.terms.identity, identity }] });
    }

    it("sees nobody before the last step, and then what it asked for and nobody else", async function () {
      const request = await RequestUnderTest.drafted(f, { payment: f.payment.transaction });
      const sealed = request.sealedAnswer();
      const [leaf] = sealed.leaves;
      for (const step of [undefined, () => request.request(), () => request.approve()]) {
        await step?.();
        expect(personsOf(await learned(request, undefined))).to.deep.equal(["—", "—"]);
        expect(await everythingOnChain(f)).not.to.contain(leaf.slice(2));
      }
      await request.answer(sealed);
      const seen = await learned(request, sealed.sealed);
      expect(seen.payer.identity).to.deep.equal({ name: "Eve Zhang", document: "110101199003070042" });
      expect(seen.payee.identity).to.deep.equal({});
    });

    it("learns nothing from a request that ended otherwise", async function () {
      for (const end of ["refuse", "withdraw"] as const) {
        const request = await RequestUnderTest.approved(f, { legalBasis: ref(end) });
        await request[end]();
        expect(await grantedAnswer(f.disclosure, request.id)).to.equal(undefined);
      }
    });

    it("reads an answer with its own key alone", async function () {
      const request = await RequestUnderTest.approved(f);
      const sealed = request.sealedAnswer();
      const answer = { id: request.id, leaves: sealed.leaves, sealedHash: sealed.sealedHash };
      expect(() => readAnswer(request.terms, answer, sealed.sealed, readerKeys())).to.throw("not sealed for this key");
      const thief = { ...readerKeys(), publicKey: f.courtKeys.publicKey };
      expect(() => readAnswer(request.terms, answer, sealed.sealed, thief)).to.throw("does not open");
    });

    it("takes no other bytes for the answer, and no answer that opens something else", async function () {
      const request = await RequestUnderTest.approved(f);
      const [right, wrong] = [request.sealedAnswer(), request.sealedAnswer(f.files.finn)];
      const said = (sealedHash: string, leaves: Leaves = right.leaves) => ({ id: request.id, leaves, sealedHash });
      const read = (answer: ReturnType<typeof said>, sealed: string) =>
        readAnswer(request.terms, answer, sealed, f.courtKeys);
      expect(() => read(said(right.sealedHash), wrong.sealed)).to.throw("not the one on the chain");
      expect(() => read(said(wrong.sealedHash), wrong.sealed)).to.throw("does not open what the wallet");
      expect(() => read(said(wrong.sealedHash, wrong.leaves), wrong.sealed)).to.throw("does not open what the wallet");
      expect(commitmentOf(wrong.leaves)).to.equal(identityCommitment(f.files.finn));
      expect(read(said(right.sealedHash), right.sealed)).to.include({ name: "Eve Zhang" });
    });

    it("notices an answer with a field missing", async function () {
      const request = await RequestUnderTest.approved(f);
      const narrow = await RequestUnderTest.drafted(f, { ...request.terms, scope: 1 });
      // sealed under the wide request's id, with the narrow request's fields
      const { leaves, sealedHash, sealed } = sealAnswer(request.id, narrow.terms, f.files.eve);
      expect(() => readAnswer(request.terms, { id: request.id, leaves, sealedHash }, sealed, f.courtKeys)).to.throw(
        "does not open what the wallet",
      );
    });
  });

  describe("readPayment", function () {
    it("says in a sentence what is no payment", async function () {
      const currency = await f.money.getAddress();
      const unknown = ref("no transaction");
      expect((await rejection(readPayment(ethers.provider, currency, unknown))).message).to.contain(
        "is not on this chain",
      );
      const approval = await f.money.connect(f.eve).approve(f.finn, 1n);
      expect((await rejection(readPayment(ethers.provider, currency, approval.hash))).message).to.contain(
        "has 0 payments",
      );
    });
  });
});
