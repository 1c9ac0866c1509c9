import { fileURLToPath } from "node:url";
import { z } from "zod";
import { UserError, checkedBy } from "./errors.js";
import { readJson } from "./files.js";
import { MAX_AMOUNT, decimal, minor } from "./money.js";

/** The limit profiles that come with the suite. */
export const LIMIT_PROFILES_FILE = fileURLToPath(new URL("../data/limit-profiles.json", import.meta.url));

/** Wallet classes from the strongest identification to the weakest, then those that are not for persons. */
export const WALLET_CLASSES = ["I", "II", "III", "IV", "corporate", "institution", "government"] as const;

/** Name of a wallet class. */
export type WalletClass = (typeof WALLET_CLASSES)[number];

/** The number that the currency contracts give each class; 0 is an address without a wallet. */
export const CLASS_NUMBERS = {
  I: 1,
  II: 2,
  III: 3,
  IV: 4,
  corporate: 5,
  institution: 6,
  government: 7,
} as const satisfies Record<WalletClass, number>;

/** No limit on the balance or on one payment, as the contracts write it. */
export const UNLIMITED_AMOUNT = MAX_AMOUNT;

/** No limit on a day or a year: these counters have 40 bits, so that a finite one is below 2^40 − 1 minor units. */
export const UNLIMITED_COUNT = 2n ** 40n - 1n;

/** A limit in major units below `none`, or `"unlimited"`. */
function limitBelow(none: bigint) {
  return checkedBy((text) => {
    if (amountOf(text, none) < none || text === "unlimited") return;
    throw new UserError(`"${text}" is too large for its field: write "unlimited", or less than ${decimal(none)}.`);
  });
}

/** The limits of one class as the file writes them. */
export const classLimitsSchema = z
  .strictObject({
    /** Whether wallets of this class can be opened. */
    open: z.boolean(),
    /** The most a wallet may hold; binds the receiver. */
    balance: limitBelow(UNLIMITED_AMOUNT),
    /** The most of one outgoing payment. */
    single: limitBelow(UNLIMITED_AMOUNT),
    /** The most of all outgoing payments of a calendar day, UTC+8. */
    day: limitBelow(UNLIMITED_COUNT),
    /** The most of all outgoing payments of a calendar year, UTC+8. */
    year: limitBelow(UNLIMITED_COUNT),
    /** Where the figures come from: only the `published` ones may serve as an oracle. */
    source: z.string().regex(/^(published|from memory|parameter): \S/, {
      message: "a source starts with `published: `, `from memory: ` or `parameter: `",
    }),
  })
  .superRefine(({ single, day, year }, context) => {
    const finite = [single, day, year].filter((text) => text !== "unlimited").map((text) => minor(text));
    if (finite.some((amount, index) => amount < (finite[index - 1] ?? 0n))) {
      context.addIssue({
        code: "custom",
        message: "a single limit is at most the day's, and a day's at most the year's",
      });
    }
  });

/** A named set of limits for every class. */
export const limitProfileSchema = z.strictObject({
  title: z.string().min(1),
  currency: z.enum(["CNY", "HKD"]),
  classes: z.record(z.enum(WALLET_CLASSES), classLimitsSchema),
});

/** A profile as the file writes it. */
export type LimitProfile = z.infer<typeof limitProfileSchema>;

/** The limit-profiles file. */
export const limitProfilesSchema = z.strictObject({
  note: z.string(),
  profiles: z.record(z.string().regex(/^[a-z0-9-]+$/), limitProfileSchema),
});

/** The limits of one class in minor units, as the currency contracts take them. */
export interface ClassLimits {
  readonly open: boolean;
  /** {@link UNLIMITED_AMOUNT} means none. */
  readonly balance: bigint;
  /** {@link UNLIMITED_AMOUNT} means none. */
  readonly single: bigint;
  /** {@link UNLIMITED_COUNT} means none. */
  readonly day: bigint;
  /** {@link UNLIMITED_COUNT} means none. */
  readonly year: bigint;
}

/** The limits of a class of a profile in minor units. */
export function classLimits(profile: LimitProfile, walletClass: WalletClass): ClassLimits {
  const { open, balance, single, day, year } = profile.classes[walletClass];
  return {
    open,
    balance: amountOf(balance, UNLIMITED_AMOUNT),
    single: amountOf(single, UNLIMITED_AMOUNT),
    day: amountOf(day, UNLIMITED_COUNT),
    year: amountOf(year, UNLIMITED_COUNT),
  };
}

/**
 * A profile by name.
 * @param path the suite's own file unless told otherwise.
 * @throws UserError when the file is missing, is not JSON, breaks a rule of the schema, or lacks the profile.
 */
export async function loadLimitProfile(name: string, path = LIMIT_PROFILES_FILE): Promise<LimitProfile> {
  const { profiles } = await readJson(path, limitProfilesSchema);
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (profile === undefined) {
    throw new UserError(`${path} has no profile "${name}"; choose one of ${Object.keys(profiles).join(", ")}.`);
  }
  return profile;
}

function amountOf(text: string, none: bigint): bigint {
  return text === "unlimited" ? none : minor(text);
}
