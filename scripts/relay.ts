// Carries headers, messages and receipts between two ledgers. It keeps nothing: kill it, start it again, run two.
//   npm run relay -- relay.json
import { readJson } from "../sdk/files.js";
import { UserError, runMain } from "../sdk/errors.js";
import { openRelayer, relay, relayingSchema } from "../sdk/interop/relaying.js";

await runMain(async () => {
  const [file] = process.argv.slice(2);
  if (file === undefined) {
    throw new UserError(
      "No configuration is named; run `npm run relay -- FILE`, scripts/relay.example.json shows what it says.",
    );
  }
  const relaying = await readJson(file, relayingSchema);
  const relayer = openRelayer(relaying, process.env);
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  const voice = { say: (line: string) => console.log(line), complain: (line: string) => console.error(line) };
  const ended = await relay(relayer, relaying, voice, stop.signal);
  if (!ended) process.exitCode = 1;
  else if (relaying.interval === undefined) console.log("Nothing is left to carry.");
});
// connections to nodes would keep the process for seconds
process.exit();
