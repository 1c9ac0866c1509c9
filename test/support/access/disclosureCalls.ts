import { ZeroHash } from "ethers";
import { governDisclosure } from "../../../sdk/deploy/disclosure.js";
import { disclosureId, type DisclosureRequest } from "../../../sdk/eip712/disclosure.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { CLASS_NUMBERS } from "../../../sdk/limits.js";
import { sealAnswer } from "../../../sdk/payments/disclosure.js";
import { identityCommitment, openFile, scopeOf } from "../../../sdk/payments/identity.js";
import { readerKeys } from "../../../sdk/sealing.js";
import type { Disclosure } from "../../../types/ethers-contracts/index.js";
import { ref } from "../chain.js";
import type { DISCLOSURE_ROWS } from "./disclosureTable.js";
import type { Calls } from "./prepared.js";
import type { Scene } from "./stage.js";

const DAY = 86_400n;
const FILE = openFile({ name: "Eve Zhang", document: "110101199003070042", phone: "+8613800138000", address: "" });
const KEYS = readerKeys();

/** The disclosure contract of the stage's currency. */
export async function disclosureOf({ side, who, chain }: Scene): Promise<Disclosure> {
  const disclosure = await chain.ethers.deployContract("Disclosure", [side.currency]);
  await governDisclosure({ authority: side.authority, admin: who.admin }, disclosure, who.agent);
  return disclosure;
}

/** A request that may be made about a new customer of the operating institution. */
async function drafted(f: Scene) {
  const { chain, side, who, newcomer, operatingNumber } = f;
  const disclosure = await disclosureOf(f);
  const identity = identityCommitment(FILE);
  await side.currency.connect(who.operating).openWallet(newcomer, CLASS_NUMBERS.I, identity);
  const terms: DisclosureRequest = {
    ...{ authority: who.agent.address, institution: operatingNumber, wallet: newcomer.address, identity },
    ...{ payment: ZeroHash, scope: scopeOf(["name"]), legalBasis: ref("warrant"), readerKey: KEYS.publicKey },
    expiry: BigInt(await chain.networkHelpers.time.latest()) + DAY,
  };
  return { disclosure, terms, to: await disclosure.getAddress() };
}

async function requested(f: Scene) {
  const it = await drafted(f);
  await it.disclosure.connect(f.who.agent).request(it.terms);
  return it;
}

async function approved(f: Scene) {
  const it = await requested(f);
  await it.disclosure.connect(f.who.operating).approve(it.terms);
  return it;
}

export const disclosureCalls: Calls<typeof DISCLOSURE_ROWS> = {
  request: async (f) => {
    const { to, terms } = await drafted(f);
    return { to, args: (caller) => [{ ...terms, authority: caller.address }] };
  },
  withdraw: async (f) => {
    const { to, terms } = await requested(f);
    return { to, args: [terms] };
  },
  approve: async (f) => {
    const { to, terms } = await requested(f);
    return { to, args: [terms] };
  },
  answer: async (f) => {
    const { to, terms, disclosure } = await approved(f);
    const { leaves, sealedHash } = sealAnswer(disclosureId(await domainOf(disclosure), terms), terms, FILE);
    return { to, args: [terms, leaves, sealedHash] };
  },
  "refuse: before the approval": async (f) => {
    const { to, terms } = await requested(f);
    return { to, args: [terms, ref("reasons")] };
  },
  "refuse: after the approval": async (f) => {
    const { to, terms } = await approved(f);
    return { to, args: [terms, ref("reasons")] };
  },
  expire: async (f) => {
    const { to, terms } = await approved(f);
    await f.chain.networkHelpers.time.increaseTo(terms.expiry + 1n);
    return { to, args: [terms] };
  },
  setAuthority: async (f) => ({
    to: await (await disclosureOf(f)).getAddress(),
    args: [await f.side.authority.getAddress()],
  }),
};
