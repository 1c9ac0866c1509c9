import { ZeroHash, toBeHex } from "ethers";
import { transferTypedData } from "../../../sdk/eip712/authorizations.js";
import { sign } from "../../../sdk/eip712/typedData.js";
import { pay, payAuthorized, spendAllowance } from "../ledger.js";
import type { Person } from "../state.js";
import { OVERRIDES, addressOf, moneyOf } from "../world.js";
import { amountOf, anyone, currency, fc, limited, payer, plan, seldom, share } from "./choices.js";

const parties = { currency, from: payer, to: anyone, share };

export const transfer = plan("transfer", fc.record(parties), ({ currency, from, to, share }, story) => {
  const amount = amountOf(share, story.payable(currency, from));
  return {
    apply: (state, rules) => {
      pay(state, rules, currency, from, to, amount);
    },
    send: (world) => moneyOf(world, currency, from).transfer(addressOf(world, currency, to), amount, OVERRIDES),
  };
});

/** A limited wallet spends all it may now, or a minor unit more. */
export const spend = plan(
  "spend",
  fc.record({ currency, from: limited, to: anyone, more: fc.constantFrom(0n, 0n, 1n) }),
  ({ currency, from, to, more }, story) => {
    const amount = story.payable(currency, from) + more;
    return {
      apply: (state, rules) => {
        pay(state, rules, currency, from, to, amount);
      },
      send: (world) => moneyOf(world, currency, from).transfer(addressOf(world, currency, to), amount, OVERRIDES),
    };
  },
);

export const payOut = plan(
  "payOut",
  fc.record({ currency, from: payer, to: fc.array(anyone, { minLength: 1, maxLength: 3 }), share }),
  ({ currency, from, to, share }, story) => {
    const amount = amountOf(share, story.payable(currency, from) / BigInt(to.length)) % 2n ** 64n;
    if (to.includes(from)) return undefined;
    return {
      apply: (state, rules) => {
        for (const payee of to) pay(state, rules, currency, from, payee, amount);
      },
      send: (world) => {
        const entries = to.map((payee) => (BigInt(addressOf(world, currency, payee)) << 96n) + amount);
        return moneyOf(world, currency, from).payOut(entries, ZeroHash, OVERRIDES);
      },
    };
  },
);

export const approve = plan(
  "approve",
  fc.record({ currency, from: payer, spender: anyone, share }),
  ({ currency, from, spender, share }, story) => {
    const amount = amountOf(share, story.payable(currency, from));
    return {
      apply: (state) => {
        state.money[currency].allowances.set(`${from}/${spender}`, amount);
      },
      send: (world) => moneyOf(world, currency, from).approve(addressOf(world, currency, spender), amount, OVERRIDES),
    };
  },
);

export const transferFrom = plan(
  "transferFrom",
  fc.record({ ...parties, spender: anyone, approved: fc.nat({ max: 9 }) }),
  ({ currency, share, approved, ...chosen }, story) => {
    const known = [...story.state.money[currency].allowances.keys()];
    // mostly an allowance that somebody gave
    const [from, spender] =
      known.length === 0 || approved === 0 ? [chosen.from, chosen.spender] : pairOf(known, approved);
    const allowed = story.state.money[currency].allowances.get(`${from}/${spender}`) ?? 0n;
    const most = story.payable(currency, from);
    const amount = amountOf(share, allowed < most ? allowed : most);
    return {
      apply: (state, rules) => {
        spendAllowance(state, currency, from, spender, amount);
        pay(state, rules, currency, from, chosen.to, amount);
      },
      send: (world) => {
        const [owner, to] = [addressOf(world, currency, from), addressOf(world, currency, chosen.to)];
        return moneyOf(world, currency, spender).transferFrom(owner, to, amount, OVERRIDES);
      },
    };
  },
);

export const payBySignature = plan(
  "payBySignature",
  fc.record({ ...parties, again: seldom(4) }),
  ({ currency, from, to, share, again }, story) => {
    const amount = amountOf(share, story.payable(currency, from));
    const nonce = BigInt(again ? Math.max(story.state.names - 1, 0) : story.state.names);
    const validBefore = story.time + 1n;
    return {
      apply: (state, rules) => {
        state.names += 1;
        payAuthorized(state, rules, currency, [from, to], amount, nonce);
      },
      send: async (world) => {
        const authorization = {
          from: addressOf(world, currency, from),
          to: addressOf(world, currency, to),
          value: amount,
          validAfter: 0n,
          validBefore,
          nonce: toBeHex(nonce, 32),
        };
        const signature = await sign(
          world.people[from],
          transferTypedData(world.places[currency].domain, authorization),
        );
        return moneyOf(world, currency, "stranger")[
          "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)"
        ](authorization.from, authorization.to, amount, 0n, validBefore, authorization.nonce, signature, OVERRIDES);
      },
    };
  },
);

function pairOf(keys: readonly string[], index: number): [Person, Person] {
  return (keys[index % keys.length] ?? "").split("/") as [Person, Person];
}
