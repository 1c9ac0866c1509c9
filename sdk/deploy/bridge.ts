import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256 } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import {
  attachBridge,
  type BridgeBook,
  type BridgeMemberContracts,
  type SharedContracts,
} from "../bridge/deployment.js";
import { UserError } from "../errors.js";
import { institutionByBic, loadInstitutions, type Institution } from "../institutions.js";
import {
  BRIDGE_CODES,
  bridgePlanOf,
  loadBridgePlan,
  type BridgeCode,
  type BridgeMemberPlan,
  type BridgeParameters,
  type BridgePlan,
} from "./bridgeParameters.js";
import { ignite } from "./ignite.js";
import { sharedLedgerOf } from "./sharedLedger.js";

export { purposeCode } from "./bridgeParameters.js";

/** A bank on the shared ledger. */
export interface BridgeBank extends Institution {
  /** Currency of the central bank that has admitted it. */
  readonly home: BridgeCode;
  readonly signer: HardhatEthersSigner;
  readonly account: string;
}

/** A central bank on the shared ledger: its contracts, and who acts for it. */
export interface BridgeMember extends BridgeMemberContracts {
  readonly code: BridgeCode;
  readonly title: string;
  /** Class of its banks' wallets in every other currency. */
  readonly walletClass: number;
  /** `governor` is the authority's admin, governor, registrar and upgrader, and the member of the council. */
  readonly offices: Readonly<Record<"governor" | "halter" | "resumer" | "enforcer" | "operator", HardhatEthersSigner>>;
  readonly banks: readonly BridgeBank[];
}

/** The shared ledger: five central banks, their banks, and what they share. */
export interface OpenBridge extends SharedContracts {
  readonly plan: BridgePlan;
  readonly parameters: BridgeParameters;
  readonly book: BridgeBook;
  readonly members: Readonly<Record<BridgeCode, BridgeMember>>;
  readonly deployer: HardhatEthersSigner;
  /** Funded accounts that nobody of the parameters uses. */
  readonly outsiders: readonly HardhatEthersSigner[];
  /** The bank with a BIC. */
  bank(bic: string): BridgeBank;
}

/** What {@link openBridge} takes beside the connection. */
export interface BridgeOptions {
  readonly parameters?: BridgeParameters;
}

/**
 * Deploys the shared ledger to a connection's chain, through the module that a real network gets, and hands it over;
 * then does what each bank does itself: it has a wallet of every currency, allows the engine all of them, and authorises
 * the venues.
 * @throws UserError when the network has no key of somebody the parameters name.
 */
export async function openBridge(
  connection: NetworkConnection<"l1">,
  { parameters }: BridgeOptions = {},
): Promise<OpenBridge> {
  const plan = parameters === undefined ? await loadBridgePlan() : await bridgePlanOf(parameters);
  const { ethers, provider, networkName } = connection;
  const { module, requiredConfirmations, bookOf } = sharedLedgerOf(plan);
  const book = bookOf(
    await ignite({ provider, module, requiredConfirmations, network: networkName, pollingInterval: 1 }),
  );
  const signers = new Map((await ethers.getSigners()).map((signer) => [signer.address, signer]));
  const used = new Set<string>();
  const signerOf = (address: string): HardhatEthersSigner => {
    const found = signers.get(address);
    if (found === undefined) {
      throw new UserError(
        `The network ${networkName} has no key of ${address}, which ${plan.file} names; ` +
          `give its configuration the file's mnemonic and more accounts.`,
      );
    }
    used.add(address);
    return found;
  };
  const deployer = signerOf(book.deployer);
  const deployment = attachBridge(book, deployer);
  const known = await loadInstitutions();
  const members = Object.fromEntries(
    plan.members.map((own) => [own.code, memberOf(own, deployment.members[own.code], known, signerOf)]),
  ) as Record<BridgeCode, BridgeMember>;
  const all = BRIDGE_CODES.map((code) => members[code]);
  const banks = all.flatMap((member) => member.banks);
  const { engine, payments, exchange, netting } = deployment;
  for (const { signer: bank } of banks) {
    for (const { currency } of all) await currency.connect(bank).approve(engine, MaxUint256);
    for (const venue of [payments, exchange, netting]) await engine.connect(bank).authorizeAgent(venue, true);
  }
  return {
    ...deployment,
    ...{ plan, parameters: plan.parameters, members, deployer },
    outsiders: [...signers.values()].filter(({ address }) => !used.has(address)),
    bank(bic) {
      const found = banks.find((bank) => bank.bic === bic);
      if (found === undefined) {
        throw new UserError(
          `No bank on the shared ledger has the BIC ${bic}; choose one of ${banks.map((bank) => bank.bic).join(", ")}.`,
        );
      }
      return found;
    },
  };
}

/** A central bank with everybody's signers. The governor acts on the registry, the authority and the currency. */
function memberOf(
  { code, title, walletClass, offices, settlementOperator, institutions }: BridgeMemberPlan,
  contracts: BridgeMemberContracts,
  known: readonly Institution[],
  signerOf: (address: string) => HardhatEthersSigner,
): BridgeMember {
  const holder = (office: keyof typeof offices): HardhatEthersSigner => signerOf(offices[office][0] ?? "");
  const governor = holder("governor");
  const banks = institutions.map(({ bicText, account }): BridgeBank => {
    return { ...institutionByBic(known, bicText), home: code, signer: signerOf(account), account };
  });
  return {
    ...{ code, title, walletClass, banks, desk: contracts.desk },
    authority: contracts.authority.connect(governor),
    registry: contracts.registry.connect(governor),
    currency: contracts.currency.connect(governor),
    offices: {
      governor,
      halter: holder("halter"),
      resumer: holder("resumer"),
      enforcer: holder("enforcer"),
      operator: signerOf(settlementOperator),
    },
  };
}
