import { expect } from "chai";
import { Interface, concat, dataLength, dataSlice, type FunctionFragment } from "ethers";
import { IDigitalCurrency__factory } from "../../types/ethers-contracts/index.js";
import { openChain } from "../support/chain.js";
import { deployMoney } from "../support/currency.js";
import { holdTerms } from "../support/holds.js";
import { changes } from "../support/frame.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;

const abi = new Interface(IDigitalCurrency__factory.abi);
const functions: FunctionFragment[] = [];
abi.forEachFunction((fragment) => functions.push(fragment));
const writing = functions.filter(({ constant }) => !constant);

async function deploy() {
  return deployMoney(chain);
}

/** What no tool sends and anybody can: calldata that does not fit the interface. */
describe("DigitalCurrency calldata", function () {
  let f: Awaited<ReturnType<typeof deploy>>;

  const refused = async (data: string, value = 0n) => {
    const { ann, icbc } = f;
    const to = await f.mainland.currency.getAddress();
    const act = () => expect(f.icbc.sendTransaction({ to, data, value, gasLimit: 1_000_000n })).to.be.revert(ethers);
    expect(await changes(f.mainland.currency, { ann, icbc }, act)).to.deep.equal({});
  };
  /** Arguments of the right shape, every word of them the same. */
  const filled = (fragment: FunctionFragment, word: string) =>
    concat([fragment.selector, ...fragment.inputs.map(() => word)]);

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  it("is refused when it is empty, short of a selector, or names no function", async function () {
    for (const data of ["0x", "0xa9", "0xa9059c", "0xdeadbeef", `0xdeadbeef${"0".repeat(64)}`]) await refused(data);
  });

  for (const fragment of writing.filter(({ inputs }) => inputs.length > 0)) {
    it(`of ${fragment.format("sighash")} is refused one byte short`, async function () {
      const whole = filled(fragment, ethers.ZeroHash);
      await refused(fragment.selector);
      await refused(dataSlice(whole, 0, dataLength(whole) - 1));
    });
  }

  for (const fragment of writing.filter(({ payable }) => !payable)) {
    it(`of ${fragment.format("sighash")} is refused with a coin`, async function () {
      await networkHelpers.setBalance(f.icbc.address, 10n ** 18n);
      await refused(filled(fragment, ethers.ZeroHash), 1n);
    });
  }

  for (const fragment of functions.filter(({ inputs }) => inputs.some(({ type }) => type === "address"))) {
    it(`of ${fragment.format("sighash")} is refused with dirt above an address`, async function () {
      await refused(filled(fragment, `0x01${"0".repeat(62)}`));
    });
  }

  for (const fragment of functions.filter(({ inputs }) => inputs[0]?.name === "terms")) {
    it(`of ${fragment.format("sighash")} is refused with dirt above an address of the terms`, async function () {
      const terms = await holdTerms(chain, f.icbc, f.icbc, 1n);
      // the terms are not dynamic, so they stand first, and their three addresses first in them
      const clean = abi.encodeFunctionData(fragment, [terms, ...fragment.inputs.slice(1).map(nothing)]);
      for (const place of [0, 1, 2]) {
        const at = 4 + 32 * place;
        await refused(concat([dataSlice(clean, 0, at), "0x01", dataSlice(clean, at + 1)]));
      }
    });
  }

  it("is refused a plain coin", async function () {
    await refused("0x", 1n);
  });

  it("is accepted with bytes after the arguments, which are ignored", async function () {
    const { currency } = f.mainland;
    const data = concat([currency.interface.encodeFunctionData("approve", [f.ann.address, 5n]), "0xdeadbeef"]);
    await f.icbc.sendTransaction({ to: currency, data });
    expect(await currency.allowance(f.icbc, f.ann)).to.equal(5n);
  });
});

function nothing({ type }: { readonly type: string }): unknown {
  if (type.endsWith("[]")) return [];
  return { address: ethers.ZeroAddress, bytes: "0x", bytes32: ethers.ZeroHash }[type] ?? 0n;
}
