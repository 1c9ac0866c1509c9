import { openChain } from "../support/chain.js";
import { SIDES, unlimitedParties } from "../support/subjects.js";
import { isEnforceable } from "../ledger/Enforcement.behavior.js";
import { behavesLikeErc20 } from "../ledger/Erc20.behavior.js";
import { endsHolds } from "../ledger/HoldEnding.behavior.js";
import { placesHolds } from "../ledger/HoldPlacing.behavior.js";
import { paysWithReference } from "../ledger/Payments.behavior.js";

const chain = await openChain("mainland");

for (const side of SIDES) {
  describe(`${side === "mainland" ? "ECNY" : "EHKD"} as a ledger`, function () {
    let f: Awaited<ReturnType<typeof deploy>>;

    async function deploy() {
      return unlimitedParties(chain, side);
    }

    beforeEach(async function () {
      f = await chain.networkHelpers.loadFixture(deploy);
    });

    behavesLikeErc20(chain, () => f);
    placesHolds(chain, () => f);
    endsHolds(chain, () => f);
    paysWithReference(chain, () => f);
    isEnforceable(chain, () => f);
  });
}
