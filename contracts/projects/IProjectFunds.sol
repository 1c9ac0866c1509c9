// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What a funder puts in.
/// @param amount Minor units.
struct Funding {
    address funder;
    uint64 amount;
}

/// @notice Who approves on one level, and how many of them are needed.
struct ApprovalLevel {
    uint8 threshold;
    address[] approvers;
}

/// @notice A project, as its funders put money into it. Its hash is its id, so terms can never change.
/// @param owner Builds; lists payees, signs root contracts and, with the supervisor, certificates.
/// @param funds The contract that holds the money, {IProjectFunds}.
/// @param supervisor Independent engineer; signs certificates.
/// @param payroll Contract that pays wages out of their share ({IWages}).
/// @param materials Contract that is asked for batches ({IMaterials}); zero: certificates name none.
/// @param attestor Attests workers and rosters; see {IWages}.
/// @param accreditor Accredits inspectors; see {IMaterials}.
/// @param expires Unix seconds; the funders' holds end then. Chosen after the last defects period.
/// @param documentHash Hash of the published documents of the project.
/// @param lines Budget of each line, minor units; their sum is the funding's.
/// @param funding Who funds it; a funder stands once.
/// @param levels Levels of approval, in their order; an approver stands once in all of them.
struct ProjectTerms {
    address funds;
    address owner;
    address supervisor;
    address payroll;
    address materials;
    address attestor;
    address accreditor;
    uint40 expires;
    bytes32 documentHash;
    uint64[] lines;
    Funding[] funding;
    ApprovalLevel[] levels;
}

/// @notice What a payee is paid for. None: not on the list.
enum Purpose {
    None,
    Wages,
    Labour,
    Material,
    Equipment,
    Service
}

/// @notice What a contractor wants paid out of a certificate, and to whom.
/// @param amount Minor units.
/// @param pages Hash of each page of payees (`keccak256(abi.encode(uint256[] entries))`); of wages, one: the id of the
///   roster.
/// @param businessRef The contractor's reference; equal applications differ in it.
struct PaymentApplication {
    bytes32 certificate;
    Purpose purpose;
    uint64 amount;
    bytes32 businessRef;
    bytes32[] pages;
}

enum ProjectStatus {
    None,
    Open,
    Closed
}

enum ApplicationStatus {
    None,
    Applied,
    Approved,
    Settled,
    Rejected
}

/// @notice How far an application has come.
/// @param project The certificate's, as `line` and `contractor`.
/// @param approvals Bit n: the n-th approver of all levels has approved.
/// @param settled Paid or parked as claims, minor units.
/// @param pages Bit n: page n is settled.
struct ApplicationState {
    bytes32 project;
    bytes32 certificate;
    address contractor;
    uint8 line;
    ApplicationStatus status;
    Purpose purpose;
    uint32 approvals;
    uint64 amount;
    uint64 settled;
    uint64 pages;
}

/// @notice How far a certificate is used, minor units.
/// @param wagesApplied Applied for, and not given back.
/// @param wagesSettled Paid to workers or parked as their claims.
/// @param othersApplied Applied for that is not wages, and not given back.
struct CertificateUse {
    uint64 wagesApplied;
    uint64 wagesSettled;
    uint64 othersApplied;
}

/// @title IProjectFunds
/// @notice The money of a construction project: held where it is until it reaches those who have done the work, by
/// certificates, applications and approvals, and nobody in between.
/// @dev Immutable, without owner or office, and never the owner of any value. Amounts are minor units; times Unix seconds.
///
/// **Ring-fence.** Each funder's part is a hold on its own account in the project's favour: executor this contract,
/// businessRef the project's id. It pays nothing else, whatever becomes of the funder.
///
/// **Payment.** {IProjectWorks} says what is contracted and certified. Out of a certificate the contractor applies for money
/// with a list of payees; each level approves in turn, each by its number of distinct approvers; then anyone carries the
/// pages, and each goes from the funders straight to the last payees. Contractors in between see it and never hold it.
/// Wages come first: nothing else of a certificate is paid until its wages are, or are parked as workers' claims. A payee
/// has to be on the project's list, for this purpose, at the moment it is paid.
/// A payee that cannot be paid (frozen, full, off the list) is parked as its claim and stops nobody else; the money stays held.
///
/// **Funders** pay in proportion: each bears its share of all that was drawn so far, to within less than three minor
/// units, and so gets back its share of what is left.
///
/// Not protected: what supervisor, owner and approvers agree on against the truth. The expiry: from it on the funders' holds
/// can be given back by anyone, claims and retentions that are open then are lost. A line's budget and the funding cannot
/// be raised; that is another project.
interface IProjectFunds {
    /// @notice The project's money is held.
    event ProjectOpened(bytes32 indexed project, address indexed owner, ProjectTerms terms);
    /// @notice The project is over; `returned` is free again on the funders' accounts, or was already.
    event ProjectClosed(bytes32 indexed project, address indexed by, uint256 returned);
    /// @notice The payee is on the project's list for this purpose, or (None) no longer.
    event PayeeListed(bytes32 indexed project, address indexed payee, Purpose purpose, bytes32 evidence);
    /// @notice A contractor has applied for payment.
    event PaymentApplied(
        bytes32 indexed application,
        bytes32 indexed certificate,
        address indexed applicant,
        PaymentApplication terms
    );
    /// @notice An approver has approved, on its level (from 0).
    event PaymentApproved(bytes32 indexed application, address indexed approver, uint256 level);
    /// @notice Nothing more is paid on the application; `returned` can be applied for again.
    event PaymentRejected(bytes32 indexed application, address indexed by, uint256 returned);
    /// @notice A page of payees was paid `paid`, and `claimed` was parked.
    event PaymentMade(bytes32 indexed application, uint256 page, uint256 paid, uint256 claimed);
    /// @notice All pages are settled; `returned` was applied for and not listed.
    event PaymentSettled(bytes32 indexed application, uint256 returned);
    /// @notice A payee could not be paid. `key`: its account in 32 bytes, or of wages, the worker's identity.
    event ClaimParked(bytes32 indexed source, bytes32 indexed key, uint256 amount);
    /// @notice A parked claim was paid.
    event ClaimPaid(bytes32 indexed source, bytes32 indexed key, address indexed to, uint256 amount);
    /// @notice The defects period is over: what was retained is the contractor's.
    event RetentionReleased(bytes32 indexed contractId, address indexed contractor, uint256 amount);

    /// @notice The terms do not agree with themselves.
    error ProjectTermsInvalid(bytes32 project);
    /// @notice The project is in another state.
    error ProjectStatusInvalid(bytes32 project, ProjectStatus status);
    /// @notice Only `expected` may do this.
    error ProjectCallerInvalid(bytes32 subject, address caller, address expected);
    /// @notice The funder has neither placed the hold of its part nor signed it.
    error ProjectFundingMissing(bytes32 project, address funder);
    /// @notice The entry has no evidence, is for workers (whom the payroll pays), or names a funder.
    error ProjectPayeeInvalid(bytes32 project, address payee);
    /// @notice The payee is not on the list for this.
    error ProjectPayeeNotListed(bytes32 project, address payee, Purpose listed);
    /// @notice There is no such certificate.
    error CertificateUnknown(bytes32 certificate);
    /// @notice Wages come first.
    error CertificateWagesUnpaid(bytes32 certificate, uint256 settled, uint256 wages);
    /// @notice No amount, no purpose, or not as many pages as there may be.
    error ApplicationInvalid(bytes32 application);
    /// @notice More than is left of the certificate, or of the application.
    error ApplicationAmountExceeded(bytes32 application, uint256 amount, uint256 limit);
    /// @notice The application is in another state.
    error ApplicationStatusInvalid(bytes32 application, ApplicationStatus status);
    /// @notice The caller is no approver of the level that is next.
    error ApplicationApproverInvalid(bytes32 application, address caller, uint256 level);
    /// @notice The approver has approved before.
    error ApplicationAlreadyApproved(bytes32 application, address approver);
    /// @notice Wages are paid by the payroll, and it pays nothing else.
    error ApplicationPurposeInvalid(bytes32 application, Purpose purpose);
    /// @notice The page is not the application's, is settled, or is longer than {MAXIMUM_PAGE}.
    error ApplicationPageInvalid(bytes32 application, uint256 page);
    /// @notice Nothing is parked under this key.
    error ClaimUnknown(bytes32 source, bytes32 key);
    /// @notice There is no such contract in the project, or its last certificate is not signed.
    error RetentionUnknown(bytes32 contractId);
    /// @notice The defects period runs.
    error RetentionNotDue(bytes32 contractId, uint256 due, uint256 time);
    /// @notice What was retained is paid, or parked as the contractor's claim.
    error RetentionAlreadyReleased(bytes32 contractId);
    /// @notice Before the expiry a project is closed only when all that is certified is paid.
    error ProjectUnpaid(bytes32 project, uint256 line, uint256 unpaid);

    /// @notice Opens a project: all funders' parts are held.
    /// @dev Caller: the owner. Each funder has placed its hold at the ledger, or signed it. Reverts with
    /// {ProjectStatusInvalid}, {ProjectCallerInvalid}, {ProjectTermsInvalid}, {ProjectFundingMissing}, and with
    /// whatever the ledger refuses.
    /// @param holdSignatures One a funder, over its hold; empty: it is in place.
    function openProject(
        ProjectTerms calldata terms,
        bytes[] calldata holdSignatures
    ) external returns (bytes32 project);

    /// @notice Puts a payee on the project's list, for a purpose, or (None) takes it off.
    /// @dev Caller: the owner. Reverts with {ProjectStatusInvalid}, {ProjectCallerInvalid}, {ProjectPayeeInvalid}.
    /// @param evidence Hash of what shows who it is and what it is paid for.
    function setPayee(ProjectTerms calldata terms, address payee, Purpose purpose, bytes32 evidence) external;

    /// @notice Applies for payment out of a certificate: of wages, or of the rest.
    /// @dev Caller: the contractor. Reverts with {ProjectStatusInvalid}, {CertificateUnknown}, {ProjectCallerInvalid},
    /// {ApplicationStatusInvalid}, {ApplicationInvalid}, {ApplicationAmountExceeded}.
    function applyForPayment(
        ProjectTerms calldata terms,
        PaymentApplication calldata application
    ) external returns (bytes32 id);

    /// @notice Approves an application, on the level that is next.
    /// @dev Caller: an approver of that level, once. Reverts with {ProjectStatusInvalid}, {ApplicationStatusInvalid},
    /// {ApplicationApproverInvalid}, {ApplicationAlreadyApproved}.
    function approvePayment(ProjectTerms calldata terms, bytes32 application) external;

    /// @notice Ends an application; what it has not paid can be applied for again.
    /// @dev Caller: the contractor, or an approver of any level; also after the approval. Reverts with
    /// {ProjectStatusInvalid}, {ApplicationStatusInvalid}, {ApplicationApproverInvalid}.
    function rejectPayment(ProjectTerms calldata terms, bytes32 application) external;

    /// @notice Pays a page of an approved application to its payees.
    /// @dev Caller: anyone. Who is not on the list, or cannot be paid, gets a claim. Reverts with {ProjectStatusInvalid},
    /// {ApplicationStatusInvalid}, {ApplicationPurposeInvalid}, {ApplicationPageInvalid}, {CertificateWagesUnpaid},
    /// {ApplicationAmountExceeded}, and with whatever the ledger refuses the funders for.
    /// @param entries One word a payee: address in the upper 160 bits, amount in the lower 96.
    function settlePage(
        ProjectTerms calldata terms,
        PaymentApplication calldata application,
        uint256 page,
        uint256[] calldata entries
    ) external returns (uint256 paid, uint256 claimed);

    /// @notice Pays wages of an approved application.
    /// @dev Caller: the project's payroll. Reverts with {ProjectStatusInvalid}, {ProjectCallerInvalid},
    /// {ApplicationStatusInvalid}, {ApplicationPurposeInvalid}, {ApplicationAmountExceeded}.
    /// @param entries One word a worker, as in {settlePage}.
    /// @param payable_ So many of them, from the first, are paid now; the others get claims.
    /// @param page For the log.
    /// @param last Whether the payroll is over; what it did not need can be applied for again.
    function disburseWages(
        ProjectTerms calldata terms,
        bytes32 application,
        uint256[] calldata entries,
        uint256 payable_,
        uint256 page,
        bool last
    ) external returns (uint256 paid, uint256 claimed);

    /// @notice Pays a parked claim that is not of wages.
    /// @dev Caller: anyone. Reverts with {ProjectStatusInvalid}, {ClaimUnknown}, {ProjectPayeeNotListed},
    /// {ApplicationPurposeInvalid}, and with whatever the ledger refuses the payee for.
    /// @param source Id of the application or, of what was retained, the contract.
    function payClaim(ProjectTerms calldata terms, bytes32 source, address payee) external returns (uint256 amount);

    /// @notice Pays a worker's parked claim to a wallet.
    /// @dev Caller: the project's payroll, which knows the wallet to be the worker's. Reverts with {ProjectStatusInvalid},
    /// {ProjectCallerInvalid}, {ClaimUnknown}, and with whatever the ledger refuses the payee for.
    function payWageClaim(
        ProjectTerms calldata terms,
        bytes32 application,
        bytes32 identity,
        address to
    ) external returns (uint256 amount);

    /// @notice Pays what was retained, once the defects period is over.
    /// @dev Caller: anyone. The contractor is on the list, for whatever purpose. A contractor that cannot be paid now gets a
    /// claim under the contract's id. Reverts with {ProjectStatusInvalid}, {RetentionUnknown}, {RetentionNotDue},
    /// {RetentionAlreadyReleased}, {ProjectPayeeNotListed}.
    function releaseRetention(ProjectTerms calldata terms, bytes32 contractId) external returns (uint256 amount);

    /// @notice Ends a project and gives the funders back what is left.
    /// @dev Caller: the owner, once all that is certified is paid; from the expiry on, anyone. Reverts with
    /// {ProjectStatusInvalid}, {ProjectCallerInvalid}, {ProjectUnpaid}.
    function closeProject(ProjectTerms calldata terms) external returns (uint256 returned);

    /// @notice Id of a project: the hash of its terms.
    function projectId(ProjectTerms calldata terms) external pure returns (bytes32);

    /// @notice Id of an application: the hash of its terms.
    function applicationId(PaymentApplication calldata application) external pure returns (bytes32);

    /// @notice How far a project has come.
    function projectStatusOf(bytes32 project) external view returns (ProjectStatus);

    /// @notice What was paid out of one of its lines, minor units.
    function paidOf(bytes32 project, uint256 line) external view returns (uint256);

    /// @notice What was drawn from each funder, in the order of the terms, claims that are parked included.
    function drawnOf(bytes32 project) external view returns (uint64[4] memory);

    /// @notice What an account is on the project's list for.
    function purposeOf(bytes32 project, address payee) external view returns (Purpose);

    /// @notice How far a certificate is used.
    function useOf(bytes32 certificate) external view returns (CertificateUse memory);

    /// @notice Whether what was retained under a contract is paid, or parked as the contractor's claim.
    function isReleased(bytes32 contractId) external view returns (bool);

    /// @notice How far an application has come.
    function applicationOf(bytes32 application) external view returns (ApplicationState memory);

    /// @notice What is parked, minor units.
    function claimOf(bytes32 source, bytes32 key) external view returns (uint256);

    /// @notice The currency.
    // solhint-disable-next-line func-name-mixedcase
    function CURRENCY() external view returns (address);

    /// @notice Contracts and certificates ({IProjectWorks}).
    // solhint-disable-next-line func-name-mixedcase
    function WORKS() external view returns (address);

    /// @notice Payees of one page, at most.
    // solhint-disable-next-line func-name-mixedcase
    function MAXIMUM_PAGE() external view returns (uint256);
}
