// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SlotDerivation} from "@openzeppelin/contracts/utils/SlotDerivation.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {Calendar} from "../currency/Calendar.sol";
import {IDigitalCurrency} from "../currency/IDigitalCurrency.sol";
import {IInstitutionRegistry} from "../registry/IInstitutionRegistry.sol";
import {IDayEnds, SlotProof} from "./IDayEnds.sol";
import {InstitutionKind, IReserveFramework, ReservePosition, ReserveRow} from "./IReserveFramework.sol";

/// @title ReserveFramework
/// @notice See {IReserveFramework}.
/// @dev One word an institution and one for the last day; reads the currency and changes nothing of it.
contract ReserveFramework is IReserveFramework, AccessManaged {
    using Checkpoints for Checkpoints.Trace224;
    using SlotDerivation for bytes32;

    struct Summary {
        uint32 day;
        uint128 shortfall;
    }

    uint256 private constant FULL = 10_000;
    // where LedgerCore keeps its variables: erc7201:dualplatform.ledger.AccountLedger
    bytes32 private constant LEDGER = 0xfe9d32372103aa25f74d07ff81818bdf4784105ba80f93828516dc7b497ee000;
    uint256 private constant SUPPLY_OFFSET = 5;

    /// @inheritdoc IReserveFramework
    uint256 public constant REPORT_AGE = 7;

    /// @inheritdoc IReserveFramework
    address public immutable CURRENCY;
    /// @inheritdoc IReserveFramework
    address public immutable DAY_ENDS;
    IDigitalCurrency private immutable MONEY;
    IInstitutionRegistry private immutable REGISTRY;

    // empty before the migration
    Checkpoints.Trace224 private _ratios;
    mapping(uint16 institution => InstitutionKind) private _kinds;
    mapping(uint16 institution => ReservePosition) private _positions;
    Summary private _last;
    uint32 private _migratedFrom;
    uint64 private _insuranceLimit;

    /// @param currency_ Its authority is this contract's, too.
    constructor(IDigitalCurrency currency_, IDayEnds dayEnds) AccessManaged(currency_.authority()) {
        (CURRENCY, MONEY, DAY_ENDS) = (address(currency_), currency_, address(dayEnds));
        REGISTRY = IInstitutionRegistry(currency_.registry());
    }

    // ------------------------------------------------------------------ offices

    /// @inheritdoc IReserveFramework
    function setKind(uint16 institution, InstitutionKind kind) external restricted {
        require(kind != InstitutionKind.None, ReserveKindInvalid(institution));
        _requireKnown(institution);
        InstitutionKind previous = _kinds[institution];
        if (kind == previous) return;
        _kinds[institution] = kind;
        emit InstitutionKindSet(institution, previous, kind);
    }

    /// @inheritdoc IReserveFramework
    function migrate(uint32 firstDay, uint16 ratio) external restricted {
        require(_migratedFrom == 0, ReserveAlreadyMigrated(_migratedFrom));
        Summary memory last = _last;
        uint256 today = Calendar.dayOf(block.timestamp);
        require(last.shortfall == 0 && today <= last.day + REPORT_AGE, ReserveNotCovered(last.day, last.shortfall));
        _pushRatio(firstDay, ratio);
        _migratedFrom = firstDay;
        emit FrameworkMigrated(firstDay, ratio, MONEY.totalSupply());
    }

    /// @inheritdoc IReserveFramework
    function setRatio(uint32 fromDay, uint16 ratio) external restricted {
        require(_migratedFrom != 0, ReserveNotMigrated());
        _pushRatio(fromDay, ratio);
    }

    /// @inheritdoc IReserveFramework
    function setInsuranceLimit(uint64 limit) external restricted {
        uint64 previous = _insuranceLimit;
        if (limit == previous) return;
        _insuranceLimit = limit;
        emit InsuranceLimitSet(previous, limit);
    }

    /// @inheritdoc IReserveFramework
    function report(
        uint32 day,
        ReserveRow[] calldata rows,
        SlotProof calldata supplyProof
    ) external restricted returns (uint256 shortfall) {
        uint256 today = Calendar.dayOf(block.timestamp);
        require(day > _last.day && day < today, ReserveReportDayInvalid(day, _last.day, today));
        uint256 sum = 0;
        for (uint256 i = 0; i < rows.length; ++i) {
            ReserveRow calldata row = rows[i];
            require(i == 0 || row.institution > rows[i - 1].institution, ReserveRowsUnsorted(i));
            sum += uint256(row.wallets) + row.own;
            // nobody's customers: somebody's money all the same
            if (row.institution == 0) continue;
            _requireKnown(row.institution);
            shortfall += _report(day, row);
        }
        uint256 supply = IDayEnds(DAY_ENDS).valueAt(day, CURRENCY, supplySlot(), supplyProof);
        require(sum == supply, ReserveSumMismatch(day, sum, supply));
        // at most 65,535 rows of 64 bits
        _last = Summary(day, uint128(shortfall));
        emit ReserveDayClosed(day, rows.length, supply, shortfall);
    }

    // -------------------------------------------------------------------- views

    /// @inheritdoc IReserveFramework
    function kindOf(uint16 institution) external view returns (InstitutionKind) {
        return _kinds[institution];
    }

    /// @inheritdoc IReserveFramework
    function requirementOf(uint16 institution, uint256 base, uint256 day) public view returns (uint256) {
        if (_kinds[institution] != InstitutionKind.Bank) return base;
        return Math.ceilDiv(base * ratioOn(day), FULL);
    }

    /// @inheritdoc IReserveFramework
    function positionOf(uint16 institution) external view returns (ReservePosition memory position, uint256 shortfall) {
        position = _positions[institution];
        shortfall = Math.saturatingSub(position.required, position.held);
    }

    /// @inheritdoc IReserveFramework
    function ratioOn(uint256 day) public view returns (uint256) {
        uint256 from = _migratedFrom;
        return from == 0 || day < from ? FULL : _ratios.upperLookup(uint32(day));
    }

    /// @inheritdoc IReserveFramework
    function migratedFrom() external view returns (uint256) {
        return _migratedFrom;
    }

    /// @inheritdoc IReserveFramework
    function lastReport() external view returns (uint256 day, uint256 shortfall) {
        return (_last.day, _last.shortfall);
    }

    /// @inheritdoc IReserveFramework
    function insuredOf(
        uint16 institution,
        address[] calldata wallets
    ) external view returns (uint256 total, uint256 insured) {
        for (uint256 i = 0; i < wallets.length; ++i) {
            address wallet = wallets[i];
            require(i == 0 || wallet > wallets[i - 1], InsuranceWalletsUnsorted(i));
            (, uint16 sponsor, , ) = MONEY.walletOf(wallet);
            require(
                sponsor == institution && MONEY.identityOf(wallet) == MONEY.identityOf(wallets[0]),
                InsuranceWalletForeign(wallet, sponsor)
            );
            total += MONEY.balanceOf(wallet);
        }
        uint256 from = _migratedFrom;
        bool deposits =
            _kinds[institution] == InstitutionKind.Bank && from != 0 && Calendar.dayOf(block.timestamp) >= from;
        insured = deposits ? Math.min(total, _insuranceLimit) : 0;
    }

    /// @inheritdoc IReserveFramework
    function insuranceLimit() external view returns (uint256) {
        return _insuranceLimit;
    }

    /// @inheritdoc IReserveFramework
    function supplySlot() public pure returns (bytes32) {
        return LEDGER.offset(SUPPLY_OFFSET);
    }

    // ---------------------------------------------------------------- internals

    function _report(uint32 day, ReserveRow calldata row) private returns (uint256 shortfall) {
        uint16 institution = row.institution;
        uint256 required = requirementOf(institution, row.wallets, day);
        // no more than the base, which has 64 bits
        _positions[institution] = ReservePosition(day, row.wallets, uint64(required), row.held);
        emit ReserveReported(institution, day, row.wallets, required, row.held);
        if (row.held >= required) return 0;
        shortfall = required - row.held;
        emit ReserveShort(institution, day, shortfall);
    }

    /// @dev Days that are over keep their ratio.
    function _pushRatio(uint32 fromDay, uint16 ratio) private {
        require(ratio <= FULL, ReserveRatioInvalid(ratio, FULL));
        (, uint32 latest, ) = _ratios.latestCheckpoint();
        uint256 earliest = Math.max(latest, Calendar.dayOf(block.timestamp) + 1);
        require(fromDay >= earliest && fromDay <= type(uint16).max, ReserveDayInvalid(fromDay, earliest));
        uint256 previous = ratioOn(fromDay);
        _ratios.push(fromDay, ratio);
        emit ReserveRatioSet(fromDay, previous, ratio);
    }

    function _requireKnown(uint16 institution) private view {
        require(
            REGISTRY.institution(institution).status != IInstitutionRegistry.Status.None,
            ReserveInstitutionUnknown(institution)
        );
    }
}
