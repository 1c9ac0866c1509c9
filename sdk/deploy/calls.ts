import { id } from "ethers";
import { functionsByRole, type GovernedKind } from "../governed.js";
import { CLASS_NUMBERS, type ClassLimits } from "../limits.js";
import { GUARDED_ROLES, POWERS, ROLES, ROLE_NAMES } from "../roles.js";
import { selectorsOf } from "../selectors.js";
import type { BridgeMemberPlan, BridgePlan } from "./bridgeParameters.js";
import { GRANTED_ROLES, executionDelay, type CentralBankPlan } from "./parameters.js";

/**
 * A call that an authority makes, in a batch with others. `At` is how a contract is written: its address, or what an
 * Ignition module calls it before it has one.
 */
export interface Call<At> {
  /** Unique in its batch; the journal calls the step by it. */
  readonly id: string;
  /** The contract called; the authority itself if there is none. */
  readonly target?: At;
  readonly kind: GovernedKind | "authority";
  readonly name: string;
  readonly args: readonly unknown[];
}

const ACTIVE = 2;

/** Every institution that takes part is entered and admitted. */
export function admissions<At>({ institutions }: CentralBankPlan, target: At): Call<At>[] {
  return institutions.flatMap(({ number, lei, bic, bicText, country, tier, quota, account, nameHash }) => [
    {
      ...{ id: `register_${bicText}`, target, kind: "registry", name: "register" },
      args: [number, lei, bic, country, tier, quota, account, nameHash],
    },
    {
      ...{ id: `activate_${bicText}`, target, kind: "registry", name: "setStatus" },
      args: [number, ACTIVE, id("admission")],
    },
  ]);
}

/** Limits, enforcers, and the wallets of a central bank's own institutions. */
export function currencySetUp<At>(
  { offices, mandates, institutions }: CentralBankPlan,
  limits: readonly (readonly [name: string, walletClass: number, limits: ClassLimits])[],
  target: At,
): Call<At>[] {
  const call = (step: string, name: string, args: readonly unknown[]): Call<At> => ({
    ...{ id: step, target, kind: "currency", name, args },
  });
  return [
    ...limits.map(([name, walletClass, most]) => call(`limits_${name}`, "setClassLimits", [walletClass, { ...most }])),
    ...offices.enforcer.map((holder) =>
      call(`enforcer_${holder}`, "appoint", [holder, POWERS.enforcer, mandates.enforcement]),
    ),
    ...institutions.map(({ bicText, account }) => call(`wallet_${bicText}`, "openInstitutionWallet", [account])),
  ];
}

/** The desk's rate limit, and its power to issue. */
export function deskSetUp<At>({ rateLimit, mandates }: CentralBankPlan, currency: At, desk: At): Call<At>[] {
  const { capacity, window } = rateLimit;
  return [
    { ...{ id: "rateLimit", target: desk, kind: "desk", name: "setRateLimit" }, args: [capacity, window] },
    {
      ...{ id: "issuer", target: currency, kind: "currency", name: "appoint" },
      args: [desk, POWERS.issuer, mandates.issuance],
    },
  ];
}

/** What one currency of the shared ledger stands among. */
export interface Neighbours<At> {
  readonly currency: At;
  readonly gate: At;
  /** What may carry it across a border, by name. */
  readonly venues: Readonly<Record<string, At>>;
  /** Each jurisdiction's registry. */
  readonly registries: Readonly<Record<BridgeMemberPlan["code"], At>>;
}

/** What a central bank lets each other jurisdiction's banks do with its currency, their wallets, and the venues. */
export function corridorSetUp<At>(
  { corridors }: BridgeMemberPlan,
  { currency, gate, venues, registries }: Neighbours<At>,
): Call<At>[] {
  const opened = corridors.flatMap(({ partner, walletClass, limits, policy, purposes, accounts }) => {
    const call = (step: string, name: string, args: readonly unknown[]): Call<At> => ({
      ...{ id: `${step}_${partner}`, target: currency, kind: "bridgeCurrency", name, args },
    });
    return [
      call("limits", "setClassLimits", [walletClass, { ...limits }]),
      call("corridor", "openCorridor", [walletClass, registries[partner], { ...policy }]),
      ...purposes.map((purpose) => call(`purpose_${purpose}`, "setCorridorPurpose", [walletClass, purpose, true])),
      ...accounts.map((account) => call(`wallet_${account}`, "openNonResidentWallet", [account, walletClass])),
    ];
  });
  const admitted = Object.entries(venues).map(([name, venue]): Call<At> => ({
    ...{ id: `admit_${name}`, target: gate, kind: "gate", name: "admitVenue", args: [currency, venue] },
  }));
  return [...opened, ...admitted];
}

/**
 * Functions are given to roles, roles to their holders, and the deployer, who was admin so far and nothing else, gives up
 * what it has.
 */
export function handOver<At>(
  plan: CentralBankPlan,
  governed: readonly (readonly [GovernedKind, At])[],
  deployer: unknown,
): Call<At>[] {
  const call = (step: string, name: string, args: readonly unknown[]): Call<At> => ({
    ...{ id: step, kind: "authority", name, args },
  });
  const functions = governed.flatMap(([kind, target]) => assignments(kind, target));
  const labels = GRANTED_ROLES.map((role) => call(`label_${role}`, "labelRole", [ROLES[role], role]));
  const guarded = GUARDED_ROLES.map((role) => call(`guard_${role}`, "setRoleGuardian", [ROLES[role], ROLES.guardian]));
  const grants = [...GRANTED_ROLES, "admin" as const].flatMap((role) =>
    plan.offices[role].map((holder) =>
      call(`grant_${role}_${holder}`, "grantRole", [ROLES[role], holder, executionDelay(plan, role)]),
    ),
  );
  // after the grants, which are to hold at once
  const delays = ROLE_NAMES.map((role) =>
    call(`grantDelay_${role}`, "setGrantDelay", [ROLES[role], plan.delays.grant]),
  );
  return [
    ...functions,
    ...labels,
    ...guarded,
    ...grants,
    ...delays,
    call("renounce", "renounceRole", [ROLES.admin, deployer]),
  ];
}

/** Every function of a contract that the authority gives to a role. */
export function assignments<At>(kind: GovernedKind, target: At): Call<At>[] {
  return functionsByRole(kind).map(([role, names]) => ({
    ...{ id: `assign_${kind}_${role}`, kind: "authority", name: "setTargetFunctionRole" },
    args: [target, selectorsOf(kind, names), ROLES[role]],
  }));
}

/** Constructor arguments of a central bank's currency on the shared ledger. */
export function bridgeCurrencyArgs<At>({ token, code }: BridgeMemberPlan, registry: At, authority: At, gate: At) {
  return [token, code, code, registry, authority, gate];
}

/** A currency of the council's, with the account that votes for its central bank. */
export function foundingOf<At>({ offices: { governor } }: BridgeMemberPlan, currency: At) {
  return { currency, issuer: governor[0] ?? "" };
}

/** Constructor arguments of the council: the issuers of the first currencies are its founders. */
export function councilArgs<At>(
  { rulebook, timing }: Pick<BridgePlan, "rulebook" | "timing">,
  currencies: readonly ReturnType<typeof foundingOf<At>>[],
) {
  return [currencies.map(({ issuer }) => issuer), currencies, rulebook, { ...timing }];
}

/** Every contract of the shared ledger whose functions one central bank's authority gives to roles. */
export function governedOnBridge<At>(
  { gate, council, exchange, netting }: Readonly<Record<"gate" | "council" | "exchange" | "netting", At>>,
  { registry, currency, desk }: Readonly<Record<"registry" | "currency" | "desk", At>>,
): (readonly [GovernedKind, At])[] {
  return [
    ["registry", registry],
    ["bridgeCurrency", currency],
    ["desk", desk],
    ["council", council],
    ["foreignExchange", exchange],
    ["netting", netting],
    ["gate", gate],
  ];
}

/** The one class of a central bank's own banks on the shared ledger, as {@link currencySetUp} takes it. */
export function residentLimits({ limits }: BridgeMemberPlan) {
  return [["institution", CLASS_NUMBERS.institution, limits]] as const;
}
