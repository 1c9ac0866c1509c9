import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { UserError } from "../../sdk/errors.js";
import { Checks } from "../../sdk/report.js";

describe("sdk/report", function () {
  let checks: Checks;
  beforeEach(function () {
    checks = new Checks("retail-payment", "mainland");
  });

  describe("equal", function () {
    it("notes what holds and what does not, and goes on", function () {
      expect(checks.equal("supply", 5n, 5n)).to.equal(true);
      expect(checks.equal("balance", 5n, 6n)).to.equal(false);
      expect(checks.holds("final", true)).to.equal(true);
      expect(checks.report().checks).to.deep.equal([
        { name: "supply", expected: "5", actual: "5", ok: true },
        { name: "balance", expected: "5", actual: "6", ok: false },
        { name: "final", expected: true, actual: true, ok: true },
      ]);
    });

    it("compares deeply and strictly", function () {
      expect(checks.equal("same", { a: [1n, 2n] }, { a: [1n, 2n] })).to.equal(true);
      expect(checks.equal("order", [1n, 2n], [2n, 1n])).to.equal(false);
      expect(checks.equal<unknown>("type", 5n, 5)).to.equal(false);
      expect(checks.equal<unknown>("missing", null, undefined)).to.equal(false);
    });

    it("refuses a name used twice", function () {
      checks.equal("supply", 5n, 6n);
      expect(() => checks.equal("supply", 5n, 5n)).to.throw(RangeError, /"supply" is noted twice/);
    });

    it("writes objects with sorted keys", function () {
      checks.equal("net", { b: 1n, a: 2n }, { a: 2n, b: 1n });
      expect(JSON.stringify(checks.report().checks[0]?.expected)).to.equal(`{"a":"2","b":"1"}`);
    });
  });

  describe("report", function () {
    it("is not ok without a check", function () {
      expect(checks.report().ok).to.equal(false);
    });

    it("is not ok when one check fails among others that hold", function () {
      checks.holds("first", true);
      expect(checks.report().ok).to.equal(true);
      checks.holds("second", false);
      checks.holds("third", true);
      expect(checks.report().ok).to.equal(false);
    });

    it("sums gas and counts transactions", function () {
      checks.transaction({ gasUsed: 21_000n });
      checks.transaction({ gasUsed: 42_500n });
      expect(checks.report()).to.include({ gasUsed: 63_500, transactions: 2 });
    });
  });

  describe("write", function () {
    it("writes the stable format and returns whether all is well", async function () {
      const folder = await mkdtemp(join(tmpdir(), "report-"));
      checks.equal("supply", 5n, 5n);
      checks.transaction({ gasUsed: 21_000n });
      expect(await checks.write(folder)).to.equal(true);
      const text = await readFile(join(folder, "retail-payment.json"), "utf8");
      checks.holds("late", false);
      expect(await checks.write(folder)).to.equal(false);
      await rm(folder, { recursive: true });
      const check = { name: "supply", expected: "5", actual: "5", ok: true };
      const report = { scenario: "retail-payment", network: "mainland", ok: true, checks: [check] };
      expect(text).to.equal(`${JSON.stringify({ ...report, gasUsed: 21_000, transactions: 1 }, undefined, 2)}\n`);
    });
  });

  describe("constructor", function () {
    for (const scenario of ["../escape", "Retail", "a b", "", "-a"]) {
      it(`refuses "${scenario}" as the name of a report`, function () {
        expect(() => new Checks(scenario, "mainland")).to.throw(UserError, /cannot name a report/);
      });
    }
  });
});
