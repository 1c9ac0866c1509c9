import { ZeroAddress } from "ethers";
import { governDepositToken, governTransfers, joinTransfers } from "../../../sdk/deploy/depositTokens.js";
import type { DepositOrder } from "../../../sdk/eip712/depositTransfers.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { signDepositHold } from "../../../sdk/markets/deposits.js";
import type { DepositToken } from "../../../types/ethers-contracts/index.js";
import { ref } from "../chain.js";
import { claimCalls, empower, fillClaims } from "./claimCalls.js";
import type { Calls } from "./prepared.js";
import { FAR, type Scene } from "./stage.js";
import type { DEPOSIT_TOKEN_ROWS, DEPOSIT_TRANSFER_ROWS } from "./tokenDepositTable.js";

const RULES = { outSingle: 100n, outDay: 100n, inSingle: 100n };

/** A token of one of the scene's banks, with nothing on it. */
async function emptyToken({ chain, side, who }: Scene, bank: bigint): Promise<DepositToken> {
  const token = await chain.ethers.deployContract("DepositToken", ["deposits", "DEP", side.currency, bank]);
  await governDepositToken({ authority: side.authority, admin: who.admin }, token);
  return token;
}

/** Deposits at the operating institution. */
export async function depositTokenOf(f: Scene): Promise<DepositToken> {
  const token = await emptyToken(f, BigInt(f.operatingNumber));
  await empower(token, f.who.operating, f.who);
  await fillClaims(f, token);
  return token;
}

/** The transfers of the stage's currency, without a bank. */
export async function transfersOf({ chain, suite, side, who }: Scene) {
  const transfers = await chain.ethers.deployContract("DepositTransfers", [side.currency, suite.engine]);
  await governTransfers({ authority: side.authority, admin: who.admin }, transfers);
  return transfers;
}

/** Both institutions take part; the holder has allowed its deposits. */
async function joined(f: Scene) {
  const { suite, side, who } = f;
  const transfers = await transfersOf(f);
  const token = await depositTokenOf(f);
  const other = await emptyToken(f, await side.registry.institutionOf(who.participating));
  for (const [each, account] of [
    [token, who.operating],
    [other, who.participating],
  ] as const) {
    await transfers.connect(who.governor).admit(each);
    const bank = { account, token: each, rules: RULES, mandate: ref("mandate") };
    await joinTransfers(transfers, suite.engine, side.currency, bank);
  }
  await other.connect(who.participating).openAccount(f.payee);
  await token.connect(who.holder).approve(transfers, 100n);
  const order: DepositOrder = {
    ...{ from: who.holder.address, to: f.payee.address },
    ...{ fromToken: await token.getAddress(), toToken: await other.getAddress() },
    ...{ amount: 1n, notAfter: FAR, agent: ZeroAddress, businessRef: ref("invoice") },
  };
  return { transfers, token, order, to: await transfers.getAddress() };
}

async function signed(f: Scene) {
  const { transfers, token, order, to } = await joined(f);
  const signature = await signDepositHold(f.who.holder, await domainOf(transfers), await domainOf(token), order);
  return { to, args: [order, "0x", signature] };
}

async function unsigned(f: Scene) {
  const { order, to } = await joined(f);
  return { to, args: [order, "0x", "0x"] };
}

export const depositTokenCalls: Calls<typeof DEPOSIT_TOKEN_ROWS> = claimCalls(depositTokenOf);

export const depositTransferCalls: Calls<typeof DEPOSIT_TRANSFER_ROWS> = {
  admit: async (f) => {
    const token = await emptyToken(f, BigInt(f.operatingNumber));
    return { to: await (await transfersOf(f)).getAddress(), args: [await token.getAddress()] };
  },
  setRules: async (f) => ({ to: (await joined(f)).to, args: [RULES] }),
  authorizeAgent: async (f) => ({
    to: await (await transfersOf(f)).getAddress(),
    args: [await f.suite.engine.getAddress(), true],
  }),
  place: signed,
  "place: without a signature": unsigned,
  execute: signed,
  "execute: without a signature": unsigned,
  withdraw: async (f) => {
    const { transfers, order, to } = await joined(f);
    await transfers.connect(f.who.holder).place(order, "0x", "0x");
    return { to, args: [order] };
  },
  setAuthority: async (f) => ({
    to: await (await transfersOf(f)).getAddress(),
    args: [await f.side.authority.getAddress()],
  }),
};
