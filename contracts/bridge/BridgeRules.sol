// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Calendar} from "../currency/Calendar.sol";
import {CurrencyRules} from "../currency/CurrencyRules.sol";
import {WalletWord} from "../currency/WalletWord.sol";
import {IInstitutionRegistry} from "../registry/IInstitutionRegistry.sol";
import {IBridgeGate} from "./IBridgeGate.sol";
import {ICorridorPolicy} from "./ICorridorPolicy.sol";

/// @title BridgeRules
/// @notice What crosses a border, in the two pieces of code of a currency on the shared ledger: see {ICorridorPolicy}.
abstract contract BridgeRules is CurrencyRules {
    using WalletWord for uint256;

    /// @dev Two words; only the second changes with every movement, the first once a window. What has flowed in a
    /// window is the difference of `holdings` to what they were when it began.
    struct Corridor {
        address registry;
        uint16 windowStart;
        uint8 windowDays;
        uint64 outflowLimit;
        uint64 holdings;
        uint64 atStart;
        uint64 holdingLimit;
        uint64 inflowLimit;
    }

    /// @custom:storage-location erc7201:dualplatform.bridge.BridgeCurrency
    struct BridgeStorage {
        mapping(uint256 walletClass => Corridor) corridors;
        mapping(uint256 walletClass => mapping(bytes4 purpose => bool)) purposes;
    }

    // keccak256(abi.encode(uint256(keccak256("dualplatform.bridge.BridgeCurrency")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant BRIDGE_STORAGE = 0xec9669e85d857df11f207059aed7592734df5d2bd51ec2b3153cf6bd39e49c00;

    uint256 private constant WITHIN = 0;
    uint256 private constant ABOVE_HOLDING = 1;
    uint256 private constant ABOVE_OUTFLOW = 2;
    uint256 private constant ABOVE_INFLOW = 3;

    IInstitutionRegistry internal immutable HOME;
    IBridgeGate internal immutable GATE;

    constructor(IInstitutionRegistry home, IBridgeGate gate_) {
        HOME = home;
        GATE = gate_;
    }

    /// @dev Nothing a bank of a corridor pays is a redemption: the number of its institution is another registry's.
    function _isRedemption(uint256 fromWord, uint256 toWord) internal pure virtual override returns (bool) {
        return fromWord.class() == INSTITUTION && super._isRedemption(fromWord, toWord);
    }

    /// @dev Moves `amount` out of the payer's corridor and into the payee's.
    /// @param limited Whether their policies may refuse.
    function _cross(uint256 fromClass, uint256 toClass, uint256 amount, bool limited) internal {
        if (fromClass != INSTITUTION) _flow(fromClass, amount, false, limited);
        if (toClass != INSTITUTION) _flow(toClass, amount, true, limited);
    }

    /// @dev Whether the policies of both corridors allow it.
    function _mayCross(uint256 fromClass, uint256 toClass, uint256 amount) internal view returns (bool) {
        if (fromClass != INSTITUTION && _refusal(_bridge().corridors[fromClass], amount, false) != WITHIN) return false;
        return toClass == INSTITUTION || _refusal(_bridge().corridors[toClass], amount, true) == WITHIN;
    }

    /// @dev The registry that knows the holders of a wallet class that has been given wallets.
    function _registryOf(uint256 class) internal view returns (IInstitutionRegistry) {
        return class == INSTITUTION ? HOME : IInstitutionRegistry(_bridge().corridors[class].registry);
    }

    /// @dev Net outflow of the present window.
    function _netOutflow(Corridor storage corridor) internal view returns (int256) {
        (, uint256 atStart) = _window(corridor);
        return int256(uint256(corridor.holdings)) - int256(atStart);
    }

    function _flow(uint256 class, uint256 amount, bool out, bool limited) private {
        Corridor storage corridor = _bridge().corridors[class];
        if (limited) {
            uint256 refusal = _refusal(corridor, amount, out);
            if (refusal != WITHIN) _refuseFlow(refusal, uint8(class), corridor, amount);
        }
        (uint256 start, uint256 atStart) = _window(corridor);
        if (start != corridor.windowStart) corridor.windowStart = uint16(start);
        uint256 holdings = corridor.holdings;
        corridor.atStart = uint64(atStart);
        corridor.holdings = uint64(out ? holdings + amount : holdings - amount);
    }

    function _refusal(Corridor storage corridor, uint256 amount, bool out) private view returns (uint256) {
        uint256 holdings = corridor.holdings;
        (, uint256 atStart) = _window(corridor);
        if (out) {
            if (holdings + amount > corridor.holdingLimit) return ABOVE_HOLDING;
            return _exceeds(holdings + amount, atStart, corridor.outflowLimit) ? ABOVE_OUTFLOW : WITHIN;
        }
        return _exceeds(atStart + amount, holdings, corridor.inflowLimit) ? ABOVE_INFLOW : WITHIN;
    }

    function _exceeds(uint256 larger, uint256 smaller, uint256 limit) private pure returns (bool) {
        return limit != type(uint64).max && larger > smaller && larger - smaller > limit;
    }

    function _refuseFlow(uint256 refusal, uint8 class, Corridor storage corridor, uint256 amount) private view {
        if (refusal == ABOVE_HOLDING)
            revert ICorridorPolicy.CorridorHoldingLimitExceeded(
                class,
                amount,
                corridor.holdings,
                corridor.holdingLimit
            );
        int256 flow = _netOutflow(corridor);
        if (refusal == ABOVE_OUTFLOW)
            revert ICorridorPolicy.CorridorOutflowLimitExceeded(class, amount, flow, corridor.outflowLimit);
        revert ICorridorPolicy.CorridorInflowLimitExceeded(class, amount, flow, corridor.inflowLimit);
    }

    /// @dev First day of the present window, and the holdings when it began.
    function _window(Corridor storage corridor) private view returns (uint256 start, uint256 atStart) {
        uint256 today = Calendar.dayOf(block.timestamp);
        start = today - (today % corridor.windowDays);
        atStart = start == corridor.windowStart ? corridor.atStart : corridor.holdings;
    }

    function _bridge() internal pure returns (BridgeStorage storage $) {
        assembly ("memory-safe") {
            $.slot := BRIDGE_STORAGE
        }
    }
}
