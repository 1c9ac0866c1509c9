import { MaxUint256 } from "ethers";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { collectConsents, netTable, payment } from "../../sdk/instructions.js";
import type { SettlementEngine } from "../../types/ethers-contracts/index.js";
import { limitsOfPaying, type Limited } from "../currency/PayingLimits.behavior.js";
import { openChain } from "../support/chain.js";
import { loadLimits } from "../support/currency.js";
import type { Path, Payment } from "../support/paths.js";
import { SIDES, moneyOf } from "../support/subjects.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;

let references = 0n;

/** Every way in which the engine takes value by allowance; what is held was counted when it was placed. */
function pathsOf(engineOf: () => SettlementEngine): readonly Path[] {
  const itemOf = async ({ currency, payer, payee, amount }: Payment) => {
    const engine = engineOf();
    await currency.connect(payer).approve(engine, MaxUint256);
    references++;
    const giving = { token: await currency.getAddress(), from: payer.address, amount };
    const instruction = payment({ businessRef: references, nettable: true }, giving, payee.address);
    return { instruction, consents: await collectConsents(await domainOf(engine), instruction, [payer]), holds: [] };
  };
  return [
    {
      name: "settle",
      prepare: async (_, agreed) => {
        const { instruction, consents, holds } = await itemOf(agreed);
        return () => engineOf().connect(agreed.helper).settle(instruction, consents, holds);
      },
    },
    {
      name: "settleMany",
      prepare: async (_, agreed) => {
        const item = await itemOf(agreed);
        return () => engineOf().connect(agreed.helper).settleMany([item]);
      },
    },
    {
      name: "settleNet",
      prepare: async (_, agreed) => {
        const item = await itemOf(agreed);
        const { keys, indices } = netTable([item.instruction]);
        return () => engineOf().connect(agreed.helper).settleNet([item], keys, indices);
      },
    },
  ];
}

for (const side of SIDES) {
  const limitsOf = await loadLimits(side);

  describe(`limits of paying through the SettlementEngine, ${side === "mainland" ? "ECNY" : "EHKD"}`, function () {
    let f: Limited & { readonly engine: SettlementEngine };

    async function deploy() {
      return { ...(await moneyOf(chain, side)), engine: await ethers.deployContract("SettlementEngine") };
    }

    beforeEach(async function () {
      f = await networkHelpers.loadFixture(deploy);
    });

    limitsOfPaying(
      chain,
      limitsOf,
      pathsOf(() => f.engine),
      () => f,
    );
  });
}
