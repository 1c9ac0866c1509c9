/** Codes of ISO 4217 by the number of decimals of their minor unit, where that is not two. */
const OTHER_DECIMALS: Readonly<Record<number, string>> = {
  0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
  3: "BHD IQD JOD KWD LYD OMR TND",
  4: "CLF UYW",
};

const TWO_DECIMALS = `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF
  CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG
  HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN
  MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD
  SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VES VED WST XCD YER ZAR ZMW ZWG`;

const DECIMALS = new Map<string, number>([
  ...TWO_DECIMALS.split(/\s+/).map((code): [string, number] => [code, 2]),
  ...Object.entries(OTHER_DECIMALS).flatMap(([decimals, codes]) =>
    codes.split(" ").map((code): [string, number] => [code, Number(decimals)]),
  ),
]);

/** Decimals of a currency's minor unit (ISO 4217), or nothing when there is no such currency. */
export function currencyDecimals(code: string): number | undefined {
  return DECIMALS.get(code);
}

/** All currencies that amounts of messages may be in. */
export const ISO_4217: readonly string[] = [...DECIMALS.keys()];
