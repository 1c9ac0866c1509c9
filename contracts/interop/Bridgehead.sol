// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IDigitalCurrency} from "../currency/IDigitalCurrency.sol";
import {Hold, IHoldLedger} from "../ledger/IHoldLedger.sol";
import {BridgeheadPlace, Homecoming, IBridgehead, Passage} from "./IBridgehead.sol";
import {IForeignLedger} from "./IForeignLedger.sol";
import {Peer} from "./Peer.sol";

/// @title Bridgehead
/// @notice See {IBridgehead}.
abstract contract Bridgehead is IBridgehead, Peer, AccessManaged {
    bytes32 private constant PLACE_TYPEHASH = keccak256("BridgeheadPlace(uint256 chainId,address bridgehead)");
    bytes32 private constant PASSAGE_TYPEHASH = keccak256(
        "Passage(BridgeheadPlace home,BridgeheadPlace abroad,address payer,address to,uint256 amount,"
        "uint256 deadline,bytes32 salt)BridgeheadPlace(uint256 chainId,address bridgehead)"
    );
    bytes32 private constant HOMECOMING_TYPEHASH = keccak256(
        "Homecoming(bytes32 passage,address holder,address payee,uint256 amount,bytes32 salt)"
    );

    uint256 private constant NEVER = type(uint48).max;

    IDigitalCurrency internal immutable CURRENCY;
    IHoldLedger internal immutable HOLDS;

    uint256 private _cap;
    bool private _stopped;

    constructor(
        IDigitalCurrency currency_,
        IForeignLedger foreignLedger_,
        address peer_,
        address authority_
    ) Peer(foreignLedger_, peer_) AccessManaged(authority_) {
        CURRENCY = currency_;
        HOLDS = IHoldLedger(address(currency_));
    }

    /// @inheritdoc IBridgehead
    function setCap(uint256 cap_) external restricted {
        if (cap_ == _cap) return;
        emit CapSet(_cap, cap_);
        _cap = cap_;
    }

    /// @inheritdoc IBridgehead
    function stop() external restricted {
        if (_stopped) return;
        _stopped = true;
        emit PassageStopped(msg.sender);
    }

    /// @inheritdoc IBridgehead
    function resume() external restricted {
        if (!_stopped) return;
        _stopped = false;
        emit PassageResumed(msg.sender);
    }

    /// @inheritdoc IBridgehead
    function withdraw(Hold calldata hold) external returns (uint256 released) {
        bytes32 holdId = HOLDS.holdId(hold);
        require(msg.sender == hold.payer, BridgeheadPayerMismatch(holdId, msg.sender, hold.payer));
        require(!_isBound(hold.businessRef, holdId), BridgeheadHoldBound(holdId));
        emit HoldWithdrawn(holdId, msg.sender);
        return HOLDS.releaseHold(hold);
    }

    // ------------------------------------------------------------------- views

    /// @inheritdoc IBridgehead
    function cap() external view returns (uint256) {
        return _cap;
    }

    /// @inheritdoc IBridgehead
    function stopped() external view returns (bool) {
        return _stopped;
    }

    /// @inheritdoc IBridgehead
    function currency() external view returns (address) {
        return address(CURRENCY);
    }

    /// @inheritdoc IBridgehead
    function passageId(Passage calldata passage) public pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    PASSAGE_TYPEHASH,
                    _placeHash(passage.home),
                    _placeHash(passage.abroad),
                    passage.payer,
                    passage.to,
                    passage.amount,
                    passage.deadline,
                    passage.salt
                )
            );
    }

    /// @inheritdoc IBridgehead
    function homecomingId(Homecoming calldata homecoming) public pure returns (bytes32) {
        return keccak256(abi.encode(HOMECOMING_TYPEHASH, homecoming));
    }

    // --------------------------------------------------------------- internals

    /// @dev Whether the hold, which has `id` as its reference, is the one that backs the passage `id`.
    function _isBound(bytes32 id, bytes32 holdId) internal view virtual returns (bool);

    /// @dev The id of a passage between this contract and its peer.
    function _requirePlaces(
        Passage calldata passage,
        BridgeheadPlace calldata here,
        BridgeheadPlace calldata there
    ) internal view returns (bytes32 id) {
        id = passageId(passage);
        require(
            here.chainId == block.chainid &&
                here.bridgehead == address(this) &&
                there.chainId == FOREIGN_CHAIN &&
                there.bridgehead == PEER,
            BridgeheadMismatch(id, passage.home, passage.abroad)
        );
    }

    function _requireHomecoming(bytes32 passage, Homecoming calldata homecoming) internal pure returns (bytes32 id) {
        id = homecomingId(homecoming);
        require(homecoming.passage == passage, HomecomingPassageMismatch(id, homecoming.passage, passage));
    }

    function _requirePassable(bytes32 id, uint256 amount, uint256 passed) internal view {
        require(!_stopped, BridgeheadStopped(id));
        // passed is what holds or a supply of 64 bits say, so only the amount can be out of bounds
        require(amount <= _cap && passed + amount <= _cap, BridgeheadCapExceeded(id, amount, passed, _cap));
    }

    function _requireHeld(bytes32 id, Hold memory hold) internal view returns (bytes32 holdId) {
        holdId = HOLDS.holdId(hold);
        (uint256 remaining, ) = HOLDS.holdState(holdId);
        require(remaining != 0 && remaining == hold.amount, BridgeheadHoldMissing(id, holdId, remaining, hold.amount));
    }

    /// @dev The hold that the id asks for: its reference is the consent to everything the id is the hash of.
    function _hold(address payer, uint256 amount, bytes32 id) internal view returns (Hold memory) {
        return Hold(payer, address(0), address(this), amount, NEVER, id);
    }

    function _codeHash() internal view returns (bytes32) {
        return keccak256(bytes(CURRENCY.currencyCode()));
    }

    function _placeHash(BridgeheadPlace calldata place) private pure returns (bytes32) {
        return keccak256(abi.encode(PLACE_TYPEHASH, place));
    }
}
