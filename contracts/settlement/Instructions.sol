// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Hold} from "../ledger/IHoldLedger.sol";
import {Signatures} from "../ledger/Signatures.sol";
import {ISettlementEngine, Instruction, InstructionStatus, Leg} from "./ISettlementEngine.sol";

/// @title Instructions
/// @notice What an instruction is: its id, its givers' consent, and the record that it ends once.
abstract contract Instructions is ISettlementEngine, EIP712 {
    bytes32 private constant LEG_TYPEHASH = keccak256("Leg(address token,address from,address to,uint256 amount)");
    bytes32 private constant INSTRUCTION_TYPEHASH = keccak256(
        "Instruction(bytes32 businessRef,uint48 notBefore,uint48 notAfter,bool nettable,Leg[] legs)Leg(address token,address from,address to,uint256 amount)"
    );

    mapping(address initiator => mapping(uint256 word => uint256 statuses)) private _statuses;
    mapping(bytes32 id => mapping(address giver => bool)) private _affirmed;
    mapping(address giver => mapping(address agent => bool)) private _agents;

    // ------------------------------------------------------------------ consent

    /// @inheritdoc ISettlementEngine
    function affirm(bytes32 id) external {
        _affirm(id, msg.sender);
    }

    /// @inheritdoc ISettlementEngine
    function revoke(bytes32 id) external {
        _revoke(id, msg.sender);
    }

    /// @inheritdoc ISettlementEngine
    function authorizeAgent(address agent, bool authorized) external {
        require(!authorized || (agent.code.length != 0 && agent != msg.sender), InstructionAgentInvalid(agent));
        if (_agents[msg.sender][agent] == authorized) return;
        _agents[msg.sender][agent] = authorized;
        emit AgentAuthorized(msg.sender, agent, authorized);
    }

    // ------------------------------------------------------------------- views

    /// @inheritdoc ISettlementEngine
    function instructionId(Instruction calldata instruction) external view returns (bytes32) {
        return _id(instruction);
    }

    /// @inheritdoc ISettlementEngine
    function statusOf(address initiator, bytes32 businessRef) public view returns (InstructionStatus) {
        (uint256 word, uint256 shift) = _position(businessRef);
        return InstructionStatus((_statuses[initiator][word] >> shift) & 3);
    }

    /// @inheritdoc ISettlementEngine
    function isAffirmed(bytes32 id, address giver) public view returns (bool) {
        return _affirmed[id][giver];
    }

    /// @inheritdoc ISettlementEngine
    function isAgent(address giver, address agent) public view returns (bool) {
        return _agents[giver][agent];
    }

    // --------------------------------------------------------------- internals

    /// @dev Hashed from calldata as it is, head and legs: the fields stand there in the order of the type, a word each.
    /// Dirty upper bits give an id that nobody has signed, and are refused anyway where the field is read.
    function _id(Instruction calldata instruction) internal view returns (bytes32) {
        (bytes32 typehash, bytes32 legsHash, bytes32 structHash) = (
            INSTRUCTION_TYPEHASH,
            _legsHash(instruction.legs),
            0
        );
        assembly ("memory-safe") {
            let encoded := mload(0x40)
            mstore(encoded, typehash)
            calldatacopy(add(encoded, 0x20), instruction, 0x80)
            mstore(add(encoded, 0xa0), legsHash)
            structHash := keccak256(encoded, 0xc0)
        }
        return _hashTypedDataV4(structHash);
    }

    function _legsHash(Leg[] calldata legs) private pure returns (bytes32 hash) {
        bytes32 typehash = LEG_TYPEHASH;
        assembly ("memory-safe") {
            let hashes := mload(0x40)
            let encoded := add(hashes, shl(5, legs.length))
            let leg := legs.offset
            mstore(encoded, typehash)
            for {
                let at := hashes
            } lt(at, encoded) {
                at := add(at, 0x20)
                leg := add(leg, 0x80)
            } {
                calldatacopy(add(encoded, 0x20), leg, 0x80)
                mstore(at, keccak256(encoded, 0xa0))
            }
            hash := keccak256(hashes, sub(encoded, hashes))
        }
    }

    function _initiator(bytes32 id, Leg[] calldata legs) internal pure returns (address) {
        require(legs.length != 0, InstructionEmpty(id));
        return legs[0].from;
    }

    /// @dev Records the end. The only place that writes the record, and it never writes to what has ended.
    function _end(bytes32 id, address initiator, bytes32 businessRef, InstructionStatus status) internal {
        (uint256 word, uint256 shift) = _position(businessRef);
        mapping(uint256 word => uint256 statuses) storage statuses = _statuses[initiator];
        uint256 before = statuses[word];
        uint256 ended = (before >> shift) & 3;
        require(ended == 0, InstructionAlreadyEnded(id, InstructionStatus(ended)));
        statuses[word] = before | (uint256(status) << shift);
    }

    /// @dev Requires every giver's consent, each asked where it first appears.
    function _requireConsents(
        bytes32 id,
        Leg[] calldata legs,
        bytes[] calldata consents,
        Hold[] calldata holds
    ) internal view {
        uint256 givers;
        for (uint256 i = 0; i < legs.length; ++i) {
            address giver = _newGiver(id, legs, i);
            if (giver == address(0)) continue;
            if (_consents(id, giver, consents, givers++) || _covers(giver, legs, holds, i)) continue;
            // last, because it is one more word to read
            require(isAgent(giver, msg.sender), InstructionConsentMissing(id, giver));
        }
        require(consents.length <= givers, InstructionConsentsExcessive(id, consents.length, givers));
    }

    /// @dev Checks leg `i` and returns its giver if no earlier leg has it, else zero.
    function _newGiver(bytes32 id, Leg[] calldata legs, uint256 i) internal pure returns (address giver) {
        Leg calldata leg = legs[i];
        giver = leg.from;
        // nobody can consent for the zero address, and it means "known" to the caller
        require(leg.amount != 0 && giver != leg.to && giver != address(0), InstructionLegInvalid(id, i));
        for (uint256 j = 0; j < i; ++j) {
            if (legs[j].from == giver) return address(0);
        }
    }

    /// @dev Whether the giver has consented to the whole instruction by signature, call or affirmation.
    function _consents(
        bytes32 id,
        address giver,
        bytes[] calldata consents,
        uint256 position
    ) internal view returns (bool) {
        if (position >= consents.length) return _consentsUnsigned(id, giver);
        return _consents(id, giver, consents[position]);
    }

    function _consents(bytes32 id, address giver, bytes calldata signature) internal view returns (bool) {
        if (signature.length == 0) return _consentsUnsigned(id, giver);
        require(Signatures.isValid(giver, id, signature), InstructionSignatureInvalid(id, giver));
        return true;
    }

    function _consentsUnsigned(bytes32 id, address giver) private view returns (bool) {
        return giver == msg.sender || _affirmed[id][giver];
    }

    /// @dev Without other consent each leg of the giver needs a hold of its own token and whole amount. A hold proves
    /// nothing about another token's leg, because its token may be anyone's; nor about more than its amount, because
    /// a spender may have placed it. That the hold exists is proved when it is captured or released.
    function _covers(
        address giver,
        Leg[] calldata legs,
        Hold[] calldata holds,
        uint256 first
    ) private pure returns (bool) {
        for (uint256 i = first; i < legs.length; ++i) {
            if (legs[i].from == giver && !(_isCovered(holds, i) && holds[i].amount == legs[i].amount)) return false;
        }
        return true;
    }

    /// @dev Holds are absent or parallel to the legs; the caller has checked that.
    function _isCovered(Hold[] calldata holds, uint256 i) internal pure returns (bool) {
        return holds.length != 0 && holds[i].executor != address(0);
    }

    function _requireGiver(bytes32 id, Leg[] calldata legs) internal view {
        for (uint256 i = 0; i < legs.length; ++i) {
            if (legs[i].from == msg.sender) return;
        }
        revert InstructionCallerNotGiver(id, msg.sender);
    }

    function _affirm(bytes32 id, address giver) internal {
        if (_affirmed[id][giver]) return;
        _affirmed[id][giver] = true;
        emit InstructionAffirmed(id, giver);
    }

    function _revoke(bytes32 id, address giver) internal {
        if (!_affirmed[id][giver]) return;
        _affirmed[id][giver] = false;
        emit InstructionRevoked(id, giver);
    }

    /// @dev 128 references share a word.
    function _position(bytes32 businessRef) private pure returns (uint256 word, uint256 shift) {
        return (uint256(businessRef) >> 7, (uint256(businessRef) & 0x7f) << 1);
    }
}
