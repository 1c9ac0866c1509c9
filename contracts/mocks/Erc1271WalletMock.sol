// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title Erc1271WalletMock
/// @notice A contract wallet that accepts its owner's signature, and that can be told to misbehave instead.
contract Erc1271WalletMock is IERC1271 {
    /// @notice How the wallet answers.
    enum Answer {
        OwnerOnly,
        WrongMagic,
        Revert,
        Megabyte,
        ConsumeAllGas
    }

    /// @notice The wallet was told to refuse by reverting.
    error WalletRefuses();

    address private immutable OWNER;
    Answer private _answer;

    constructor(address owner) {
        OWNER = owner;
    }

    /// @notice Chooses how signatures are answered from now on.
    function setAnswer(Answer answer) external {
        _answer = answer;
    }

    /// @notice Lets the wallet act as an account: approve, place, affirm.
    function execute(address target, bytes calldata data) external returns (bytes memory) {
        return Address.functionCall(target, data);
    }

    /// @inheritdoc IERC1271
    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        Answer answer = _answer;
        if (answer == Answer.WrongMagic) return 0xdeadbeef;
        require(answer != Answer.Revert, WalletRefuses());
        if (answer == Answer.Megabyte) {
            // the right magic, and then a megabyte that nobody asked for
            assembly ("memory-safe") {
                let start := mload(0x40)
                mstore(start, shl(224, 0x1626ba7e))
                return(start, 1048576)
            }
        }
        if (answer == Answer.ConsumeAllGas) {
            assembly ("memory-safe") {
                invalid()
            }
        }
        (address recovered, ECDSA.RecoverError fault, ) = ECDSA.tryRecoverCalldata(digest, signature);
        return fault == ECDSA.RecoverError.NoError && recovered == OWNER ? this.isValidSignature.selector : bytes4(0);
    }
}
