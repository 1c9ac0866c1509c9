import { expect } from "chai";
import { MaxUint256 } from "ethers";
import { permitTypedData } from "../../sdk/eip712/authorizations.js";
import { domainOf, sign } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import { openChain } from "../support/chain.js";
import { split } from "../support/signing.js";
import { TRADE, deploySettlement, signed, trade, type Settlement } from "../support/settlement.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;

async function deploy() {
  const f = await deploySettlement(chain);
  await f.mainland.currency.connect(f.icbc).approve(f.engine, 0n);
  return f;
}

describe("SettlementEngine: permits", function () {
  let f: Settlement;
  const VALUE = minor("1000");

  /** icbc's permit to the engine, as arguments of `tryPermit` without the token. */
  async function permitOf(deadline = MaxUint256) {
    const permit = {
      owner: f.icbc.address,
      spender: await f.engine.getAddress(),
      value: VALUE,
      nonce: await f.mainland.currency.nonces(f.icbc),
      deadline,
    };
    const signature = await sign(f.icbc, permitTypedData(await domainOf(f.mainland.currency), permit));
    return [f.icbc.address, VALUE, deadline, ...split(signature)] as const;
  }

  /** One transaction: icbc's permit, then the trade. */
  async function permitAndSettle(permit: Awaited<ReturnType<typeof permitOf>>) {
    const { instruction, consents, holds } = await signed(f, trade(f));
    return f.engine
      .connect(f.carrier)
      .multicall([
        f.engine.interface.encodeFunctionData("tryPermit", [f.ecny, ...permit]),
        f.engine.interface.encodeFunctionData("settle", [instruction, consents, holds]),
      ]);
  }

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  describe("tryPermit", function () {
    it("gives the allowance in the transaction that uses it", async function () {
      await expect(permitAndSettle(await permitOf())).to.changeTokenBalances(
        ethers,
        f.mainland.currency,
        [f.icbc, f.boc],
        TRADE.cash,
      );
      expect(await f.mainland.currency.allowance(f.icbc, f.engine)).to.equal(0n);
    });

    it("goes on when somebody else has handed the permit in first", async function () {
      const permit = await permitOf();
      const [owner, value, deadline, v, r, s] = permit;
      const { currency } = f.mainland;
      const handIn = currency
        .connect(f.stranger)
        .getFunction("permit(address,address,uint256,uint256,uint8,bytes32,bytes32)");
      await handIn(owner, f.engine, value, deadline, v, r, s);
      await expect(permitAndSettle(permit)).to.changeTokenBalances(ethers, currency, [f.icbc, f.boc], TRADE.cash);
    });

    it("leaves it to the settlement to say that the allowance is missing", async function () {
      await expect(permitAndSettle(await permitOf(1n)))
        .to.be.revertedWithCustomError(f.mainland.currency, "ERC20InsufficientAllowance")
        .withArgs(await f.engine.getAddress(), 0n, VALUE);
    });

    it("returns whether the token accepted the permit", async function () {
      expect(await f.engine.tryPermit.staticCall(f.ecny, ...(await permitOf()))).to.equal(true);
      expect(await f.engine.tryPermit.staticCall(f.ecny, ...(await permitOf(1n)))).to.equal(false);
    });
  });
});
