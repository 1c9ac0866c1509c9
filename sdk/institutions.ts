import { fileURLToPath } from "node:url";
import { hexlify, id, toUtf8Bytes, zeroPadBytes } from "ethers";
import { z } from "zod";
import { UserError, checkedBy } from "./errors.js";
import { readJson } from "./files.js";
import { parseBic, parseCountry, parseLei } from "./identifiers.js";
import { minor } from "./money.js";

/** The institutions file that comes with the suite. */
export const INSTITUTIONS_FILE = fileURLToPath(new URL("../data/institutions.json", import.meta.url));

const number = z.int().min(1).max(65_535);

/**
 * One institution. A `"test"` one carries identifiers made up for the suite and recognisable as such (an LEI that
 * starts with `TEST`, a BIC with 0 in place 8, as test BICs have), though form and check digits are right; a
 * `"public"` one carries the identifiers the institution publishes.
 */
export const institutionSchema = z
  .strictObject({
    /** Number in its jurisdiction's registry, 16 bits; 0 means none. */
    number,
    name: z.string().trim().min(1),
    /** ISO 17442. */
    lei: checkedBy(parseLei),
    /** ISO 9362. */
    bic: checkedBy(parseBic),
    /** ISO 3166-1 alpha-2, the country of the legal entity. */
    country: checkedBy(parseCountry),
    tier: z.enum(["central-bank", "operating", "participating"]),
    /** Whose registry it belongs to. */
    jurisdiction: z.enum(["CN", "HK", "TH", "AE", "SA"]),
    /** The most of the jurisdiction's money it may have issued to it, in yuan or dollars; a parameter, not a fact. */
    issuanceQuota: checkedBy((text) => minor(text)),
    /** Number of the operating institution through which a participating one takes part. */
    sponsor: number.optional(),
    identifiers: z.enum(["test", "public"]),
  })
  .superRefine(({ tier, sponsor, lei, bic, identifiers }, context) => {
    const demand = (met: boolean, path: string, message: string): void => {
      if (!met) context.addIssue({ code: "custom", path: [path], message });
    };
    const isTest = identifiers === "test";
    demand(lei.startsWith("TEST") === isTest, "lei", "an LEI starts with TEST if identifiers are test, and only then");
    demand((bic[7] === "0") === isTest, "bic", "a BIC has 0 in place 8 if identifiers are test, and only then");
    demand(
      (tier === "participating") === (sponsor !== undefined),
      "sponsor",
      "participating ones alone name a sponsor",
    );
  });

/** One institution of the institutions file. */
export type Institution = z.infer<typeof institutionSchema>;

/**
 * The institutions file. In each jurisdiction numbers are unique, there is one central bank, and sponsors are
 * operating; LEI and BIC are unique in the file.
 */
export const institutionsSchema = z
  .strictObject({ note: z.string(), institutions: z.array(institutionSchema).min(1) })
  .superRefine(({ institutions }, context) => {
    const refuse = (index: number, message: string): void =>
      context.addIssue({ code: "custom", path: ["institutions", index], message });
    const seen = new Set<string>();
    institutions.forEach(({ jurisdiction, number, lei, bic, sponsor }, index) => {
      for (const mark of [`number ${number} of ${jurisdiction}`, `LEI ${lei}`, `BIC ${bic}`]) {
        if (seen.has(mark)) refuse(index, `${mark} is used twice`);
        seen.add(mark);
      }
      const peers = institutions.filter((peer) => peer.jurisdiction === jurisdiction);
      if (sponsor !== undefined && !peers.some((peer) => peer.number === sponsor && peer.tier === "operating")) {
        refuse(index, `sponsor ${sponsor} is not an operating institution of ${jurisdiction}`);
      }
      if (peers.filter(({ tier }) => tier === "central-bank").length !== 1) {
        refuse(index, `${jurisdiction} needs exactly one central bank`);
      }
    });
  });

/**
 * The institutions of a file, in its order.
 * @param path the suite's own file unless told otherwise.
 * @throws UserError when the file is missing, is not JSON, or breaks a rule of the schema; the sentence says where.
 */
export async function loadInstitutions(path = INSTITUTIONS_FILE): Promise<Institution[]> {
  return (await readJson(path, institutionsSchema)).institutions;
}

/**
 * The institution with a BIC.
 * @throws UserError when there is none.
 */
export function institutionByBic(institutions: readonly Institution[], bic: string): Institution {
  const found = institutions.find((institution) => institution.bic === bic);
  if (found === undefined) {
    const known = institutions.map((institution) => institution.bic).join(", ");
    throw new UserError(`No institution has the BIC ${bic}; choose one of ${known}.`);
  }
  return found;
}

/** The number the registry contract gives each tier; 0 is none. */
export const TIER_NUMBERS = {
  "central-bank": 1,
  operating: 2,
  participating: 3,
} as const satisfies Record<Institution["tier"], number>;

/** An institution as the registry contract takes it; text is ASCII in `0x` hex. */
export interface RegistryEntry {
  readonly number: number;
  /** 20 bytes. */
  readonly lei: string;
  /** 11 bytes; the last three are zero for a BIC of 8 characters. */
  readonly bic: string;
  /** 2 bytes. */
  readonly country: string;
  readonly tier: number;
  /** Minor units. */
  readonly quota: bigint;
  /** Keccak-256 of the name in UTF-8, 32 bytes. */
  readonly nameHash: string;
}

/** The institution in the encoding of the registry contract. */
export function registryEntry({ number, lei, bic, country, tier, issuanceQuota, name }: Institution): RegistryEntry {
  return {
    number,
    lei: hexlify(toUtf8Bytes(lei)),
    bic: zeroPadBytes(toUtf8Bytes(bic), 11),
    country: hexlify(toUtf8Bytes(country)),
    tier: TIER_NUMBERS[tier],
    quota: minor(issuanceQuota),
    nameHash: id(name),
  };
}
