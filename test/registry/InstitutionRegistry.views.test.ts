import { expect } from "chai";
import { hexlify, toUtf8Bytes, zeroPadBytes } from "ethers";
import { leiWithCheckDigits } from "../../sdk/identifiers.js";
import { actors, openChain, ref } from "../support/chain.js";

const chain = await openChain("hongkong");
const { ethers, networkHelpers } = chain;

const PARTICIPATING = 3n;
const OPERATING = 2n;
const STATUS = { applied: 1n, active: 2n, suspended: 3n, offboarded: 4n } as const;
const NUMBERS = [7n, 2n, 300n] as const;
const QUOTA = 5_000n;

async function deployRegistry() {
  const who = await actors(chain, "centralBank", "registrar", "first", "second", "third", "stranger");
  const authority = await ethers.deployContract("AccessManager", [who.centralBank]);
  const registry = await ethers.deployContract("InstitutionRegistry", [authority]);
  const accounts = [who.first, who.second, who.third] as const;
  for (const [index, account] of accounts.entries()) {
    await registry.register(
      NUMBERS[index] ?? 0n,
      hexlify(toUtf8Bytes(leiWithCheckDigits(`TESTVIEW000000000${index}`))),
      zeroPadBytes(toUtf8Bytes("TVIEHKT0"), 11),
      hexlify(toUtf8Bytes("HK")),
      OPERATING,
      QUOTA,
      account,
      ref(`bank ${index}`),
    );
  }
  return { ...who, authority, registry };
}

describe("InstitutionRegistry (reading and rights)", function () {
  let f: Awaited<ReturnType<typeof deployRegistry>>;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deployRegistry);
  });

  describe("numbers", function () {
    it("returns the numbers in the order of entry", async function () {
      expect(await f.registry.numbers(0n, ethers.MaxUint256)).to.deep.equal([...NUMBERS]);
      expect(await f.registry.count()).to.equal(3n);
    });

    it("returns pages, and nothing past the end", async function () {
      expect(await f.registry.numbers(0n, 2n)).to.deep.equal([7n, 2n]);
      expect(await f.registry.numbers(2n, 2n)).to.deep.equal([300n]);
      expect(await f.registry.numbers(3n, 2n)).to.deep.equal([]);
      expect(await f.registry.numbers(ethers.MaxUint256, ethers.MaxUint256)).to.deep.equal([]);
      expect(await f.registry.numbers(1n, 0n)).to.deep.equal([]);
    });
  });

  describe("institution", function () {
    it("returns zeros for a number that nobody has", async function () {
      const none = await f.registry.institution(9n);
      expect(none.status).to.equal(0n);
      expect(none.settlementAccount).to.equal(ethers.ZeroAddress);
    });
  });

  describe("requireActive", function () {
    it("returns the number of an active institution's account", async function () {
      await f.registry.setStatus(7n, STATUS.active, ref("admission"));
      expect(await f.registry.requireActive(f.first)).to.equal(7n);
    });

    it("refuses an account that acts for nobody", async function () {
      await expect(f.registry.requireActive(f.stranger))
        .to.be.revertedWithCustomError(f.registry, "InstitutionUnknown")
        .withArgs(0n);
    });

    it("refuses every other standing, and admits again after a suspension", async function () {
      const refused = async (status: bigint) => {
        await expect(f.registry.requireActive(f.first))
          .to.be.revertedWithCustomError(f.registry, "InstitutionNotActive")
          .withArgs(7n, status);
        await expect(f.registry.requireActiveNumber(7n))
          .to.be.revertedWithCustomError(f.registry, "InstitutionNotActive")
          .withArgs(7n, status);
      };
      await refused(STATUS.applied);
      await f.registry.setStatus(7n, STATUS.active, ref("admission"));
      await f.registry.setStatus(7n, STATUS.suspended, ref("suspension"));
      await refused(STATUS.suspended);
      await f.registry.setStatus(7n, STATUS.active, ref("readmission"));
      expect(await f.registry.requireActive(f.first)).to.equal(7n);
      await f.registry.setStatus(7n, STATUS.offboarded, ref("end"));
      await refused(STATUS.offboarded);
    });
  });

  describe("requireOperating", function () {
    it("returns the number of an active operating institution's account", async function () {
      await f.registry.setStatus(7n, STATUS.active, ref("admission"));
      expect(await f.registry.requireOperating(f.first)).to.equal(7n);
    });

    it("refuses an account that acts for nobody, and an institution that is not active", async function () {
      await expect(f.registry.requireOperating(f.stranger))
        .to.be.revertedWithCustomError(f.registry, "InstitutionUnknown")
        .withArgs(0n);
      await expect(f.registry.requireOperating(f.first))
        .to.be.revertedWithCustomError(f.registry, "InstitutionNotActive")
        .withArgs(7n, STATUS.applied);
    });

    it("refuses an active institution of another tier", async function () {
      const [, , , , , , , participant] = await ethers.getSigners();
      const lei = hexlify(toUtf8Bytes(leiWithCheckDigits("TESTVIEW0000000009")));
      const bic = zeroPadBytes(toUtf8Bytes("TVIEHKT0"), 11);
      const country = hexlify(toUtf8Bytes("HK"));
      if (participant === undefined) throw new RangeError("the chain has eight accounts");
      await f.registry.register(9n, lei, bic, country, PARTICIPATING, 0n, participant, ref("participant"));
      await f.registry.setStatus(9n, STATUS.active, ref("admission"));
      await expect(f.registry.requireOperating(participant))
        .to.be.revertedWithCustomError(f.registry, "InstitutionTierInvalid")
        .withArgs(9n);
    });
  });

  describe("requireActiveNumber", function () {
    it("returns quota and settlement account", async function () {
      await f.registry.setStatus(300n, STATUS.active, ref("admission"));
      expect(await f.registry.requireActiveNumber(300n)).to.deep.equal([QUOTA, f.third.address]);
    });

    it("refuses a number that nobody has", async function () {
      await expect(f.registry.requireActiveNumber(9n))
        .to.be.revertedWithCustomError(f.registry, "InstitutionUnknown")
        .withArgs(9n);
    });
  });

  describe("restricted functions", function () {
    const calls = {
      register: () =>
        f.registry
          .connect(f.stranger)
          .register(8n, new Uint8Array(20), new Uint8Array(11), "0x0000", 0n, 0n, f.stranger, ethers.ZeroHash),
      setStatus: () => f.registry.connect(f.stranger).setStatus(7n, STATUS.active, ethers.ZeroHash),
      setQuota: () => f.registry.connect(f.stranger).setQuota(7n, 1n),
      addAccount: () => f.registry.connect(f.stranger).addAccount(7n, f.stranger),
      removeAccount: () => f.registry.connect(f.stranger).removeAccount(7n, f.first),
      setSettlementAccount: () => f.registry.connect(f.stranger).setSettlementAccount(7n, f.first),
    } as const;
    for (const [name, call] of Object.entries(calls)) {
      it(`refuse a stranger: ${name}`, async function () {
        await expect(call())
          .to.be.revertedWithCustomError(f.registry, "AccessManagedUnauthorized")
          .withArgs(f.stranger.address);
      });
    }

    it("obey a role of the authority", async function () {
      const { selector } = f.registry.interface.getFunction("setQuota");
      await f.authority.setTargetFunctionRole(f.registry, [selector], 5n);
      await f.authority.grantRole(5n, f.registrar, 0n);
      await f.registry.connect(f.registrar).setQuota(7n, 1n);
      expect((await f.registry.institution(7n)).quota).to.equal(1n);
    });
  });
});
