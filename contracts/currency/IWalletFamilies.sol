// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What a parent lets a sub-wallet pay. Amounts in minor units, all below 2^40.
/// @param single Cap on one payment.
/// @param day Cap on the payments of a UTC+8 calendar day.
/// @param year Cap on the payments of a UTC+8 calendar year.
/// @param expiry Unix second from which on it pays nobody; 0 ends the grant.
/// @param listedOnly Whether only payees that the parent has named may be paid.
struct SubWalletGrant {
    uint40 single;
    uint40 day;
    uint40 year;
    uint40 expiry;
    bool listedOnly;
}

/// @title IWalletFamilies
/// @notice Several wallets of one person at one institution, and sub-wallets that a parent lets others pay from.
/// @dev A person is an institution's number and the identity commitment that the institution gives when it opens a
/// wallet. The second wallet that an institution opens under a commitment makes a family of both, without anybody's
/// asking; later ones join it. From then on whatever any of them pays is counted in one place, and each payment has to
/// stay within the day and the year of the paying wallet's own class with what all of them have paid: splitting a
/// payment gains nothing. Nobody leaves. What a wallet had counted moves into the family with it; what the family has
/// counted survives the closing of every wallet and waits for the next one under the same commitment, and an account
/// that a family's wallet is closed on takes a copy of the counters along to whichever institution opens it again.
///
/// What is shared: the counters of day and year. What is each wallet's own: its class, with the cap on one payment and
/// the cap on the balance, which binds the receiver. Money moved between wallets of one person is no payment and counts
/// nothing; a hold counts whoever it is for.
///
/// A sub-wallet is a wallet of the parent's person that somebody else may hold the key of: a clerk, a till, a
/// merchant. It pays within the class's limits, the person's counters and the parent's grant. Back to a wallet of its
/// person that is no sub-wallet it may pay at any time, whatever the grant says. Everything else the grant binds: also
/// what goes to the own institution, and the placing of holds, which have to name their payee if payees are listed. A
/// hold placed in time is captured like any other.
///
/// Not protected: an institution that commits to one person under two commitments makes two persons of it (the rule is
/// one salt a person); persons of two institutions are two; who has two wallets under one commitment is seen to have
/// them. A freeze binds an account, not a family. Classes without limits on day and year count nothing.
interface IWalletFamilies {
    /// @notice A wallet's payments are counted with those of the family from now on.
    event WalletJoinedFamily(address indexed account, uint256 indexed family);
    /// @notice A sub-wallet was opened. It pays only its own person until the parent has made a grant.
    event SubWalletOpened(address indexed account, address indexed parent, uint16 indexed sponsor);
    /// @notice The parent lets the sub-wallet pay this from now on.
    event SubWalletGrantSet(address indexed account, address indexed parent, SubWalletGrant grant);
    /// @notice The parent named somebody whom the sub-wallet may pay, or no longer.
    event SubWalletPayeeSet(address indexed account, address indexed parent, address indexed payee, bool allowed);

    /// @notice A sub-wallet has no sub-wallets.
    error SubWalletParentInvalid(address parent);
    /// @notice The caller is not the parent of such a sub-wallet.
    error SubWalletNotParent(address account, address caller);
    /// @notice One payment would be above the day's, or a day above the year's.
    error SubWalletGrantInvalid(address account);
    /// @notice The grant is over, or has not been made.
    error SubWalletGrantExpired(address account, uint256 expiry, uint256 timestamp);
    /// @notice The parent has not named this payee.
    error SubWalletPayeeNotListed(address account, address payee);
    /// @notice The amount is above the grant's cap for one payment.
    error SubWalletSingleLimitExceeded(address account, uint256 amount, uint256 limit);
    /// @notice The day's payments of the sub-wallet would pass the grant's cap.
    error SubWalletDayLimitExceeded(address account, uint256 amount, uint256 counted, uint256 limit);
    /// @notice The year's payments of the sub-wallet would pass the grant's cap.
    error SubWalletYearLimitExceeded(address account, uint256 amount, uint256 counted, uint256 limit);
    /// @notice The wallet is the parent of sub-wallets that are open.
    error WalletHasSubWallets(address account, uint256 subWallets);

    /// @notice Opens a sub-wallet of the parent's class and person.
    /// @dev Only an account of the parent's own, active operating institution. Reverts with the registry's errors,
    /// {ICurrencyOffice-WalletNotSponsored} (the parent's), {SubWalletParentInvalid}, and like
    /// {ICurrencyOffice-openWallet}.
    function openSubWallet(address account, address parent) external;

    /// @notice Makes, changes or ends the grant of a sub-wallet. What it has paid today and this year stays counted.
    /// @dev Only the parent. Reverts with {SubWalletNotParent}, {SubWalletGrantInvalid}.
    function setSubWalletGrant(address account, SubWalletGrant calldata grant) external;

    /// @notice Names a payee of a sub-wallet, or takes it off the list.
    /// @dev Only the parent. Reverts with {SubWalletNotParent}.
    function setSubWalletPayee(address account, address payee, bool allowed) external;

    /// @notice Counts a wallet with its person's that was opened before the currency knew families.
    /// @dev Anyone, for any customer's open wallet; the commitment decides. Reverts with
    /// {ICurrencyOffice-WalletIdentityMissing}. Does nothing where it is known already.
    function enrolWallet(address account) external;

    /// @notice Number of the family that a wallet's payments are counted with, 0 if it is alone.
    function familyOf(address account) external view returns (uint256);

    /// @notice Parent, grant and counted payments of a sub-wallet; all zero for any other wallet. Counters are 0 once
    /// their day or year is over.
    function subWalletOf(
        address account
    ) external view returns (address parent, SubWalletGrant memory grant, uint256 dayOut, uint256 yearOut);

    /// @notice Whether the parent has named this payee of the sub-wallet.
    function isSubWalletPayee(address account, address payee) external view returns (bool);

    /// @notice Number of open sub-wallets of a wallet.
    function subWalletsOf(address parent) external view returns (uint256);
}
