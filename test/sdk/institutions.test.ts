import { expect } from "chai";
import { UserError, validate } from "../../sdk/errors.js";
import { leiWithCheckDigits } from "../../sdk/identifiers.js";
import { institutionByBic, institutionsSchema, loadInstitutions, registryEntry } from "../../sdk/institutions.js";
import type { Institution } from "../../sdk/institutions.js";
import { minor } from "../../sdk/money.js";
import { rejection } from "./rejection.js";

const centralBank: Institution = {
  number: 1,
  name: "Central Bank",
  lei: leiWithCheckDigits("TEST00000000000001"),
  bic: "TCENCNT0",
  country: "CN",
  tier: "central-bank",
  jurisdiction: "CN",
  issuanceQuota: "0.00",
  identifiers: "test",
};
const bank: Institution = {
  ...centralBank,
  number: 2,
  name: "Bank",
  lei: leiWithCheckDigits("TEST00000000000002"),
  bic: "TBANCNT0",
  tier: "operating",
  issuanceQuota: "1000.00",
};

function check(...institutions: unknown[]) {
  return validate(institutionsSchema, { note: "", institutions }, "file").institutions;
}

describe("sdk/institutions", function () {
  describe("loadInstitutions", function () {
    it("reads the suite's file: five central banks, ten operators of e-CNY, the banks of four other jurisdictions", async function () {
      const institutions = await loadInstitutions();
      const count = (jurisdiction: string, tier: string) =>
        institutions.filter((entry) => entry.jurisdiction === jurisdiction && entry.tier === tier).length;
      expect([count("CN", "central-bank"), count("CN", "operating"), count("CN", "participating")]).to.deep.equal([
        1, 10, 0,
      ]);
      expect([count("HK", "central-bank"), count("HK", "operating") + count("HK", "participating")]).to.deep.equal([
        1, 7,
      ]);
      for (const [jurisdiction, banks] of [
        ["TH", 5],
        ["AE", 5],
        ["SA", 2],
      ] as const) {
        expect([count(jurisdiction, "central-bank"), count(jurisdiction, "operating")]).to.deep.equal([1, banks]);
      }
      expect(institutions.every(({ identifiers }) => identifiers === "test")).to.equal(true);
    });

    it("refuses a missing file in one sentence that names it", async function () {
      const error = await rejection(loadInstitutions("no/such/file.json"));
      expect(error).to.be.instanceOf(UserError);
      expect(error.message).to.match(/^no\/such\/file\.json cannot be read/);
    });
  });

  describe("institutionsSchema", function () {
    it("accepts a central bank, an operating and a participating bank", function () {
      const third = { number: 3, lei: leiWithCheckDigits("TEST00000000000003"), bic: "TPARCNT0" };
      const participating = { ...bank, ...third, tier: "participating", sponsor: 2 };
      expect(check(centralBank, bank, participating)).to.have.length(3);
    });

    it("accepts public identifiers where they are not marked as tests", function () {
      const published = { ...bank, lei: "HWUPKR0MPOU8FGXBT394", bic: "BANKCNBJ", identifiers: "public" };
      expect(check(centralBank, published)).to.have.length(2);
    });

    for (const [what, change, reason] of [
      ["number 0", { number: 0 }, /institutions\.1\.number/],
      ["a number past 16 bits", { number: 65_536 }, /institutions\.1\.number/],
      ["a number used twice", { number: 1 }, /number 1 of CN is used twice/],
      ["an LEI used twice", { lei: centralBank.lei }, /LEI .* is used twice/],
      ["a BIC used twice", { bic: centralBank.bic }, /BIC .* is used twice/],
      ["a wrong LEI", { lei: "TEST0000000000000299" }, /lei: .*MOD 97-10/],
      ["a wrong BIC", { bic: "TBANZZT0" }, /bic: .*ISO 3166/],
      ["an unknown country", { country: "ZZ" }, /country: .*ISO 3166/],
      ["a quota that is no amount", { issuanceQuota: "1e9" }, /issuanceQuota: .*not an amount/],
      ["a quota past 64 bits", { issuanceQuota: "184467440737095516.16" }, /issuanceQuota: /],
      ["a test LEI that looks public", { lei: "HWUPKR0MPOU8FGXBT394" }, /lei: .*TEST/],
      ["a test BIC that looks public", { bic: "BANKCNBJ" }, /bic: .*place 8/],
      ["test identifiers called public", { identifiers: "public" }, /lei: .*TEST.*bic: .*place 8/],
      ["an unknown tier", { tier: "shadow" }, /tier/],
      ["an unknown field", { swift: "x" }, /swift/],
      ["a second central bank", { tier: "central-bank" }, /exactly one central bank/],
      ["a participating bank without sponsor", { tier: "participating" }, /sponsor: /],
      ["an operating bank with sponsor", { sponsor: 1 }, /sponsor: /],
      ["a sponsor that does not operate", { tier: "participating", sponsor: 1 }, /sponsor 1 is not an operating/],
      ["a bank without its central bank", { jurisdiction: "HK" }, /HK needs exactly one central bank/],
    ] as const) {
      it(`refuses ${what}`, function () {
        expect(() => check(centralBank, { ...bank, ...change })).to.throw(UserError, reason);
      });
    }
  });

  describe("institutionByBic", function () {
    it("finds it, or names those that exist", function () {
      expect(institutionByBic([centralBank, bank], "TBANCNT0")).to.equal(bank);
      expect(() => institutionByBic([bank], "TXXXCNT0")).to.throw(UserError, /choose one of TBANCNT0/);
    });
  });

  describe("registryEntry", function () {
    it("encodes text as ASCII, a BIC of 8 with three zero bytes behind it, and the quota in minor units", function () {
      const short = { ...bank, lei: "HWUPKR0MPOU8FGXBT394", bic: "BANKCNBJ", name: "abc" };
      expect(registryEntry(short)).to.deep.equal({
        number: 2,
        lei: "0x48575550" + "4b52304d" + "504f5538" + "46475842" + "54333934",
        bic: "0x42414e4b" + "434e" + "424a" + "000000",
        country: "0x434e",
        tier: 2,
        quota: minor("1000.00"),
        // the published Keccak-256 digest of "abc"
        nameHash: "0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45",
      });
    });

    it("keeps all 11 characters of a branch's BIC", function () {
      expect(registryEntry({ ...bank, bic: "BANKCNBJ123" }).bic).to.equal("0x42414e4b434e424a313233");
    });
  });
});
