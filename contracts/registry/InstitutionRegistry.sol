// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Identifiers} from "./Identifiers.sol";
import {IInstitutionRegistry} from "./IInstitutionRegistry.sol";

/// @title InstitutionRegistry
/// @notice See {IInstitutionRegistry}.
contract InstitutionRegistry is IInstitutionRegistry, AccessManaged {
    // Slot 0 of a record says who it is (LEI, BIC, tier), slot 1 what it may do now (status, country, quota, account):
    // whoever asks whether an institution may act reads one word.
    mapping(uint16 number => Institution) private _institutions;
    mapping(address account => uint16 number) private _numbers;
    mapping(bytes20 lei => uint16 number) private _leis;
    uint16[] private _list;

    constructor(address authority_) AccessManaged(authority_) {}

    // ----------------------------------------------------------- entering

    /// @inheritdoc IInstitutionRegistry
    function register(
        uint16 number,
        bytes20 lei,
        bytes11 bic,
        bytes2 country,
        Tier tier,
        uint64 quota,
        address settlementAccount,
        bytes32 nameHash
    ) external restricted {
        Institution storage entry = _institutions[number];
        require(number != 0 && entry.status == Status.None, InstitutionNumberInvalid(number));
        require(Identifiers.isLei(lei), InstitutionLeiInvalid(lei));
        require(_leis[lei] == 0, InstitutionLeiTaken(lei, _leis[lei]));
        require(Identifiers.isBic(bic), InstitutionBicInvalid(bic));
        require(Identifiers.isCountry(country), InstitutionCountryInvalid(country));
        require(tier != Tier.None, InstitutionTierInvalid(number));

        entry.lei = lei;
        entry.bic = bic;
        entry.tier = tier;
        entry.status = Status.Applied;
        entry.country = country;
        entry.nameHash = nameHash;
        _leis[lei] = number;
        _list.push(number);
        emit InstitutionRegistered(number, lei, bic, country, tier, nameHash);
        emit InstitutionStatusChanged(number, Status.None, Status.Applied, 0);

        _setQuota(number, quota);
        _addAccount(number, settlementAccount);
        _setSettlementAccount(number, settlementAccount);
    }

    // ----------------------------------------------------------- changing

    /// @inheritdoc IInstitutionRegistry
    function setStatus(uint16 number, Status status, bytes32 reason) external restricted {
        Status current = _known(number).status;
        require(_isStep(current, status), InstitutionStatusStepInvalid(number, current, status));
        _institutions[number].status = status;
        emit InstitutionStatusChanged(number, current, status, reason);
    }

    /// @inheritdoc IInstitutionRegistry
    function setQuota(uint16 number, uint64 quota) external restricted {
        _known(number);
        _setQuota(number, quota);
    }

    /// @inheritdoc IInstitutionRegistry
    function addAccount(uint16 number, address account) external restricted {
        _known(number);
        _addAccount(number, account);
    }

    /// @inheritdoc IInstitutionRegistry
    function removeAccount(uint16 number, address account) external restricted {
        _requireAccount(number, account);
        require(account != _institutions[number].settlementAccount, InstitutionAccountInUse(account, number));
        delete _numbers[account];
        emit InstitutionAccountRemoved(number, account);
    }

    /// @inheritdoc IInstitutionRegistry
    function setSettlementAccount(uint16 number, address account) external restricted {
        _requireAccount(number, account);
        _setSettlementAccount(number, account);
    }

    // -------------------------------------------------------------- views

    /// @inheritdoc IInstitutionRegistry
    function institution(uint16 number) external view returns (Institution memory) {
        return _institutions[number];
    }

    /// @inheritdoc IInstitutionRegistry
    function institutionOf(address account) external view returns (uint16) {
        return _numbers[account];
    }

    /// @inheritdoc IInstitutionRegistry
    function requireActive(address account) external view returns (uint16 number) {
        number = _numbers[account];
        _active(number);
    }

    /// @inheritdoc IInstitutionRegistry
    function requireOperating(address account) external view returns (uint16 number) {
        number = _numbers[account];
        require(_active(number).tier == Tier.Operating, InstitutionTierInvalid(number));
    }

    /// @inheritdoc IInstitutionRegistry
    function requireActiveNumber(uint16 number) external view returns (uint64 quota, address settlementAccount) {
        Institution storage entry = _active(number);
        return (entry.quota, entry.settlementAccount);
    }

    /// @inheritdoc IInstitutionRegistry
    function numbers(uint256 offset, uint256 limit) external view returns (uint16[] memory page) {
        uint256 total = _list.length;
        if (offset >= total) return page;
        uint256 length = limit < total - offset ? limit : total - offset;
        page = new uint16[](length);
        for (uint256 i = 0; i < length; ++i) {
            page[i] = _list[offset + i];
        }
    }

    /// @inheritdoc IInstitutionRegistry
    function count() external view returns (uint256) {
        return _list.length;
    }

    // ---------------------------------------------------------- internals

    function _setQuota(uint16 number, uint64 quota) private {
        uint64 previous = _institutions[number].quota;
        if (quota == previous) return;
        _institutions[number].quota = quota;
        emit InstitutionQuotaSet(number, previous, quota);
    }

    function _addAccount(uint16 number, address account) private {
        uint16 taken = _numbers[account];
        require(account != address(0) && taken == 0, InstitutionAccountTaken(account, taken));
        _numbers[account] = number;
        emit InstitutionAccountAdded(number, account);
    }

    function _setSettlementAccount(uint16 number, address account) private {
        address previous = _institutions[number].settlementAccount;
        if (account == previous) return;
        _institutions[number].settlementAccount = account;
        emit InstitutionSettlementAccountSet(number, previous, account);
    }

    function _requireAccount(uint16 number, address account) private view {
        require(number != 0 && _numbers[account] == number, InstitutionAccountUnknown(account, number));
    }

    function _known(uint16 number) private view returns (Institution storage entry) {
        entry = _institutions[number];
        require(entry.status != Status.None, InstitutionUnknown(number));
    }

    function _active(uint16 number) private view returns (Institution storage entry) {
        entry = _known(number);
        require(entry.status == Status.Active, InstitutionNotActive(number, entry.status));
    }

    function _isStep(Status current, Status next) private pure returns (bool) {
        if (next == Status.Active) return current == Status.Applied || current == Status.Suspended;
        if (next == Status.Suspended) return current == Status.Active;
        return next == Status.Offboarded && current != Status.Offboarded;
    }
}
