import { verdictOf } from "../../../sdk/bridge/operations.js";
import { purposeCode } from "../../../sdk/deploy/bridge.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { CLASS_NUMBERS } from "../../../sdk/limits.js";
import { ref } from "../chain.js";
import { CORRIDOR, POLICY, openCorridor, openPayments, openShared, type SharedScene } from "./corridorStage.js";
import type { BRIDGE_CURRENCY_ROWS, GATE_ROWS, PAYMENTS_ROWS } from "./corridorTable.js";
import { currencyCalls } from "./currencyCalls.js";
import type { Args, Calls, Prepare } from "./prepared.js";
import { FAR, type Scene } from "./stage.js";

const LIMITS = { balance: 1_000n, single: 1_000n, day: 1_000n, year: 1_000n, open: true };

/** A call prepared for a currency, on the shared ledger. */
function shared(prepare: Prepare): Prepare {
  return async (f) => {
    const scene = await openShared(f);
    const { args } = await prepare(scene);
    return { to: await scene.side.currency.getAddress(), args };
  };
}

function atCorridor(argsOf: (scene: SharedScene) => Args): Prepare {
  return async (f) => {
    const scene = await openCorridor(f);
    return { to: await scene.shared.currency.getAddress(), args: argsOf(scene) };
  };
}

const onSharedLedger = Object.fromEntries(
  Object.entries(currencyCalls).map(([label, prepare]) => [label, shared(prepare)]),
) as typeof currencyCalls;

export const bridgeCurrencyCalls: Calls<typeof BRIDGE_CURRENCY_ROWS> = {
  ...onSharedLedger,
  setClassLimits: shared(() => ({ args: [CLASS_NUMBERS.institution, LIMITS] })),
  haltClass: shared(() => ({ args: [CLASS_NUMBERS.institution] })),
  resumeClass: shared(async ({ side, who }) => {
    await side.currency.connect(who.halter).haltClass(CLASS_NUMBERS.institution);
    return { args: [CLASS_NUMBERS.institution] };
  }),
  openCorridor: async (f) => {
    const { shared: own } = await openShared(f);
    return { to: await own.currency.getAddress(), args: [CORRIDOR, await own.foreign.getAddress(), POLICY] };
  },
  setCorridorPolicy: atCorridor(() => [CORRIDOR, POLICY]),
  setCorridorPurpose: atCorridor(() => [CORRIDOR, purposeCode("GDDS"), true]),
  openNonResidentWallet: atCorridor(({ newcomer }) => [newcomer.address, CORRIDOR]),
};

async function venueArgs(f: Scene) {
  const { shared: own } = await openShared(f);
  const to = await own.gate.getAddress();
  return { to, args: [await own.currency.getAddress(), await f.suite.engine.getAddress()] };
}

export const gateCalls: Calls<typeof GATE_ROWS> = {
  admitVenue: venueArgs,
  dismissVenue: venueArgs,
  open: async ({ suite }) => ({ args: [await suite.engine.getAddress()] }),
  close: () => ({ args: [] }),
};

/** The operating institution pays the payee. */
async function prepared(f: Scene) {
  const { payments, shared: own, who, payee } = await openPayments(f);
  const domain = await domainOf(payments);
  const payment = {
    ...{ businessRef: ref("payment"), currency: await own.currency.getAddress() },
    ...{ payer: who.operating.address, payee: payee.address, amount: 1n },
    ...{ purpose: purposeCode("GDDS"), dataHash: ref("data"), notAfter: FAR },
  };
  const verdict = (signer: typeof payee, approved: boolean) =>
    verdictOf(
      domain,
      payment,
      { account: signer.address, signer },
      { approved, listVersion: ref("list"), validUntil: FAR },
    );
  return { to: await payments.getAddress(), payment, verdict, payer: who.operating, payee };
}

export const paymentsCalls: Calls<typeof PAYMENTS_ROWS> = {
  pay: async (f) => {
    const { to, payment, verdict, payer, payee } = await prepared(f);
    return { to, args: [payment, await verdict(payer, true), await verdict(payee, true)] };
  },
  refuse: async (f) => {
    const { to, payment, verdict, payee } = await prepared(f);
    return { to, args: [payment, payee.address, await verdict(payee, false)] };
  },
};
