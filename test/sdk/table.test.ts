import { expect } from "chai";
import { table } from "../../sdk/table.js";

const ESCAPE = String.fromCharCode(27);

describe("sdk/table", function () {
  describe("table", function () {
    it("aligns amounts to the right and names to the left", function () {
      const lines = table(
        ["Bank", "Balance"],
        [
          ["A", "CNY 1,234.50"],
          ["Bank B", "CNY -5.00"],
        ],
        false,
      ).split("\n");
      expect(lines[3]).to.equal("│ A      │ CNY 1,234.50 │");
      expect(lines[4]).to.equal("│ Bank B │    CNY -5.00 │");
    });

    it("takes numbers, bigints and booleans", function () {
      expect(table(["n", "b", "ok"], [[1, 2n, true]], false)).to.include("│ 1 │ 2 │ true │");
    });

    it("writes no escape sequence unless the head is bold", function () {
      expect(table(["Bank"], [["A"]], false)).not.to.include(ESCAPE);
    });

    it("refuses a row that does not fit the head", function () {
      expect(() => table(["a", "b"], [["1"]], false)).to.throw(RangeError, /1 cells under a head of 2/);
    });
  });
});
