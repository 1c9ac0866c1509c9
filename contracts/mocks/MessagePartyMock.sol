// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {IMessageGateway, MessageKind} from "../interop/IMessageGateway.sol";
import {IMessageSender} from "../interop/IMessageSender.sol";

/// @title MessagePartyMock
/// @notice Sends messages, receives them, hears of their ends; behaves as told and remembers.
contract MessagePartyMock is IERC7786Recipient, IMessageSender {
    enum Manner {
        Accepts,
        WrongAnswer,
        ShortAnswer,
        Reverts,
        BurnsGas,
        LongAnswer,
        Reenters,
        LogsMuch
    }

    struct Got {
        bytes32 id;
        bytes sender;
        bytes32 payloadHash;
    }

    struct Heard {
        bytes32 id;
        MessageKind kind;
    }

    Manner private _manner;
    address private _target;
    bytes private _call;
    Got[] private _got;
    Heard[] private _heard;
    uint256 private _gasGiven;
    bytes private _innerFault;

    event Noise(bytes noise);

    error Refused();

    /// @notice How it behaves from now on; `target` and `inner` for {Manner-Reenters}.
    function behave(Manner manner, address target, bytes calldata inner) external {
        (_manner, _target, _call) = (manner, target, inner);
    }

    /// @notice Sends a message, and leaves `noise` bytes of logs around it.
    function send(
        IMessageGateway gateway,
        bytes calldata recipient,
        bytes calldata payload,
        bytes[] calldata attributes,
        uint256 noise
    ) external returns (bytes32 id) {
        if (noise != 0) emit Noise(new bytes(noise));
        return gateway.sendMessage(recipient, payload, attributes);
    }

    /// @inheritdoc IERC7786Recipient
    function receiveMessage(
        bytes32 id,
        bytes calldata sender,
        bytes calldata payload
    ) external payable returns (bytes4) {
        _gasGiven = gasleft();
        _got.push(Got(id, sender, keccak256(payload)));
        _act();
        return _manner == Manner.WrongAnswer ? bytes4(0x12345678) : IERC7786Recipient.receiveMessage.selector;
    }

    /// @inheritdoc IMessageSender
    function onReceipt(bytes32 id, MessageKind kind) external {
        _gasGiven = gasleft();
        _heard.push(Heard(id, kind));
        _act();
    }

    /// @notice Messages received.
    function got() external view returns (Got[] memory) {
        return _got;
    }

    /// @notice Ends heard of.
    function heard() external view returns (Heard[] memory) {
        return _heard;
    }

    /// @notice Gas at the begin of the last call, and what the call made from inside was refused with.
    function lastCall() external view returns (uint256 gasGiven, bytes memory innerFault) {
        return (_gasGiven, _innerFault);
    }

    function _act() private {
        Manner manner = _manner;
        if (manner == Manner.Reverts) revert Refused();
        if (manner == Manner.LogsMuch) emit Noise(new bytes(100_000));
        if (manner == Manner.Reenters) {
            // solhint-disable-next-line avoid-low-level-calls
            (bool done, bytes memory fault) = _target.call(_call);
            _innerFault = done ? bytes("done") : fault;
        }
        if (manner == Manner.BurnsGas) {
            while (true) {}
        }
        if (manner == Manner.ShortAnswer || manner == Manner.LongAnswer) {
            bytes32 word = IERC7786Recipient.receiveMessage.selector;
            bool short = manner == Manner.ShortAnswer;
            assembly ("memory-safe") {
                mstore(0, word)
                // a long answer is paid for by whoever copies it
                return(0, add(4, mul(100000, iszero(short))))
            }
        }
    }
}
