import { expect } from "chai";
import { couponRef } from "../../sdk/bonds.js";
import { NEVER, type Hold } from "../../sdk/eip712/ledger.js";
import { ref } from "../support/chain.js";
import { deployNote, openChainAt, place } from "../support/assets.js";

const chain = await openChainAt("2026-02-20");
const { ethers, networkHelpers } = chain;

async function deploy() {
  const issue = await deployNote(chain);
  await place(issue, [
    [issue.ann, 10n],
    [issue.bob, 0n],
  ]);
  return issue;
}

describe("Bond (standards and views)", function () {
  let f: Awaited<ReturnType<typeof deploy>>;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  describe("supportsInterface", function () {
    it("answers yes for ERC-165, ERC-20 and ERC-7943, and no for what is not there", async function () {
      for (const id of ["0x01ffc9a7", "0x36372b07", "0x3edbb4c4"]) {
        expect(await f.bond.supportsInterface(id), id).to.equal(true);
      }
      expect(await f.bond.supportsInterface("0xffffffff")).to.equal(false);
    });
  });

  describe("pledges", function () {
    it("skip an entry of more units than the bond has, and capture the rest", async function () {
      const pledge: Hold = {
        payer: f.ann.address,
        payee: ethers.ZeroAddress,
        executor: f.company.address,
        amount: 10n,
        expiry: NEVER,
        businessRef: ref("pledge"),
      };
      await f.bond.connect(f.ann).placeHold(pledge);
      const key = BigInt(f.bob.address) << 96n;
      const entries = [key | (f.terms.units + 1n), key | 4n];
      await expect(f.bond.connect(f.company).captureHoldToMany(pledge, entries)).to.changeTokenBalances(
        ethers,
        f.bond,
        [f.ann, f.bob],
        [-4n, 4n],
      );
      expect(await f.bond.heldOf(f.ann)).to.equal(6n);
    });
  });

  describe("references", function () {
    it("are the SDK's, and name the register", async function () {
      expect(await f.actions.couponRef(f.bond, 3n)).to.equal(couponRef(f.address, 3));
      expect(await f.actions.assetRegistry()).to.equal(await f.register.getAddress());
    });

    it("page the register's ISINs, and return nothing past the end", async function () {
      expect(await f.register.isins(0n, 10n)).to.deep.equal([f.terms.isin]);
      expect(await f.register.isins(5n, 10n)).to.deep.equal([]);
    });
  });
});
