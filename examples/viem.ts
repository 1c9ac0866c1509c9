// Reads a deployment with viem: results are typed from the ABIs of the package.
//   npx tsx examples/viem.ts deployments/localhost.json
import { createPublicClient, http, isAddress, type Address } from "viem";
import { formatMoney, isCurrency, readAddressBook } from "dual-platform";
import { digitalCurrencyAbi, institutionRegistryAbi } from "dual-platform/abis";

const [file = "deployments/localhost.json", url = "http://127.0.0.1:8545"] = process.argv.slice(2);
const book = await readAddressBook(file);
const client = createPublicClient({ transport: http(url) });

for (const { currency, registry } of [book.mainland, book.hongkong]) {
  const money = { address: addressOf(currency), abi: digitalCurrencyAbi } as const;
  const code = await client.readContract({ ...money, functionName: "currencyCode" });
  if (!isCurrency(code)) throw new Error(`unknown currency ${code}`);
  const supply = await client.readContract({ ...money, functionName: "totalSupply" });
  const { day, single } = await client.readContract({ ...money, functionName: "classLimits", args: [4] });
  const institutions = await client.readContract({
    address: addressOf(registry),
    abi: institutionRegistryAbi,
    functionName: "count",
  });
  console.log(
    `${code}: supply ${formatMoney(supply, code)}, ${institutions} institutions, class IV pays at most ` +
      `${formatMoney(single, code)} at once and ${formatMoney(BigInt(day), code)} a day`,
  );
}

function addressOf(text: string): Address {
  if (!isAddress(text)) throw new Error(`${text} is not an address`);
  return text;
}
