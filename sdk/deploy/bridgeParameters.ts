import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import json5 from "json5";
import { z } from "zod";
import { UserError, checkedBy, validate } from "../errors.js";
import { minor } from "../money.js";

/** Currencies of the shared ledger, in the order of their central banks. */
export const BRIDGE_CODES = ["CNY", "HKD", "THB", "AED", "SAR"] as const;
/** Code of a currency of the shared ledger. */
export type BridgeCode = (typeof BRIDGE_CODES)[number];

/** Parameters of the shared ledger on the in-process network. */
export const BRIDGE_PARAMETERS = fileURLToPath(new URL("../../ignition/parameters/bridge.json5", import.meta.url));

const account = z.int().min(0).max(999);
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
  }),
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
    rulebook: z.string().min(1),
    timing: z.strictObject({ votingDelay: seconds, votingPeriod: seconds, timeLock: seconds }),
    maxRateValidity: seconds,
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
      centralBanks.flatMap(({ offices, banks }) => [...Object.values(offices), ...Object.values(banks)]),
    );
  });

/** Parameters of the shared ledger. */
export type BridgeParameters = z.infer<typeof bridgeSchema>;
/** Parameters of one central bank. */
export type CentralBankParameters = z.infer<typeof centralBankSchema>;

/**
 * Reads parameters of the shared ledger.
 * @throws UserError when the file is missing, is not JSON5, or breaks a rule; the sentence says which.
 */
export async function loadBridgeParameters(file = BRIDGE_PARAMETERS): Promise<BridgeParameters> {
  let value: unknown;
  try {
    value = json5.parse(await readFile(file, "utf8"));
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new UserError(`${file} cannot be read as JSON5 (${cause}); correct it and run again.`);
  }
  return validate(bridgeSchema, value, file);
}
