import { ZeroAddress, ZeroHash } from "ethers";
import { governConnect, type ConnectContracts } from "../../../sdk/deploy/connect.js";
import {
  CONNECT_KIND,
  CONNECT_SIDE,
  PARTICIPANT_KIND,
  connectReturn,
  type ConnectKind,
  type ConnectPayment,
} from "../../../sdk/eip712/connect.js";
import { instructionTypedData } from "../../../sdk/eip712/settlement.js";
import { domainOf, sign } from "../../../sdk/eip712/typedData.js";
import { minor } from "../../../sdk/money.js";
import { NO_LIMIT, payeeNameHash, signConnectPayment, signProxyPort } from "../../../sdk/payments/connect.js";
import { RATE_SCALE } from "../../../sdk/rates.js";
import { ref } from "../chain.js";
import type { CONNECT_DIRECTORY_ROWS, PAYMENT_CONNECT_ROWS } from "./connectTable.js";
import type { Calls } from "./prepared.js";
import { FAR, type Scene } from "./stage.js";

const { northbound, southbound } = CONNECT_KIND;
const HONG_KONG = CONNECT_SIDE.hongKong;
const MINUTE = 60n;
const AMOUNT = minor("10.00");
const PROXY = ref("proxy");
const REASON = "0x41433034";

/** The link between both sides of the suite, with a directory of its own. */
export async function openLink({ chain, suite }: Scene): Promise<ConnectContracts> {
  const { mainland, hongkong, engine } = suite;
  const directory = await chain.ethers.deployContract("ConnectDirectory", [mainland.currency, hongkong.currency]);
  const link = await chain.ethers.deployContract("PaymentConnect", [directory, engine]);
  for (const { authority, offices } of [mainland, hongkong]) {
    await governConnect({ authority, admin: offices.admin }, { directory, link });
  }
  return { directory, link };
}

/**
 * A payment in renminbi between the holder, a resident of Hong Kong whom the operating institution serves there, and the
 * payee, a resident of the mainland; signed.
 */
async function signed(f: Scene, kind: ConnectKind) {
  const { link, directory } = await openLink(f);
  const { mainland, hongkong, engine } = f.suite;
  const { currency } = mainland;
  const { holder, operating } = f.who;
  const bank = mainland.bank("TICBCNT0");
  const registrars = {
    here: directory.connect(hongkong.offices.registrar),
    there: directory.connect(mainland.offices.registrar),
  };
  await registrars.here.admit(HONG_KONG, f.operatingNumber, PARTICIPANT_KIND.bank, ZeroHash);
  await registrars.there.admit(CONNECT_SIDE.mainland, bank.number, PARTICIPANT_KIND.bank, ZeroHash);
  const identities = [await currency.identityOf(holder), await currency.identityOf(f.payee)] as const;
  await registrars.here.enrol(HONG_KONG, currency, identities[0], ref("holder"), f.operatingNumber);
  await registrars.there.enrol(CONNECT_SIDE.mainland, currency, identities[1], ref("payee"), 0n);
  const name = payeeNameHash("张小明");
  for (const account of [holder, f.payee]) await directory.connect(bank.signer).setPayeeName(currency, account, name);
  for (const [direction, { offices }] of [[northbound, hongkong] as const, [southbound, mainland] as const]) {
    await link.connect(offices.governor).setQuota(direction, { day: NO_LIMIT, year: NO_LIMIT });
    await link.connect(offices.governor).publishRate(direction, RATE_SCALE);
  }
  const [payer, payee] = kind === northbound ? [holder, f.payee] : [f.payee, holder];
  await currency.connect(holder).transfer(f.payee, AMOUNT);
  const now = BigInt(await f.chain.networkHelpers.time.latest());
  const token = await currency.getAddress();
  const payment: ConnectPayment = {
    ...{
      kind,
      payee: payee.address,
      proxy: ZeroHash,
      payeeName: name,
      purpose: "0x43425050",
      messageRef: ref("message"),
    },
    ...{ answerBy: now + 5n * MINUTE, resolveBy: now + 10n * MINUTE },
    quote: {
      ...{ bank: ZeroAddress, payer: payer.address, sends: token, receives: token },
      ...{ sendAmount: AMOUNT, receiveAmount: AMOUNT, notAfter: now + 5n * MINUTE, returnBy: now + 20n * MINUTE },
      nonce: ref("nonce"),
    },
  };
  const domain = await domainOf(link);
  const signature = await signConnectPayment(payer, { link: domain, currency: await domainOf(currency) }, payment);
  const submit = async (from = kind === northbound ? operating : bank.signer) =>
    link.connect(from).submit(payment, "0x", signature);
  return { to: await link.getAddress(), link, payment, payee, signature, submit, domain, currency, engine, operating };
}

/** Submitted by the payer's institution on the mainland; the operating institution answers. */
async function submitted(f: Scene) {
  const it = await signed(f, southbound);
  await it.submit();
  return it;
}

async function completed(f: Scene) {
  const it = await submitted(f);
  await it.link.connect(it.operating).complete(it.payment);
  return it;
}

async function directoryOf(f: Scene) {
  const { directory } = await openLink(f);
  return { directory, to: await directory.getAddress() };
}

/** Leads to the holder. */
async function registered(f: Scene) {
  const it = await directoryOf(f);
  await it.directory.connect(f.who.operating).registerProxy(PROXY, f.side.currency, f.who.holder);
  return it;
}

export const connectDirectoryCalls: Calls<typeof CONNECT_DIRECTORY_ROWS> = {
  admit: async (f) => ({
    to: (await directoryOf(f)).to,
    args: [HONG_KONG, f.operatingNumber, PARTICIPANT_KIND.bank, ZeroHash],
  }),
  dismiss: async (f) => {
    const { to, directory } = await directoryOf(f);
    const { registrar } = f.who;
    await directory.connect(registrar).admit(HONG_KONG, f.operatingNumber, PARTICIPANT_KIND.bank, ZeroHash);
    return { to, args: [HONG_KONG, f.operatingNumber] };
  },
  enrol: async (f) => ({
    to: (await directoryOf(f)).to,
    args: [HONG_KONG, await f.side.currency.getAddress(), ref("identity"), ref("person"), 0n],
  }),
  setPayeeName: async (f) => ({
    to: (await directoryOf(f)).to,
    args: [await f.side.currency.getAddress(), f.payee.address, ref("name")],
  }),
  registerProxy: async (f) => ({
    to: (await directoryOf(f)).to,
    args: [PROXY, await f.side.currency.getAddress(), f.payee.address],
  }),
  portProxy: async (f) => {
    const { to, directory } = await registered(f);
    const currency = await f.side.currency.getAddress();
    const port = { proxy: PROXY, currency, account: f.payee.address, sequence: 1n, notAfter: FAR };
    return { to, args: [port, await signProxyPort(f.who.holder, await domainOf(directory), port)] };
  },
  releaseProxy: async (f) => ({ to: (await registered(f)).to, args: [PROXY] }),
};

export const paymentConnectCalls: Calls<typeof PAYMENT_CONNECT_ROWS> = {
  submit: async (f) => {
    const { to, payment, signature } = await signed(f, northbound);
    return { to, args: [payment, "0x", signature] };
  },
  complete: async (f) => {
    const { to, payment } = await submitted(f);
    return { to, args: [payment] };
  },
  reject: async (f) => {
    const { to, payment } = await submitted(f);
    return { to, args: [payment, REASON] };
  },
  reportTimeout: async (f) => {
    const { to, payment } = await submitted(f);
    await f.chain.networkHelpers.time.increaseTo(payment.answerBy + 1n);
    return { to, args: [payment] };
  },
  lapse: async (f) => {
    const { to, payment } = await submitted(f);
    await f.chain.networkHelpers.time.increaseTo(payment.resolveBy + 1n);
    return { to, args: [payment] };
  },
  returnPayment: async (f) => {
    const { to, payment, payee, domain, currency, engine } = await completed(f);
    await currency.connect(payee).approve(engine, AMOUNT);
    const instruction = connectReturn(domain, payment);
    const consent = await sign(payee, instructionTypedData(await domainOf(engine), instruction));
    return { to, args: [payment, REASON, consent] };
  },
  setQuota: async (f) => ({
    to: await (await openLink(f)).link.getAddress(),
    args: [northbound, { day: 1n, year: 1n }],
  }),
  publishRate: async (f) => ({ to: await (await openLink(f)).link.getAddress(), args: [northbound, RATE_SCALE] }),
  suspend: async (f) => ({ to: await (await openLink(f)).link.getAddress(), args: [HONG_KONG] }),
  resume: async (f) => ({ to: await (await openLink(f)).link.getAddress(), args: [HONG_KONG] }),
  multicall: async (f) => ({ to: await (await openLink(f)).link.getAddress(), args: [[]] }),
  "multicall: suspends": async (f) => {
    const { link } = await openLink(f);
    const call = link.interface.encodeFunctionData("suspend", [HONG_KONG]);
    return { to: await link.getAddress(), args: [[call]] };
  },
};
