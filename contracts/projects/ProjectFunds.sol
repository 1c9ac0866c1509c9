// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDigitalCurrency} from "../currency/IDigitalCurrency.sol";
import {Hold} from "../ledger/IHoldLedger.sol";
import {
    ApplicationState,
    ApplicationStatus,
    CertificateUse,
    IProjectFunds,
    PaymentApplication,
    ProjectStatus,
    ProjectTerms,
    Purpose
} from "./IProjectFunds.sol";
import {CertificateState, ContractState, ContractStatus, IProjectWorks} from "./IProjectWorks.sol";
import {ProjectRules} from "./ProjectRules.sol";

/// @title ProjectFunds
/// @notice See {IProjectFunds}.
/// @dev Terms come with each call and are recognised by their hash.
contract ProjectFunds is IProjectFunds {
    /// @dev Where a payment goes in the log and whose line it counts against.
    struct Payment {
        bytes32 project;
        bytes32 source;
        uint256 line;
        bool wages;
    }

    /// @dev How far entries are paid; the first `payable_` of them can be.
    struct Cursor {
        uint256[] entries;
        uint256 next;
        uint256 payable_;
    }

    uint256 private constant AMOUNT_BITS = 96;
    uint256 private constant PART_BITS = 64;
    /// @dev One bit each in an application's record.
    uint256 private constant MAXIMUM_PAGES = 64;
    /// @inheritdoc IProjectFunds
    uint256 public constant MAXIMUM_PAGE = 200;

    /// @inheritdoc IProjectFunds
    address public immutable CURRENCY;
    /// @inheritdoc IProjectFunds
    address public immutable WORKS;
    IDigitalCurrency private immutable MONEY;
    IProjectWorks private immutable REGISTER;

    mapping(bytes32 project => ProjectStatus) private _projects;
    mapping(bytes32 project => mapping(uint256 line => uint256 amount)) private _paid;
    // 64 bits a funder: paid out of its hold, or parked there
    mapping(bytes32 project => uint256 parts) private _drawn;
    mapping(bytes32 project => mapping(address payee => Purpose)) private _listed;
    mapping(bytes32 certificate => CertificateUse) private _uses;
    mapping(bytes32 contractId => bool) private _released;
    mapping(bytes32 application => ApplicationState) private _applications;
    // 64 bits a funder, too
    mapping(bytes32 source => mapping(bytes32 key => uint256 parts)) private _claims;

    constructor(IDigitalCurrency currency_, IProjectWorks works) {
        (CURRENCY, MONEY) = (address(currency_), currency_);
        (WORKS, REGISTER) = (address(works), works);
    }

    // ----------------------------------------------------------------- project

    /// @inheritdoc IProjectFunds
    function openProject(
        ProjectTerms calldata terms,
        bytes[] calldata holdSignatures
    ) external returns (bytes32 project) {
        project = ProjectRules.idOf(terms);
        _requireStatus(project, ProjectStatus.None);
        _requireCaller(project, terms.owner);
        require(
            terms.funds == address(this) &&
                ProjectRules.isSound(terms) &&
                holdSignatures.length == terms.funding.length,
            ProjectTermsInvalid(project)
        );
        _projects[project] = ProjectStatus.Open;
        emit ProjectOpened(project, terms.owner, terms);
        for (uint256 i = 0; i < terms.funding.length; ++i) {
            Hold memory hold = _hold(project, terms, i);
            if (_remaining(hold) != 0) continue;
            require(holdSignatures[i].length != 0, ProjectFundingMissing(project, hold.payer));
            MONEY.placeHoldWithSignature(hold, holdSignatures[i]);
        }
    }

    /// @inheritdoc IProjectFunds
    function setPayee(ProjectTerms calldata terms, address payee, Purpose purpose, bytes32 evidence) external {
        bytes32 project = _requireOpen(terms);
        _requireCaller(project, terms.owner);
        require(
            evidence != 0 && purpose != Purpose.Wages && !ProjectRules.isFunder(terms, payee),
            ProjectPayeeInvalid(project, payee)
        );
        _listed[project][payee] = purpose;
        emit PayeeListed(project, payee, purpose, evidence);
    }

    /// @inheritdoc IProjectFunds
    function closeProject(ProjectTerms calldata terms) external returns (uint256 returned) {
        bytes32 project = _requireOpen(terms);
        if (block.timestamp < terms.expires) {
            _requireCaller(project, terms.owner);
            for (uint256 i = 0; i < terms.lines.length; ++i) {
                uint256 unpaid = REGISTER.lineOf(project, i).certified - _paid[project][i];
                require(unpaid == 0, ProjectUnpaid(project, i, unpaid));
            }
        }
        _projects[project] = ProjectStatus.Closed;
        for (uint256 i = 0; i < terms.funding.length; ++i) {
            Hold memory hold = _hold(project, terms, i);
            uint256 left = _remaining(hold);
            // used up, or given back at the ledger itself after the expiry
            if (left == 0) continue;
            returned += left;
            MONEY.releaseHold(hold);
        }
        emit ProjectClosed(project, msg.sender, returned);
    }

    // ------------------------------------------------------------- applications

    /// @inheritdoc IProjectFunds
    function applyForPayment(
        ProjectTerms calldata terms,
        PaymentApplication calldata application
    ) external returns (bytes32 id) {
        bytes32 project = _requireOpen(terms);
        id = applicationId(application);
        CertificateState memory certificate = REGISTER.certificateOf(application.certificate);
        require(certificate.project == project, CertificateUnknown(application.certificate));
        _requireCaller(id, certificate.contractor);
        ApplicationState storage state = _applications[id];
        require(state.status == ApplicationStatus.None, ApplicationStatusInvalid(id, state.status));
        uint256 pages = application.pages.length;
        bool wages = application.purpose == Purpose.Wages;
        require(
            application.amount != 0 &&
                application.purpose != Purpose.None &&
                pages != 0 &&
                pages <= (wages ? 1 : MAXIMUM_PAGES),
            ApplicationInvalid(id)
        );
        (state.project, state.line, state.contractor) = (project, certificate.line, certificate.contractor);
        (state.certificate, state.status) = (application.certificate, ApplicationStatus.Applied);
        (state.purpose, state.amount) = (application.purpose, application.amount);
        _reserve(id, certificate, application);
        emit PaymentApplied(id, application.certificate, msg.sender, application);
    }

    /// @inheritdoc IProjectFunds
    function approvePayment(ProjectTerms calldata terms, bytes32 application) external {
        ApplicationState storage state = _applicationOf(_requireOpen(terms), application);
        require(state.status == ApplicationStatus.Applied, ApplicationStatusInvalid(application, state.status));
        uint256 approvals = state.approvals;
        (uint256 level, uint256 first) = ProjectRules.nextLevel(terms, approvals);
        uint256 place = ProjectRules.placeOf(terms.levels[level], msg.sender);
        require(
            place < terms.levels[level].approvers.length,
            ApplicationApproverInvalid(application, msg.sender, level)
        );
        uint256 bit = 1 << (first + place);
        require(approvals & bit == 0, ApplicationAlreadyApproved(application, msg.sender));
        approvals |= bit;
        // 32 approvers at most
        state.approvals = uint32(approvals);
        (uint256 next, ) = ProjectRules.nextLevel(terms, approvals);
        if (next == terms.levels.length) state.status = ApplicationStatus.Approved;
        emit PaymentApproved(application, msg.sender, level);
    }

    /// @inheritdoc IProjectFunds
    function rejectPayment(ProjectTerms calldata terms, bytes32 application) external {
        ApplicationState storage state = _applicationOf(_requireOpen(terms), application);
        require(
            state.status == ApplicationStatus.Applied || state.status == ApplicationStatus.Approved,
            ApplicationStatusInvalid(application, state.status)
        );
        require(
            msg.sender == state.contractor || ProjectRules.isApprover(terms, msg.sender),
            ApplicationApproverInvalid(application, msg.sender, terms.levels.length)
        );
        state.status = ApplicationStatus.Rejected;
        emit PaymentRejected(application, msg.sender, _giveBack(state));
    }

    // ---------------------------------------------------------------- payments

    /// @inheritdoc IProjectFunds
    function settlePage(
        ProjectTerms calldata terms,
        PaymentApplication calldata application,
        uint256 page,
        uint256[] calldata entries
    ) external returns (uint256 paid, uint256 claimed) {
        bytes32 project = _requireOpen(terms);
        bytes32 id = applicationId(application);
        bool last = _turn(project, id, application.pages, page, keccak256(abi.encode(entries)));
        require(entries.length <= MAXIMUM_PAGE, ApplicationPageInvalid(id, page));
        ApplicationState storage state = _applications[id];
        (uint256[] memory sorted, uint256 listed) = _listedFirst(project, state.purpose, entries);
        (paid, claimed) = _settle(Payment(project, id, 0, false), terms, state, sorted, listed);
        emit PaymentMade(id, page, paid, claimed);
        if (last) _finish(id, state);
    }

    /// @inheritdoc IProjectFunds
    function disburseWages(
        ProjectTerms calldata terms,
        bytes32 application,
        uint256[] calldata entries,
        uint256 payable_,
        uint256 page,
        bool last
    ) external returns (uint256 paid, uint256 claimed) {
        bytes32 project = _requireOpen(terms);
        _requireCaller(project, terms.payroll);
        ApplicationState storage state = _requireApproved(project, application);
        require(state.purpose == Purpose.Wages, ApplicationPurposeInvalid(application, state.purpose));
        (paid, claimed) = _settle(Payment(project, application, 0, true), terms, state, entries, payable_);
        // within the application, which is within the certificate's wages
        _uses[state.certificate].wagesSettled += uint64(paid + claimed);
        emit PaymentMade(application, page, paid, claimed);
        if (last) _finish(application, state);
    }

    /// @inheritdoc IProjectFunds
    function payClaim(ProjectTerms calldata terms, bytes32 source, address payee) external returns (uint256 amount) {
        bytes32 project = _requireOpen(terms);
        Purpose purpose = _applications[source].purpose;
        require(purpose != Purpose.Wages, ApplicationPurposeInvalid(source, purpose));
        _requireListed(project, payee, purpose);
        return _payClaim(project, terms, source, bytes32(uint256(uint160(payee))), payee);
    }

    /// @inheritdoc IProjectFunds
    function payWageClaim(
        ProjectTerms calldata terms,
        bytes32 application,
        bytes32 identity,
        address to
    ) external returns (uint256 amount) {
        bytes32 project = _requireOpen(terms);
        _requireCaller(project, terms.payroll);
        return _payClaim(project, terms, application, identity, to);
    }

    /// @inheritdoc IProjectFunds
    function releaseRetention(ProjectTerms calldata terms, bytes32 contractId) external returns (uint256 amount) {
        bytes32 project = _requireOpen(terms);
        ContractState memory state = REGISTER.contractOf(contractId);
        require(state.project == project && state.status == ContractStatus.Completed, RetentionUnknown(contractId));
        require(!_released[contractId], RetentionAlreadyReleased(contractId));
        uint256 due = uint256(state.completed) + state.defectsPeriod;
        require(block.timestamp >= due, RetentionNotDue(contractId, due, block.timestamp));
        _requireListed(project, state.contractor, Purpose.None);
        _released[contractId] = true;
        amount = state.retained;
        emit RetentionReleased(contractId, state.contractor, amount);
        if (amount == 0) return 0;
        uint256[] memory entries = new uint256[](1);
        entries[0] = (uint256(uint160(state.contractor)) << AMOUNT_BITS) | amount;
        _disburse(Payment(project, contractId, state.line, false), terms, entries, 1, amount);
    }

    // ------------------------------------------------------------------- views

    /// @inheritdoc IProjectFunds
    function projectId(ProjectTerms calldata terms) external pure returns (bytes32) {
        return ProjectRules.idOf(terms);
    }

    /// @inheritdoc IProjectFunds
    function applicationId(PaymentApplication calldata application) public pure returns (bytes32) {
        return keccak256(abi.encode(application));
    }

    /// @inheritdoc IProjectFunds
    function projectStatusOf(bytes32 project) external view returns (ProjectStatus) {
        return _projects[project];
    }

    /// @inheritdoc IProjectFunds
    function paidOf(bytes32 project, uint256 line) external view returns (uint256) {
        return _paid[project][line];
    }

    /// @inheritdoc IProjectFunds
    function drawnOf(bytes32 project) external view returns (uint64[4] memory drawn) {
        for (uint256 i = 0; i < drawn.length; ++i) drawn[i] = uint64(_part(_drawn[project], i));
    }

    /// @inheritdoc IProjectFunds
    function purposeOf(bytes32 project, address payee) external view returns (Purpose) {
        return _listed[project][payee];
    }

    /// @inheritdoc IProjectFunds
    function useOf(bytes32 certificate) external view returns (CertificateUse memory) {
        return _uses[certificate];
    }

    /// @inheritdoc IProjectFunds
    function isReleased(bytes32 contractId) external view returns (bool) {
        return _released[contractId];
    }

    /// @inheritdoc IProjectFunds
    function applicationOf(bytes32 application) external view returns (ApplicationState memory) {
        return _applications[application];
    }

    /// @inheritdoc IProjectFunds
    function claimOf(bytes32 source, bytes32 key) external view returns (uint256 amount) {
        uint256 parts = _claims[source][key];
        for (uint256 i = 0; i < ProjectRules.MAXIMUM_FUNDERS; ++i) amount += _part(parts, i);
    }

    // ------------------------------------------------- the one place that pays

    /// @dev Pays entries out of an application; the first `payable_` of them now, the others as claims.
    function _settle(
        Payment memory payment,
        ProjectTerms calldata terms,
        ApplicationState storage state,
        uint256[] memory entries,
        uint256 payable_
    ) private returns (uint256 paid, uint256 claimed) {
        uint256 total = _sum(entries);
        uint256 limit = state.amount - state.settled;
        require(total <= limit, ApplicationAmountExceeded(payment.source, total, limit));
        state.settled += uint64(total);
        payment.line = state.line;
        return _disburse(payment, terms, entries, payable_, total);
    }

    /// @dev Each funder pays what it lacks of its share of all that is drawn then; a payee at the border of two funders' parts
    /// is paid by both. The entries sum to `total`; the first `payable_` of them are paid, the others parked.
    function _disburse(
        Payment memory payment,
        ProjectTerms calldata terms,
        uint256[] memory entries,
        uint256 payable_,
        uint256 total
    ) private returns (uint256 paid, uint256 claimed) {
        uint256[] memory quotas = _quotas(payment.project, terms, total);
        Cursor memory cursor = Cursor(entries, 0, payable_);
        for (uint256 i = 0; i < quotas.length; ++i) {
            if (quotas[i] == 0) continue;
            uint256[] memory slice = _cut(payment, cursor, i, quotas[i]);
            if (slice.length != 0) paid += _capture(payment, terms, i, slice);
        }
        claimed = total - paid;
        // within what is certified
        _paid[payment.project][payment.line] += paid;
    }

    /// @dev The next `quota` of the entries: what a funder pays of them. What is not payable is parked.
    function _cut(
        Payment memory payment,
        Cursor memory cursor,
        uint256 funder,
        uint256 quota
    ) private returns (uint256[] memory slice) {
        uint256[] memory entries = cursor.entries;
        uint256 next = cursor.next;
        slice = new uint256[](entries.length - next);
        uint256 count = 0;
        while (quota != 0) {
            uint256 entry = entries[next];
            uint256 amount = uint96(entry);
            uint256 part = amount < quota ? amount : quota;
            quota -= part;
            if (next < cursor.payable_) slice[count++] = entry - amount + part;
            else _park(payment, funder, entry, part);
            if (part == amount) ++next;
            else entries[next] = entry - part;
        }
        cursor.next = next;
        _shrink(slice, count);
    }

    function _capture(
        Payment memory payment,
        ProjectTerms calldata terms,
        uint256 funder,
        uint256[] memory slice
    ) private returns (uint256 captured) {
        uint256[] memory skipped;
        (captured, skipped) = MONEY.captureHoldToMany(_hold(payment.project, terms, funder), slice);
        for (uint256 k = 0; k < skipped.length; ++k) {
            uint256 entry = slice[skipped[k]];
            _park(payment, funder, entry, uint96(entry));
        }
    }

    /// @dev What each funder pays of `total`: up to its share, rounded up, of all that is drawn with it. Shares rounded up
    /// sum to no less than the whole, and none is more than its funder's part.
    function _quotas(
        bytes32 project,
        ProjectTerms calldata terms,
        uint256 total
    ) private returns (uint256[] memory quotas) {
        uint256 count = terms.funding.length;
        uint256 funded = ProjectRules.funded(terms);
        uint256 parts = _drawn[project];
        uint256 drawn = total;
        for (uint256 i = 0; i < count; ++i) drawn += _part(parts, i);
        quotas = new uint256[](count);
        uint256 left = total;
        for (uint256 i = 0; i < count; ++i) {
            uint256 share = (drawn * terms.funding[i].amount + funded - 1) / funded;
            uint256 has = _part(parts, i);
            uint256 lacks = share > has ? share - has : 0;
            quotas[i] = lacks < left ? lacks : left;
            left -= quotas[i];
            parts += quotas[i] << (PART_BITS * i);
        }
        _drawn[project] = parts;
    }

    function _park(Payment memory payment, uint256 funder, uint256 entry, uint256 amount) private {
        address payee = address(uint160(entry >> AMOUNT_BITS));
        // a worker may come for it with another wallet
        bytes32 key = payment.wages ? MONEY.identityOf(payee) : bytes32(uint256(uint160(payee)));
        _claims[payment.source][key] += amount << (PART_BITS * funder);
        emit ClaimParked(payment.source, key, amount);
    }

    function _payClaim(
        bytes32 project,
        ProjectTerms calldata terms,
        bytes32 source,
        bytes32 key,
        address to
    ) private returns (uint256 amount) {
        uint256 parts = _claims[source][key];
        (bytes32 owner, uint256 line) = _origin(source);
        require(parts != 0 && owner == project, ClaimUnknown(source, key));
        delete _claims[source][key];
        for (uint256 i = 0; i < terms.funding.length; ++i) amount += _part(parts, i);
        // parked is certified and not paid
        _paid[project][line] += amount;
        emit ClaimPaid(source, key, to, amount);
        for (uint256 i = 0; i < terms.funding.length; ++i) {
            uint256 part = _part(parts, i);
            if (part != 0) MONEY.captureHold(_hold(project, terms, i), to, part);
        }
    }

    // --------------------------------------------------------------- the books

    function _reserve(
        bytes32 id,
        CertificateState memory certificate,
        PaymentApplication calldata application
    ) private {
        CertificateUse storage use = _uses[application.certificate];
        (uint64 amount, bool wages) = (application.amount, application.purpose == Purpose.Wages);
        uint256 limit = wages ? certificate.wages - use.wagesApplied : certificate.others - use.othersApplied;
        require(amount <= limit, ApplicationAmountExceeded(id, amount, limit));
        if (wages) use.wagesApplied += amount;
        else use.othersApplied += amount;
    }

    /// @dev Marks a page as settled, once wages are. Whether it is the last.
    function _turn(
        bytes32 project,
        bytes32 id,
        bytes32[] calldata hashes,
        uint256 page,
        bytes32 hash
    ) private returns (bool last) {
        ApplicationState storage state = _requireApproved(project, id);
        require(state.purpose != Purpose.Wages, ApplicationPurposeInvalid(id, state.purpose));
        (uint256 due, uint256 settled) = (
            REGISTER.certificateOf(state.certificate).wages,
            _uses[state.certificate].wagesSettled
        );
        require(settled == due, CertificateWagesUnpaid(state.certificate, settled, due));
        uint256 pages = state.pages;
        require(
            page < hashes.length && (pages >> page) & 1 == 0 && hash == hashes[page],
            ApplicationPageInvalid(id, page)
        );
        pages |= 1 << page;
        // 64 pages at most
        state.pages = uint64(pages);
        return pages == 2 ** hashes.length - 1;
    }

    function _finish(bytes32 id, ApplicationState storage state) private {
        state.status = ApplicationStatus.Settled;
        emit PaymentSettled(id, _giveBack(state));
    }

    /// @dev What an application has not paid can be applied for again.
    function _giveBack(ApplicationState storage state) private returns (uint256) {
        uint64 rest = state.amount - state.settled;
        CertificateUse storage use = _uses[state.certificate];
        if (state.purpose == Purpose.Wages) use.wagesApplied -= rest;
        else use.othersApplied -= rest;
        return rest;
    }

    // ------------------------------------------------------------------- checks

    function _requireOpen(ProjectTerms calldata terms) private view returns (bytes32 project) {
        project = ProjectRules.idOf(terms);
        _requireStatus(project, ProjectStatus.Open);
    }

    function _requireStatus(bytes32 project, ProjectStatus needed) private view {
        ProjectStatus status = _projects[project];
        require(status == needed, ProjectStatusInvalid(project, status));
    }

    function _requireCaller(bytes32 subject, address expected) private view {
        require(msg.sender == expected, ProjectCallerInvalid(subject, msg.sender, expected));
    }

    function _applicationOf(bytes32 project, bytes32 id) private view returns (ApplicationState storage state) {
        state = _applications[id];
        // another project's approvers have no say
        require(state.project == project, ApplicationStatusInvalid(id, ApplicationStatus.None));
    }

    function _requireApproved(bytes32 project, bytes32 id) private view returns (ApplicationState storage state) {
        state = _applicationOf(project, id);
        require(state.status == ApplicationStatus.Approved, ApplicationStatusInvalid(id, state.status));
    }

    /// @param purpose None: any.
    function _requireListed(bytes32 project, address payee, Purpose purpose) private view {
        Purpose listed = _listed[project][payee];
        require(
            listed != Purpose.None && (purpose == Purpose.None || listed == purpose),
            ProjectPayeeNotListed(project, payee, listed)
        );
    }

    // ------------------------------------------------------------------ helpers

    /// @dev Whose money a claim, application or retention is: the project and the line.
    function _origin(bytes32 source) private view returns (bytes32 project, uint256 line) {
        ApplicationState storage state = _applications[source];
        (project, line) = (state.project, state.line);
        if (project != 0) return (project, line);
        ContractState memory works = REGISTER.contractOf(source);
        return (works.project, works.line);
    }

    /// @dev Those first who are on the list for the purpose.
    function _listedFirst(
        bytes32 project,
        Purpose purpose,
        uint256[] calldata entries
    ) private view returns (uint256[] memory sorted, uint256 listed) {
        sorted = new uint256[](entries.length);
        uint256 behind = entries.length;
        for (uint256 i = 0; i < entries.length; ++i) {
            bool known = _listed[project][address(uint160(entries[i] >> AMOUNT_BITS))] == purpose;
            sorted[known ? listed++ : --behind] = entries[i];
        }
    }

    function _hold(bytes32 project, ProjectTerms calldata terms, uint256 i) private view returns (Hold memory) {
        (address funder, uint64 amount) = (terms.funding[i].funder, terms.funding[i].amount);
        return Hold(funder, address(0), address(this), amount, terms.expires, project);
    }

    function _remaining(Hold memory hold) private view returns (uint256 remaining) {
        (remaining, ) = MONEY.holdState(MONEY.holdId(hold));
    }

    function _part(uint256 parts, uint256 i) private pure returns (uint256) {
        return uint64(parts >> (PART_BITS * i));
    }

    function _sum(uint256[] memory entries) private pure returns (uint256 total) {
        for (uint256 i = 0; i < entries.length; ++i) total += uint96(entries[i]);
    }

    function _shrink(uint256[] memory list, uint256 length) private pure {
        assembly ("memory-safe") {
            // the caller has filled the first `length` entries, so the list only gets shorter
            mstore(list, length)
        }
    }
}
