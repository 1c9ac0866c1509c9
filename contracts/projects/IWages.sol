// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ProjectTerms} from "./IProjectFunds.sol";

/// @notice Who has earned how much in a month under a certificate, as the project's attestor signs it.
/// @param month Year and month in digits, 202608.
/// @param amount Sum of all wages, minor units; the application's amount.
/// @param pages Hash of each page (`keccak256(abi.encode(uint256[] entries))`), in the order in which they are paid.
struct Roster {
    bytes32 project;
    bytes32 certificate;
    uint32 month;
    uint64 amount;
    bytes32[] pages;
}

enum PayrollStatus {
    None,
    Open,
    Settled
}

/// @notice How far a payroll has come.
/// @param application Whose money it pays.
/// @param next The page that is paid next.
/// @param paid To wallets, minor units.
/// @param claimed Parked as claims, minor units; it counts those that were paid later, too.
struct PayrollState {
    bytes32 application;
    PayrollStatus status;
    uint16 next;
    uint64 paid;
    uint64 claimed;
}

/// @notice Why a worker on a roster got nothing from it.
enum WageSkip {
    NotEnrolled,
    MonthPaid
}

/// @title IWages
/// @notice The payroll of construction projects: out of a certificate's wage share, which nobody else can touch, straight to
/// workers' own real-name wallets, once a month each.
/// @dev Immutable, without owner or office, and never the owner of any value: {IProjectFunds} pays what this contract tells
/// it to, within an approved application. Amounts are minor units; months are those of UTC+8.
///
/// **Enrolment.** The project's attestor (the authority that keeps the real-name register of the site) signs the workers'
/// wallets (EIP-712; EOA or ERC-1271). A person gets one place in a project, whatever the number of its wallets: the
/// identity behind the wallet is what counts, at enrolment and at payment.
///
/// **Payroll.** The attestor signs a roster; the contractor applies for its amount with the roster's id as the only page;
/// the levels approve; anyone opens the payroll and carries its pages one by one. A page is a transaction, a cursor says
/// which is next: whoever comes after an interruption goes on from there. One bit a person and month: a person that
/// stands in a second page, roster or contract for the same month is passed over, so that rosters may overlap and be
/// submitted again after a payroll was broken off, and yet nobody is paid twice.
///
/// **Wallets.** Personal wallets of class I, II and III, which have a checked identity behind them, are paid; class IV,
/// corporate and other wallets are not. A worker whose wallet is none of these, or is frozen or full, gets a claim, and comes
/// for it later with any real-name wallet of the same identity.
///
/// Not protected: a roster that is wrong. Rejecting its application ({IProjectFunds}) stops a payroll between two pages.
/// A worker that is not enrolled (or has closed its wallet) is passed over, and its wage stays for the next roster. Where
/// a bank gives out two identity commitments for one person, that person is two.
interface IWages {
    /// @notice The attestor has enrolled workers, at places from `first` on.
    event WorkersEnrolled(bytes32 indexed project, address indexed attestor, uint256 first, uint256 workers);
    /// @notice A payroll can be paid.
    event PayrollOpened(bytes32 indexed payroll, bytes32 indexed application, Roster roster);
    /// @notice The worker gets nothing from this page.
    event WageSkipped(bytes32 indexed payroll, address indexed worker, uint256 amount, WageSkip reason);
    /// @notice A page was paid.
    event PayrollPagePaid(bytes32 indexed payroll, uint256 page, uint256 paid, uint256 claimed);
    /// @notice All pages are paid.
    event PayrollSettled(bytes32 indexed payroll, uint256 paid, uint256 claimed);
    /// @notice A worker came for its claim.
    event WageClaimed(bytes32 indexed application, bytes32 indexed identity, address indexed worker, uint256 amount);

    /// @notice The signature is not the attestor's over this.
    error WagesSignatureInvalid(bytes32 digest, address attestor);
    /// @notice There is no worker, more than {MAXIMUM_PAGE}, or they do not begin at the next place.
    error WagesEnrolmentInvalid(bytes32 project, uint256 first, uint256 workers);
    /// @notice The worker has no wallet with an identity behind it.
    error WagesIdentityMissing(address worker);
    /// @notice The person has a place in the project.
    error WagesWorkerEnrolled(bytes32 project, address worker);
    /// @notice The month is none, or has not begun.
    error WagesMonthInvalid(bytes32 payroll, uint256 month, uint256 current);
    /// @notice The roster is not this application's: project, certificate, amount or id differ, or it has no page.
    error WagesRosterInvalid(bytes32 payroll, bytes32 application);
    /// @notice The payroll is in another state.
    error WagesPayrollStatusInvalid(bytes32 payroll, PayrollStatus status);
    /// @notice The page is not the one that is next, or is longer than {MAXIMUM_PAGE}.
    error WagesPageInvalid(bytes32 payroll, uint256 page);
    /// @notice The wallet is not one of a class with a checked identity.
    error WagesWalletInvalid(address wallet, uint256 walletClass);

    /// @notice Gives workers their places in a project.
    /// @dev Caller: anyone who has the attestor's signature. Reverts with {WagesEnrolmentInvalid}, {WagesSignatureInvalid},
    /// {WagesIdentityMissing}, {WagesWorkerEnrolled}.
    /// @param first Workers enrolled before.
    function enrol(
        ProjectTerms calldata terms,
        uint256 first,
        address[] calldata workers,
        bytes calldata attestation
    ) external;

    /// @notice Opens the payroll of a roster that the attestor has signed.
    /// @dev Caller: anyone. `application` is one of wages whose only page is the roster's id. Reverts with
    /// {WagesPayrollStatusInvalid}, {WagesMonthInvalid}, {WagesRosterInvalid}, {WagesSignatureInvalid}.
    function openPayroll(
        ProjectTerms calldata terms,
        Roster calldata roster,
        bytes32 businessRef,
        bytes calldata attestation
    ) external returns (bytes32 payroll);

    /// @notice Pays the next page of a payroll.
    /// @dev Caller: anyone. Reverts with {WagesPayrollStatusInvalid}, {WagesPageInvalid}, and with whatever {IProjectFunds}
    /// refuses: ApplicationStatusInvalid until the levels have approved and after a rejection.
    /// @param entries One word a worker: wallet in the upper 160 bits, wage in the lower 96.
    function payPage(
        ProjectTerms calldata terms,
        Roster calldata roster,
        uint256[] calldata entries
    ) external returns (uint256 paid, uint256 claimed);

    /// @notice Pays what is parked for a worker to a real-name wallet of the same person.
    /// @dev Caller: anyone; only the person whose claim it is can be paid. Reverts with {WagesWalletInvalid}, and with
    /// {IProjectFunds}' ClaimUnknown and whatever the ledger refuses the wallet for.
    function claimWage(
        ProjectTerms calldata terms,
        bytes32 application,
        address worker
    ) external returns (uint256 amount);

    /// @notice Id of a roster and its payroll: what the attestor signs.
    function payrollId(Roster calldata roster) external view returns (bytes32);

    /// @notice How far a payroll has come.
    function payrollOf(bytes32 payroll) external view returns (PayrollState memory);

    /// @notice Workers of a project.
    function workersOf(bytes32 project) external view returns (uint256);

    /// @notice Place of a person in a project, from 1; 0: none.
    function placeOf(bytes32 project, bytes32 identity) external view returns (uint256);

    /// @notice Whether a person's wage of a month is paid, or parked as its claim.
    function isPaid(bytes32 project, uint256 month, bytes32 identity) external view returns (bool);

    /// @notice The projects' money ({IProjectFunds}).
    // solhint-disable-next-line func-name-mixedcase
    function FUNDS() external view returns (address);

    /// @notice Workers of one page, at most.
    // solhint-disable-next-line func-name-mixedcase
    function MAXIMUM_PAGE() external view returns (uint256);
}
