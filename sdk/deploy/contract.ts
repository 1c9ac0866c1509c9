import type { BaseContract, InterfaceAbi, Signer } from "ethers";

/** A generated factory's class. */
interface FactoryClass<Args extends unknown[], C extends BaseContract> {
  readonly abi: InterfaceAbi;
  readonly bytecode: string;
  new (abi: InterfaceAbi, bytecode: string, deployer: Signer): { deploy(...args: Args): Promise<C> };
}

/**
 * Deploys a contract and waits until it stands.
 * @param deployer pays for it and gets no right.
 * @param initCode the package's own unless another is given: instrumented for coverage, say.
 * @param args the constructor's.
 */
export async function deployContract<Args extends unknown[], C extends BaseContract>(
  Factory: FactoryClass<Args, C>,
  deployer: Signer,
  initCode: string | undefined,
  ...args: Args
): Promise<C> {
  const deployed = await new Factory(Factory.abi, initCode ?? Factory.bytecode, deployer).deploy(...args);
  return deployed.waitForDeployment();
}
