import { toBeHex, type TypedDataDomain } from "ethers";
import {
  cancelTypedData,
  permitTypedData,
  receiveTypedData,
  transferTypedData,
} from "../../../sdk/eip712/authorizations.js";
import { domainOf, sign, type TypedData } from "../../../sdk/eip712/typedData.js";
import { CLASS_NUMBERS } from "../../../sdk/limits.js";
import { ref } from "../chain.js";
import { holdTerms } from "../holds.js";
import { split } from "../signing.js";
import { ledgerCalls } from "./ledgerCalls.js";
import type { Args, Calls, Prepare } from "./prepared.js";
import { FAR, type Scene } from "./stage.js";
import type { AUTHORIZATION_ROWS, CURRENCY_ROWS, IMPLEMENTATION_ROWS } from "./table.js";

const LIMITS = { balance: 1_000n, single: 1_000n, day: 1_000n, year: 1_000n, open: true };

/** What the holder signs and the arguments that it is called with, before the signature. */
type Message = (scene: Scene, domain: TypedDataDomain) => { readonly typedData: TypedData; readonly args: Args };

const permit: Message = ({ who, payee }, domain) => {
  const message = { owner: who.holder.address, spender: payee.address, value: 1n, nonce: 0n, deadline: FAR };
  return { typedData: permitTypedData(domain, message), args: [message.owner, message.spender, 1n, FAR] };
};

const NONCE = toBeHex(7n, 32);

const payment = (build: typeof transferTypedData): Message => {
  return ({ who }, domain) => {
    const [from, to] = [who.holder.address, who.operating.address];
    const message = { from, to, value: 1n, validAfter: 0n, validBefore: FAR, nonce: NONCE };
    return { typedData: build(domain, message), args: [from, to, 1n, 0n, FAR, NONCE] };
  };
};

const cancellation: Message = ({ who }, domain) => {
  const message = { authorizer: who.holder.address, nonce: NONCE };
  return { typedData: cancelTypedData(domain, message), args: [message.authorizer, NONCE] };
};

const parts = (signature: string): Args => split(signature);
const bytes = (signature: string): Args => [signature];

/** A call with the holder's signature. */
function signed(message: Message, form: (signature: string) => Args): Prepare {
  return async (f) => {
    const { typedData, args } = message(f, await domainOf(f.side.currency));
    return { args: [...args, ...form(await sign(f.who.holder, typedData))] };
  };
}

/** The same with the caller's own signature in its place. */
function forged(message: Message, form: (signature: string) => Args): Prepare {
  return async (f) => {
    const { typedData, args } = message(f, await domainOf(f.side.currency));
    return { args: async (caller) => [...args, ...form(await sign(caller, typedData))] };
  };
}

const transfer = payment(transferTypedData);
const receive = payment(receiveTypedData);

const authorizationCalls: Calls<typeof AUTHORIZATION_ROWS> = {
  "permit(…bytes32)": signed(permit, parts),
  "permit(…bytes32): signed by the caller": forged(permit, parts),
  "permit(…bytes)": signed(permit, bytes),
  "permit(…bytes): signed by the caller": forged(permit, bytes),
  "transferWithAuthorization(…bytes32)": signed(transfer, parts),
  "transferWithAuthorization(…bytes32): signed by the caller": forged(transfer, parts),
  "transferWithAuthorization(…bytes)": signed(transfer, bytes),
  "transferWithAuthorization(…bytes): signed by the caller": forged(transfer, bytes),
  "receiveWithAuthorization(…bytes32)": signed(receive, parts),
  "receiveWithAuthorization(…bytes)": signed(receive, bytes),
  "cancelAuthorization(…bytes32)": signed(cancellation, parts),
  "cancelAuthorization(…bytes32): signed by the caller": forged(cancellation, parts),
  "cancelAuthorization(…bytes)": signed(cancellation, bytes),
  "cancelAuthorization(…bytes): signed by the caller": forged(cancellation, bytes),
};

/** An upgrade to the code that the proxy has already. */
export function upgradeArgs({ suite, side }: Scene): [string, string] {
  return [suite.book[side.plan.name].implementation, "0x"];
}

/** The upgrade announced by the upgrader; the same encoded. */
export async function announceUpgrade(f: Scene): Promise<string> {
  const { currency, authority } = f.side;
  const data = currency.interface.encodeFunctionData("upgradeToAndCall", upgradeArgs(f));
  await authority.connect(f.who.upgrader).schedule(currency, data, 0n);
  return data;
}

export const currencyCalls: Calls<typeof CURRENCY_ROWS> = {
  ...ledgerCalls(async ({ side, who }) => ({
    address: await side.currency.getAddress(),
    halt: () => side.currency.connect(who.halter).haltAll(),
  })),
  ...authorizationCalls,
  initialize: async ({ side }) => ({ args: [await side.authority.getAddress()] }),
  issue: ({ payee }) => ({ args: [payee.address, 1n, ref("issue")] }),
  redeemHeld: async ({ chain, side, who }) => {
    const terms = await holdTerms(chain, who.holder, who.desk, 1n);
    await side.currency.connect(who.holder).placeHold(terms);
    return { args: [terms, 1n, ref("redemption")] };
  },
  openWallet: ({ newcomer }) => ({ args: [newcomer.address, CLASS_NUMBERS.I, ref("identity")] }),
  openInstitutionWallet: async ({ side, who, operatingNumber, newcomer }) => {
    await side.registry.connect(who.registrar).addAccount(operatingNumber, newcomer);
    return { args: [newcomer.address] };
  },
  closeInstitutionWallet: async ({ side, who, operatingNumber, newcomer }) => {
    await side.registry.connect(who.registrar).addAccount(operatingNumber, newcomer);
    await side.currency.openInstitutionWallet(newcomer);
    await side.registry.connect(who.registrar).removeAccount(operatingNumber, newcomer);
    return { args: [newcomer.address] };
  },
  reclassifyWallet: ({ payee }) => ({ args: [payee.address, CLASS_NUMBERS.II, ref("evidence")] }),
  closeWallet: ({ payee }) => ({ args: [payee.address] }),
  setClassLimits: () => ({ args: [CLASS_NUMBERS.II, LIMITS] }),
  haltClass: () => ({ args: [CLASS_NUMBERS.I] }),
  resumeClass: async ({ side, who }) => {
    await side.currency.connect(who.halter).haltClass(CLASS_NUMBERS.I);
    return { args: [CLASS_NUMBERS.I] };
  },
  upgradeToAndCall: (f) => ({ args: upgradeArgs(f) }),
  "upgradeToAndCall: announced, the delay over": async (f) => {
    await announceUpgrade(f);
    await f.chain.networkHelpers.time.increase(f.side.plan.delays.upgrade);
    return { args: upgradeArgs(f) };
  },
};

export const implementationCalls: Calls<typeof IMPLEMENTATION_ROWS> = {
  initialize: currencyCalls.initialize,
  upgradeToAndCall: currencyCalls.upgradeToAndCall,
};
