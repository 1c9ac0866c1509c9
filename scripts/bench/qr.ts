import { MaxUint256, getAddress, toBeHex } from "ethers";
import { governQr } from "../../sdk/deploy/qr.js";
import { qrBatchTypedData, type QrEntry } from "../../sdk/eip712/qr.js";
import { domainOf, sign } from "../../sdk/eip712/typedData.js";
import { CURRENCIES } from "../../sdk/money.js";
import { buildBatch } from "../../sdk/qr/batch.js";
import { ROLES } from "../../sdk/roles.js";
import { gasOf } from "./measure.js";
import type { Figures } from "./operations.js";
import { AMOUNT, type Suite } from "./suite.js";

const DAY = 86_400n;
/** Payments of the windows that are measured, by operation. */
const WINDOWS = { "qr.perPayment.10": 10, "qr.perPayment.1000": 1_000, "qr.perPayment": 20_000 } as const;
const INSTITUTIONS = 10;

/** Windows of payments among ten institutions: committed, consented to by ten signatures, settled net. */
export async function measureQr(suite: Suite): Promise<Figures> {
  const { chain, authority, currency, banks, admin, operator, carrier } = suite;
  const { ethers } = chain;
  const engine = await ethers.deployContract("SettlementEngine");
  const gateway = await ethers.deployContract("QrGateway", [authority, BigInt(CURRENCIES.CNY.numeric)]);
  const settlement = await ethers.deployContract("QrSettlement", [authority, currency, engine, gateway, DAY, DAY]);
  await governQr({ authority, admin }, { gateway, settlement }, operator);
  await authority.connect(admin).grantRole(ROLES.registrar, admin, 0n);
  const accounts = banks.slice(0, INSTITUTIONS).map(({ account }) => account);
  if (accounts.length !== INSTITUTIONS) throw new RangeError(`there are ${accounts.length} institutions`);
  for (const account of accounts) {
    await gateway.connect(admin).admit(account);
    await currency.connect(account).approve(engine, MaxUint256);
    await engine.connect(account).authorizeAgent(settlement, true);
  }
  const domain = await domainOf(settlement);
  // the first window of all is not measured
  const counts = [["", 2], ...Object.entries(WINDOWS)] as const;
  const figures: Record<string, number> = {};
  for (const [index, [name, count]] of counts.entries()) {
    const entries = Array.from({ length: count }, (_, i) => entry(accounts, i));
    const { batch } = buildBatch({ domain, window: BigInt(index + 1), entries });
    const commit = await gasOf(settlement.connect(operator).commit(batch));
    const typedData = qrBatchTypedData(domain, batch);
    const consents = await Promise.all(
      batch.positions.map(({ institution }) => {
        const signer = accounts.find(({ address }) => address === institution);
        if (signer === undefined) throw new RangeError(`${institution} is no institution`);
        return sign(signer, typedData);
      }),
    );
    const settle = await gasOf(settlement.connect(carrier).settle(batch, consents));
    if (name !== "") figures[name] = Math.ceil((commit + settle) / count);
  }
  return figures;
}

/** Everybody pays the next but one, two of three payments; the third goes to the first. */
function entry(accounts: readonly { readonly address: string }[], i: number): QrEntry {
  const at = (place: number) => getAddress(accounts[place % accounts.length]?.address ?? "");
  const debtor = 1 + (i % (accounts.length - 1));
  const creditor = i % 3 === 2 ? 0 : debtor + 2;
  return { paymentId: toBeHex(i, 32), debtor: at(debtor), creditor: at(creditor), amount: AMOUNT + BigInt(i) };
}
