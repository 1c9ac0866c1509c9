// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Calendar} from "../currency/Calendar.sol";
import {Signatures} from "../ledger/Signatures.sol";
import {IPriceFixings} from "./IPriceFixings.sol";

/// @title PriceFixings
/// @notice See {IPriceFixings}.
contract PriceFixings is IPriceFixings, EIP712 {
    struct Fixing {
        uint24 day;
        uint64 price;
    }

    bytes32 private constant FIXING_TYPEHASH = keccak256("Fixing(address agent,address asset,uint24 day,uint64 price)");

    /// @inheritdoc IPriceFixings
    uint256 public constant PRICE_SCALE = 1e8;

    mapping(address agent => mapping(address asset => Fixing)) private _last;

    constructor() EIP712("PriceFixings", "1") {}

    /// @inheritdoc IPriceFixings
    function publish(address asset, uint24 day, uint64 price) external {
        _publish(msg.sender, asset, day, price);
    }

    /// @inheritdoc IPriceFixings
    function publishWithSignature(
        address agent,
        address asset,
        uint24 day,
        uint64 price,
        bytes calldata signature
    ) external {
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(FIXING_TYPEHASH, agent, asset, day, price)));
        require(Signatures.isValid(agent, digest, signature), FixingSignatureInvalid(agent, asset, day));
        _publish(agent, asset, day, price);
    }

    /// @inheritdoc IPriceFixings
    function lastFixing(address agent, address asset) external view returns (uint256 price, uint256 day) {
        Fixing memory last = _last[agent][asset];
        return (last.price, last.day);
    }

    /// @inheritdoc IPriceFixings
    function requireFixing(
        address agent,
        address asset,
        uint256 maxAge
    ) external view returns (uint256 price, uint256 day) {
        Fixing memory last = _last[agent][asset];
        // today is some 20,000 and ages are days as well
        uint256 today = Calendar.dayOf(block.timestamp);
        uint256 oldest = today > maxAge ? today - maxAge : 1;
        require(last.day >= oldest, FixingStale(agent, asset, last.day, oldest));
        return (last.price, last.day);
    }

    /// @dev Days rise, so that what has been acted on is never replaced.
    function _publish(address agent, address asset, uint24 day, uint64 price) private {
        uint256 last = _last[agent][asset].day;
        uint256 today = Calendar.dayOf(block.timestamp);
        require(day > last && day <= today, FixingDayInvalid(agent, asset, day, last, today));
        _last[agent][asset] = Fixing(day, price);
        emit PriceFixed(agent, asset, day, price);
    }
}
