// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IDigitalCurrency} from "../currency/IDigitalCurrency.sol";
import {Hold} from "../ledger/IHoldLedger.sol";
import {Bridgehead} from "./Bridgehead.sol";
import {IAbroadBridgehead} from "./IAbroadBridgehead.sol";
import {Homecoming, Passage} from "./IBridgehead.sol";
import {IForeignLedger, LogProof} from "./IForeignLedger.sol";
import {IHomeBridgehead} from "./IHomeBridgehead.sol";

/// @title AbroadBridgehead
/// @notice See {IAbroadBridgehead}.
/// @dev Immutable. It holds the currency's power to issue on this ledger.
contract AbroadBridgehead is IAbroadBridgehead, Bridgehead {
    struct Record {
        Outcome outcome;
        uint248 outstanding;
    }

    uint256 private _minted;
    mapping(bytes32 id => Record) private _records;
    mapping(bytes32 id => bool) private _burned;

    constructor(
        IDigitalCurrency currency_,
        IForeignLedger foreignLedger_,
        address peer_,
        address authority_
    ) Bridgehead(currency_, foreignLedger_, peer_, authority_) {}

    /// @inheritdoc IAbroadBridgehead
    function mint(Passage calldata passage, LogProof calldata proof) external returns (bytes32 id) {
        id = _requireOpen(passage);
        require(block.timestamp < passage.deadline, PassageExpired(id, passage.deadline, block.timestamp));
        uint256 amount = passage.amount;
        _requirePassable(id, amount, _minted);
        _requireSameCurrency(id, _requireProven(id, proof, IHomeBridgehead.Locked.selector));

        // what is locked is a balance, which has 64 bits
        _records[id] = Record(Outcome.Minted, uint248(amount));
        _minted += amount;
        emit Minted(id, passage.to, amount);
        CURRENCY.issue(passage.to, amount, id);
    }

    /// @inheritdoc IAbroadBridgehead
    function decline(Passage calldata passage) external returns (bytes32 id) {
        id = _requireOpen(passage);
        require(
            block.timestamp >= passage.deadline || msg.sender == passage.to,
            PassageNotDue(id, passage.deadline, block.timestamp)
        );
        _records[id].outcome = Outcome.Declined;
        emit Declined(id);
    }

    /// @inheritdoc IAbroadBridgehead
    function burn(Passage calldata passage, Homecoming calldata homecoming) external returns (bytes32 id) {
        bytes32 passing = _requirePlaces(passage, passage.abroad, passage.home);
        id = _requireHomecoming(passing, homecoming);
        require(!_burned[id], HomecomingAlreadyBurned(id));
        uint256 amount = homecoming.amount;
        require(
            homecoming.payee != passage.payer || amount == passage.amount,
            HomecomingPayeeInvalid(id, homecoming.payee)
        );
        Record storage record = _records[passing];
        require(amount <= record.outstanding, HomecomingExceedsPassage(id, amount, record.outstanding));
        Hold memory hold = _hold(homecoming.holder, amount, id);
        _requireHeld(id, hold);

        _burned[id] = true;
        record.outstanding -= uint248(amount);
        _minted -= amount;
        _stateBurn(id, homecoming);
        CURRENCY.redeemHeld(hold, amount, id);
    }

    /// @inheritdoc IAbroadBridgehead
    function restateDecline(bytes32 id) external {
        require(_records[id].outcome == Outcome.Declined, BridgeheadNothingToRestate(id));
        emit Declined(id);
    }

    /// @inheritdoc IAbroadBridgehead
    function restateBurn(Homecoming calldata homecoming) external {
        bytes32 id = homecomingId(homecoming);
        require(_burned[id], BridgeheadNothingToRestate(id));
        _stateBurn(id, homecoming);
    }

    // ------------------------------------------------------------------- views

    /// @inheritdoc IAbroadBridgehead
    function minted() external view returns (uint256) {
        return _minted;
    }

    /// @inheritdoc IAbroadBridgehead
    function passageOf(bytes32 id) external view returns (Outcome outcome, uint256 outstanding) {
        Record storage record = _records[id];
        return (record.outcome, record.outstanding);
    }

    /// @inheritdoc IAbroadBridgehead
    function isBurned(bytes32 id) external view returns (bool) {
        return _burned[id];
    }

    // --------------------------------------------------------------- internals

    /// @dev A homecoming uses up its hold in the same call, so none is ever bound.
    function _isBound(bytes32, bytes32) internal pure override returns (bool) {
        return false;
    }

    function _requireOpen(Passage calldata passage) private view returns (bytes32 id) {
        id = _requirePlaces(passage, passage.abroad, passage.home);
        Outcome outcome = _records[id].outcome;
        require(outcome == Outcome.Open, PassageEnded(id, outcome));
    }

    /// @dev Minor units are minted as they were locked, so both currencies must count in the same.
    function _requireSameCurrency(bytes32 id, bytes memory locked) private view {
        (, uint8 decimals, bytes32 code, ) = abi.decode(locked, (uint256, uint8, bytes32, bytes32));
        require(
            decimals == IERC20Metadata(address(CURRENCY)).decimals() && code == _codeHash(),
            PassageCurrencyMismatch(id, code, decimals)
        );
    }

    function _stateBurn(bytes32 id, Homecoming calldata homecoming) private {
        emit Burned(id, homecoming.passage, homecoming.holder, homecoming.payee, homecoming.amount);
    }
}
