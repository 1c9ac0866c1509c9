import { z } from "zod";
import { bookAddress, bookHead } from "../deployment.js";

/** The address book of one end between two ledgers: what `deployments/<network>.end.json` holds. */
export const endBookSchema = z.strictObject({
  ...bookHead,
  foreignLedger: bookAddress,
  gateway: bookAddress,
  exchange: bookAddress.optional(),
  /** By name. */
  bridgeheads: z.record(z.string(), bookAddress),
  corridors: z.record(z.string(), bookAddress),
});

/** Where what one ledger has of another is. */
export type EndBook = z.infer<typeof endBookSchema>;

/** The contract of either end of a currency that moves. */
export const CONTRACT_OF_SIDE = { home: "HomeBridgehead", abroad: "AbroadBridgehead" } as const;
