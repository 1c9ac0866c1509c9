import type { Provider } from "ethers";
import { bridgeModule } from "../../ignition/modules/bridgeModule.js";
import { attachBridge, bridgeBookSchema, type BridgeBook } from "../bridge/deployment.js";
import { CLASS_NUMBERS } from "../limits.js";
import { BRIDGE_CODES, type BridgeCode, type BridgeMemberPlan, type BridgePlan } from "./bridgeParameters.js";
import { governedOnBridge } from "./calls.js";
import { sharedChecks, corridorChecks } from "./checks/bridge.js";
import type { Compiled, Deployable } from "./deployable.js";
import type { Applied } from "./ignite.js";
import {
  centralBankChecks,
  requireStanding,
  type CentralBankInspection,
  type Check,
  type Inspection,
} from "./status.js";

/** The shared ledger, as it is deployed and looked at. */
export function sharedLedgerOf(plan: BridgePlan): Deployable<BridgeBook> {
  const { file, requiredConfirmations, deployer, members } = plan;
  return {
    ...{ file, requiredConfirmations, deployer, holders: members, module: bridgeModule(plan) },
    ...{ bookSchema: bridgeBookSchema, bookOf },
    inspect: (provider, book, compiled) => inspectBridge(provider, book, plan, compiled),
  };
}

/**
 * Compares a shared ledger with its parameters. Reads only.
 * @throws UserError when the node serves another chain than the address book's.
 */
export async function inspectBridge(
  provider: Provider,
  book: BridgeBook,
  plan: BridgePlan,
  compiled: Compiled,
): Promise<Check[]> {
  await requireStanding(provider, book, "the council", book.council);
  const block = await provider.getBlockNumber();
  const base: Inspection = { provider, block, compiled, head: book };
  const deployment = attachBridge(book, provider);
  const checks = await Promise.all(
    plan.members.map(async (own) => {
      const inspection = inspectionOf(base, book, own, deployment);
      return [...(await centralBankChecks(inspection)), ...(await corridorChecks({ ...base, deployment, own }))];
    }),
  );
  return [...checks.flat(), ...(await sharedChecks({ ...base, deployment, plan }))];
}

function inspectionOf(
  base: Inspection,
  book: BridgeBook,
  own: BridgeMemberPlan,
  { members }: ReturnType<typeof attachBridge>,
): CentralBankInspection {
  const addresses = book.centralBanks[own.code];
  return {
    ...base,
    ...{ own, addresses, contracts: members[own.code] },
    classes: [
      { name: "institution", number: CLASS_NUMBERS.institution, limits: own.limits },
      ...own.corridors.map(({ partner, walletClass, limits }) => ({
        name: `${walletClass} (banks of ${partner})`,
        number: walletClass,
        limits,
      })),
    ],
    governed: governedOnBridge(book, addresses),
  };
}

function bookOf({ head, at }: Applied): BridgeBook {
  const centralBank = (code: BridgeCode) => ({
    authority: at(`Bridge#${code}_authority`),
    registry: at(`Bridge#${code}_registry`),
    currency: at(`Bridge#${code}_currency`),
    implementation: at(`Bridge#${code}_implementation`),
    desk: at(`Bridge#${code}_desk`),
  });
  return {
    ...head,
    engine: at("Bridge#SettlementEngine"),
    gate: at("Bridge#BridgeGate"),
    council: at("Bridge#CentralBankCouncil"),
    payments: at("Bridge#BridgePayments"),
    exchange: at("Bridge#ForeignExchange"),
    netting: at("Bridge#BridgeNetting"),
    centralBanks: Object.fromEntries(
      BRIDGE_CODES.map((code) => [code, centralBank(code)]),
    ) as BridgeBook["centralBanks"],
  };
}
