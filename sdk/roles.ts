/**
 * Roles of a central bank's authority (an OpenZeppelin `AccessManager`), by number. `admin` is the manager's own role 0;
 * the rest is numbered here and labelled on chain.
 */
export const ROLES = {
  /** The central bank itself: roles, delays, and which function a role may call. */
  admin: 0n,
  /** Limits, powers, issuance: what may change every day. */
  governor: 1n,
  /** Stops payments. */
  halter: 2n,
  /** Lets payments go on; never the one who halts. */
  resumer: 3n,
  /** Replaces a currency's code, after the delay. */
  upgrader: 4n,
  /** Institutions, their standing, quotas and accounts; assets. */
  registrar: 5n,
  /** Cancels what is announced and has not happened. */
  guardian: 6n,
} as const;

/** Name of a role. */
export type Role = keyof typeof ROLES;

/** Every role, `admin` first. */
export const ROLE_NAMES = Object.keys(ROLES) as readonly Role[];

/** Powers of a currency: bits of the holder's account word, given by the authority (`appoint`). */
export const POWERS = {
  /** Creates and destroys money: the desk, nobody else. */
  issuer: 4n,
  /** Freezes accounts and forces transfers by lawful order. */
  enforcer: 8n,
} as const;

/** Name of a power. */
export type Power = keyof typeof POWERS;

/** Kinds of contracts whose functions the authority gives to roles. */
export type GovernedContract = keyof typeof FUNCTION_ROLES;

/** Which role may call which function of which contract. Whatever is restricted and not listed is the admin's. */
export const FUNCTION_ROLES = {
  registry: {
    registrar: ["register", "setStatus", "setQuota", "addAccount", "removeAccount", "setSettlementAccount"],
  },
  currency: {
    governor: ["setClassLimits", "appoint", "dismiss"],
    halter: ["haltClass", "haltAll"],
    resumer: ["resumeClass", "resumeAll"],
    upgrader: ["upgradeToAndCall"],
  },
  desk: {
    governor: ["setSettlementOperator", "setRateLimit", "takeOver", "rejectIssue", "rejectRedemption"],
  },
  assets: {
    governor: ["listCurrency", "delistCurrency"],
    registrar: ["announce"],
  },
  bond: {
    governor: ["setPayingAgent", "appoint", "dismiss"],
    halter: ["haltAll"],
    resumer: ["resumeAll"],
  },
} as const satisfies Record<string, Partial<Record<Role, readonly string[]>>>;

/** The roles whose announced operations the guardian may cancel. */
export const GUARDED_ROLES = ["governor", "upgrader", "registrar"] as const satisfies readonly Role[];

/** Who holds an office: a role of the authority, or the enforcer's power. */
export const OFFICES = [...ROLE_NAMES, "enforcer"] as const satisfies readonly (Role | Power)[];

/** Name of an office. */
export type Office = (typeof OFFICES)[number];

/** What each role is for, one sentence; for tables and documents. */
export const ROLE_PURPOSES = {
  admin: "The central bank itself: grants roles, sets delays, assigns functions.",
  governor: "Sets limits, gives and takes powers, sets the desk's operator and rate limit.",
  halter: "Stops payments of a class or of all.",
  resumer: "Lets payments go on.",
  upgrader: "Replaces the currency's code, after the delay.",
  registrar: "Enters institutions and assets; sets institutions' standing, quota and accounts.",
  guardian: "Cancels announced operations of governor, upgrader and registrar.",
} as const satisfies Record<Role, string>;
