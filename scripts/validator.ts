// One validator: signs headers of its own node's chain for relayers that ask over HTTP on 127.0.0.1.
//   VALIDATOR_KEY=0x… npm run validator -- http://127.0.0.1:8545 9001
import { Wallet } from "ethers";
import { UserError, runMain } from "../sdk/errors.js";
import { httpEndpoint } from "../sdk/interop/endpoints.js";
import { votingService } from "../sdk/interop/voting.js";

const HOST = "127.0.0.1";

await runMain(async () => {
  const [node = "", port = ""] = process.argv.slice(2);
  if (!URL.canParse(node) || !/^[0-9]{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new UserError(
      "Which node and which port is not said; run `npm run validator -- http://127.0.0.1:8545 9001`.",
    );
  }
  const server = votingService(httpEndpoint(node, node), keyOf(process.env["VALIDATOR_KEY"]));
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => {
      reject(new UserError(`Port ${port} cannot be opened (${error.message}); choose another one.`));
    });
    server.listen(Number(port), HOST, resolve);
  });
  console.log(`Signs headers of ${node} for whoever asks at http://${HOST}:${port}.`);
});

function keyOf(text: string | undefined): Wallet {
  try {
    return new Wallet(text ?? "");
  } catch {
    throw new UserError("The variable VALIDATOR_KEY holds no private key; set it to 32 bytes in hexadecimal.");
  }
}
