import { createRequire } from "node:module";
import toolbox from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { configVariable, defineConfig } from "hardhat/config";
import { DEVELOPMENT_ACCOUNTS } from "./sdk/deploy/accounts.js";
import { compileOnEveryCore } from "./tools/hardhat/compile-on-every-core.js";
import { quietNpmWarnings } from "./tools/hardhat/quiet-npm-warnings.js";
import { recordedMocha, recordTests } from "./tools/record/record-tests.js";

const HARDFORK = "osaka";
// Mocha workers do not see --coverage in argv, hence the variable as well.
const coverage = process.argv.includes("--coverage") || process.env.HARDHAT_COVERAGE === "true";

const solc = (viaIR: boolean, runs: number) => ({
  version: "0.8.37",
  // From npm, by absolute path: nothing is downloaded.
  path: createRequire(import.meta.url).resolve("solc/soljson.js"),
  settings: {
    optimizer: { enabled: true, runs },
    viaIR,
    evmVersion: HARDFORK,
    outputSelection: { "*": { "*": ["storageLayout"] } },
  },
});

// Every token on the ledger goes through the IR pipeline: 3,000 gas less a payment. It is three times slower to compile,
// so the rest does not. A currency is two contracts and has room for the fastest code, a bond is one and has not.
const tokens: Readonly<Record<string, number>> = {
  "currency/CurrencyOffice": 1_000_000,
  "currency/DigitalCurrency": 1_000_000,
  "currency/ECNY": 1_000_000,
  "currency/EHKD": 1_000_000,
  "currency/RetailOffice": 1_000_000,
  "assets/Bond": 2_500,
  "assets/StructuredBond": 200,
  // no token, but a proof costs 50,000 gas less
  "interop/ForeignLedger": 1_000_000,
};

// An exchange, or a queue, and its rules in one contract: there is no room for faster code.
const small = {
  "contracts/interop/BilateralCorridor.sol": solc(false, 200),
  "contracts/bridge/BridgeNetting.sol": solc(false, 200),
  "contracts/payments/PurposeBoundMoney.sol": solc(false, 200),
  "contracts/markets/TradeMatching.sol": solc(false, 200),
  "contracts/markets/BondAuction.sol": solc(true, 200),
};

const compiler = {
  compilers: [solc(false, 10_000)],
  // Coverage knows no size limit and measures no gas.
  overrides: coverage
    ? {}
    : {
        ...small,
        ...Object.fromEntries(
          Object.entries(tokens).map(([file, runs]) => [`contracts/${file}.sol`, solc(true, runs)]),
        ),
      },
  // Both default to true in the profile "production", which Ignition uses: the profiles have to be
  // identical to share one cache.
  isolated: false,
  toolVersionsInBuildInfo: false,
};

const simulated = (chainId: number) => ({
  type: "edr-simulated" as const,
  chainType: "l1" as const,
  chainId,
  hardfork: HARDFORK,
  accounts: DEVELOPMENT_ACCOUNTS,
});

export default defineConfig({
  plugins: [toolbox, compileOnEveryCore, quietNpmWarnings, recordTests],
  solidity: {
    // A scenario does not wait for the Solidity tests to compile.
    splitTestsCompilation: true,
    profiles: { default: compiler, production: compiler },
    npmFilesToBuild: [
      "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol",
      "@openzeppelin/contracts/access/manager/AccessManager.sol",
    ],
  },
  paths: {
    // Instrumented code keeps its own cache, so that switching coverage on does not recompile everything twice.
    ...(coverage ? { cache: ".cov/cache", artifacts: ".cov/artifacts" } : {}),
    tests: { mocha: "test", solidity: "test" },
  },
  networks: {
    default: simulated(31_337),
    mainland: simulated(86_001),
    hongkong: simulated(85_201),
    // what `npx hardhat node` serves
    node: simulated(31_337),
    localhost: { type: "http", chainType: "l1", url: "http://127.0.0.1:8545" },
    anvil: { type: "http", chainType: "l1", url: "http://127.0.0.1:8546" },
    evm: {
      type: "http",
      chainType: "l1",
      url: configVariable("EVM_URL"),
      accounts: [configVariable("EVM_PRIVATE_KEY")],
    },
  },
  coverage: { skipFiles: ["contracts/mocks/**"] },
  // Instrumented contracts have the same types, and the gate reads these while its coverage run builds.
  typechain: { dontOverrideCompile: coverage },
  test: {
    mocha: { timeout: 60_000, ...recordedMocha },
    solidity: {
      fuzz: { runs: 256 },
      invariant: {
        runs: Number(process.env.INVARIANT_RUNS ?? 256),
        depth: Number(process.env.INVARIANT_DEPTH ?? 64),
        failOnRevert: true,
      },
    },
  },
});
