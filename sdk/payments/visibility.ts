import { id as hashOf, type Provider } from "ethers";
import { UserError } from "../errors.js";
import { IDigitalCurrency__factory } from "../../types/ethers-contracts/index.js";
import { identityCommitment, type Identity, type IdentityFile } from "./identity.js";

/**
 * What a party can see of one payment: what the chain says to everybody, and what the party's own knowledge makes of it.
 * There is one way of looking for all of them; they differ only in what they hold.
 */

/** Who might look. */
export const PARTIES = ["public", "counterparty", "operator", "central bank", "authority with warrant"] as const;
/** Somebody who looks. */
export type Party = (typeof PARTIES)[number];

/** A wallet as the chain shows it to everybody. */
export interface ChainWallet {
  readonly account: string;
  readonly walletClass: bigint;
  /** Number of the institution whose customer it is; 0: none. */
  readonly institution: bigint;
  /** The salted identity commitment; zero for institutions' own wallets. */
  readonly commitment: string;
}

/** A payment as the chain shows it to everybody. */
export interface ChainPayment {
  readonly transaction: string;
  /** Unix seconds. */
  readonly time: number;
  readonly payer: ChainWallet;
  readonly payee: ChainWallet;
  /** Minor units. */
  readonly amount: bigint;
  /** End-to-end reference, if the payment has one. */
  readonly reference: string | undefined;
}

/** What a party holds beside the chain. All of it is its own by right, or was given to it. */
export interface Knowledge {
  /** Identity files: an institution's of its customers, a person's of itself. */
  readonly files: readonly IdentityFile[];
  /** What was disclosed by the procedure, by the commitment that it opens. */
  readonly disclosed: readonly { readonly commitment: string; readonly identity: Partial<Identity> }[];
  /** Texts whose hash may be a reference: invoices, orders. */
  readonly documents: readonly string[];
}

/** A wallet as a party sees it. */
export interface SeenWallet extends ChainWallet {
  /** Whose it is, as far as the party knows; empty: a pseudonym. */
  readonly identity: Partial<Identity>;
}

/** A payment as a party sees it. */
export interface SeenPayment extends ChainPayment {
  readonly payer: SeenWallet;
  readonly payee: SeenWallet;
  /** The text behind the reference. */
  readonly document: string | undefined;
}

/** What somebody knows who has nothing but the chain. */
export const NOTHING: Knowledge = { files: [], disclosed: [], documents: [] };

/**
 * Reads a payment from the chain: the transaction's logs, and the wallets as they stood at its block.
 * @throws UserError in one sentence when the transaction is no payment in this currency, or several.
 */
export async function readPayment(provider: Provider, currency: string, transaction: string): Promise<ChainPayment> {
  const receipt = await provider.getTransactionReceipt(transaction);
  const block = receipt === null ? null : await provider.getBlock(receipt.blockNumber);
  if (receipt === null || block === null) {
    throw new UserError(`${transaction} is not on this chain; check the hash and the network.`);
  }
  const money = IDigitalCurrency__factory.connect(currency, provider);
  const logs = receipt.logs
    .filter(({ address }) => address.toLowerCase() === currency.toLowerCase())
    .map((log) => money.interface.parseLog(log));
  const transfers = logs.filter((log) => log?.name === "Transfer");
  const [transfer] = transfers;
  if (transfer === undefined || transfer === null || transfers.length > 1) {
    throw new UserError(`${transaction} has ${transfers.length} payments; name a transaction that has one.`);
  }
  const [from, to, amount] = transfer.args.toArray() as [string, string, bigint];
  const blockTag = receipt.blockNumber;
  const walletOf = async (account: string): Promise<ChainWallet> => {
    const { walletClass, sponsor } = await money.walletOf(account, { blockTag });
    return { account, walletClass, institution: sponsor, commitment: await money.identityOf(account, { blockTag }) };
  };
  const referenced = logs.find((log) => log?.name === "PaymentReferenced");
  return {
    transaction,
    time: block.timestamp,
    payer: await walletOf(from),
    payee: await walletOf(to),
    amount,
    reference: referenced?.args[0] as string | undefined,
  };
}

/** What a party sees that holds `knowledge`. A file that opens neither commitment says nothing about the payment. */
export function seePayment(payment: ChainPayment, knowledge: Knowledge): SeenPayment {
  return {
    ...payment,
    payer: seeWallet(payment.payer, knowledge),
    payee: seeWallet(payment.payee, knowledge),
    document: knowledge.documents.find((text) => hashOf(text) === payment.reference),
  };
}

/** Names of the persons in a view; an em dash for a pseudonym. */
export function personsOf({ payer, payee }: SeenPayment): readonly [payer: string, payee: string] {
  return [personOf(payer), personOf(payee)];
}

function personOf({ identity }: SeenWallet): string {
  const known = Object.values(identity).filter((value) => value !== "");
  return known.length === 0 ? "—" : known.join(", ");
}

function seeWallet(wallet: ChainWallet, { files, disclosed }: Knowledge): SeenWallet {
  const file = files.find((candidate) => identityCommitment(candidate) === wallet.commitment);
  const told = disclosed.find(({ commitment }) => commitment === wallet.commitment);
  const identity: Partial<Identity> =
    file === undefined
      ? (told?.identity ?? {})
      : {
          name: file.name.value,
          document: file.document.value,
          phone: file.phone.value,
          address: file.address.value,
        };
  return { ...wallet, identity };
}
