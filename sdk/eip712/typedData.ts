import { TypedDataEncoder, type TypedDataDomain, type TypedDataField } from "ethers";

/** Fields of each struct of a message, as ethers and wallets take them. */
export type Types = Record<string, TypedDataField[]>;

/** A message of EIP-712, ready to be shown to its signer. */
export interface TypedData<Message extends object = object> {
  readonly domain: TypedDataDomain;
  readonly primaryType: string;
  readonly types: Types;
  readonly message: Message;
}

/** Whoever can sign typed data: an ethers wallet, a browser wallet, a test signer. */
export interface TypedDataSigner {
  signTypedData(domain: TypedDataDomain, types: Types, message: Record<string, unknown>): Promise<string>;
}

/** A contract that says its own domain (ERC-5267). */
export interface DomainSource {
  eip712Domain(): Promise<{ name: string; version: string; chainId: bigint; verifyingContract: string }>;
}

/** The domain of `contract`, read from the contract itself, so that it cannot be mistyped. */
export async function domainOf(contract: DomainSource): Promise<TypedDataDomain> {
  const { name, version, chainId, verifyingContract } = await contract.eip712Domain();
  return { name, version, chainId, verifyingContract };
}

/** Signs a message: 65 bytes, r ‖ s ‖ v. */
export function sign(signer: TypedDataSigner, { domain, types, message }: TypedData): Promise<string> {
  return signer.signTypedData(domain, types, { ...message });
}

/** The 32 bytes that are signed. */
export function digestOf({ domain, types, message }: TypedData): string {
  return TypedDataEncoder.hash(domain, types, message);
}

/** The hash of the message alone, which many contracts use as its id. */
export function structHashOf({ primaryType, types, message }: Omit<TypedData, "domain">): string {
  return TypedDataEncoder.hashStruct(primaryType, types, message);
}
