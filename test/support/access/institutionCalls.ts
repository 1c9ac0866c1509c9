import { ZeroAddress } from "ethers";
import { REQUEST_KIND, attestationTypedData, requestId, type RequestKind } from "../../../sdk/eip712/issuance.js";
import { holdTypedData, type Hold } from "../../../sdk/eip712/ledger.js";
import { domainOf, sign, type TypedData } from "../../../sdk/eip712/typedData.js";
import { institutionByBic, loadInstitutions, registryEntry } from "../../../sdk/institutions.js";
import { ref } from "../chain.js";
import type { Calls } from "./prepared.js";
import { FAR, type Scene } from "./stage.js";
import type { DESK_ROWS, REGISTRY_ROWS } from "./table.js";

const REASON = ref("decision");
const RTGS = ref("payment in the settlement system");
const ACTIVE = 2n;
/** An institution that neither registry of the stage knows yet, by jurisdiction. */
const NEWCOMER = { mainland: "TBEAHKT0", hongkong: "TMYBCNT0" } as const;

async function addNewcomer({ side, who, operatingNumber, newcomer }: Scene): Promise<void> {
  await side.registry.connect(who.registrar).addAccount(operatingNumber, newcomer);
}

export const registryCalls: Calls<typeof REGISTRY_ROWS> = {
  register: async ({ side, newcomer }) => {
    const entry = registryEntry(institutionByBic(await loadInstitutions(), NEWCOMER[side.plan.name]));
    const { lei, bic, country, tier, quota, nameHash } = entry;
    return { args: [999, lei, bic, country, tier, quota, newcomer.address, nameHash] };
  },
  setStatus: ({ suspendedNumber }) => ({ args: [suspendedNumber, ACTIVE, REASON] }),
  setQuota: ({ operatingNumber }) => ({ args: [operatingNumber, 1n] }),
  addAccount: ({ operatingNumber, newcomer }) => ({ args: [operatingNumber, newcomer.address] }),
  removeAccount: async (f) => {
    await addNewcomer(f);
    return { args: [f.operatingNumber, f.newcomer.address] };
  },
  setSettlementAccount: async (f) => {
    await addNewcomer(f);
    return { args: [f.operatingNumber, f.newcomer.address] };
  },
  setAuthority: async ({ side }) => ({ args: [await side.authority.getAddress()] }),
};

async function requestIssue({ side, who }: Scene, expiry = FAR): Promise<void> {
  await side.desk.connect(who.operating).requestIssue(1n, RTGS, expiry);
}

async function attestation({ side, operatingNumber }: Scene, kind: RequestKind): Promise<TypedData> {
  const said = { kind, institution: operatingNumber, amount: 1n, rtgsRef: RTGS, validUntil: FAR };
  return attestationTypedData(await domainOf(side.desk), said);
}

function redemptionTerms({ who }: Scene, payer: { readonly address: string }, institution: number): Hold {
  const businessRef = requestId(REQUEST_KIND.redemption, institution, RTGS);
  const executor = who.desk.address;
  return { payer: payer.address, payee: ZeroAddress, executor, amount: 1n, expiry: FAR, businessRef };
}

/** The operating institution's hold in the desk's favour. */
async function commit(f: Scene, changed: Partial<Hold> = {}): Promise<Hold> {
  const terms = { ...redemptionTerms(f, f.who.operating, f.operatingNumber), ...changed };
  await f.side.currency.connect(f.who.operating).placeHold(terms);
  return terms;
}

async function requestRedemption(f: Scene, changed: Partial<Hold> = {}): Promise<Hold> {
  const terms = await commit(f, changed);
  await f.side.desk.requestRedemption(terms, RTGS);
  return terms;
}

async function inAnHour({ chain }: Scene): Promise<bigint> {
  return BigInt(await chain.networkHelpers.time.latest()) + 3_600n;
}

export const deskCalls: Calls<typeof DESK_ROWS> = {
  requestIssue: () => ({ args: [1n, RTGS, FAR] }),
  issue: async (f) => {
    await requestIssue(f);
    const signature = await sign(f.who.settlementOperator, await attestation(f, REQUEST_KIND.issue));
    return { args: [f.operatingNumber, RTGS, FAR, signature] };
  },
  "issue: attested by the caller": async (f) => {
    await requestIssue(f);
    const said = await attestation(f, REQUEST_KIND.issue);
    return { args: async (caller) => [f.operatingNumber, RTGS, FAR, await sign(caller, said)] };
  },
  rejectIssue: async (f) => {
    await requestIssue(f);
    return { args: [f.operatingNumber, RTGS, REASON] };
  },
  expireIssue: async (f) => {
    const expiry = await inAnHour(f);
    await requestIssue(f, expiry);
    await f.chain.networkHelpers.time.increaseTo(expiry);
    return { args: [f.operatingNumber, RTGS] };
  },
  requestRedemption: async (f) => ({ args: [await commit(f), RTGS] }),
  "requestRedemption: of a suspended institution": async (f) => {
    const terms = redemptionTerms(f, f.who.suspended, f.suspendedNumber);
    await f.side.currency.connect(f.who.suspended).placeHold(terms);
    return { args: [terms, RTGS] };
  },
  requestRedemptionWithSignature: async (f) => {
    const terms = redemptionTerms(f, f.who.operating, f.operatingNumber);
    const typedData = holdTypedData(await domainOf(f.side.currency), terms);
    return { args: [terms, RTGS, await sign(f.who.operating, typedData)] };
  },
  "requestRedemptionWithSignature: signed by the caller": async (f) => {
    const terms = redemptionTerms(f, f.who.operating, f.operatingNumber);
    const typedData = holdTypedData(await domainOf(f.side.currency), terms);
    return { args: async (caller) => [terms, RTGS, await sign(caller, typedData)] };
  },
  redeem: async (f) => {
    const terms = await requestRedemption(f);
    const signature = await sign(f.who.settlementOperator, await attestation(f, REQUEST_KIND.redemption));
    return { args: [terms, RTGS, FAR, signature] };
  },
  "redeem: attested by the caller": async (f) => {
    const terms = await requestRedemption(f);
    const said = await attestation(f, REQUEST_KIND.redemption);
    return { args: async (caller) => [terms, RTGS, FAR, await sign(caller, said)] };
  },
  rejectRedemption: async (f) => ({ args: [await requestRedemption(f), REASON] }),
  expireRedemption: async (f) => {
    const expiry = await inAnHour(f);
    const terms = await requestRedemption(f, { expiry });
    await f.chain.networkHelpers.time.increaseTo(expiry);
    return { args: [terms] };
  },
  setSettlementOperator: ({ newcomer }) => ({ args: [newcomer.address] }),
  setRateLimit: () => ({ args: [1n, 1n] }),
  // from a desk that never issued: there is nothing to take over and the supply stays explained
  takeOver: async ({ chain, side, who }) => {
    const { currency, registry, authority } = side;
    const args = [currency, registry, authority, who.settlementOperator] as const;
    const predecessor = await chain.ethers.deployContract("IssuanceDesk", [...args]);
    return { args: [await predecessor.getAddress()] };
  },
  setAuthority: registryCalls.setAuthority,
};
