import { POWERS } from "../../../sdk/roles.js";
import type { DepositToken, FundUnits } from "../../../types/ethers-contracts/index.js";
import { ref } from "../chain.js";
import { holdTerms } from "../holds.js";
import { ledgerCalls, type Subject } from "./ledgerCalls.js";
import type { Calls } from "./prepared.js";
import { FAR, type Scene } from "./stage.js";
import type { LEDGER_ROWS } from "./table.js";

/** A token of the scene whose accounts institutions keep. */
type Claim = DepositToken | FundUnits;
/** What every claim can do beside what every token can. */
type ClaimRows = Record<"openAccount" | "closeAccount" | "issue" | "redeemHeld", unknown>;

const SOME = 1_000n;

/** Everybody has an account and something of the token, as in the scene, and so have `others`; the desk is its issuer. */
export async function fillClaims(f: Scene, token: Claim, others: readonly Scene["payee"][] = []): Promise<void> {
  const { operating, participating, suspended, holder, frozen, agent, desk, enforcer } = f.who;
  await f.chain.networkHelpers.setBalance(desk.address, 10n ** 18n);
  for (const account of [participating, suspended, holder, frozen, f.payee, ...others]) {
    await token.connect(operating).openAccount(account);
    if (account !== f.payee) await token.connect(desk).issue(account, SOME, ref("opening"));
  }
  await token.connect(enforcer).freeze(frozen, ref("order"));
  await token.connect(holder).approve(agent, SOME);
}

/** Calls of a token that `open` puts on the scene's ledger. */
export function claimCalls(open: (f: Scene) => Promise<Claim>): Calls<typeof LEDGER_ROWS & ClaimRows> {
  const subjects = new WeakMap<Scene, Subject>();
  const onLedger = ledgerCalls((scene) => {
    const subject = subjects.get(scene);
    if (subject === undefined) throw new RangeError("the token is opened before it is called");
    return Promise.resolve(subject);
  });
  const prepared = Object.fromEntries(
    Object.entries(onLedger).map(([label, prepare]) => [
      label,
      async (f: Scene) => {
        const token = await open(f);
        const scene = { ...f };
        const address = await token.getAddress();
        subjects.set(scene, { address, halt: () => token.connect(f.who.halter).haltAll() });
        const { args } = await prepare(scene);
        return { to: address, args };
      },
    ]),
  ) as typeof onLedger;
  return {
    ...prepared,
    openAccount: async (f) => ({ to: await (await open(f)).getAddress(), args: [f.newcomer.address] }),
    closeAccount: async (f) => ({ to: await (await open(f)).getAddress(), args: [f.payee.address] }),
    issue: async (f) => ({ to: await (await open(f)).getAddress(), args: [f.payee.address, 1n, ref("loan")] }),
    redeemHeld: async (f) => {
      const token = await open(f);
      const hold = await holdTerms(f.chain, f.who.holder, f.who.desk, 1n, { expiry: FAR });
      await token.connect(f.who.holder).placeHold(hold);
      return { to: await token.getAddress(), args: [hold, 1n, ref("repayment")] };
    },
  };
}

/** Gives the desk and the enforcer their powers over a token, as whoever may. */
export async function empower(token: Claim, by: Scene["who"]["operating"], { desk, enforcer }: Scene["who"]) {
  await token.connect(by).appoint(desk, POWERS.issuer, ref("mandate"));
  await token.connect(by).appoint(enforcer, POWERS.enforcer, ref("mandate"));
}
