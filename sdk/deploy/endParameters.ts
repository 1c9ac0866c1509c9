import { isAddress } from "ethers";
import { z } from "zod";
import { UserError, validate } from "../errors.js";
import { mnemonicSchema, parametersFile, readJson5, resolver } from "./parameters.js";

/** Parameters of one end on a development network that has the two platforms. */
export const END_PARAMETERS = parametersFile("end.example");

const address = z
  .string()
  .refine((text) => isAddress(text), { message: "not an address, or one with a wrong checksum" });

const endSchema = z
  .strictObject({
    mnemonic: mnemonicSchema,
    /** Blocks a transaction must be under before the next step relies on it. */
    requiredConfirmations: z.int().min(1).max(100),
    /** What the status calls this end. */
    title: z.string().min(1),
    /** This ledger's own central bank's authority here, and the other ledger's central bank's. */
    authority: address,
    foreignAuthority: address,
    foreign: z.strictObject({
      chainId: z.int().min(1),
      /** Of the present epoch, by rising address. */
      validators: z.array(address).min(2),
      quorum: z.int().min(2),
      /** The other end's gateway, once it stands and the governor has registered the lane. */
      gateway: address.optional(),
    }),
    /** Where the other ledger's half of the exchanges stands or will stand; without it there is none here. */
    exchange: z.strictObject({ peer: address }).optional(),
    /** Ends of currencies that move: `home`, or `abroad`, each under the authority of the issuing central bank here. */
    bridgeheads: z
      .array(
        z.strictObject({
          name: z.string().regex(/^[A-Za-z][A-Za-z0-9]*$/, "not a plain name"),
          side: z.enum(["home", "abroad"]),
          currency: address,
          authority: address,
          peer: address,
        }),
      )
      .default([]),
    /** Bilateral corridors of the two authorities. */
    corridors: z
      .array(
        z.strictObject({
          name: z.string().regex(/^[A-Za-z][A-Za-z0-9]*$/, "not a plain name"),
          peer: address,
          currency: address,
          foreignCurrency: address,
          /** Collects from payers and pays payees here; and the other side's agent, as an account here. */
          agent: address,
          foreignAgent: address,
          /** Settles net here; without it settlement is on the other ledger. */
          engine: address.optional(),
          /** Seconds. */
          windowLength: z.int().min(1),
        }),
      )
      .default([]),
  })
  .superRefine(({ foreign: { validators, quorum }, bridgeheads, corridors }, context) => {
    const refuse = (path: string[], message: string): void => context.addIssue({ code: "custom", path, message });
    const rising = validators.every((own, index) => index === 0 || BigInt(own) > BigInt(validators[index - 1] ?? 0));
    if (!rising) refuse(["foreign", "validators"], "not by rising address");
    if (quorum > validators.length || 2 * quorum <= validators.length) {
      refuse(["foreign", "quorum"], `not more than half of ${validators.length} validators, or more than there are`);
    }
    const names = [...bridgeheads, ...corridors].map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) refuse([], `the name ${twice} is used twice`);
  });

/** Parameters of one end as written. */
export type EndParameters = z.infer<typeof endSchema>;

/** What one ledger has of another: its parameters, checked. */
export interface EndPlan extends EndParameters {
  /** Where it came from. */
  readonly file: string;
  /** First account of the mnemonic, if the file has one: then only it may deploy. */
  readonly deployer: string | undefined;
}

/**
 * Reads parameters of one end.
 * @throws UserError when the file is missing, is not JSON5, or breaks a rule; the sentence says which.
 */
export async function loadEndPlan(file = END_PARAMETERS): Promise<EndPlan> {
  return endPlanOf(await readJson5(file), file);
}

/** The plan of parameters that are at hand. `file` is what errors call them. */
export function endPlanOf(value: unknown, file = "parameters"): EndPlan {
  const parameters = validate(endSchema, value, file);
  if (parameters.authority === parameters.foreignAuthority) {
    throw new UserError(`${file}: both central banks have the authority ${parameters.authority}; give each its own.`);
  }
  const deployer = parameters.mnemonic === undefined ? undefined : resolver(parameters.mnemonic, file)(0);
  return { ...parameters, file, deployer };
}
