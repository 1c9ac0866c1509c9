import { writeFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { deploySuite } from "../../sdk/deploy/deploy.js";
import { loadPlan, parametersFile, readParameters, type Parameters } from "../../sdk/deploy/parameters.js";
import { UserError } from "../../sdk/errors.js";
import { minor } from "../../sdk/money.js";
import { rejection } from "../sdk/rejection.js";
import { changedPlan, openChain, scratch } from "./support.js";

type Mainland = Parameters["jurisdictions"]["mainland"];

describe("deployment parameters", function () {
  describe("loadPlan", function () {
    it("resolves accounts, limits and institutions of the development parameters", async function () {
      const { deployer, mainland, hongkong } = await loadPlan();
      expect(deployer).to.equal("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
      expect(mainland.offices.admin).to.deep.equal(["0x70997970C51812dc3A010C7d01b50e0d17dc79C8"]);
      expect(mainland.limits.IV.year).to.equal(minor("50000.00"));
      expect(mainland.institutions.map(({ number }) => number)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
      expect(hongkong.code).to.equal("HKD");
      const accounts = [mainland, hongkong].flatMap(({ offices, institutions, settlementOperator }) => [
        ...Object.values(offices).flat(),
        ...institutions.map(({ account }) => account),
        settlementOperator,
      ]);
      expect(new Set(accounts).size, "one account, one office").to.equal(accounts.length);
    });

    it("reads the example for a real network", async function () {
      const { deployer, mainland } = await loadPlan(parametersFile("evm.example"));
      expect(deployer).to.equal(undefined);
      expect(mainland.adminThreshold).to.equal(2);
    });

    for (const [what, text, pattern] of [
      ["is missing", undefined, /cannot be read/],
      ["is not JSON5", "{ mnemonic: ", /not valid JSON5/],
      ["lacks keys", "{ requiredConfirmations: 1 }", /jurisdictions: /],
    ] as const) {
      it(`refuses in one sentence a file that ${what}`, async function () {
        const folder = await scratch();
        const file = join(folder, "parameters.json5");
        if (text !== undefined) await writeFile(file, text);
        const error = await rejection(readParameters(file));
        expect(error).to.be.instanceOf(UserError);
        expect(error.message).to.include(file).and.match(pattern).and.not.include("\n");
        await rm(folder, { recursive: true });
      });
    }

    const mistakes: readonly [string, (mainland: Mainland & Record<string, unknown>) => void, RegExp][] = [
      ["an unknown key", (m) => Object.assign(m, { upgradeDelay: 1 }), /upgradeDelay/],
      ["a missing office", (m) => Reflect.deleteProperty(m.offices, "guardian"), /guardian/],
      ["an office without a holder", (m) => (m.offices.governor = []), /offices\.governor/],
      [
        "an address with a wrong checksum",
        (m) => (m.offices.governor = ["0xF39Fd6e51aad88F6F4ce6aB8827279cffFb92266"]),
        /address/,
      ],
      ["the same holder twice", (m) => (m.offices.governor = [2, 2]), /listed twice as governor/],
      ["one who halts and resumes", (m) => (m.offices.resumer = m.offices.halter), /halt and resume/],
      ["an institution that nobody knows", (m) => (m.institutions["TXXXCNT0"] = 40), /BIC TXXXCNT0/],
      ["an institution of the other jurisdiction", (m) => (m.institutions["THSBHKT0"] = 40), /BIC THSBHKT0/],
      ["one account for two institutions", (m) => (m.institutions["TABCCNT0"] = 22), /two institutions/],
      ["a profile of the other currency", (m) => (m.limitProfile = "ehkd-retail"), /for HKD, not for CNY/],
      ["a profile that nobody knows", (m) => (m.limitProfile = "ecny"), /no profile "ecny"/],
      ["an amount with three decimals", (m) => (m.rateLimit.capacity = "1.001"), /rateLimit\.capacity/],
      ["a threshold of one", (m) => (m.adminThreshold = 1), /adminThreshold/],
      ["a negative delay", (m) => (m.delays.upgrade = -1), /delays\.upgrade/],
    ];
    for (const [what, change, pattern] of mistakes) {
      it(`refuses ${what}`, async function () {
        const error = await rejection(
          changedPlan(({ jurisdictions: { mainland } }) => {
            change(mainland);
          }),
        );
        expect(error).to.be.instanceOf(UserError);
        expect(error.message).to.match(pattern).and.not.include("\n");
      });
    }

    it("refuses places of a mnemonic where there is none", async function () {
      const error = await rejection(
        changedPlan((parameters) => {
          delete parameters.mnemonic;
        }),
      );
      expect(error.message).to.match(/1 is a place in a mnemonic and there is none/);
    });
  });

  describe("deploySuite", function () {
    it("refuses to make the deployer an officer", async function () {
      const { provider } = await openChain();
      const plan = await changedPlan(({ jurisdictions }) => {
        jurisdictions.hongkong.offices.guardian = [0];
      });
      const error = await rejection(deploySuite({ provider, plan, network: "test" }));
      expect(error.message).to.match(/deployer 0xf39f\S+ would be guardian of Hong Kong/i);
    });

    it("refuses known keys on a network with other ones", async function () {
      const { provider } = await openChain();
      const plan = await changedPlan((parameters) => {
        parameters.mnemonic = "legal winner thank year wave sausage worth useful legal winner thank yellow";
      });
      const error = await rejection(deploySuite({ provider, plan, network: "test" }));
      expect(error.message).to.match(/mnemonic that everybody knows/);
    });

    it("names the error with which a contract refuses a step", async function () {
      const { provider } = await openChain();
      const plan = await changedPlan();
      const [first, ...rest] = plan.mainland.institutions;
      if (first === undefined) throw new RangeError("no institution");
      const invalid = { ...first, lei: `${first.lei.slice(0, -2)}31` };
      const mainland = { ...plan.mainland, institutions: [invalid, ...rest] };
      const run = deploySuite({ provider, plan: { ...plan, mainland }, network: "test", pollingInterval: 1 });
      const error = await rejection(run);
      expect(error).to.be.instanceOf(UserError);
      expect(error.message).to.match(/MainlandRegistry#admitInstitutions .*InstitutionLeiInvalid\(bytes20\)/);
    });
  });
});
