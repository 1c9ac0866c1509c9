import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/**
 * The project platform of one currency: contracts and certificates, money, payroll, material. No contract has an office,
 * and the deployer no right to hand over; who may do what stands in the terms of each project.
 */
export default buildModule("Projects", (m) => {
  const works = m.contract("ProjectWorks");
  const funds = m.contract("ProjectFunds", [m.getParameter<string>("currency"), works]);
  const wages = m.contract("Wages", [funds]);
  const materials = m.contract("Materials", [funds]);
  return { works, funds, wages, materials };
});
