// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IInstitutionRegistry
/// @notice Who takes part: the institutions of one jurisdiction, their identifiers, standing, quota and accounts.
/// @dev Quotas are minor units. Numbers are 1 … 65,535; 0 is nobody. All changes are the central bank's
/// (the registry's authority), except that nobody needs to ask to read.
///
/// Assumed: the central bank checked the institution off chain. The registry checks what can be computed: the LEI's
/// check digits (ISO 17442, ISO 7064 MOD 97-10) and the form of the BIC (ISO 9362) and country (ISO 3166-1 alpha-2).
/// Not protected: suspension stops an institution's new business; it never touches its customers' money.
interface IInstitutionRegistry {
    /// @notice Central bank; operating (may hold reserves and issue to the public); participating (through one).
    enum Tier {
        None,
        CentralBank,
        Operating,
        Participating
    }

    /// @notice Applied → Active ⇄ Suspended → Offboarded, which absorbs. Applied and Active may also be offboarded.
    enum Status {
        None,
        Applied,
        Active,
        Suspended,
        Offboarded
    }

    /// @param lei Legal Entity Identifier, 20 characters.
    /// @param bic Business Identifier Code, 8 characters (then three zero bytes) or 11.
    /// @param country ISO 3166-1 alpha-2.
    /// @param quota Upper bound of issued − redeemed, minor units.
    /// @param settlementAccount Where issued money goes; the institution's first account.
    /// @param nameHash keccak256 of the legal name in UTF-8.
    struct Institution {
        bytes20 lei;
        bytes11 bic;
        Tier tier;
        Status status;
        bytes2 country;
        uint64 quota;
        address settlementAccount;
        bytes32 nameHash;
    }

    /// @notice An institution was entered.
    event InstitutionRegistered(
        uint16 indexed number,
        bytes20 indexed lei,
        bytes11 bic,
        bytes2 country,
        Tier tier,
        bytes32 nameHash
    );
    /// @notice An institution's standing changed.
    event InstitutionStatusChanged(uint16 indexed number, Status previous, Status current, bytes32 reason);
    /// @notice An institution's quota was replaced.
    event InstitutionQuotaSet(uint16 indexed number, uint256 previous, uint256 current);
    /// @notice `account` acts for the institution from now on.
    event InstitutionAccountAdded(uint16 indexed number, address indexed account);
    /// @notice `account` no longer acts for the institution.
    event InstitutionAccountRemoved(uint16 indexed number, address indexed account);
    /// @notice Issued money goes to `current` from now on.
    event InstitutionSettlementAccountSet(uint16 indexed number, address indexed previous, address indexed current);

    /// @notice The number is 0 or taken.
    error InstitutionNumberInvalid(uint16 number);
    /// @notice The LEI is not 18 characters A–Z, 0–9 and two digits, or its check digits do not match.
    error InstitutionLeiInvalid(bytes20 lei);
    /// @notice The LEI belongs to another institution of this registry.
    error InstitutionLeiTaken(bytes20 lei, uint16 number);
    /// @notice The BIC is not of the form of ISO 9362.
    error InstitutionBicInvalid(bytes11 bic);
    /// @notice The country is not two letters A–Z.
    error InstitutionCountryInvalid(bytes2 country);
    /// @notice The tier is none, or not the one that this needs.
    error InstitutionTierInvalid(uint16 number);
    /// @notice Nobody has this number.
    error InstitutionUnknown(uint16 number);
    /// @notice The status machine has no such step.
    error InstitutionStatusStepInvalid(uint16 number, Status current, Status requested);
    /// @notice The institution is not active.
    error InstitutionNotActive(uint16 number, Status status);
    /// @notice The account is zero or acts for an institution already.
    error InstitutionAccountTaken(address account, uint16 number);
    /// @notice The account does not act for this institution.
    error InstitutionAccountUnknown(address account, uint16 number);
    /// @notice The settlement account cannot be removed; set another first.
    error InstitutionAccountInUse(address account, uint16 number);

    /// @notice Enters an institution with status Applied and its first account, which is its settlement account.
    /// @dev Only the authority. Reverts with {InstitutionNumberInvalid}, {InstitutionLeiInvalid},
    /// {InstitutionLeiTaken}, {InstitutionBicInvalid}, {InstitutionCountryInvalid}, {InstitutionTierInvalid},
    /// {InstitutionAccountTaken}.
    function register(
        uint16 number,
        bytes20 lei,
        bytes11 bic,
        bytes2 country,
        Tier tier,
        uint64 quota,
        address settlementAccount,
        bytes32 nameHash
    ) external;

    /// @notice Moves an institution along its status machine.
    /// @dev Only the authority. `reason` is the hash of the decision. Reverts with {InstitutionUnknown},
    /// {InstitutionStatusStepInvalid}.
    function setStatus(uint16 number, Status status, bytes32 reason) external;

    /// @notice Replaces the quota. One below what is outstanding stops new issue and destroys nothing.
    /// @dev Only the authority. Reverts with {InstitutionUnknown}. The present value again changes nothing.
    function setQuota(uint16 number, uint64 quota) external;

    /// @notice Adds an account that acts for the institution.
    /// @dev Only the authority. Reverts with {InstitutionUnknown}, {InstitutionAccountTaken}.
    function addAccount(uint16 number, address account) external;

    /// @notice Removes an account.
    /// @dev Only the authority. Reverts with {InstitutionAccountUnknown}, {InstitutionAccountInUse}.
    function removeAccount(uint16 number, address account) external;

    /// @notice Issued money goes to `account` from now on.
    /// @dev Only the authority. Reverts with {InstitutionAccountUnknown}. The present account again changes nothing.
    function setSettlementAccount(uint16 number, address account) external;

    /// @notice The institution's record. All zero when unknown.
    function institution(uint16 number) external view returns (Institution memory);

    /// @notice Number of the institution that `account` acts for; 0 when none.
    function institutionOf(address account) external view returns (uint16);

    /// @notice Number of the active institution that `account` acts for.
    /// @dev Reverts with {InstitutionUnknown} (0) and {InstitutionNotActive}.
    function requireActive(address account) external view returns (uint16 number);

    /// @notice Number of the active operating institution that `account` acts for.
    /// @dev Reverts with {InstitutionUnknown} (0), {InstitutionNotActive} and {InstitutionTierInvalid}.
    function requireOperating(address account) external view returns (uint16 number);

    /// @notice Quota and settlement account of an active institution.
    /// @dev Reverts with {InstitutionUnknown}, {InstitutionNotActive}.
    function requireActiveNumber(uint16 number) external view returns (uint64 quota, address settlementAccount);

    /// @notice Numbers entered, in order, `limit` at most from position `offset` on.
    function numbers(uint256 offset, uint256 limit) external view returns (uint16[] memory);

    /// @notice How many institutions have been entered.
    function count() external view returns (uint256);
}
