import { expect } from "chai";
import { dataLength, dataSlice, hexlify, toBeHex, toUtf8Bytes, zeroPadBytes, zeroPadValue } from "ethers";
import { sealedHash, unseal, type ReaderKeys } from "../../../sdk/bridge/travelRule.js";
import { instructionId } from "../../../sdk/eip712/settlement.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { payment as instructionOf } from "../../../sdk/instructions.js";
import { wordsWritten } from "../../support/trace.js";
import { BANKS, CODES, account, readersOf, referenceKey } from "./state.js";
import { LIST, sentAt, type Sent, type Story, type World } from "./world.js";

/** Sentences of docs/invariants.md on payments of the shared ledger, checked on the chain against the model. */
export const PAYMENT_CHECKS = [
  { id: "BRG-15", holds: customersLeaveOneHash },
  { id: "BRG-16", holds: paymentsEndOnce },
] as const;

const STATUS = { open: 0n, settled: 1n, refused: 2n } as const;

/** Each key opens what it may; every word in the logs is one that may be public; nothing in clear is passed or stored. */
async function customersLeaveOneHash(story: Story): Promise<void> {
  const { world, state, rules } = story;
  const settled = await world.f.payments.queryFilter(world.f.payments.filters.BridgePaymentSettled());
  for (const [index, payment] of state.payments.entries()) {
    const sent = sentAt(world, index);
    const readers = readersOf(payment, rules);
    for (const [name, keys] of world.keys) {
      expect(opens(sent, keys), `BRG-15 payment ${index} for ${name}`).to.equal(readers.has(name));
    }
    const ending = world.endings.get(index);
    if (ending === undefined) continue;
    const id = await world.f.payments.paymentId(sent.payment);
    const hashes = settled.filter(({ args }) => args.id === id).map(({ args }) => args.dataHash);
    const signed = payment.status === "settled" ? [sealedHash(sent.sealed)] : [];
    expect(hashes, `BRG-15 hashes of payment ${index}`).to.deep.equal(signed);
    const terms = await publicTerms(world, sent, id);
    for (const { topics, data } of (await ending.wait())?.logs ?? []) {
      for (const word of [...topics.slice(1), ...wordsOf(data)]) {
        expect(terms.has(word), `BRG-15 payment ${index} leaves ${word}`).to.equal(true);
      }
    }
  }
  await nothingIsInClear(world);
}

/** Calldata of every transaction that ended a payment, and all that the last of them has written. */
async function nothingIsInClear({ endings, sent, chain }: World): Promise<void> {
  const last = [...endings.values()].at(-1);
  if (last === undefined) return;
  const written = await wordsWritten(chain, last.hash);
  expect(written.length, "BRG-15 words written").to.be.greaterThan(1);
  const passed = [...endings.values()].map(({ data }) => data);
  const open = [...passed, ...written].join("|").toLowerCase();
  for (const { data } of sent.values()) {
    for (const text of [...Object.values(data.originator), ...Object.values(data.beneficiary), data.remittance]) {
      expect(open, `BRG-15 ${text}`).not.to.contain(hexlify(toUtf8Bytes(text)).slice(2));
    }
  }
}

async function paymentsEndOnce({ world, state }: Story): Promise<void> {
  const { payments, engine, members } = world.f;
  const settled = await payments.queryFilter(payments.filters.BridgePaymentSettled());
  const refused = await payments.queryFilter(payments.filters.BridgePaymentRefused());
  const verdicts = await payments.queryFilter(payments.filters.VerdictRecorded());
  for (const [index, { status, verdicts: recorded, payer, ...model }] of state.payments.entries()) {
    const { payment } = sentAt(world, index);
    const id = await payments.paymentId(payment);
    const what = `BRG-16 payment ${index}`;
    expect(await payments.statusOf(id), what).to.equal(STATUS[status]);
    const counts = [settled, refused].map((events) => events.filter(({ args }) => args.id === id).length);
    expect(counts, what).to.deep.equal([status === "settled" ? 1 : 0, status === "refused" ? 1 : 0]);
    const banks = verdicts.filter(({ args }) => args.id === id).map(({ args }) => args.bank);
    expect(banks, `${what}, verdicts`).to.deep.equal(recorded.map((bank) => world.banks[bank].account));
    const isUsed = state.used.has(referenceKey({ status, verdicts: recorded, payer, ...model }));
    const atEngine = (await engine.statusOf(payment.payer, payment.businessRef)) === 1n;
    expect(atEngine, `${what}, reference`).to.equal(isUsed);
  }
  for (const code of CODES) {
    const { currency } = members[code];
    for (const bank of BANKS) {
      const balance = await currency.balanceOf(world.banks[bank].account);
      expect(balance, `BRG-16 ${code} of ${bank}`).to.equal(state.balances.get(account(code, bank)));
    }
    expect(await currency.balanceOf(payments), `BRG-16 ${code} of the venue`).to.equal(0n);
  }
}

/** What a payment may tell everybody, as words of 32 bytes. */
async function publicTerms({ f }: World, { payment }: Sent, id: string): Promise<ReadonlySet<string>> {
  const { businessRef, currency, payer, payee, amount, purpose, dataHash, notAfter } = payment;
  const instruction = instructionOf({ businessRef, notAfter }, { token: currency, from: payer, amount }, payee);
  const parties = [currency, payer, payee].map((address) => zeroPadValue(address, 32).toLowerCase());
  // list of the verdicts, and whether they approve
  const findings = [LIST, toBeHex(0n, 32), toBeHex(1n, 32)];
  const settled = instructionId(await domainOf(f.engine), instruction);
  return new Set([
    ...[id, settled, businessRef, ...parties, toBeHex(amount, 32), zeroPadBytes(purpose, 32), dataHash],
    ...findings,
  ]);
}

function wordsOf(data: string): string[] {
  return Array.from({ length: dataLength(data) / 32 }, (_, place) => dataSlice(data, 32 * place, 32 * place + 32));
}

function opens({ sealed, payment, data }: Sent, keys: ReaderKeys): boolean {
  try {
    expect(unseal(sealed, payment, keys)).to.deep.equal(data);
    return true;
  } catch {
    return false;
  }
}
