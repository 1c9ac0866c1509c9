import type { AddressLike, Signer } from "ethers";
import { PrepaidCards__factory, type PrepaidCards } from "../../types/ethers-contracts/index.js";
import { CARD_FUNCTION_ROLES } from "../payments/cards.js";
import { assignFunctions, type CentralBank } from "./between.js";
import { deployContract } from "./contract.js";

/** Where the cards of a currency are to stand. */
export interface CardsToOpen extends CentralBank {
  /** Pays for the deployment and gets no right. */
  readonly deployer: Signer;
  /** Under the same authority. */
  readonly currency: AddressLike;
  /** Init code, where it is to be another than the package's own: instrumented for coverage, say. */
  readonly initCode?: string;
}

/** Deploys the card contract of a currency and gives its one office function to the halting officer. */
export async function openCards({ deployer, currency, initCode, ...bank }: CardsToOpen): Promise<PrepaidCards> {
  const cards = await deployContract(PrepaidCards__factory, deployer, initCode, currency);
  await governCards(bank, cards);
  return cards;
}

/**
 * Lets the halting officer of the authority declare merchants insolvent: a stop waits for no delay.
 * @param bank its admin holds the admin role without a delay, else schedule the same call.
 */
export async function governCards(bank: CentralBank, cards: PrepaidCards): Promise<void> {
  await assignFunctions(bank, cards, CARD_FUNCTION_ROLES);
}
