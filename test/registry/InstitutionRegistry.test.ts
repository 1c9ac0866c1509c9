import { expect } from "chai";
import { hexlify, toUtf8Bytes, zeroPadBytes } from "ethers";
import { minor } from "../../sdk/money.js";
import { leiWithCheckDigits } from "../../sdk/identifiers.js";
import { actors, openChain, ref } from "../support/chain.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;

const TIER = { none: 0n, centralBank: 1n, operating: 2n, participating: 3n } as const;
const STATUS = { none: 0n, applied: 1n, active: 2n, suspended: 3n, offboarded: 4n } as const;
const NAMES = ["None", "Applied", "Active", "Suspended", "Offboarded"] as const;
const REASON = ref("decision of the committee");
const ZERO = ethers.ZeroAddress;

const ascii = (text: string): string => hexlify(toUtf8Bytes(text));
const bic = (text: string): string => zeroPadBytes(toUtf8Bytes(text), 11);

const BANK = {
  number: 2n,
  lei: ascii("5493001KJTIIGC8Y1R12"),
  bic: bic("TICBCNT0"),
  country: ascii("CN"),
  tier: TIER.operating,
  quota: minor("1000.00"),
  nameHash: ref("Test Bank"),
} as const;

/** Another digit for a digit, another letter for a letter: what MOD 97-10 promises to notice. */
const neighbour = (character: string): string => {
  if (/\d/.test(character)) return character === "7" ? "8" : "7";
  return character === "A" ? "B" : "A";
};

interface Entry {
  number?: bigint;
  lei?: string;
  bic?: string;
  country?: string;
  tier?: bigint;
  account?: string;
}

async function deployRegistry() {
  const who = await actors(chain, "centralBank", "vault", "desk", "other", "stranger");
  const authority = await ethers.deployContract("AccessManager", [who.centralBank]);
  const registry = await ethers.deployContract("InstitutionRegistry", [authority]);
  return { ...who, registry };
}

describe("InstitutionRegistry", function () {
  let f: Awaited<ReturnType<typeof deployRegistry>>;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deployRegistry);
  });

  function register(change: Entry = {}) {
    const { number, lei, bic: code, country, tier, quota, nameHash, account } = { ...BANK, ...change };
    return f.registry.register(number, lei, code, country, tier, quota, account ?? f.vault.address, nameHash);
  }

  /** Brings bank 2 to `status` by the shortest way. */
  async function bring(status: bigint) {
    await register();
    if (status === STATUS.applied) return;
    if (status !== STATUS.offboarded) await f.registry.setStatus(BANK.number, STATUS.active, REASON);
    if (status === STATUS.active) return;
    await f.registry.setStatus(BANK.number, status, REASON);
  }

  describe("register", function () {
    it("keeps the record", async function () {
      await register();
      expect(await f.registry.institution(BANK.number)).to.deep.equal([
        BANK.lei,
        BANK.bic,
        BANK.tier,
        STATUS.applied,
        BANK.country,
        BANK.quota,
        f.vault.address,
        BANK.nameHash,
      ]);
      expect(await f.registry.institutionOf(f.vault)).to.equal(BANK.number);
    });

    it("announces the institution, its standing, quota and account", async function () {
      await expect(register())
        .to.emit(f.registry, "InstitutionRegistered")
        .withArgs(BANK.number, BANK.lei, BANK.bic, BANK.country, BANK.tier, BANK.nameHash)
        .and.to.emit(f.registry, "InstitutionStatusChanged")
        .withArgs(BANK.number, STATUS.none, STATUS.applied, ethers.ZeroHash)
        .and.to.emit(f.registry, "InstitutionQuotaSet")
        .withArgs(BANK.number, 0n, BANK.quota)
        .and.to.emit(f.registry, "InstitutionAccountAdded")
        .withArgs(BANK.number, f.vault.address)
        .and.to.emit(f.registry, "InstitutionSettlementAccountSet")
        .withArgs(BANK.number, ZERO, f.vault.address);
    });

    it("takes the smallest and the largest number", async function () {
      await register({ number: 1n });
      await register({ number: 65_535n, lei: ascii("HWUPKR0MPOU8FGXBT394"), account: f.other.address });
      expect(await f.registry.numbers(0n, 10n)).to.deep.equal([1n, 65_535n]);
    });

    it("refuses number 0 and a number that is taken", async function () {
      await expect(register({ number: 0n }))
        .to.be.revertedWithCustomError(f.registry, "InstitutionNumberInvalid")
        .withArgs(0n);
      await register();
      await expect(register({ lei: ascii("HWUPKR0MPOU8FGXBT394"), account: f.other.address }))
        .to.be.revertedWithCustomError(f.registry, "InstitutionNumberInvalid")
        .withArgs(BANK.number);
    });

    it("refuses a number that an offboarded institution had, and its LEI", async function () {
      await bring(STATUS.offboarded);
      await expect(register({ account: f.other.address }))
        .to.be.revertedWithCustomError(f.registry, "InstitutionNumberInvalid")
        .withArgs(BANK.number);
      await expect(register({ number: 3n, account: f.other.address }))
        .to.be.revertedWithCustomError(f.registry, "InstitutionLeiTaken")
        .withArgs(BANK.lei, BANK.number);
    });

    context("when the LEI is checked", function () {
      const valid = [
        "HWUPKR0MPOU8FGXBT394",
        "5493001KJTIIGC8Y1R12",
        "INR2EJN1ERAN0W5ZP974",
        "549300GFX6WN7JDUSN34",
        "815600EAD78C57FCE690",
        "2594007XIACKNMUAW223",
      ];
      for (const lei of valid) {
        it(`accepts ${lei} and refuses it with any one letter or digit changed`, async function () {
          for (let place = 0; place < lei.length; place++) {
            const changed = lei.slice(0, place) + neighbour(lei.charAt(place)) + lei.slice(place + 1);
            await expect(register({ lei: ascii(changed) }))
              .to.be.revertedWithCustomError(f.registry, "InstitutionLeiInvalid")
              .withArgs(ascii(changed));
          }
          await register({ lei: ascii(lei) });
          expect((await f.registry.institution(BANK.number)).lei).to.equal(ascii(lei));
        });
      }

      it("refuses small letters, blanks, zero bytes and letters for check digits", async function () {
        const wrong = [
          "hwupkr0mpou8fgxbt394",
          "HWUPKR0MPOU8FGXBT39 ",
          "\0".repeat(20),
          "HWUPKR0MPOU8FGXBT3A4",
          "HWUPKR0MPOU8FGXBT39A",
          "HWUPKR0MPOU8FGXB@394",
          "HWUPKR0MPOU8FGXB[394",
          "HWUPKR0MPOU8FGXB/394",
          "HWUPKR0MPOU8FGXB:394",
        ];
        for (const lei of wrong) {
          await expect(register({ lei: ascii(lei) }))
            .to.be.revertedWithCustomError(f.registry, "InstitutionLeiInvalid")
            .withArgs(ascii(lei));
        }
      });

      it("refuses check digits that are congruent but outside 02 to 98", async function () {
        const stems = Array.from({ length: 97 }, (_, i) => `TEST${i.toString().padStart(14, "0")}`);
        const ending = (check: string): string => {
          const stem = stems.find((candidate) => leiWithCheckDigits(candidate).endsWith(check));
          if (stem === undefined) throw new RangeError(`no stem has the check digits ${check}`);
          return stem;
        };
        // 97 apart, so congruent: 00 for 97, 01 for 98, 99 for 02
        for (const [real, alias] of [
          ["97", "00"],
          ["98", "01"],
          ["02", "99"],
        ] as const) {
          const stem = ending(real);
          await expect(register({ lei: ascii(stem + alias) }))
            .to.be.revertedWithCustomError(f.registry, "InstitutionLeiInvalid")
            .withArgs(ascii(stem + alias));
          await expect(
            f.registry.register.staticCall(
              BANK.number,
              ascii(stem + real),
              BANK.bic,
              BANK.country,
              BANK.tier,
              BANK.quota,
              f.vault,
              BANK.nameHash,
            ),
          ).not.to.revert(ethers);
        }
      });

      it("refuses the LEI of another institution", async function () {
        await register();
        await expect(register({ number: 3n, account: f.other.address }))
          .to.be.revertedWithCustomError(f.registry, "InstitutionLeiTaken")
          .withArgs(BANK.lei, BANK.number);
      });
    });

    context("when the BIC is checked", function () {
      for (const code of ["TICBCNT0", "TICBCNT0XXX", "0000HK00", "DEUTDEFF500", "AAAAZZ9Z"]) {
        it(`accepts ${code}`, async function () {
          await register({ bic: bic(code) });
          expect((await f.registry.institution(BANK.number)).bic).to.equal(bic(code));
        });
      }
      for (const code of [
        "TICB1NT0",
        "TICBC1T0",
        "ticbcnt0",
        "TICBCNT",
        "TICBCNT0X",
        "TICBCNT0XX",
        "TICBCNT0 XX",
        "TICBCNT-",
        "",
      ]) {
        it(`refuses "${code}"`, async function () {
          await expect(register({ bic: bic(code) }))
            .to.be.revertedWithCustomError(f.registry, "InstitutionBicInvalid")
            .withArgs(bic(code));
        });
      }
      it("refuses a branch that starts with a zero byte", async function () {
        await expect(register({ bic: bic("TICBCNT0\0XX") }))
          .to.be.revertedWithCustomError(f.registry, "InstitutionBicInvalid")
          .withArgs(bic("TICBCNT0\0XX"));
      });
    });

    it("refuses a country that is not two capitals", async function () {
      for (const country of ["cn", "C1", "1N", "C\0", "@A", "A["]) {
        await expect(register({ country: ascii(country) }))
          .to.be.revertedWithCustomError(f.registry, "InstitutionCountryInvalid")
          .withArgs(ascii(country));
      }
    });

    it("refuses no tier and knows no fourth", async function () {
      await expect(register({ tier: TIER.none }))
        .to.be.revertedWithCustomError(f.registry, "InstitutionTierInvalid")
        .withArgs(BANK.number);
      await expect(register({ tier: 4n })).to.be.revertedWithoutReason(ethers);
    });

    it("refuses the zero account and one that acts for another", async function () {
      await expect(register({ account: ZERO }))
        .to.be.revertedWithCustomError(f.registry, "InstitutionAccountTaken")
        .withArgs(ZERO, 0n);
      await register();
      await expect(register({ number: 3n, lei: ascii("HWUPKR0MPOU8FGXBT394") }))
        .to.be.revertedWithCustomError(f.registry, "InstitutionAccountTaken")
        .withArgs(f.vault.address, BANK.number);
    });
  });

  describe("setStatus", function () {
    const steps: readonly (readonly [bigint, readonly bigint[]])[] = [
      [STATUS.applied, [STATUS.active, STATUS.offboarded]],
      [STATUS.active, [STATUS.suspended, STATUS.offboarded]],
      [STATUS.suspended, [STATUS.active, STATUS.offboarded]],
      [STATUS.offboarded, []],
    ];
    for (const [from, allowed] of steps) {
      for (const to of Object.values(STATUS)) {
        const step = `${NAMES[Number(from)] ?? ""} → ${NAMES[Number(to)] ?? ""}`;
        if (allowed.includes(to)) {
          it(`takes the step ${step}`, async function () {
            await bring(from);
            await expect(f.registry.setStatus(BANK.number, to, REASON))
              .to.emit(f.registry, "InstitutionStatusChanged")
              .withArgs(BANK.number, from, to, REASON);
            expect((await f.registry.institution(BANK.number)).status).to.equal(to);
          });
        } else {
          it(`refuses the step ${step}`, async function () {
            await bring(from);
            await expect(f.registry.setStatus(BANK.number, to, REASON))
              .to.be.revertedWithCustomError(f.registry, "InstitutionStatusStepInvalid")
              .withArgs(BANK.number, from, to);
          });
        }
      }
    }

    it("refuses a number that nobody has", async function () {
      await expect(f.registry.setStatus(9n, STATUS.active, REASON))
        .to.be.revertedWithCustomError(f.registry, "InstitutionUnknown")
        .withArgs(9n);
    });
  });

  describe("setQuota", function () {
    it("replaces the quota", async function () {
      await register();
      await expect(f.registry.setQuota(BANK.number, minor("5.00")))
        .to.emit(f.registry, "InstitutionQuotaSet")
        .withArgs(BANK.number, BANK.quota, minor("5.00"));
      expect((await f.registry.institution(BANK.number)).quota).to.equal(minor("5.00"));
    });

    it("says nothing when the quota does not change", async function () {
      await register();
      await expect(f.registry.setQuota(BANK.number, BANK.quota)).not.to.emit(f.registry, "InstitutionQuotaSet");
    });

    it("refuses a number that nobody has", async function () {
      await expect(f.registry.setQuota(9n, 1n))
        .to.be.revertedWithCustomError(f.registry, "InstitutionUnknown")
        .withArgs(9n);
    });
  });

  describe("accounts", function () {
    beforeEach(async function () {
      await register();
    });

    it("adds an account and removes it", async function () {
      await expect(f.registry.addAccount(BANK.number, f.desk))
        .to.emit(f.registry, "InstitutionAccountAdded")
        .withArgs(BANK.number, f.desk.address);
      expect(await f.registry.institutionOf(f.desk)).to.equal(BANK.number);
      await expect(f.registry.removeAccount(BANK.number, f.desk))
        .to.emit(f.registry, "InstitutionAccountRemoved")
        .withArgs(BANK.number, f.desk.address);
      expect(await f.registry.institutionOf(f.desk)).to.equal(0n);
    });

    it("refuses to add a taken or zero account, or to a number that nobody has", async function () {
      await expect(f.registry.addAccount(BANK.number, f.vault))
        .to.be.revertedWithCustomError(f.registry, "InstitutionAccountTaken")
        .withArgs(f.vault.address, BANK.number);
      await expect(f.registry.addAccount(BANK.number, ZERO))
        .to.be.revertedWithCustomError(f.registry, "InstitutionAccountTaken")
        .withArgs(ZERO, 0n);
      await expect(f.registry.addAccount(9n, f.desk))
        .to.be.revertedWithCustomError(f.registry, "InstitutionUnknown")
        .withArgs(9n);
    });

    it("refuses to remove the settlement account, a stranger, or for number 0", async function () {
      await expect(f.registry.removeAccount(BANK.number, f.vault))
        .to.be.revertedWithCustomError(f.registry, "InstitutionAccountInUse")
        .withArgs(f.vault.address, BANK.number);
      for (const number of [BANK.number, 0n]) {
        await expect(f.registry.removeAccount(number, f.stranger))
          .to.be.revertedWithCustomError(f.registry, "InstitutionAccountUnknown")
          .withArgs(f.stranger.address, number);
      }
    });

    it("moves the settlement account to another account of the institution", async function () {
      await f.registry.addAccount(BANK.number, f.desk);
      await expect(f.registry.setSettlementAccount(BANK.number, f.desk))
        .to.emit(f.registry, "InstitutionSettlementAccountSet")
        .withArgs(BANK.number, f.vault.address, f.desk.address);
      await f.registry.removeAccount(BANK.number, f.vault);
      expect((await f.registry.institution(BANK.number)).settlementAccount).to.equal(f.desk.address);
    });

    it("says nothing when the settlement account does not change", async function () {
      await expect(f.registry.setSettlementAccount(BANK.number, f.vault)).not.to.emit(
        f.registry,
        "InstitutionSettlementAccountSet",
      );
    });

    it("refuses a settlement account that does not act for the institution", async function () {
      await expect(f.registry.setSettlementAccount(BANK.number, f.stranger))
        .to.be.revertedWithCustomError(f.registry, "InstitutionAccountUnknown")
        .withArgs(f.stranger.address, BANK.number);
    });
  });
});
