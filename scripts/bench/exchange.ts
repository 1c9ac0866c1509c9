import { ZeroAddress, toBeHex } from "ethers";
import { issueOnBridge } from "../../sdk/bridge/operations.js";
import { openBridge, type BridgeBank, type OpenBridge } from "../../sdk/deploy/bridge.js";
import { MAKER_SIDE, quoteTypedData, type Quote } from "../../sdk/eip712/foreignExchange.js";
import { domainOf, sign } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import { parseRate } from "../../sdk/rates.js";
import { gasOf, openChain } from "./measure.js";
import type { Figures } from "./operations.js";
import { LATER } from "./suite.js";

const RATE = parseRate("0.915");

/** Exchange from a signed quote on the shared ledger; nonces and references count from 0, and the first is spent here. */
export async function measureExchange(): Promise<Figures> {
  const bridge = await openBridge(await openChain());
  const { CNY, HKD } = bridge.members;
  const [maker, taker] = [bridge.bank("THSBHKT0"), bridge.bank("TICBCNT0")];
  await issueOnBridge(HKD, maker, minor("1000000.00"), "maker", LATER);
  await issueOnBridge(CNY, taker, minor("1000000.00"), "taker", LATER);
  const pair = [await HKD.currency.getAddress(), await CNY.currency.getAddress()] as const;
  for (const { currency, offices } of [HKD, CNY]) {
    const exchange = bridge.exchange.connect(offices.governor);
    await exchange.setReference(...pair, currency, RATE, RATE / 100n, 86_400n);
  }
  await accept(bridge, maker, taker, 0n);
  return { "pvp.quote": await accept(bridge, maker, taker, 1n) };
}

async function accept({ exchange, members }: OpenBridge, maker: BridgeBank, taker: BridgeBank, count: bigint) {
  const amount = minor("1000.00");
  const quote: Quote = {
    ...{ maker: maker.account, taker: ZeroAddress, side: MAKER_SIDE.sells, rate: RATE, divisible: false },
    base: await members.HKD.currency.getAddress(),
    counter: await members.CNY.currency.getAddress(),
    ...{ minimum: amount, maximum: amount, notAfter: LATER, nonce: count },
  };
  const signature = await sign(maker.signer, quoteTypedData(await domainOf(exchange), quote));
  const acceptance = { quote, signature, amount, limit: amount, businessRef: toBeHex(count, 32) };
  return gasOf(exchange.connect(taker.signer).take(acceptance));
}
