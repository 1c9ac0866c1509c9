import { ZeroHash, id } from "ethers";
import { openPurpose } from "../../sdk/deploy/purpose.js";
import { CLAIM_RULE, VOUCHER_KIND, type CampaignTerms, type Purchase } from "../../sdk/eip712/purpose.js";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { minor } from "../../sdk/money.js";
import { quoteVouchers, signCampaign, signRedemption } from "../../sdk/payments/purpose.js";
import { gasOf, nextHour } from "./measure.js";
import type { Figures } from "./operations.js";
import type { Suite } from "./suite.js";

const DAY = 86_400n;
const RESTAURANT = 5812n;
const NANSHAN = 440_305n;
const SHENZHEN = 440_300n;

/** 30 off 100 of a city's campaign: the merchant carries both signatures of the beneficiary. */
export async function measurePurpose(suite: Suite): Promise<Figures> {
  const { chain, authority, currency, banks, admin, carrier, ann, company } = suite;
  const [{ account: sponsor }] = banks;
  const { merchants, purpose } = await openPurpose({ deployer: carrier, authority, admin, currency });
  await merchants.connect(sponsor).registerMerchant(company, RESTAURANT, NANSHAN, id("licence"));
  const now = await nextHour(chain);
  const terms: CampaignTerms = {
    ...{ sponsor: sponsor.address, documentHash: id("rules"), budget: minor("3000.00"), value: minor("30.00") },
    ...{ perPerson: minor("90.00"), minimumSpend: minor("100.00"), rate: 0n, usesPerDay: 3n },
    ...{ kind: VOUCHER_KIND.fixed, claim: CLAIM_RULE.firstCome, layer: 2n, combines: 0n, stackLimit: 1n },
    ...{ opens: now, claimsUntil: now + DAY, expires: now + 30n * DAY, claimRoot: ZeroHash },
    ...{ categories: [RESTAURANT], regions: [SHENZHEN] },
  };
  const domains = { purpose: await domainOf(purpose), currency: await domainOf(currency) };
  await purpose.connect(carrier).openCampaign(terms, await signCampaign(sponsor, domains, terms));
  for (let i = 0; i < 3; ++i) await purpose.connect(ann).claim(terms, ann, 0n, "0x");
  const redeem = async (name: string): Promise<number> => {
    const price = minor("120.00");
    const purchase: Purchase = {
      ...{ beneficiary: ann.address, merchant: company.address, price, businessRef: id(name) },
      notAfter: (await nextHour(chain)) + 3_600n,
      vouchers: quoteVouchers(price, [{ terms, left: terms.value }]),
    };
    const { consent, holdSignature } = await signRedemption(ann, domains, purchase);
    return gasOf(purpose.connect(company).redeem(purchase, [terms], consent, holdSignature));
  };
  await redeem("the first of the day");
  return { "purpose.redeem": await redeem("another") };
}
