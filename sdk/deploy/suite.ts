import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";
import { attach, type AddressBook, type JurisdictionContracts } from "../deployment.js";
import { UserError } from "../errors.js";
import { OFFICES, type Office } from "../roles.js";
import type { AssetRegistry, CorporateActions, SettlementEngine } from "../../types/ethers-contracts/index.js";
import { apply } from "./apply.js";
import { loadPlan, type JurisdictionPlan, type Member, type Plan } from "./parameters.js";

/** An institution with the account that acts for it. */
export interface Bank extends Member {
  readonly signer: HardhatEthersSigner;
}

/** One jurisdiction of an open suite: contracts, and who acts. */
export interface OpenJurisdiction extends JurisdictionContracts {
  readonly plan: JurisdictionPlan;
  /** The first holder of each office. */
  readonly offices: Readonly<Record<Office, HardhatEthersSigner>>;
  /** Attests what the settlement system has done. */
  readonly settlementOperator: HardhatEthersSigner;
  /** Institutions in the order of their numbers. */
  readonly banks: readonly Bank[];
  /** The institution with a BIC. */
  bank(bic: string): Bank;
}

/** The suite on an in-process network, with everybody's signers. */
export interface Suite {
  readonly plan: Plan;
  readonly book: AddressBook;
  readonly mainland: OpenJurisdiction;
  readonly hongkong: OpenJurisdiction;
  readonly engine: SettlementEngine;
  /** Register of the digital asset platform, under Hong Kong's authority. */
  readonly assets: AssetRegistry;
  readonly corporateActions: CorporateActions;
  /** Has no right left. */
  readonly deployer: HardhatEthersSigner;
  /** Funded accounts that nobody of the plan uses, in order. */
  readonly customers: readonly HardhatEthersSigner[];
}

/** What {@link openSuite} takes beside the connection. */
export interface SuiteOptions {
  /** Path of a parameters file, or a plan; development parameters unless told otherwise. */
  readonly parameters?: string | Plan;
}

/**
 * Deploys the suite to a connection's chain, through the modules that a real network gets, and hands it over.
 * @throws UserError when the network has no key of somebody the parameters name.
 */
export async function openSuite(connection: NetworkConnection<"l1">, options: SuiteOptions = {}): Promise<Suite> {
  const { parameters } = options;
  const plan = typeof parameters === "object" ? parameters : await loadPlan(parameters);
  const { ethers, provider, networkName } = connection;
  const book = await apply({ provider, plan, network: networkName, pollingInterval: 1 });
  const signers = new Map((await ethers.getSigners()).map((signer) => [signer.address, signer]));
  const signerOf = (address: string): HardhatEthersSigner => {
    const signer = signers.get(address);
    if (signer === undefined) {
      throw new UserError(
        `The network ${networkName} has no key of ${address}, which ${plan.file} names; ` +
          `give its configuration the file's mnemonic and more accounts.`,
      );
    }
    return signer;
  };
  const deployer = signerOf(book.deployer);
  const contracts = attach(book, deployer);
  const used = new Set<string>([book.deployer]);
  const jurisdiction = (name: "mainland" | "hongkong"): OpenJurisdiction => {
    const own = plan[name];
    const banks = own.institutions.map((member): Bank => ({ ...member, signer: signerOf(member.account) }));
    const offices = Object.fromEntries(
      OFFICES.map((office) => [office, signerOf(own.offices[office][0] ?? "")]),
    ) as unknown as OpenJurisdiction["offices"];
    const settlementOperator = signerOf(own.settlementOperator);
    for (const { address } of [...Object.values(offices), settlementOperator]) used.add(address);
    for (const { account } of banks) used.add(account);
    return {
      ...contracts[name],
      plan: own,
      offices,
      settlementOperator,
      banks,
      bank(bic) {
        const found = banks.find(({ bicText }) => bicText === bic);
        if (found === undefined) {
          const known = banks.map(({ bicText }) => bicText).join(", ");
          throw new UserError(`No institution of ${own.title} has the BIC ${bic}; choose one of ${known}.`);
        }
        return found;
      },
    };
  };
  const { engine, assets, corporateActions } = contracts;
  const [mainland, hongkong] = [jurisdiction("mainland"), jurisdiction("hongkong")];
  const customers = [...signers.values()].filter(({ address }) => !used.has(address));
  return { plan, book, mainland, hongkong, engine, assets, corporateActions, deployer, customers };
}
