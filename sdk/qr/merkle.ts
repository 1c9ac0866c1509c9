import { concat, keccak256 } from "ethers";

/**
 * A Merkle tree as OpenZeppelin's `MerkleProof` verifies it: the two nodes of a pair are hashed in rising order, and a
 * node without a neighbour goes up as it is. Leaves must be hashed twice by whoever makes them, so that no inner node
 * can be taken for one.
 */
export class MerkleTree {
  /** From the leaves to the root. */
  readonly #levels: string[][];

  /** @throws RangeError when there is no leaf. */
  constructor(leaves: readonly string[]) {
    if (leaves.length === 0) throw new RangeError("a tree has at least one leaf");
    this.#levels = [[...leaves]];
    for (let level = this.#levels[0] ?? []; level.length > 1;) {
      level = above(level);
      this.#levels.push(level);
    }
  }

  get root(): string {
    return this.#levels.at(-1)?.[0] ?? "";
  }

  /**
   * What proves the leaf at a place, from the leaf's neighbour upwards.
   * @throws RangeError when there is no such leaf.
   */
  proof(index: number): string[] {
    if (this.#levels[0]?.[index] === undefined) throw new RangeError(`the tree has no leaf ${index}`);
    const proof: string[] = [];
    let place = index;
    for (const level of this.#levels) {
      const neighbour = level[place ^ 1];
      if (neighbour !== undefined) proof.push(neighbour);
      place >>= 1;
    }
    return proof;
  }
}

function above(level: readonly string[]): string[] {
  const next: string[] = [];
  for (let i = 0; i < level.length; i += 2) {
    const [left, right] = [level[i] ?? "", level[i + 1]];
    next.push(right === undefined ? left : pair(left, right));
  }
  return next;
}

function pair(a: string, b: string): string {
  // hex of one length sorts as the numbers do
  return keccak256(a.toLowerCase() < b.toLowerCase() ? concat([a, b]) : concat([b, a]));
}
