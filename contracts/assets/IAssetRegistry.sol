// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IAssetToken
/// @notice What the register asks of a token before it enters it.
interface IAssetToken {
    /// @notice ISIN (ISO 6166) of the asset that the token's units are.
    function isin() external view returns (bytes12);

    /// @notice Hash of the economic terms that the token executes.
    function termsHash() external view returns (bytes32);

    /// @notice The register that the token reports to.
    function assetRegistry() external view returns (address);
}

/// @title IAssetRegistry
/// @notice The register of the digital asset platform: which assets exist, under which terms, in which state, and which
/// money they may be paid in.
/// @dev An asset is announced with the hash of its terms before its token exists; the token that is attached must
/// compute the same hash from what it will execute, so that the registrar's record and the code agree.
///
/// The authority announces assets and lists currencies. The registrar of an asset attaches its token, or cancels it
/// while it is only announced. From the issue on, the state is what the token reports.
/// Assumed: the authority checked issuer, registrar and documents off chain, and the registrar the token's code.
/// Not protected: taking a currency off the list stops new assets in it and changes nothing for existing ones.
interface IAssetRegistry {
    /// @notice Announced → Issued → Matured → Redeemed, or Announced → Cancelled. The last two absorb.
    enum AssetStatus {
        None,
        Announced,
        Issued,
        Matured,
        Redeemed,
        Cancelled
    }

    /// @param issuer Account that receives the whole issue.
    /// @param registrar Account that attaches the token and has it issued.
    /// @param token Zero until attached.
    /// @param termsHash Hash of the economic terms (see the token).
    struct Asset {
        address issuer;
        address registrar;
        AssetStatus status;
        address token;
        bytes32 termsHash;
    }

    /// @notice An asset was announced.
    event AssetAnnounced(bytes12 indexed isin, address indexed issuer, address indexed registrar, bytes32 termsHash);
    /// @notice `token` is the asset's token, for good.
    event AssetTokenAttached(bytes12 indexed isin, address indexed token);
    /// @notice The asset's state changed. `reason` is set for a cancellation.
    event AssetStatusChanged(bytes12 indexed isin, AssetStatus previous, AssetStatus current, bytes32 reason);
    /// @notice Assets may be paid in `currency` from now on.
    event AssetCurrencyListed(address indexed currency);
    /// @notice No new asset may be paid in `currency`.
    event AssetCurrencyDelisted(address indexed currency);

    /// @notice Not an ISIN: its form or check digit is wrong.
    error AssetIsinInvalid(bytes12 isin);
    /// @notice The ISIN has been announced before.
    error AssetKnown(bytes12 isin);
    /// @notice Nobody announced this ISIN.
    error AssetUnknown(bytes12 isin);
    /// @notice The issuer, the registrar or the terms hash is zero.
    error AssetAnnouncementIncomplete(bytes12 isin);
    /// @notice The caller is not the account that may do this for the asset.
    error AssetCallerInvalid(bytes12 isin, address caller, address expected);
    /// @notice The asset's state does not allow this step.
    error AssetStatusStepInvalid(bytes12 isin, AssetStatus current, AssetStatus requested);
    /// @notice The asset has a token already.
    error AssetTokenKnown(bytes12 isin, address token);
    /// @notice The token stands for another ISIN, other terms, or reports elsewhere.
    error AssetTokenMismatch(bytes12 isin, address token);
    /// @notice No asset has this token.
    error AssetTokenUnknown(address token);
    /// @notice The contract is not a currency of a central bank ({ICurrencyOffice} by ERC-165).
    error AssetCurrencyInvalid(address currency);
    /// @notice The currency is not on the list.
    error AssetCurrencyUnlisted(address currency);

    /// @notice Announces an asset.
    /// @dev Restricted (authority). Reverts with {AssetIsinInvalid}, {AssetKnown}, {AssetAnnouncementIncomplete}.
    function announce(bytes12 isin, address issuer, address registrar, bytes32 termsHash) external;

    /// @notice Enters the asset's token, for good.
    /// @dev Caller: the registrar. Reverts with {AssetUnknown}, {AssetCallerInvalid}, {AssetStatusStepInvalid} (not
    /// announced any more), {AssetTokenKnown}, {AssetTokenMismatch}.
    function attachToken(bytes12 isin, address token) external;

    /// @notice Gives up an asset that was announced and never issued.
    /// @dev Caller: the registrar. Reverts with {AssetUnknown}, {AssetCallerInvalid}, {AssetStatusStepInvalid}.
    /// @param reason Hash of the decision.
    function cancel(bytes12 isin, bytes32 reason) external;

    /// @notice The token reports that its asset was issued, has matured or has been redeemed.
    /// @dev Caller: a token on the register. Only one step forward. Reverts with {AssetTokenUnknown},
    /// {AssetStatusStepInvalid}.
    function report(AssetStatus status) external;

    /// @notice Lets assets be paid in `currency`. Listing it again changes nothing.
    /// @dev Restricted (authority). Reverts with {AssetCurrencyInvalid}.
    function listCurrency(address currency) external;

    /// @notice Ends {listCurrency} for new assets. Delisting what is not listed changes nothing.
    /// @dev Restricted (authority).
    function delistCurrency(address currency) external;

    /// @notice The asset's record; all zero when unknown.
    function asset(bytes12 isin) external view returns (Asset memory);

    /// @notice The asset whose token this is; zero when none.
    function isinOf(address token) external view returns (bytes12);

    /// @notice The asset whose token this is.
    /// @dev Reverts with {AssetTokenUnknown}.
    function requireToken(address token) external view returns (bytes12 isin);

    /// @notice Whether assets may be paid in `currency`.
    function isCurrency(address currency) external view returns (bool);

    /// @notice Reverts with {AssetCurrencyUnlisted} unless assets may be paid in `currency`.
    function requireCurrency(address currency) external view;

    /// @notice Currencies listed, `limit` at most from position `offset` on.
    function currencies(uint256 offset, uint256 limit) external view returns (address[] memory);

    /// @notice ISINs announced, in order, `limit` at most from position `offset` on.
    function isins(uint256 offset, uint256 limit) external view returns (bytes12[] memory);

    /// @notice How many assets have been announced.
    function count() external view returns (uint256);

    /// @notice Registry of the institutions that may keep accounts for holders.
    function institutions() external view returns (address);
}
