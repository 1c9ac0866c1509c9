import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { ZeroAddress, type BaseContract, type TypedDataDomain } from "ethers";
import { BRIDGE_FUNCTION_ROLES } from "../../sdk/bridge.js";
import { MAKER_SIDE, quoteId, quoteTypedData, type Quote } from "../../sdk/eip712/foreignExchange.js";
import { domainOf, sign } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import { parseRate } from "../../sdk/rates.js";
import type { CentralBankCouncil, ForeignExchange } from "../../types/ethers-contracts/index.js";
import { ref, type Chain } from "./chain.js";
import { ROLE, type Jurisdiction } from "./currency.js";
import { deploySettlement, type Settlement } from "./settlement.js";

/** How long the council's decisions take at first, seconds. */
export const TIMING = { votingDelay: 3_600n, votingPeriod: 86_400n, timeLock: 172_800n } as const;
/** The longest a reference rate may be valid for. */
export const MAX_VALIDITY = 86_400n;
/** What both central banks publish at first: CNY for one HKD, and how far a quote may be from it. */
export const REFERENCE = { rate: parseRate("0.915"), width: parseRate("0.01"), validFor: 3_600n } as const;
/** A time that no test reaches, Unix seconds. */
export const FAR = 2n ** 40n;

/** Two currencies, the engine, a council of their central banks, and the exchange; dealers that have authorised it. */
export interface Bridge extends Settlement {
  readonly council: CentralBankCouncil;
  readonly exchange: ForeignExchange;
  readonly exchangeDomain: TypedDataDomain;
  /** The central banks: members of the council. */
  readonly pboc: HardhatEthersSigner;
  readonly hkma: HardhatEthersSigner;
}

/** Call it inside a fixture: `async function deploy() { return deployBridge(chain); }`. */
export async function deployBridge(chain: Chain): Promise<Bridge> {
  const { ethers } = chain;
  const settlement = await deploySettlement(chain);
  const { mainland, hongkong, engine, ecny, ehkd, dealers } = settlement;
  const [pboc, hkma] = [mainland.officers.admin, hongkong.officers.admin];
  const currencies = [
    { currency: ecny, issuer: pboc.address },
    { currency: ehkd, issuer: hkma.address },
  ];
  const council = await ethers.deployContract("CentralBankCouncil", [
    [pboc.address, hkma.address],
    currencies,
    ref("rulebook 1"),
    TIMING,
  ]);
  const gate = await ethers.deployContract("BridgeGate");
  const exchange = await ethers.deployContract("ForeignExchange", [engine, council, gate, MAX_VALIDITY]);
  for (const jurisdiction of [mainland, hongkong]) {
    await assign(jurisdiction, council, BRIDGE_FUNCTION_ROLES.council);
    await assign(jurisdiction, exchange, BRIDGE_FUNCTION_ROLES.exchange);
  }
  for (const dealer of dealers) await engine.connect(dealer).authorizeAgent(exchange, true);
  const bridge = { ...settlement, council, exchange, pboc, hkma, exchangeDomain: await domainOf(exchange) };
  await publish(bridge, mainland);
  await publish(bridge, hongkong);
  return bridge;
}

/** A central bank publishes its reference for HKD against CNY. */
export async function publish(
  { exchange, ehkd, ecny }: Pick<Bridge, "exchange" | "ehkd" | "ecny">,
  { currency, officers }: Jurisdiction,
  { rate, width, validFor }: { rate: bigint; width: bigint; validFor: bigint } = REFERENCE,
) {
  return exchange.connect(officers.governor).setReference(ehkd, ecny, currency, rate, width, validFor);
}

/** hsbc sells up to 10,000.00 HKD at 0.91 CNY, in parts of at least 100.00, to anyone. */
export function offer({ hsbc, ehkd, ecny }: Bridge, terms: Partial<Quote> = {}): Quote {
  return {
    maker: hsbc.address,
    taker: ZeroAddress,
    base: ehkd,
    counter: ecny,
    side: MAKER_SIDE.sells,
    rate: parseRate("0.91"),
    minimum: minor("100"),
    maximum: minor("10000"),
    divisible: true,
    notAfter: FAR,
    nonce: 0n,
    ...terms,
  };
}

/** The id in the exchange's domain. */
export function offerId({ exchangeDomain }: Bridge, quote: Quote): string {
  return quoteId(exchangeDomain, quote);
}

let references = 0n;

/** An acceptance of `amount` of the offer with the maker's signature, without limit unless one is given. */
export async function accepted(
  { exchangeDomain, dealers }: Bridge,
  quote: Quote,
  amount: bigint,
  terms: { readonly limit?: bigint; readonly signer?: HardhatEthersSigner; readonly businessRef?: string } = {},
) {
  const signer = terms.signer ?? dealers.find(({ address }) => address === quote.maker);
  if (signer === undefined) throw new RangeError(`${quote.maker} is no dealer; name who signs`);
  return {
    quote,
    signature: await sign(signer, quoteTypedData(exchangeDomain, quote)),
    amount,
    limit: terms.limit ?? (quote.side === MAKER_SIDE.sells ? 2n ** 128n : 0n),
    businessRef: terms.businessRef ?? ref(`acceptance ${++references}`),
  };
}

/** icbc, or another taker, accepts `amount` of the offer. */
export async function take(f: Bridge, quote: Quote, amount: bigint, taker: HardhatEthersSigner = f.icbc) {
  return f.exchange.connect(taker).take(await accepted(f, quote, amount));
}

/** The currency's own authority gives functions of a contract of the bridge to its roles. */
async function assign(
  { authority, officers }: Jurisdiction,
  target: BaseContract,
  roles: Readonly<Partial<Record<keyof typeof ROLE, readonly string[]>>>,
): Promise<void> {
  for (const [role, names] of Object.entries(roles) as [keyof typeof ROLE, readonly string[]][]) {
    const selectors = names.map((name) => target.interface.getFunction(name)?.selector ?? "");
    await authority.connect(officers.admin).setTargetFunctionRole(target, selectors, ROLE[role]);
  }
}
