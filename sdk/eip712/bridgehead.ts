import { ZeroAddress } from "ethers";
import { NEVER, type Hold } from "./ledger.js";
import { structHashOf, type Types } from "./typedData.js";

/** A bridgehead and its ledger. See `IBridgehead`. */
export interface BridgeheadPlace {
  readonly chainId: bigint;
  readonly bridgehead: string;
}

/** Money that a bank moves from its currency's home ledger to another. */
export interface Passage {
  readonly home: BridgeheadPlace;
  readonly abroad: BridgeheadPlace;
  /** The bank, at home. */
  readonly payer: string;
  /** Who gets the money abroad. */
  readonly to: string;
  /** Minor units. */
  readonly amount: bigint;
  /** Unix seconds by the clock abroad. */
  readonly deadline: bigint;
  /** 32 bytes. */
  readonly salt: string;
}

/** Money that comes home. */
export interface Homecoming {
  /** Id of the passage whose hold pays. */
  readonly passage: string;
  /** Whose money is destroyed abroad. */
  readonly holder: string;
  /** Who is paid at home. */
  readonly payee: string;
  /** Minor units. */
  readonly amount: bigint;
  /** 32 bytes. */
  readonly salt: string;
}

const PASSAGE_TYPES: Types = {
  Passage: [
    { name: "home", type: "BridgeheadPlace" },
    { name: "abroad", type: "BridgeheadPlace" },
    { name: "payer", type: "address" },
    { name: "to", type: "address" },
    { name: "amount", type: "uint256" },
    { name: "deadline", type: "uint256" },
    { name: "salt", type: "bytes32" },
  ],
  BridgeheadPlace: [
    { name: "chainId", type: "uint256" },
    { name: "bridgehead", type: "address" },
  ],
};

const HOMECOMING_TYPES: Types = {
  Homecoming: [
    { name: "passage", type: "bytes32" },
    { name: "holder", type: "address" },
    { name: "payee", type: "address" },
    { name: "amount", type: "uint256" },
    { name: "salt", type: "bytes32" },
  ],
};

/** Id of a passage: the struct hash of its terms. */
export function passageId(passage: Passage): string {
  return structHashOf({ primaryType: "Passage", types: PASSAGE_TYPES, message: passage });
}

/** Id of a homecoming: the struct hash of its terms. */
export function homecomingId(homecoming: Homecoming): string {
  return structHashOf({ primaryType: "Homecoming", types: HOMECOMING_TYPES, message: homecoming });
}

/** The hold that the bank places at home. */
export function passageHold(passage: Passage): Hold {
  return holdFor(passage.payer, passage.home.bridgehead, passage.amount, passageId(passage));
}

/** The hold that the holder places abroad. */
export function homecomingHold(homecoming: Homecoming, bridgehead: string): Hold {
  return holdFor(homecoming.holder, bridgehead, homecoming.amount, homecomingId(homecoming));
}

function holdFor(payer: string, executor: string, amount: bigint, businessRef: string): Hold {
  return { payer, payee: ZeroAddress, executor, amount, expiry: NEVER, businessRef };
}
