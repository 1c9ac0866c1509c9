// A bank turns reserves into e-CNY, with nothing but the package, ethers and an address book.
//   npx hardhat node                                             (one terminal)
//   npx hardhat run scripts/deploy.ts --network localhost        (another)
//   npx tsx examples/ethers.ts deployments/localhost.json
import { HDNodeWallet, JsonRpcProvider, NonceManager, id } from "ethers";
import { REQUEST_KIND, attestationTypedData, connect, domainOf, formatMoney, minor, sign } from "dual-platform";

const [book = "deployments/localhost.json", url = "http://127.0.0.1:8545"] = process.argv.slice(2);
// accounts of the development parameters: the mainland's bank 2, and the operator of its settlement system
const mnemonic = "test test test test test test test test test test test junk";
const account = (place: number) => HDNodeWallet.fromPhrase(mnemonic, undefined, `m/44'/60'/0'/0/${place}`);

const provider = new JsonRpcProvider(url);
const { mainland } = await connect(book, provider);
const { currency, desk, registry } = mainland;

const bank = account(22).connect(provider);
const desks = desk.connect(new NonceManager(bank));
const institution = Number(await registry.institutionOf(bank.address));
const amount = minor("1000.00");
const rtgsRef = id(`RTGS payment ${Date.now()}`);
const { timestamp } = (await provider.getBlock("latest")) ?? { timestamp: 0 };
const validUntil = BigInt(timestamp) + 3600n;

await (await desks.requestIssue(amount, rtgsRef, validUntil)).wait();
// the operator signs what its system has done; anyone may carry the signature
const attestation = { kind: REQUEST_KIND.issue, institution, amount, rtgsRef, validUntil };
const signature = await sign(account(9), attestationTypedData(await domainOf(desk), attestation));
const issued = await (await desks.issue(institution, rtgsRef, validUntil, signature)).wait();

console.log(`bank ${institution} has ${formatMoney(await currency.balanceOf(bank.address), "CNY")}`);
console.log(`issued in block ${issued?.blockNumber}; supply ${formatMoney(await currency.totalSupply(), "CNY")}`);
provider.destroy();
