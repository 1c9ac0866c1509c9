import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { ZeroHash, toUtf8Bytes, type ContractTransactionResponse, type TypedDataDomain } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { openConnect, type ConnectContracts } from "../../../sdk/deploy/connect.js";
import { openSuite, type Bank, type Suite } from "../../../sdk/deploy/suite.js";
import {
  CONNECT_KIND,
  CONNECT_SIDE,
  PARTICIPANT_KIND,
  connectPaymentId,
  type ConnectKind,
  type ConnectPayment,
} from "../../../sdk/eip712/connect.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { UserError } from "../../../sdk/errors.js";
import type { WalletClass } from "../../../sdk/limits.js";
import { ScenarioClock } from "../../../sdk/operations/clock.js";
import { Journal } from "../../../sdk/operations/journal.js";
import { issueMoney, openWallet, reference } from "../../../sdk/operations/money.js";
import { approveEngine } from "../../../sdk/operations/settlement.js";
import {
  PUBLISHED_QUOTAS,
  payeeNameHash,
  personCommitment,
  signConnectPayment,
  signConnectQuote,
} from "../../../sdk/payments/connect.js";
import { RATE_SCALE, parseRate } from "../../../sdk/rates.js";
import type { Checks } from "../../../sdk/report.js";
import { mulDiv } from "../../../sdk/rounding.js";

/** Of the registrars and of the addressing service; a real one is random and is told to nobody. */
export const SECRET = toUtf8Bytes("the secret of a scenario, thirty-two bytes and more");
/** Seconds for the answer, for the resolution of a time-out, and for a return. */
export const TIMES = { answer: 60n, resolve: 3_600n, back: 86_400n } as const;

/** One of the two sides. */
export type SideName = "mainland" | "hongkong";

/** A person with a wallet. */
export interface Resident {
  readonly name: string;
  readonly side: SideName;
  readonly signer: HardhatEthersSigner;
  readonly bank: Bank;
  /** Link-wide commitment. */
  readonly person: string;
}

/** What the link's scenarios have in common. */
export interface LinkSetting {
  readonly day: string;
  readonly openingHour: number;
  readonly rates: { readonly hkdPerCny: string; readonly usdPerCny: string };
  readonly participants: Readonly<Record<SideName, readonly string[]>>;
}

/** The link on a day of business. */
export interface LinkStage extends ConnectContracts {
  readonly connection: NetworkConnection<"l1">;
  readonly suite: Suite;
  readonly clock: ScenarioClock;
  readonly journal: Journal;
  readonly checks: Checks;
  readonly domains: { readonly link: TypedDataDomain } & Readonly<Record<SideName, TypedDataDomain>>;
  readonly rates: { readonly hkd: bigint; readonly usd: bigint };
}

/** A payment with its signatures. */
export interface SignedPayment {
  readonly id: string;
  readonly payment: ConnectPayment;
  readonly quoteSignature: string;
  readonly holdSignature: string;
  readonly from: Bank;
  readonly at: Bank;
}

/** Deploys the suite and the link over its two currencies; participants, quotas and the day's rates are set. */
export async function openLinkStage(
  connection: NetworkConnection<"l1">,
  setting: LinkSetting,
  checks: Checks,
): Promise<LinkStage> {
  const clock = await ScenarioClock.open(connection, setting.day);
  const suite = await openSuite(connection);
  const journal = new Journal(checks, clock);
  await clock.moveTo(setting.day, setting.openingHour);
  const { mainland, hongkong, engine, deployer } = suite;
  const { directory, link } = await openConnect({
    ...{ deployer, mainlandCurrency: mainland.currency, hongKongCurrency: hongkong.currency, engine },
    mainland: { authority: mainland.authority, admin: mainland.offices.admin },
    hongKong: { authority: hongkong.authority, admin: hongkong.offices.admin },
  });
  const rates = { hkd: parseRate(setting.rates.hkdPerCny), usd: parseRate(setting.rates.usdPerCny) };
  const stage: LinkStage = {
    ...{ connection, suite, clock, journal, checks, directory, link, rates },
    domains: {
      link: await domainOf(link),
      mainland: await domainOf(mainland.currency),
      hongkong: await domainOf(hongkong.currency),
    },
  };
  for (const side of ["mainland", "hongkong"] as const) {
    const banks = setting.participants[side].map((bic) => suite[side].bank(bic));
    await journal.noteAll(
      { event: `${suite[side].plan.title}: ${banks.length} institutions take part` },
      banks.map(
        ({ number }) =>
          () =>
            directory
              .connect(suite[side].offices.registrar)
              .admit(sideNumber(side), number, PARTICIPANT_KIND.bank, ZeroHash),
      ),
    );
  }
  await journal.noteAll({ event: "Both sides set the published quotas and the day's rates" }, [
    () => governor(stage, "hongkong").setQuota(CONNECT_KIND.northbound, PUBLISHED_QUOTAS.northbound),
    () => governor(stage, "hongkong").setQuota(CONNECT_KIND.sameName, PUBLISHED_QUOTAS.sameName),
    () => governor(stage, "mainland").setQuota(CONNECT_KIND.southbound, PUBLISHED_QUOTAS.southbound),
    () => governor(stage, "hongkong").publishRate(CONNECT_KIND.northbound, rates.hkd),
    () => governor(stage, "mainland").publishRate(CONNECT_KIND.southbound, rates.usd),
  ]);
  return stage;
}

/** A customer of the suite that nobody uses yet. */
export function customer({ suite }: Pick<LinkStage, "suite">, index: number): HardhatEthersSigner {
  const signer = suite.customers[index];
  if (signer === undefined) {
    throw new UserError(
      `The network has ${suite.customers.length} free accounts and the file more; name fewer people.`,
    );
  }
  return signer;
}

/** Opens a wallet, enrols the person, and registers the name that payers are shown. */
export async function enter(
  stage: LinkStage,
  signer: HardhatEthersSigner,
  {
    name,
    side,
    bank: bic,
    document,
    walletClass,
  }: {
    readonly name: string;
    readonly side: SideName;
    readonly bank: string;
    readonly document: string;
    readonly walletClass: WalletClass;
  },
): Promise<Resident> {
  const { suite, journal, clock, directory } = stage;
  const jurisdiction = suite[side];
  const bank = jurisdiction.bank(bic);
  const kind = side === "mainland" ? "mainland-id" : "hkid";
  const person = personCommitment(SECRET, { kind, number: document });
  await openWallet({ jurisdiction, journal, clock }, bank, signer, walletClass, name);
  const identity = await jurisdiction.currency.identityOf(signer);
  await journal.noteAll({ event: `${name} is enrolled, ${bank.name} registers the masked name` }, [
    () =>
      directory
        .connect(jurisdiction.offices.registrar)
        .enrol(sideNumber(side), jurisdiction.currency, identity, person, 0n),
    () => directory.connect(bank.signer).setPayeeName(jurisdiction.currency, signer, payeeNameHash(name)),
  ]);
  return { name, side, signer, bank, person };
}

/** A bank of Hong Kong quotes: it has e-CNY in a corporate wallet, and its customers' money in e-HKD. */
export async function letQuote(stage: LinkStage, bank: Bank, float: bigint, hostBic: string): Promise<void> {
  const { suite, journal, clock, link } = stage;
  const { mainland, hongkong, engine } = suite;
  const host = mainland.bank(hostBic);
  await openWallet({ jurisdiction: mainland, journal, clock }, host, bank.signer, "corporate", bank.name);
  await pay(stage, "mainland", host, bank.signer, float, `float of ${bank.bicText}`);
  await issueMoney({ jurisdiction: hongkong, journal, clock }, bank, float, `e-HKD float of ${bank.bicText}`);
  await journal.noteAll({ event: `${bank.name} lets the link settle what it quotes` }, [
    ...(await approveEngine(engine, bank.signer, mainland.currency, hongkong.currency)),
    () => engine.connect(bank.signer).authorizeAgent(link, true),
  ]);
}

/** A bank is issued money and pays it into a wallet. */
export async function pay(
  { suite, journal, clock }: LinkStage,
  side: SideName,
  bank: Bank,
  to: HardhatEthersSigner,
  amount: bigint,
  why: string,
): Promise<void> {
  const jurisdiction = suite[side];
  await issueMoney({ jurisdiction, journal, clock }, bank, amount, why);
  await journal.note(
    { event: `${bank.name}: ${why}` },
    jurisdiction.currency.connect(bank.signer).transfer(to, amount),
  );
}

/**
 * A payment in e-HKD one side and e-CNY the other, quoted by the bank in Hong Kong at the reference rate: northbound
 * `renminbi` is received and the payer pays rounded up, southbound it is sent and the payee receives rounded down.
 */
export async function offer(
  stage: LinkStage,
  payer: Resident,
  payee: { readonly signer: HardhatEthersSigner; readonly bank: Bank; readonly name: string },
  renminbi: bigint,
  changed: Partial<Omit<ConnectPayment, "quote" | "kind">> = {},
): Promise<SignedPayment> {
  const { suite, clock, domains, rates } = stage;
  const north = payer.side === "hongkong";
  const kind: ConnectKind = north ? CONNECT_KIND.northbound : CONNECT_KIND.southbound;
  const [sends, receives] = north ? [suite.hongkong, suite.mainland] : [suite.mainland, suite.hongkong];
  const bank = north ? payer.bank : payee.bank;
  const hkd = mulDiv(renminbi, rates.hkd, RATE_SCALE, north ? "ceil" : "floor");
  const [sendAmount, receiveAmount] = north ? [hkd, renminbi] : [renminbi, hkd];
  const now = await clock.now();
  const messageRef = changed.messageRef ?? reference(`${payer.name} to ${payee.name}, ${++_payments}`);
  const quote = {
    ...{ bank: bank.account, payer: payer.signer.address, sendAmount, receiveAmount },
    ...{ sends: await sends.currency.getAddress(), receives: await receives.currency.getAddress() },
    ...{ notAfter: now + TIMES.answer, returnBy: now + TIMES.back, nonce: messageRef },
  };
  const payment: ConnectPayment = {
    ...{ kind, payee: payee.signer.address, proxy: ZeroHash, payeeName: payeeNameHash(payee.name) },
    ...{ purpose: "0x46414d49", answerBy: now + TIMES.answer, resolveBy: now + TIMES.resolve },
    ...changed,
    ...{ messageRef, quote },
  };
  const currency = domains[payer.side];
  return {
    ...{ id: connectPaymentId(domains.link, payment), payment, from: payer.bank, at: payee.bank },
    quoteSignature: await signConnectQuote(bank.signer, domains.link, quote),
    holdSignature: await signConnectPayment(payer.signer, { link: domains.link, currency }, payment),
  };
}

/** Messages of one run have references of their own. */
let _payments = 0;

/** The payer's bank submits. */
export function submit({ link }: LinkStage, it: SignedPayment): Promise<ContractTransactionResponse> {
  return link.connect(it.from.signer).submit(it.payment, it.quoteSignature, it.holdSignature);
}

/** The payee's bank pays out. */
export function complete({ link }: LinkStage, { at, payment }: SignedPayment): Promise<ContractTransactionResponse> {
  return link.connect(at.signer).complete(payment);
}

/** Number of a side in the contracts. */
export function sideNumber(side: SideName) {
  return side === "mainland" ? CONNECT_SIDE.mainland : CONNECT_SIDE.hongKong;
}

function governor({ link, suite }: LinkStage, side: SideName) {
  return link.connect(suite[side].offices.governor);
}
