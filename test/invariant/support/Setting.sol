// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDigitalCurrency} from "../../../contracts/currency/IDigitalCurrency.sol";
import {IInstitutionRegistry} from "../../../contracts/registry/IInstitutionRegistry.sol";
import {VM} from "./Vm.sol";

/// @dev What every story is set in: its own clock, and contracts deployed as they are deployed for good.
abstract contract Setting {
    error NotDeployed(string artifact);

    bytes32 internal constant BASIS = "court order";

    uint256 internal _clock;

    function clock() external view returns (uint256) {
        return _clock;
    }

    function _openAt(uint256 time) internal {
        _clock = time;
        VM.warp(time);
    }

    /// @dev A currency behind its proxy.
    function _deployMoney(
        string memory artifact,
        IInstitutionRegistry registry,
        address authority
    ) internal returns (IDigitalCurrency money, address implementation) {
        implementation = _deploy(artifact, abi.encode(registry, authority));
        bytes memory initialize = abi.encodeCall(IDigitalCurrency.initialize, (authority));
        money = IDigitalCurrency(_deploy("ERC1967Proxy", abi.encode(implementation, initialize)));
    }

    /// @dev Creation code from the artifacts: what is tested is what is deployed, compiled as it is deployed.
    function _deploy(string memory artifact, bytes memory args) internal returns (address deployed) {
        bytes memory code = bytes.concat(VM.getCode(artifact), args);
        assembly ("memory-safe") {
            deployed := create(0, add(code, 0x20), mload(code))
        }
        require(deployed != address(0), NotDeployed(artifact));
    }
}
