// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What is known of a merchant.
/// @param acquirer Number of the institution that answers for the entry; 0: nobody's, the account is no merchant.
/// @param category Merchant category code, ISO 18245, 0 … 9,999.
/// @param region Place of business, GB/T 2260: six digits, province, prefecture, county.
/// @param suspended Whether the acquirer has stopped it.
/// @param barred Whether the central bank has.
struct Merchant {
    uint16 acquirer;
    uint16 category;
    uint24 region;
    bool suspended;
    bool barred;
}

/// @title IMerchantDirectory
/// @notice Who is a merchant, of which kind and where: what money that is bound to a purpose asks before it pays.
/// @dev Immutable; one directory for one currency. A merchant is the account that is paid. It is entered by the institution
/// that acquires its payments, which has looked at licence and premises (`evidence` is the hash of that file) and may
/// correct, stop and remove its own entries. The central bank may bar an account, which outlasts removal and a new
/// acquirer. It holds nothing and moves nothing.
///
/// Not protected: an acquirer that enters what is not so. The evidence is bound to the entry and each change is an event
/// with the institution's number, so that it can be found out; a bar stops the merchant at once.
interface IMerchantDirectory {
    /// @notice The account is a merchant from now on, or has this category and region.
    event MerchantRegistered(
        address indexed merchant,
        uint16 indexed acquirer,
        uint16 category,
        uint24 region,
        bytes32 evidence
    );
    /// @notice The acquirer has stopped the merchant (`suspended`), or lets it go on.
    event MerchantSuspensionSet(
        address indexed merchant,
        uint16 indexed acquirer,
        address by,
        bool suspended,
        bytes32 reason
    );
    /// @notice The acquirer no longer answers for the account: it is no merchant.
    event MerchantRemoved(address indexed merchant, uint16 indexed acquirer, address by, bytes32 reason);
    /// @notice The central bank has stopped the merchant.
    event MerchantBarred(address indexed merchant, address indexed by, bytes32 legalBasis);
    /// @notice The central bank's bar is lifted.
    event MerchantUnbarred(address indexed merchant, address indexed by, bytes32 legalBasis);

    /// @notice The category is no code, or the region none of GB/T 2260's form.
    error MerchantCodesInvalid(address merchant, uint256 category, uint256 region);
    /// @notice An entry, an order and their end have a reason on file.
    error MerchantEvidenceMissing(address merchant);
    /// @notice The account has no wallet with an identity behind it.
    error MerchantIdentityMissing(address merchant);
    /// @notice The entry is another institution's, or nobody's.
    error MerchantNotAcquired(address merchant, uint16 acquirer, uint16 institution);
    /// @notice The account is no merchant that may be paid now: `acquirer` is 0, or one of the two has stopped it.
    error MerchantNotEligible(address merchant, uint16 acquirer, bool suspended, bool barred);

    /// @notice Enters a merchant, or replaces category and region of the caller's own.
    /// @dev Caller: an account of an active institution. Reverts with the registry's InstitutionUnknown and
    /// InstitutionNotActive, {MerchantCodesInvalid}, {MerchantEvidenceMissing}, {MerchantIdentityMissing},
    /// {MerchantNotAcquired}. A suspension stays.
    function registerMerchant(address merchant, uint16 category, uint24 region, bytes32 evidence) external;

    /// @notice Stops a merchant, or lets it go on.
    /// @dev Caller: an account of its acquirer; to let it go on, an active one. Reverts with {MerchantEvidenceMissing},
    /// {MerchantNotAcquired}, InstitutionUnknown, InstitutionNotActive. Repeating changes nothing.
    function setSuspended(address merchant, bool suspended, bytes32 reason) external;

    /// @notice Takes a merchant out; another institution may enter it afterwards.
    /// @dev Caller: an account of its acquirer, whatever its standing. Reverts with {MerchantEvidenceMissing},
    /// {MerchantNotAcquired}.
    function removeMerchant(address merchant, bytes32 reason) external;

    /// @notice Stops an account as a merchant, whoever enters it.
    /// @dev Restricted (the central bank's halting officer). Reverts with {MerchantEvidenceMissing}. Repeating changes
    /// nothing.
    function barMerchant(address merchant, bytes32 legalBasis) external;

    /// @notice Lifts the bar.
    /// @dev Restricted (the central bank's resuming officer, another role). Reverts with {MerchantEvidenceMissing}.
    /// Repeating changes nothing.
    function unbarMerchant(address merchant, bytes32 legalBasis) external;

    /// @notice Category and region of a merchant that may be paid now.
    /// @dev Reverts with {MerchantNotEligible}, and with InstitutionNotActive if the acquirer is not active.
    function requireEligible(address merchant) external view returns (uint16 category, uint24 region);

    /// @notice What is known of the account.
    function merchantOf(address merchant) external view returns (Merchant memory);

    /// @notice The currency whose wallets merchants have.
    function CURRENCY() external view returns (address);
}
