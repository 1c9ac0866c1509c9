// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Limits of a wallet class, minor units.
/// @param balance Cap on the receiver's balance; 2^64 − 1 means none.
/// @param single Cap on one outgoing payment; 2^64 − 1 means none.
/// @param day Cap on outgoing payments of a UTC+8 calendar day; 2^40 − 1 means none.
/// @param year Cap on outgoing payments of a UTC+8 calendar year; 2^40 − 1 means none.
/// @param open Whether wallets of the class may pay and be paid at all.
struct ClassLimits {
    uint64 balance;
    uint64 single;
    uint40 day;
    uint40 year;
    bool open;
}

/// @title ICurrencyOffice
/// @notice The wallets of a currency: opened by institutions for the public, each of a class that sets its limits; the
/// central bank's say over classes and halts; and what the currency is.
/// @dev Amounts are minor units (fen, cents). Days and years are calendar, UTC+8.
///
/// Classes: 0 address without a wallet; 1–4 personal I–IV (the smaller the number, the stronger the identification);
/// 5 corporate; 6 institution; 7 government; 8–15 free. Limits count outgoing payments, also by hold, allowance or
/// authorization; a payment to the wallet's own institution (redemption) does not count. The balance cap binds the
/// receiver. Published figures of the classes: `data/limit-profiles.json`.
/// Not protected: limits are per wallet, unless the currency is one of wallet families ({IWalletFamilies}).
interface ICurrencyOffice {
    /// @notice A wallet was opened. `identity` is a salted commitment that the institution can open, never the identity.
    event WalletOpened(address indexed account, uint16 indexed sponsor, uint8 walletClass, bytes32 identity);
    /// @notice A wallet moved to another class. `evidence` is a hash of what the institution has on file for the step.
    event WalletReclassified(
        address indexed account,
        uint16 indexed sponsor,
        uint8 previous,
        uint8 current,
        bytes32 evidence
    );
    /// @notice An empty wallet was closed.
    event WalletClosed(address indexed account, uint16 indexed sponsor);
    /// @notice A class has these limits from now on.
    event ClassLimitsSet(uint8 indexed walletClass, ClassLimits previous, ClassLimits current);
    /// @notice Wallets of the class may neither pay nor be paid until resumed.
    event ClassHalted(uint8 indexed walletClass, address indexed by);
    /// @notice The class was resumed.
    event ClassResumed(uint8 indexed walletClass, address indexed by);
    /// @notice No wallet may pay or be paid until resumed.
    event Halted(address indexed by);
    /// @notice Payments were resumed; classes halted on their own stay so.
    event Resumed(address indexed by);

    /// @notice The amount is above the class's cap for one payment.
    error WalletSingleLimitExceeded(address account, uint256 amount, uint256 limit);
    /// @notice The day's outgoing payments would pass the class's cap.
    error WalletDayLimitExceeded(address account, uint256 amount, uint256 counted, uint256 limit);
    /// @notice The year's outgoing payments would pass the class's cap.
    error WalletYearLimitExceeded(address account, uint256 amount, uint256 counted, uint256 limit);
    /// @notice The receiver's balance would pass its class's cap.
    error WalletBalanceLimitExceeded(address account, uint256 amount, uint256 balance, uint256 limit);
    /// @notice The wallet's class, or every class, is halted.
    error WalletHalted(address account, uint8 walletClass);
    /// @notice The class does not exist or is not for this.
    error WalletClassInvalid(uint8 walletClass);
    /// @notice The account has a wallet already.
    error WalletAlreadyOpen(address account, uint16 sponsor);
    /// @notice The account has no wallet, or one of another institution.
    error WalletNotSponsored(address account, uint16 sponsor, uint16 caller);
    /// @notice The wallet still holds money, or a commitment.
    error WalletNotEmpty(address account, uint256 balance);
    /// @notice An account cannot be given a wallet while it holds a power or is zero.
    error WalletAccountInvalid(address account);
    /// @notice A limit does not fit its field, or the caps contradict each other.
    error ClassLimitsInvalid(uint8 walletClass);
    /// @notice The account still acts for the institution that its wallet belongs to.
    error WalletInstitutionPresent(address account, uint16 sponsor);
    /// @notice Moving a wallet to another class takes evidence, and there is none.
    error WalletEvidenceMissing(address account);
    /// @notice The identity commitment is missing.
    error WalletIdentityMissing(address account);

    /// @notice Opens a wallet of class 1–5 or 7 for a customer of the caller's institution.
    /// @dev Only an account of an active operating institution. Reverts with the registry's InstitutionUnknown,
    /// InstitutionNotActive and InstitutionTierInvalid, {WalletClassInvalid}, {WalletAlreadyOpen},
    /// {WalletAccountInvalid}, {WalletIdentityMissing}.
    /// @param identity Salted commitment to the customer's identification.
    function openWallet(address account, uint8 walletClass, bytes32 identity) external;

    /// @notice Opens a class-6 wallet for an account that the registry lists for an active institution.
    /// @dev Anyone; the registry decides. Reverts with the registry's errors, {WalletAlreadyOpen},
    /// {WalletAccountInvalid}.
    function openInstitutionWallet(address account) external;

    /// @notice Closes the empty class-6 wallet of an account that the registry no longer lists for its institution, or
    /// whose institution was offboarded. From then on payments to it are no redemption, and refused.
    /// @dev Anyone; the registry decides. Reverts with {WalletClassInvalid}, {WalletInstitutionPresent},
    /// {WalletNotEmpty}.
    function closeInstitutionWallet(address account) external;

    /// @notice Moves a customer's wallet to another class. A balance above the new cap stays; only inflow is refused.
    /// @dev Only an account of the wallet's own, active operating institution. Reverts with the registry's errors,
    /// {WalletNotSponsored}, {WalletClassInvalid}, {WalletEvidenceMissing}. Does nothing where the class is the same.
    /// @param evidence Hash of the identification that the upgrade rests on, or of the reason for the downgrade.
    function reclassifyWallet(address account, uint8 walletClass, bytes32 evidence) external;

    /// @notice Closes a customer's empty wallet. What it has paid today and this year stays on record.
    /// @dev Only an account of the wallet's own, active operating institution. Reverts with the registry's errors,
    /// {WalletNotSponsored}, {WalletNotEmpty}.
    function closeWallet(address account) external;

    /// @notice Replaces a class's limits. Halting flags stay as they are.
    /// @dev Restricted (central bank). Reverts with {WalletClassInvalid}, {ClassLimitsInvalid}.
    function setClassLimits(uint8 walletClass, ClassLimits calldata limits) external;

    /// @notice Stops all payments from and to wallets of a class. Releases of holds go on.
    /// @dev Restricted (halting officer). Reverts with {WalletClassInvalid}. Halting again changes nothing.
    function haltClass(uint8 walletClass) external;

    /// @notice Ends {haltClass}.
    /// @dev Restricted (resuming officer, another role). Reverts with {WalletClassInvalid}.
    function resumeClass(uint8 walletClass) external;

    /// @notice Stops all payments. Releases of holds, freezing and role changes go on.
    /// @dev Restricted (halting officer).
    function haltAll() external;

    /// @notice Ends {haltAll}.
    /// @dev Restricted (resuming officer, another role).
    function resumeAll() external;

    /// @notice Limits of a class.
    function classLimits(uint8 walletClass) external view returns (ClassLimits memory);

    /// @notice Whether the class is halted on its own, and whether everything is.
    function haltState(uint8 walletClass) external view returns (bool classHalted, bool allHalted);

    /// @notice Class, institution and counted payments of a wallet, which are all of its person's where the currency is
    /// one of wallet families; counters are 0 once their day or year is over.
    function walletOf(
        address account
    ) external view returns (uint8 walletClass, uint16 sponsor, uint256 dayOut, uint256 yearOut);

    /// @notice The salted identity commitment given when the wallet was opened.
    function identityOf(address account) external view returns (bytes32);

    /// @notice Registry of the institutions of this currency's jurisdiction.
    function registry() external view returns (address);

    /// @notice Where the code of these functions is: the contract that a currency runs them from.
    function office() external view returns (address);

    /// @notice ISO 4217 code of the currency this is a form of.
    function currencyCode() external view returns (string memory);
}
