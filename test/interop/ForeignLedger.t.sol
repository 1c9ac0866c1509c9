// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ForeignLedger} from "../../contracts/interop/ForeignLedger.sol";

/// @dev Whatever sets of validators and quorums are asked for, in whatever order: what is in force is a quorum.
contract ForeignLedgerFuzzTest {
    error NoQuorum(uint256 epoch, uint256 quorum, uint256 count);
    error Lost(uint256 epoch, uint256 expected);
    error Wrong(bool accepted, uint256 quorum, uint256 count);

    ForeignLedger private _ledger;

    function setUp() external {
        _ledger = new ForeignLedger(block.chainid + 1, address(this), _validators(4), 3);
    }

    /// @dev This contract is the authority.
    function canCall(address, address, bytes4) external pure returns (bool, uint32) {
        return (true, 0);
    }

    function testFuzz_theQuorumIsNeverBelowTwoNorHalfOrLess(
        uint8[12] calldata counts,
        uint8[12] calldata quorums
    ) external {
        uint256 rotations = 0;
        for (uint256 i = 0; i < 12; ++i) {
            // around the limits of what is allowed as often as anywhere
            uint256 count = counts[i] % 3 == 0 ? counts[i] % 68 : counts[i] % 7;
            uint256 quorum = quorums[i] % 3 == 0 ? quorums[i] : count / 2 + (quorums[i] % 3);
            bool allowed = count >= 2 && count <= 64 && quorum >= 2 && 2 * quorum > count && quorum <= count;
            if (_rotate(count, quorum) != allowed) revert Wrong(!allowed, quorum, count);
            if (allowed) ++rotations;
            _requireQuorum(rotations + 1);
        }
    }

    function testFuzz_theFirstQuorumIsOneToo(uint8 countSeed, uint8 quorum) external {
        uint256 count = countSeed % 70;
        try new ForeignLedger(block.chainid + 1, address(this), _validators(count), quorum) returns (
            ForeignLedger made
        ) {
            _ledger = made;
            _requireQuorum(1);
        } catch {
            if (count >= 2 && count <= 64 && quorum >= 2 && 2 * uint256(quorum) > count && quorum <= count) {
                revert Wrong(false, quorum, count);
            }
        }
    }

    function _rotate(uint256 count, uint256 quorum) private returns (bool) {
        try _ledger.rotate(_validators(count), quorum, 0) {
            return true;
        } catch {
            return false;
        }
    }

    function _requireQuorum(uint256 epoch) private view {
        require(_ledger.currentEpoch() == epoch, Lost(_ledger.currentEpoch(), epoch));
        (address[] memory validators, uint256 quorum, ) = _ledger.epochOf(epoch);
        uint256 count = validators.length;
        require(quorum >= 2 && 2 * quorum > count && quorum <= count, NoQuorum(epoch, quorum, count));
    }

    function _validators(uint256 count) private pure returns (address[] memory list) {
        list = new address[](count);
        for (uint256 i = 0; i < count; ++i) list[i] = address(uint160(i + 1));
    }
}
