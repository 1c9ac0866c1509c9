import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { UserError, validate } from "../../sdk/errors.js";
import {
  LIMIT_PROFILES_FILE,
  WALLET_CLASSES,
  classLimits,
  classLimitsSchema,
  limitProfilesSchema,
  loadLimitProfile,
} from "../../sdk/limits.js";
import type { WalletClass } from "../../sdk/limits.js";
import { minor } from "../../sdk/money.js";
import { rejection } from "./rejection.js";

const CLASS = { open: true, balance: "10", single: "2", day: "5", year: "50", source: "parameter: x" };

/** Balance, single, day and year in yuan; Infinity is unlimited. */
const PUBLISHED: [string, WalletClass, [number, number, number, number]][] = [
  ["ecny-app-2022", "IV", [10_000, 2_000, 5_000, 50_000]],
  ["ecny-2020-test", "I", [500_000, 50_000, 100_000, 500_000]],
  ["ecny-2020-test", "II", [10_000, 5_000, 10_000, 300_000]],
  ["ecny-2020-test", "III", [2_000, 2_000, 2_000, 50_000]],
  ["ecny-2020-test", "IV", [1_000, 500, 1_000, 10_000]],
  ["ecny-2021", "I", [500_000, 50_000, 100_000, Infinity]],
  ["ecny-2021", "IV", [10_000, 2_000, 5_000, Infinity]],
];

describe("sdk/limits", function () {
  describe("the suite's file", function () {
    for (const [name, walletClass, figures] of PUBLISHED) {
      it(`has the published limits of class ${walletClass} in ${name}`, async function () {
        const profile = await loadLimitProfile(name);
        const [balance, single, day] = figures.slice(0, 3).map((yuan) => minor(yuan.toString()));
        const year = figures[3] === Infinity ? 2n ** 40n - 1n : minor(figures[3].toString());
        expect(classLimits(profile, walletClass)).to.deep.equal({ open: true, balance, single, day, year });
      });
    }

    it("calls published exactly those figures that are", async function () {
      const { profiles } = validate(
        limitProfilesSchema,
        JSON.parse(await readFile(LIMIT_PROFILES_FILE, "utf8")),
        "file",
      );
      const claimed = Object.entries(profiles).flatMap(([name, { classes }]) =>
        WALLET_CLASSES.filter((c) => classes[c].source.startsWith("published")).map((c) => `${name} ${c}`),
      );
      expect(claimed).to.have.members(PUBLISHED.map(([name, walletClass]) => `${name} ${walletClass}`));
    });

    it("opens e-HKD to institutions and government alone in the wholesale profile", async function () {
      const profile = await loadLimitProfile("ehkd-wholesale");
      expect(profile.currency).to.equal("HKD");
      expect(WALLET_CLASSES.filter((c) => classLimits(profile, c).open)).to.deep.equal(["institution", "government"]);
      expect(classLimits(profile, "I")).to.deep.equal({ open: false, balance: 0n, single: 0n, day: 0n, year: 0n });
    });
  });

  describe("loadLimitProfile", function () {
    it("names the profiles there are when it lacks one", async function () {
      const error = await rejection(loadLimitProfile("none"));
      expect(error).to.be.instanceOf(UserError);
      expect(error.message).to.match(/no profile "none"; choose one of .*ecny-app-2022.*ehkd-retail/);
    });

    it("does not take an inherited property for a profile", async function () {
      expect(await rejection(loadLimitProfile("toString"))).to.be.instanceOf(UserError);
    });
  });

  describe("classLimitsSchema", function () {
    it("accepts equal limits and the word unlimited", function () {
      const limits = { ...CLASS, single: "5", day: "5", year: "unlimited" };
      expect(validate(classLimitsSchema, limits, "class")).to.deep.equal(limits);
    });

    it("accepts the largest finite limits", function () {
      const most = { balance: "184467440737095516.14", single: "5", day: "10995116277.74", year: "10995116277.74" };
      expect(() => validate(classLimitsSchema, { ...CLASS, ...most }, "class")).not.to.throw();
    });

    it("writes unlimited as all ones of the contract's fields", async function () {
      expect(classLimits(await loadLimitProfile("ecny-app-2022"), "I")).to.deep.equal({
        open: true,
        balance: 2n ** 64n - 1n,
        single: 2n ** 64n - 1n,
        day: 2n ** 40n - 1n,
        year: 2n ** 40n - 1n,
      });
    });

    for (const [what, change, reason] of [
      ["a day's limit one fen under the single limit", { single: "5.01" }, /at most the day's/],
      ["a year's limit one fen under the day's", { day: "50.01" }, /at most the year's/],
      ["a year's limit under the single limit, with no day's between", { day: "unlimited", year: "1" }, /at most/],
      ["a balance of all 64 bits", { balance: "184467440737095516.15" }, /balance: .*too large/],
      ["a day's limit of all 40 bits", { day: "10995116277.75", year: "unlimited" }, /day: .*too large/],
      ["a negative limit", { balance: "-1" }, /balance: .*not an amount/],
      ["a limit that is no amount", { single: "12x" }, /single: .*not an amount/],
      ["a number in place of a string", { year: 50 }, /year: /],
      ["a source of unknown standing", { source: "somebody said so" }, /source: /],
      ["a missing flag", { open: undefined }, /open: /],
    ] as const) {
      it(`refuses ${what}`, function () {
        expect(() => validate(classLimitsSchema, { ...CLASS, ...change }, "class")).to.throw(UserError, reason);
      });
    }
  });

  describe("limitProfilesSchema", function () {
    it("refuses a profile that lacks a class", function () {
      const profile = { title: "x", currency: "CNY", classes: { I: CLASS } };
      const refuse = () => validate(limitProfilesSchema, { note: "", profiles: { x: profile } }, "file");
      expect(refuse).to.throw(UserError, /profiles\.x\.classes\.government/);
    });
  });
});
