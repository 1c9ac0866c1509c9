import { MaxUint256, ZeroHash, id } from "ethers";
import { openTrade, startTrade } from "../../sdk/deploy/trade.js";
import { CONSENT_SCOPE, DOCUMENT_KIND, type FinanceTerms, type ReceivableVerdict } from "../../sdk/eip712/trade.js";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import { signFinance, signVerdict } from "../../sdk/trade/receivables.js";
import { gasOf, nextHour } from "./measure.js";
import type { Figures } from "./operations.js";
import { LATER, type Suite } from "./suite.js";

const DAY = 86_400n;

/** A declaration that is registered and verified, a part of it financed, and its proceeds; the second of an exporter. */
export async function measureReceivables(suite: Suite): Promise<Figures> {
  const { chain, authority, registry, currency, banks, admin, carrier, operator: customs, company: exporter } = suite;
  const [{ account: bank, number }, { account: debtor }] = banks;
  const engine = await chain.ethers.deployContract("SettlementEngine");
  const contracts = await openTrade({
    ...{ deployer: carrier, authority, admin, institutions: registry, currencies: [currency], engine },
  });
  const { receivables, finance } = contracts;
  // on this chain the admin holds every office
  await authority.connect(admin).grantRole(1n, admin, 0n);
  await startTrade(admin, contracts, { customsDeclaration: { attestor: customs, advanceRate: 8_000n } });
  for (const party of [bank, debtor, exporter]) {
    await currency.connect(party).approve(engine, MaxUint256);
    await engine.connect(party).authorizeAgent(finance, true);
  }
  await receivables.connect(exporter).giveConsent(
    {
      ...{ exporter: exporter.address, bank: number, key: ZeroHash, scope: CONSENT_SCOPE.both, notAfter: LATER },
      nonce: id("consent"),
    },
    "0x",
  );
  const domains = { receivables: await domainOf(receivables), finance: await domainOf(finance) };
  const token = await currency.getAddress();

  const story = async (name: string): Promise<Figures> => {
    const verdict: ReceivableVerdict = {
      ...{ key: id(name), kind: DOCUMENT_KIND.customsDeclaration, documents: id("papers"), verified: true },
      ...{ exporter: exporter.address, debtor: debtor.address, currency: token, value: minor("1000.00") },
      ...{ dueDate: LATER, notAfter: LATER, underlying: ZeroHash },
    };
    const { key, kind, documents } = verdict;
    const register = await gasOf(receivables.connect(bank).submit(key, kind, exporter, documents));
    const said = await signVerdict(customs, domains.receivables, verdict);
    const verify = await gasOf(receivables.connect(carrier).recordVerdict(verdict, said));
    const terms: FinanceTerms = {
      ...{ key, claim: await receivables.claims(), exporter: exporter.address, bankAccount: bank.address },
      ...{ face: minor("700.00"), principal: minor("500.00"), fee: minor("1.00"), rate: 45_000n, overdueRate: 90_000n },
      ...{ maturity: (await nextHour(chain)) + 90n * DAY, recourse: true, salt: id(name) },
    };
    const signed = await signFinance(exporter, domains.finance, terms);
    const applied = await gasOf(finance.connect(bank).applyFor(terms, signed));
    const approved = await gasOf(finance.connect(bank).approve(terms));
    const disbursed = await gasOf(finance.connect(bank).disburse(terms));
    const collected = await gasOf(finance.connect(debtor).collect(terms, minor("700.00")));
    return {
      ...{
        "receivable.register": register,
        "receivable.verify": verify,
        "receivable.finance": applied + approved + disbursed,
      },
      "receivable.repay": collected,
    };
  };
  await story("the first of its exporter");
  return story("another");
}
