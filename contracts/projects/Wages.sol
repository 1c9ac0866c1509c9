// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {Calendar} from "../currency/Calendar.sol";
import {IDigitalCurrency} from "../currency/IDigitalCurrency.sol";
import {WalletWord} from "../currency/WalletWord.sol";
import {Signatures} from "../ledger/Signatures.sol";
import {ApplicationState, IProjectFunds, PaymentApplication, ProjectTerms, Purpose} from "./IProjectFunds.sol";
import {IWages, PayrollState, PayrollStatus, Roster, WageSkip} from "./IWages.sol";
import {ProjectRules} from "./ProjectRules.sol";

/// @title Wages
/// @notice See {IWages}.
/// @dev A page costs two reads a worker beyond the pay-out itself: the wallet's identity and the person's place.
contract Wages is IWages, EIP712 {
    using BitMaps for BitMaps.BitMap;

    bytes32 private constant ENROLMENT_TYPEHASH = keccak256(
        "Enrolment(bytes32 project,uint256 first,address[] workers)"
    );
    bytes32 private constant ROSTER_TYPEHASH = keccak256(
        "Roster(bytes32 project,bytes32 certificate,uint32 month,uint64 amount,bytes32[] pages)"
    );
    uint256 private constant AMOUNT_BITS = 96;
    uint256 private constant MONTHS = 100;
    /// @dev Personal wallets of class I, II and III: an identity document was checked.
    uint256 private constant LAST_REAL_NAME = 3;
    /// @dev What the class of a wallet that belongs to a family is greater by; see {MemberWord}.
    uint256 private constant MEMBER = 128;

    /// @inheritdoc IWages
    uint256 public constant MAXIMUM_PAGE = 200;
    /// @inheritdoc IWages
    address public immutable FUNDS;
    IProjectFunds private immutable PROJECTS;
    IDigitalCurrency private immutable MONEY;

    mapping(bytes32 project => uint256) private _workers;
    // from 1
    mapping(bytes32 project => mapping(bytes32 identity => uint256)) private _places;
    mapping(bytes32 project => mapping(uint256 month => BitMaps.BitMap)) private _paid;
    mapping(bytes32 payroll => PayrollState) private _payrolls;

    constructor(IProjectFunds funds) EIP712("Wages", "1") {
        FUNDS = address(funds);
        PROJECTS = funds;
        MONEY = IDigitalCurrency(funds.CURRENCY());
    }

    /// @inheritdoc IWages
    function enrol(
        ProjectTerms calldata terms,
        uint256 first,
        address[] calldata workers,
        bytes calldata attestation
    ) external {
        bytes32 project = ProjectRules.idOf(terms);
        uint256 count = workers.length;
        require(
            count != 0 && count <= MAXIMUM_PAGE && first == _workers[project],
            WagesEnrolmentInvalid(project, first, count)
        );
        bytes32 list = keccak256(abi.encodePacked(workers));
        _requireAttested(
            _hashTypedDataV4(keccak256(abi.encode(ENROLMENT_TYPEHASH, project, first, list))),
            terms.attestor,
            attestation
        );
        _workers[project] = first + count;
        for (uint256 i = 0; i < count; ++i) {
            bytes32 identity = MONEY.identityOf(workers[i]);
            require(identity != 0, WagesIdentityMissing(workers[i]));
            require(_places[project][identity] == 0, WagesWorkerEnrolled(project, workers[i]));
            _places[project][identity] = first + i + 1;
        }
        emit WorkersEnrolled(project, terms.attestor, first, count);
    }

    /// @inheritdoc IWages
    function openPayroll(
        ProjectTerms calldata terms,
        Roster calldata roster,
        bytes32 businessRef,
        bytes calldata attestation
    ) external returns (bytes32 payroll) {
        payroll = payrollId(roster);
        PayrollState storage state = _payrolls[payroll];
        require(state.status == PayrollStatus.None, WagesPayrollStatusInvalid(payroll, state.status));
        uint256 current = _month();
        uint256 month = roster.month;
        require(
            month <= current && month % MONTHS != 0 && month % MONTHS <= 12,
            WagesMonthInvalid(payroll, month, current)
        );
        bytes32 application = _application(roster, payroll, businessRef);
        ApplicationState memory applied = PROJECTS.applicationOf(application);
        require(
            applied.amount != 0 && roster.pages.length != 0 && roster.project == ProjectRules.idOf(terms),
            WagesRosterInvalid(payroll, application)
        );
        _requireAttested(payroll, terms.attestor, attestation);
        (state.application, state.status) = (application, PayrollStatus.Open);
        emit PayrollOpened(payroll, application, roster);
    }

    /// @inheritdoc IWages
    function payPage(
        ProjectTerms calldata terms,
        Roster calldata roster,
        uint256[] calldata entries
    ) external returns (uint256 paid, uint256 claimed) {
        bytes32 payroll = payrollId(roster);
        PayrollState memory state = _payrolls[payroll];
        require(state.status == PayrollStatus.Open, WagesPayrollStatusInvalid(payroll, state.status));
        uint256 page = state.next;
        require(
            entries.length <= MAXIMUM_PAGE && keccak256(abi.encode(entries)) == roster.pages[page],
            WagesPageInvalid(payroll, page)
        );
        (uint256[] memory due, uint256 ready) = _due(payroll, roster.project, roster.month, entries);
        bool last = page + 1 == roster.pages.length;
        if (last) state.status = PayrollStatus.Settled;
        // a roster has fewer pages than a transaction can hold
        state.next = uint16(page + 1);
        _payrolls[payroll] = state;
        (paid, claimed) = PROJECTS.disburseWages(terms, state.application, due, ready, page, last);
        // within the application
        (state.paid, state.claimed) = (state.paid + uint64(paid), state.claimed + uint64(claimed));
        _payrolls[payroll] = state;
        emit PayrollPagePaid(payroll, page, paid, claimed);
        if (last) emit PayrollSettled(payroll, state.paid, state.claimed);
    }

    /// @inheritdoc IWages
    function claimWage(
        ProjectTerms calldata terms,
        bytes32 application,
        address worker
    ) external returns (uint256 amount) {
        uint256 walletClass = _classOf(worker);
        require(_isRealName(walletClass), WagesWalletInvalid(worker, walletClass));
        bytes32 identity = MONEY.identityOf(worker);
        amount = PROJECTS.payWageClaim(terms, application, identity, worker);
        emit WageClaimed(application, identity, worker, amount);
    }

    /// @inheritdoc IWages
    function payrollId(Roster calldata roster) public view returns (bytes32) {
        bytes32 pages = keccak256(abi.encodePacked(roster.pages));
        return
            _hashTypedDataV4(
                keccak256(
                    abi.encode(ROSTER_TYPEHASH, roster.project, roster.certificate, roster.month, roster.amount, pages)
                )
            );
    }

    /// @inheritdoc IWages
    function payrollOf(bytes32 payroll) external view returns (PayrollState memory) {
        return _payrolls[payroll];
    }

    /// @inheritdoc IWages
    function workersOf(bytes32 project) external view returns (uint256) {
        return _workers[project];
    }

    /// @inheritdoc IWages
    function placeOf(bytes32 project, bytes32 identity) external view returns (uint256) {
        return _places[project][identity];
    }

    /// @inheritdoc IWages
    function isPaid(bytes32 project, uint256 month, bytes32 identity) external view returns (bool) {
        return _paid[project][month].get(_places[project][identity]);
    }

    /// @dev Who is due, and marks them: those first whose wallets may be paid, the others behind.
    function _due(
        bytes32 payroll,
        bytes32 project,
        uint256 month,
        uint256[] calldata entries
    ) private returns (uint256[] memory due, uint256 ready) {
        BitMaps.BitMap storage paid = _paid[project][month];
        due = new uint256[](entries.length);
        uint256 behind = entries.length;
        for (uint256 i = 0; i < entries.length; ++i) {
            uint256 entry = entries[i];
            address worker = address(uint160(entry >> AMOUNT_BITS));
            uint256 place = _places[project][MONEY.identityOf(worker)];
            bool known = place != 0;
            if (!known || paid.get(place)) {
                emit WageSkipped(payroll, worker, uint96(entry), known ? WageSkip.MonthPaid : WageSkip.NotEnrolled);
                continue;
            }
            paid.set(place);
            due[_isRealName(_classOf(worker)) ? ready++ : --behind] = entry;
        }
        uint256 count = ready;
        // the gap between the two is those who were passed over
        while (behind < entries.length) due[count++] = due[behind++];
        assembly ("memory-safe") {
            // the first `count` entries are filled, so the list only gets shorter
            mstore(due, count)
        }
    }

    function _application(Roster calldata roster, bytes32 payroll, bytes32 businessRef) private pure returns (bytes32) {
        bytes32[] memory pages = new bytes32[](1);
        pages[0] = payroll;
        PaymentApplication memory application = PaymentApplication(
            roster.certificate,
            Purpose.Wages,
            roster.amount,
            businessRef,
            pages
        );
        return keccak256(abi.encode(application));
    }

    function _requireAttested(bytes32 digest, address attestor, bytes calldata attestation) private view {
        require(Signatures.isValid(attestor, digest, attestation), WagesSignatureInvalid(digest, attestor));
    }

    /// @dev Year and month in digits, now.
    function _month() private view returns (uint256) {
        (uint256 year, uint256 day) = Calendar.marchYearOf(Calendar.dayOf(block.timestamp));
        // months from March have 31, 30, 31, 30, 31 days, again and again
        uint256 month = (5 * day + 2) / 153;
        return month < 10 ? year * MONTHS + month + 3 : (year + 1) * MONTHS + month - 9;
    }

    function _classOf(address wallet) private view returns (uint256) {
        return WalletWord.class(MONEY.accountWord(wallet)) % MEMBER;
    }

    function _isRealName(uint256 walletClass) private pure returns (bool) {
        return walletClass != 0 && walletClass <= LAST_REAL_NAME;
    }
}
