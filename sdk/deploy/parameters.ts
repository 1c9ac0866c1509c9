import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { HDNodeWallet, Mnemonic, getAddress, id, isAddress } from "ethers";
import json5 from "json5";
import { z } from "zod";
import { UserError, checkedBy, validate } from "../errors.js";
import {
  institutionByBic,
  loadInstitutions,
  registryEntry,
  type Institution,
  type RegistryEntry,
} from "../institutions.js";
import { WALLET_CLASSES, classLimits, loadLimitProfile, type ClassLimits, type WalletClass } from "../limits.js";
import { minor, type CurrencyCode } from "../money.js";
import { OFFICES, ROLE_NAMES, type Office, type Role } from "../roles.js";

/** Jurisdictions of the suite. */
export const JURISDICTIONS = ["mainland", "hongkong"] as const;
/** Name of a jurisdiction. */
export type JurisdictionName = (typeof JURISDICTIONS)[number];

/** What a jurisdiction is, whatever the network. */
export const JURISDICTION_FACTS = {
  mainland: { title: "Mainland China", prefix: "Mainland", country: "CN", contract: "ECNY", code: "CNY" },
  hongkong: { title: "Hong Kong", prefix: "Hongkong", country: "HK", contract: "EHKD", code: "HKD" },
} as const satisfies Record<JurisdictionName, object>;

/** Parameters of the in-process network, of `npx hardhat node` and of anvil. */
export const DEVELOPMENT_PARAMETERS = parametersFile("development");

/** The parameters file of a name that comes with the suite. */
export function parametersFile(name: string): string {
  return fileURLToPath(new URL(`../../ignition/parameters/${name}.json5`, import.meta.url));
}

const seconds = z
  .int()
  .min(0)
  .max(2 ** 32 - 1);
/** An address, or the place of an account of the file's mnemonic. */
export const accountSchema = z.union([
  z.int().min(0).max(999),
  z.string().refine((text) => isAddress(text), { message: "not an address, or one with a wrong checksum" }),
]);

/** How long what is announced waits, seconds. */
export const delaysSchema = z.strictObject({ admin: seconds, upgrade: seconds, grant: seconds });

/** Makes numbers mean accounts; only for test networks, its keys are known to everybody. */
export const mnemonicSchema = z
  .string()
  .refine((text) => Mnemonic.isValidMnemonic(text), { message: "not a BIP-39 mnemonic" })
  .optional();

const jurisdictionSchema = z.strictObject({
  /** Name of a limit profile of `data/limit-profiles.json`. */
  limitProfile: z.string(),
  /** Holders of each office, listed completely. */
  offices: z.strictObject(
    Object.fromEntries(OFFICES.map((office) => [office, z.array(accountSchema).min(1)])) as Record<
      Office,
      z.ZodArray<typeof accountSchema>
    >,
  ),
  /** Account of the operator of the settlement system (RTGS) that attests reserves. */
  settlementOperator: accountSchema,
  /** If the admin is a multi-signature account: the fewest signatures it must ask for. */
  adminThreshold: z.int().min(2).max(100).optional(),
  delays: delaysSchema,
  rateLimit: z.strictObject({
    /** Most that one institution may be issued at once, major units. */
    capacity: checkedBy((text) => minor(text)),
    /** Seconds in which a spent capacity is whole again. */
    window: seconds.min(1),
  }),
  /** Legal bases of the powers. */
  mandates: z.strictObject({ issuance: z.string().min(1), enforcement: z.string().min(1) }),
  /** Settlement account of each institution that takes part, by BIC. */
  institutions: z.record(z.string(), accountSchema),
});

const parametersSchema = z.strictObject({
  mnemonic: mnemonicSchema,
  /** Blocks a transaction must be under before the next step relies on it. */
  requiredConfirmations: z.int().min(1).max(100),
  jurisdictions: z.strictObject({ mainland: jurisdictionSchema, hongkong: jurisdictionSchema }),
});

/** A parameters file as written. */
export type Parameters = z.infer<typeof parametersSchema>;

/** An institution and the account it settles with. */
export interface Member extends RegistryEntry {
  readonly name: string;
  /** As the file writes it, 8 or 11 characters. */
  readonly bicText: string;
  readonly account: string;
}

/** What is deployed for one central bank whatever its currency, and the state it must have afterwards. */
export interface CentralBankPlan {
  readonly title: string;
  /** What names of its modules begin with. */
  readonly prefix: string;
  readonly code: CurrencyCode;
  /** Contract of the currency, and of the half of it that it hands over to. */
  readonly contract: string;
  readonly office: string;
  readonly offices: Readonly<Record<Office, readonly string[]>>;
  readonly settlementOperator: string;
  readonly adminThreshold: number | undefined;
  readonly delays: { readonly admin: number; readonly upgrade: number; readonly grant: number };
  readonly rateLimit: { readonly capacity: bigint; readonly window: number };
  readonly mandates: { readonly issuance: string; readonly enforcement: string };
  readonly institutions: readonly Member[];
}

/** Everything that is deployed for one central bank of the two platforms. */
export interface JurisdictionPlan extends CentralBankPlan {
  readonly name: JurisdictionName;
  readonly contract: "ECNY" | "EHKD";
  readonly code: "CNY" | "HKD";
  readonly limitProfile: string;
  readonly limits: Readonly<Record<WalletClass, ClassLimits>>;
}

/** A parameters file with the data files it names, checked. */
export interface Plan {
  /** Where it came from. */
  readonly file: string;
  readonly requiredConfirmations: number;
  /** First account of the mnemonic, if the file has one: then only it may deploy. */
  readonly deployer: string | undefined;
  readonly mainland: JurisdictionPlan;
  readonly hongkong: JurisdictionPlan;
}

/**
 * Reads a parameters file.
 * @throws UserError when it is missing, is not JSON5, has unknown or missing keys, or asks for what must not be: one
 * account that halts and resumes, an institution that nobody knows, an account used twice.
 */
export async function loadPlan(file = DEVELOPMENT_PARAMETERS): Promise<Plan> {
  return planOf(await readParameters(file), file);
}

/** The plan of parameters that are at hand. `file` is what errors call them. */
export async function planOf(parameters: Parameters, file = "parameters"): Promise<Plan> {
  const { requiredConfirmations, jurisdictions } = validate(parametersSchema, parameters, file);
  const addressOf = resolver(parameters.mnemonic, file);
  const known = await loadInstitutions();
  const jurisdiction = (name: JurisdictionName) => planJurisdiction(name, jurisdictions[name], addressOf, known, file);
  return {
    file,
    requiredConfirmations,
    deployer: parameters.mnemonic === undefined ? undefined : addressOf(0),
    mainland: await jurisdiction("mainland"),
    hongkong: await jurisdiction("hongkong"),
  };
}

/** Reads a parameters file without resolving what it names. */
export async function readParameters(file: string): Promise<Parameters> {
  return validate(parametersSchema, await readJson5(file), file);
}

/**
 * What a JSON5 file says, unchecked.
 * @throws UserError when it cannot be read, or is no JSON5.
 */
export async function readJson5(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new UserError(`${file} cannot be read (${reasonOf(error)}); name a parameters file and run again.`);
  }
  try {
    return json5.parse(text);
  } catch (error) {
    throw new UserError(`${file} is not valid JSON5 (${reasonOf(error)}); correct it and run again.`);
  }
}

/** The execution delay that a holder of a role has. */
export function executionDelay({ delays }: CentralBankPlan, role: Role): number {
  if (role === "admin") return delays.admin;
  return role === "upgrader" ? delays.upgrade : 0;
}

async function planJurisdiction(
  name: JurisdictionName,
  given: Parameters["jurisdictions"][JurisdictionName],
  addressOf: (account: number | string) => string,
  known: readonly Institution[],
  file: string,
): Promise<JurisdictionPlan> {
  const facts = JURISDICTION_FACTS[name];
  const profile = await loadLimitProfile(given.limitProfile);
  if (profile.currency !== facts.code) {
    throw new UserError(
      `${file}: the limit profile ${given.limitProfile} is for ${profile.currency}, not for ${facts.code}; ` +
        `name a profile of ${name}'s currency.`,
    );
  }
  const offices = Object.fromEntries(
    OFFICES.map((office) => [office, given.offices[office].map(addressOf)]),
  ) as unknown as JurisdictionPlan["offices"];
  const peers = known.filter(({ jurisdiction }) => jurisdiction === facts.country);
  const institutions = Object.entries(given.institutions).map(([bic, holder]): Member => {
    const entry = institutionByBic(peers, bic);
    return { ...registryEntry(entry), name: entry.name, bicText: entry.bic, account: addressOf(holder) };
  });
  const plan: JurisdictionPlan = {
    name,
    title: facts.title,
    prefix: facts.prefix,
    contract: facts.contract,
    office: "RetailOffice",
    code: facts.code,
    limitProfile: given.limitProfile,
    limits: Object.fromEntries(
      WALLET_CLASSES.map((walletClass) => [walletClass, classLimits(profile, walletClass)]),
    ) as JurisdictionPlan["limits"],
    offices,
    settlementOperator: addressOf(given.settlementOperator),
    adminThreshold: given.adminThreshold,
    delays: given.delays,
    rateLimit: { capacity: minor(given.rateLimit.capacity), window: given.rateLimit.window },
    mandates: { issuance: id(given.mandates.issuance), enforcement: id(given.mandates.enforcement) },
    institutions: institutions.sort((a, b) => a.number - b.number),
  };
  requireSound(plan, file);
  return plan;
}

/** What no deployment may look like, whatever the network. */
function requireSound({ name, offices, institutions }: JurisdictionPlan, file: string): void {
  requireTwoKeys(name, offices, file);
  for (const office of OFFICES) {
    const twice = repeated(offices[office]);
    if (twice !== undefined)
      throw new UserError(`${file}: ${twice} is listed twice as ${office} of ${name}; list it once.`);
  }
  const shared = repeated(institutions.map(({ account }) => account));
  if (shared !== undefined) {
    throw new UserError(`${file}: ${shared} is the account of two institutions of ${name}; give each its own.`);
  }
}

/** Nobody halts and resumes alone. */
export function requireTwoKeys(whose: string, { halter, resumer }: CentralBankPlan["offices"], file: string): void {
  const both = halter.find((holder) => resumer.includes(holder));
  if (both === undefined) return;
  throw new UserError(`${file}: ${both} would halt and resume payments of ${whose}; give the roles to two holders.`);
}

function repeated(addresses: readonly string[]): string | undefined {
  return addresses.find((address, index) => addresses.indexOf(address) !== index);
}

/** What turns an account of a parameters file into its address. */
export function resolver(mnemonic: string | undefined, file: string): (account: number | string) => string {
  const parent = mnemonic === undefined ? undefined : HDNodeWallet.fromPhrase(mnemonic, undefined, "m/44'/60'/0'/0");
  return (account) => {
    if (typeof account === "string") return getAddress(account);
    if (parent === undefined) {
      throw new UserError(`${file}: ${account} is a place in a mnemonic and there is none; write an address.`);
    }
    return parent.deriveChild(account).address;
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Roles without the admin's. */
export const GRANTED_ROLES = ROLE_NAMES.filter((role) => role !== "admin");
