import { hexlify, id, toUtf8Bytes } from "ethers";
import { z } from "zod";
import { UserError, checkedBy, validate } from "../errors.js";
import { institutionByBic, loadInstitutions, registryEntry, type Institution } from "../institutions.js";
import { UNLIMITED_AMOUNT, UNLIMITED_COUNT, type ClassLimits } from "../limits.js";
import { minor } from "../money.js";
import {
  accountSchema as account,
  delaysSchema,
  mnemonicSchema,
  parametersFile,
  readJson5,
  requireTwoKeys,
  resolver,
  type CentralBankPlan,
  type Member,
} from "./parameters.js";

/** Currencies of the shared ledger, in the order of their central banks. */
export const BRIDGE_CODES = ["CNY", "HKD", "THB", "AED", "SAR"] as const;
/** Code of a currency of the shared ledger. */
export type BridgeCode = (typeof BRIDGE_CODES)[number];

/** Parameters of the shared ledger on the in-process network. */
export const BRIDGE_PARAMETERS = parametersFile("bridge");

const amount = checkedBy((text) => minor(text));
const seconds = z.int().min(1);

const centralBankSchema = z.strictObject({
  bic: z.string(),
  code: z.enum(BRIDGE_CODES),
  title: z.string().min(1),
  /** Name of the token and of its EIP-712 domain. */
  token: z.string().min(1).max(31),
  /** Class of this jurisdiction's banks in every other currency. */
  walletClass: z.int().min(8).max(15),
  offices: z.strictObject({
    governor: account,
    halter: account,
    resumer: account,
    enforcer: account,
    operator: account,
    // the governor's as well, if they are not named
    admin: account.optional(),
    upgrader: account.optional(),
    registrar: account.optional(),
    guardian: account.optional(),
  }),
  /** If the admin is a multi-signature account: the fewest signatures it must ask for. */
  adminThreshold: z.int().min(2).max(100).optional(),
  /** The most that one bank may have issued to it, major units. */
  quota: amount,
  /** What it lets the banks of each other jurisdiction do with its currency: each bank, and all together. */
  corridor: z.strictObject({
    balance: amount,
    single: amount,
    day: amount,
    holding: amount,
    outflow: amount,
    inflow: amount,
    windowDays: z.int().min(1).max(255),
  }),
  /** Account of each of its banks, by BIC. */
  banks: z.record(z.string(), account),
});

const bridgeSchema = z
  .strictObject({
    mnemonic: mnemonicSchema,
    requiredConfirmations: z.int().min(1).max(100),
    delays: delaysSchema,
    rulebook: z.string().min(1),
    timing: z.strictObject({ votingDelay: seconds, votingPeriod: seconds, timeLock: seconds }),
    maxRateValidity: seconds,
    netting: z.strictObject({
      /** Seconds from midnight UTC+8. */
      timetable: z.strictObject({ opens: seconds, closes: seconds, ends: seconds, cycle: seconds }),
      maxItems: z.int().min(1),
      maxOwnItems: z.int().min(1),
    }),
    purposes: z.array(z.string().regex(/^[A-Z0-9]{4}$/, "not four capitals of a purpose code")).min(1),
    centralBanks: z.array(centralBankSchema).length(BRIDGE_CODES.length),
  })
  .superRefine(({ centralBanks }, context) => {
    const once = (what: string, values: readonly (string | number)[]): void => {
      const twice = values.find((value, index) => values.indexOf(value) !== index);
      if (twice === undefined) return;
      context.addIssue({
        code: "custom",
        path: ["centralBanks"],
        message: `the ${what} ${String(twice)} is used twice`,
      });
    };
    once(
      "currency",
      centralBanks.map(({ code }) => code),
    );
    once(
      "wallet class",
      centralBanks.map(({ walletClass }) => walletClass),
    );
    once(
      "account",
      centralBanks
        .flatMap(({ offices, banks }) => [...Object.values(offices), ...Object.values(banks)])
        .filter((used) => used !== undefined),
    );
  });

/** Parameters of the shared ledger. */
export type BridgeParameters = z.infer<typeof bridgeSchema>;
/** Parameters of one central bank. */
export type CentralBankParameters = z.infer<typeof centralBankSchema>;

/** What a currency lets the banks of one other jurisdiction do with it. */
export interface CorridorPlan {
  /** The other jurisdiction's currency. */
  readonly partner: BridgeCode;
  readonly walletClass: number;
  readonly limits: ClassLimits;
  readonly policy: {
    readonly holdingLimit: bigint;
    readonly outflowLimit: bigint;
    readonly inflowLimit: bigint;
    readonly windowDays: number;
  };
  /** Four letters each, as the contracts take them. */
  readonly purposes: readonly string[];
  /** Accounts of its banks, which get wallets. */
  readonly accounts: readonly string[];
}

/** Everything that is deployed for one central bank on the shared ledger. */
export interface BridgeMemberPlan extends CentralBankPlan {
  readonly code: BridgeCode;
  readonly token: string;
  /** Class of this jurisdiction's banks in every other currency. */
  readonly walletClass: number;
  /** Limits of its own banks' wallets. */
  readonly limits: ClassLimits;
  readonly corridors: readonly CorridorPlan[];
}

/** Parameters of the shared ledger with the institutions that they name, checked. */
export interface BridgePlan {
  /** Where it came from. */
  readonly file: string;
  readonly parameters: BridgeParameters;
  readonly requiredConfirmations: number;
  /** First account of the mnemonic, if the file has one: then only it may deploy. */
  readonly deployer: string | undefined;
  /** Hash of the rulebook's text. */
  readonly rulebook: string;
  readonly timing: BridgeParameters["timing"];
  readonly maxRateValidity: number;
  readonly netting: BridgeParameters["netting"];
  readonly members: readonly BridgeMemberPlan[];
}

/**
 * Reads parameters of the shared ledger.
 * @throws UserError when the file is missing, is not JSON5, or breaks a rule; the sentence says which.
 */
export async function loadBridgeParameters(file = BRIDGE_PARAMETERS): Promise<BridgeParameters> {
  return validate(bridgeSchema, await readJson5(file), file);
}

/**
 * The plan of a parameters file, {@link BRIDGE_PARAMETERS} unless told otherwise.
 * @throws UserError as {@link loadBridgeParameters}, and when an institution is unknown or one account halts and resumes.
 */
export async function loadBridgePlan(file = BRIDGE_PARAMETERS): Promise<BridgePlan> {
  return bridgePlanOf(await loadBridgeParameters(file), file);
}

/** The plan of parameters that are at hand. `file` is what errors call them. */
export async function bridgePlanOf(parameters: BridgeParameters, file = "parameters"): Promise<BridgePlan> {
  const { mnemonic, requiredConfirmations, rulebook, timing, maxRateValidity, netting } = parameters;
  const addressOf = resolver(mnemonic, file);
  const known = await loadInstitutions();
  const ground = parameters.centralBanks.map((own) => planBank(parameters, own, addressOf, known));
  const members = ground.map((member) => ({ ...member, corridors: corridorsOf(parameters, member, ground) }));
  for (const { title, offices } of members) requireTwoKeys(title, offices, file);
  return {
    ...{ file, parameters, requiredConfirmations, timing, maxRateValidity, netting, members },
    deployer: mnemonic === undefined ? undefined : addressOf(0),
    rulebook: id(rulebook),
  };
}

/** Four letters of an ISO 20022 purpose code as the contracts take them. */
export function purposeCode(letters: string): string {
  if (!/^[A-Z0-9]{4}$/.test(letters)) {
    throw new UserError(
      `"${letters}" is no purpose code; write four capitals of the ISO 20022 list, for example GDDS.`,
    );
  }
  return hexlify(toUtf8Bytes(letters));
}

const OPERATING = 2;
/** Seconds in which an institution's spent rate limit is whole again. */
const RATE_WINDOW = 86_400;

type Ground = Omit<BridgeMemberPlan, "corridors">;

function planBank(
  { delays }: BridgeParameters,
  own: CentralBankParameters,
  addressOf: (account: number | string) => string,
  known: readonly Institution[],
): Ground {
  const { bic, code, title, token, walletClass, adminThreshold } = own;
  const { governor, halter, resumer, enforcer, operator } = own.offices;
  const { admin = governor, upgrader = governor, registrar = governor, guardian = governor } = own.offices;
  const holders = { admin, governor, halter, resumer, upgrader, registrar, guardian, enforcer };
  // whoever takes part deals with its central bank directly here, whatever its tier is at home
  const quota = minor(own.quota, code);
  const institutions = Object.entries(own.banks).map(([bankBic, holder]): Member => {
    const bank = institutionByBic(known, bankBic);
    const entry = { ...registryEntry(bank), tier: OPERATING, quota };
    return { ...entry, name: bank.name, bicText: bank.bic, account: addressOf(holder) };
  });
  return {
    ...{ title, code, token, walletClass, adminThreshold, delays, institutions },
    prefix: `Bridge${code}`,
    contract: "BridgeCurrency",
    office: "BridgeOffice",
    offices: Object.fromEntries(
      Object.entries(holders).map(([office, holder]) => [office, [addressOf(holder)]]),
    ) as unknown as CentralBankPlan["offices"],
    settlementOperator: addressOf(operator),
    rateLimit: { capacity: quota, window: RATE_WINDOW },
    mandates: { issuance: id(`${bic}: issuance`), enforcement: id(`${bic}: enforcement`) },
    limits: {
      ...{ open: true, balance: UNLIMITED_AMOUNT, single: UNLIMITED_AMOUNT },
      ...{ day: UNLIMITED_COUNT, year: UNLIMITED_COUNT },
    },
  };
}

/** What a central bank lets each other jurisdiction's banks do with its currency. */
function corridorsOf({ purposes, centralBanks }: BridgeParameters, { code }: Ground, all: readonly Ground[]) {
  const own = centralBanks.find((bank) => bank.code === code)?.corridor;
  if (own === undefined) throw new RangeError(`the parameters have no central bank of ${code}`);
  const amount = (text: string): bigint => minor(text, code);
  return all
    .filter(({ code: partner }) => partner !== code)
    .map((partner): CorridorPlan => ({
      partner: partner.code,
      walletClass: partner.walletClass,
      limits: {
        ...{ open: true, balance: amount(own.balance), single: amount(own.single), day: amount(own.day) },
        year: UNLIMITED_COUNT,
      },
      policy: {
        holdingLimit: amount(own.holding),
        outflowLimit: amount(own.outflow),
        inflowLimit: amount(own.inflow),
        windowDays: own.windowDays,
      },
      purposes: purposes.map(purposeCode),
      accounts: partner.institutions.map(({ account }) => account),
    }));
}
