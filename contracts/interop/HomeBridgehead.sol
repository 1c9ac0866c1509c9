// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IDigitalCurrency} from "../currency/IDigitalCurrency.sol";
import {Hold} from "../ledger/IHoldLedger.sol";
import {IInstitutionRegistry} from "../registry/IInstitutionRegistry.sol";
import {Bridgehead} from "./Bridgehead.sol";
import {IAbroadBridgehead} from "./IAbroadBridgehead.sol";
import {Homecoming, Passage} from "./IBridgehead.sol";
import {IForeignLedger, LogProof} from "./IForeignLedger.sol";
import {IHomeBridgehead} from "./IHomeBridgehead.sol";

/// @title HomeBridgehead
/// @notice See {IHomeBridgehead}.
/// @dev Immutable. The currency is the one it was built for, so every call goes to a known contract.
contract HomeBridgehead is IHomeBridgehead, Bridgehead {
    /// @dev What of a hold backs money abroad or is in flight.
    struct Lock {
        bytes32 holdId;
        uint256 remaining;
    }

    IInstitutionRegistry private immutable REGISTRY;

    uint256 private _locked;
    mapping(bytes32 id => Lock) private _locks;
    mapping(bytes32 id => bool) private _paid;

    constructor(
        IDigitalCurrency currency_,
        IForeignLedger foreignLedger_,
        address peer_,
        address authority_
    ) Bridgehead(currency_, foreignLedger_, peer_, authority_) {
        REGISTRY = IInstitutionRegistry(currency_.registry());
    }

    /// @inheritdoc IHomeBridgehead
    function lock(Passage calldata passage) external returns (bytes32 id) {
        id = _requirePlaces(passage, passage.home, passage.abroad);
        uint256 amount = passage.amount;
        _requirePassable(id, amount, _locked);
        require(_locks[id].holdId == 0, PassageAlreadyLocked(id));
        REGISTRY.requireActive(passage.payer);
        bytes32 holdId = _requireHeld(id, _hold(passage.payer, amount, id));

        _locks[id] = Lock(holdId, amount);
        _locked += amount;
        _stateLock(id, passage, holdId);
    }

    /// @inheritdoc IHomeBridgehead
    function pay(Passage calldata passage, Homecoming calldata homecoming, LogProof calldata proof) external {
        bytes32 id = _requirePlaces(passage, passage.home, passage.abroad);
        bytes32 coming = _requireHomecoming(id, homecoming);
        require(!_paid[coming], HomecomingAlreadyPaid(coming));
        _requireProven(coming, proof, IAbroadBridgehead.Burned.selector);

        uint256 amount = homecoming.amount;
        _paid[coming] = true;
        // abroad nothing more is burned of a passage than was minted, and nothing is minted that was not locked
        _locks[id].remaining -= amount;
        _locked -= amount;
        emit HomecomingPaid(coming, id, homecoming.payee, amount);
        Hold memory hold = _hold(passage.payer, passage.amount, id);
        // to its payer the whole is burned at once or nothing, so nothing else of the hold is left
        if (homecoming.payee == passage.payer) HOLDS.releaseHold(hold);
        else HOLDS.captureHold(hold, homecoming.payee, amount);
    }

    /// @inheritdoc IHomeBridgehead
    function release(Passage calldata passage, LogProof calldata proof) external {
        bytes32 id = _requirePlaces(passage, passage.home, passage.abroad);
        uint256 amount = _locks[id].remaining;
        require(amount != 0, PassageNotLocked(id));
        _requireProven(id, proof, IAbroadBridgehead.Declined.selector);

        _locks[id].remaining = 0;
        _locked -= amount;
        emit PassageReleased(id, passage.payer, amount);
        HOLDS.releaseHold(_hold(passage.payer, passage.amount, id));
    }

    /// @inheritdoc IHomeBridgehead
    function restateLock(Passage calldata passage) external {
        bytes32 id = _requirePlaces(passage, passage.home, passage.abroad);
        bytes32 holdId = _locks[id].holdId;
        require(holdId != 0, BridgeheadNothingToRestate(id));
        _stateLock(id, passage, holdId);
    }

    // ------------------------------------------------------------------- views

    /// @inheritdoc IHomeBridgehead
    function locked() external view returns (uint256) {
        return _locked;
    }

    /// @inheritdoc IHomeBridgehead
    function lockOf(bytes32 id) external view returns (bool known, uint256 remaining) {
        Lock storage entry = _locks[id];
        return (entry.holdId != 0, entry.remaining);
    }

    /// @inheritdoc IHomeBridgehead
    function isPaid(bytes32 id) external view returns (bool) {
        return _paid[id];
    }

    // --------------------------------------------------------------- internals

    function _isBound(bytes32 id, bytes32 holdId) internal view override returns (bool) {
        Lock storage entry = _locks[id];
        return entry.holdId == holdId && entry.remaining != 0;
    }

    function _stateLock(bytes32 id, Passage calldata passage, bytes32 holdId) private {
        uint8 decimals = IERC20Metadata(address(CURRENCY)).decimals();
        emit Locked(id, passage.payer, passage.amount, decimals, _codeHash(), holdId);
    }
}
