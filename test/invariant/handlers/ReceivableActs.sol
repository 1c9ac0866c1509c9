// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DocumentKind, IReceivableRegistry, ReceivableVerdict} from "../../../contracts/trade/IReceivableRegistry.sol";
import {FinanceTerms} from "../../../contracts/trade/ITradeFinance.sol";
import {ReceivableStage} from "../support/ReceivableStage.sol";
import {VM} from "../support/Vm.sol";
import {Telling} from "./Telling.sol";

/// @dev Two banks finance an exporter's receivables, in whole and in parts, and try it twice. The rules are written a second
/// time here, plainly; every act is decided by them first. Some hours pass with every act.
abstract contract ReceivableActs is ReceivableStage, Telling {
    enum Standing {
        Applied,
        Approved,
        Disbursed,
        Overdue,
        Repaid,
        Released,
        WrittenOff,
        Cancelled
    }

    /// @dev A document by the book, minor units. `open` is the face of all its claims.
    struct Document {
        bytes32 key;
        uint256 value;
        uint256 outstanding;
        uint256 collected;
        uint256 open;
        bool confirmed;
        bool defaulted;
        uint256[] claims;
    }

    /// @dev A claim by the book. `finance` counts from 1.
    struct Part {
        uint256 document;
        uint256 owner;
        uint256 amount;
        uint256 finance;
    }

    /// @dev A finance by the book. Interest in parts of 360,000,000.
    struct Loan {
        FinanceTerms terms;
        bytes32 id;
        Standing standing;
        uint256 document;
        uint256 bank;
        uint256 claim;
        uint256 principal;
        uint256 fee;
        uint256 accrued;
        uint256 agreed;
        uint256 day;
        uint256 since;
        uint256 received;
    }

    uint256 private constant STEP = 6 hours;
    /// @dev Acts are about what came last, so that each has a life.
    uint256 private constant RECENT = 5;
    uint256 private constant TENOR = 5 days;
    uint256 private constant PARTS = 360e6;
    uint32 private constant RATE = 45_123;
    uint32 private constant OVERDUE_RATE = 91_007;

    /// @dev What each party has by the book.
    uint256[PARTIES] public purse;
    Document[] private _documents;
    /// @dev In the order of their numbers, which begin with 1.
    Part[] private _parts;
    Loan[] private _loans;
    uint256 public lastDocument;

    modifier then_() {
        VM.warp(_clock);
        if (_documents.length == 0) _register(100_000);
        _;
        _clock += STEP;
    }

    constructor() {
        for (uint256 i = 0; i < PARTIES; ++i) purse[i] = PURSE;
    }

    // -------------------------------------------------------------------- acts

    /// @dev Applies and asks the bank at once; without a free claim there is another document.
    function lend(uint256 seed, uint256 face, uint256 part) external then_ {
        (seed, face, part) = (_mix(seed), _mix(face), _mix(part));
        uint256 c = _claim(seed);
        if (_parts[c].amount == 0 || _documents[_parts[c].document].defaulted) {
            _register(1_000 + (face % 200_000));
            c = _parts.length - 1;
        }
        Part storage asked = _parts[c];
        uint256 bank = seed % BANKS;
        FinanceTerms memory terms;
        (terms.key, terms.claim) = (_documents[asked.document].key, c + 1);
        (terms.exporter, terms.bankAccount) = (person(EXPORTER), person(bank));
        terms.face = uint64(part % 3 == 0 ? asked.amount : _some(face, asked.amount));
        terms.face = terms.face == 0 ? 1 : terms.face;
        terms.principal = uint64(_some(part, (uint256(terms.face) * ADVANCE) / 10_000));
        terms.principal = terms.principal == 0 ? 1 : terms.principal;
        (terms.fee, terms.rate, terms.overdueRate) = (uint64(part % 100), RATE, OVERDUE_RATE);
        (terms.maturity, terms.recourse, terms.salt) = (uint48(_clock + TENOR), true, _newRef());
        _apply(terms, bank, asked.document);
        _approve(_loans.length - 1);
    }

    /// @dev The other bank tries the same claim, whether it is pledged or not.
    function lendAgain(uint256 seed) external then_ {
        seed = _mix(seed);
        if (_loans.length == 0) return;
        Loan storage loan = _loan(seed);
        FinanceTerms memory terms = loan.terms;
        uint256 bank = 1 - loan.bank;
        (terms.bankAccount, terms.salt) = (person(bank), _newRef());
        terms.maturity = uint48(_clock + TENOR);
        if (seed % 2 == 0 && loan.claim != 0) terms.claim = loan.claim;
        _apply(terms, bank, loan.document);
        _approve(_loans.length - 1);
    }

    function disburse(uint256 seed) external then_ {
        seed = _mix(seed);
        if (_loans.length == 0) return;
        Loan storage loan = _pick(seed, Standing.Approved);
        bool allowed =
            loan.standing == Standing.Approved &&
                _clock <= loan.since + 7 days &&
                _clock < loan.terms.maturity &&
                _isRunning(loan.document);
        _do("disburse", person(loan.bank), address(finance), abi.encodeCall(finance.disburse, (loan.terms)), allowed);
        if (!allowed) return;
        (loan.standing, loan.day) = (Standing.Disbursed, _today());
        _pay(loan.bank, EXPORTER, loan.terms.principal);
    }

    function cancel(uint256 seed, uint256 who) external then_ {
        (seed, who) = (_mix(seed), _mix(who) % (STRANGER + 1));
        if (_loans.length == 0) return;
        Loan storage loan = _pick(seed, Standing.Approved);
        bool reserved = loan.standing == Standing.Approved;
        bool allowed =
            (reserved || loan.standing == Standing.Applied) &&
                (who == EXPORTER || who == loan.bank || (reserved && _clock > loan.since + 7 days));
        _do("cancel", person(who), address(finance), abi.encodeCall(finance.cancel, (loan.terms)), allowed);
        if (!allowed) return;
        loan.standing = Standing.Cancelled;
        if (!reserved) return;
        _parts[loan.claim - 1].finance = 0;
        _documents[loan.document].outstanding -= loan.principal;
    }

    function collect(uint256 seed, uint256 amount) external then_ {
        (seed, amount) = (_mix(seed), _mix(amount));
        if (_loans.length == 0) return;
        Loan storage loan = _pick(seed, seed % 5 == 0 ? Standing.Repaid : Standing.Disbursed);
        uint256 face = loan.claim == 0 ? 1 : _parts[loan.claim - 1].amount;
        amount = _some(amount, face);
        bool allowed = (_isLive(loan) || loan.standing == Standing.Repaid) && amount != 0 && amount <= face;
        bytes memory data = abi.encodeCall(finance.collect, (loan.terms, uint64(amount)));
        _do("collect", person(DEBTOR), address(finance), data, allowed && amount <= type(uint64).max);
        if (!allowed) return;
        uint256 left = _repaid(loan, DEBTOR, amount);
        _pay(DEBTOR, EXPORTER, left);
        _collected(loan.claim - 1, amount);
    }

    function collectUnpledged(uint256 seed, uint256 amount) external then_ {
        (seed, amount) = (_mix(seed), _mix(amount));
        uint256 c = _claim(seed);
        Part storage part = _parts[c];
        amount = _some(amount, part.amount / 4);
        bool allowed = part.finance == 0 && amount != 0 && amount <= part.amount;
        bytes memory data = abi.encodeCall(finance.collectUnpledged, (c + 1, uint64(amount)));
        _do("collectUnpledged", person(DEBTOR), address(finance), data, allowed);
        if (!allowed) return;
        _pay(DEBTOR, part.owner, amount);
        _collected(c, amount);
    }

    function repay(uint256 seed, uint256 amount) external then_ {
        (seed, amount) = (_mix(seed), _mix(amount));
        if (_loans.length == 0) return;
        Loan storage loan = _pick(seed, seed % 2 == 0 ? Standing.Overdue : Standing.Disbursed);
        if (_isLive(loan)) _accrue(loan);
        uint256 due = loan.fee + loan.accrued / PARTS + loan.principal;
        amount = amount % 2 == 0 ? due : _some(amount, due);
        bool overdue = loan.standing == Standing.Overdue && seed % 3 != 0;
        bool allowed = _isLive(loan) && amount != 0 && amount <= due;
        bytes memory data =
            overdue
                ? abi.encodeCall(finance.takeRecourse, (loan.terms, uint64(amount)))
                : abi.encodeCall(finance.repay, (loan.terms, uint64(amount)));
        address caller = person(overdue ? loan.bank : EXPORTER);
        _do(overdue ? "takeRecourse" : "repay", caller, address(finance), data, allowed);
        if (allowed) _repaid(loan, EXPORTER, amount);
    }

    function reportOverdue(uint256 seed) external then_ {
        seed = _mix(seed);
        if (_loans.length == 0) return;
        Loan storage loan = _pick(seed, Standing.Disbursed);
        if (seed % 4 != 0 && loan.terms.maturity >= _clock && loan.standing == Standing.Disbursed) {
            _clock = uint256(loan.terms.maturity) + 1;
            VM.warp(_clock);
        }
        bool allowed = loan.standing == Standing.Disbursed && _clock > loan.terms.maturity;
        bytes memory data = abi.encodeCall(finance.reportOverdue, (loan.terms));
        _do("reportOverdue", person(STRANGER), address(finance), data, allowed);
        if (allowed) loan.standing = Standing.Overdue;
    }

    function release(uint256 seed, uint256 who) external then_ {
        (seed, who) = (_mix(seed), _mix(who));
        if (_loans.length == 0) return;
        Loan storage loan = _pick(seed, Standing.Repaid);
        uint256 by = who % 4 == 0 ? 1 - loan.bank : loan.bank;
        bool allowed = loan.standing == Standing.Repaid && (by == loan.bank || _clock >= loan.since + 7 days);
        _do("release", person(by), address(finance), abi.encodeCall(finance.release, (loan.terms)), allowed);
        if (!allowed) return;
        loan.standing = Standing.Released;
        _parts[loan.claim - 1].finance = 0;
    }

    function writeOff(uint256 seed, uint256 who) external then_ {
        (seed, who) = (_mix(seed), _mix(who));
        if (_loans.length == 0) return;
        Loan storage loan = _pick(seed, Standing.Overdue);
        uint256 by = who % 3 == 0 ? 1 - loan.bank : loan.bank;
        bool allowed = loan.standing == Standing.Overdue && by == loan.bank;
        bytes memory data = abi.encodeCall(finance.writeOff, (loan.terms, BASIS));
        _do("writeOff", person(by), address(finance), data, allowed);
        if (!allowed) return;
        loan.standing = Standing.WrittenOff;
        (_parts[loan.claim - 1].owner, _parts[loan.claim - 1].finance) = (loan.bank, 0);
        Document storage document = _documents[loan.document];
        document.outstanding -= loan.principal;
        document.defaulted = true;
    }

    function split(uint256 seed, uint256 amount) external then_ {
        (seed, amount) = (_mix(seed), _mix(amount));
        uint256 c = _claim(seed);
        Part storage part = _parts[c];
        amount = _some(amount, part.amount) % (type(uint64).max);
        bool allowed = part.finance == 0 && amount != 0 && amount < part.amount;
        bytes memory data = abi.encodeCall(IReceivableRegistry.split, (c + 1, uint64(amount)));
        _do("split", person(part.owner), address(receivables), data, allowed);
        if (allowed) _divide(c, amount);
    }

    /// @dev The same document again, by either bank, and its verdict a second time.
    function resubmit(uint256 seed) external then_ {
        seed = _mix(seed);
        Document storage document = _document(seed);
        bytes memory data = abi.encodeCall(
            IReceivableRegistry.submit,
            (document.key, DocumentKind.CustomsDeclaration, person(EXPORTER), bytes32(seed))
        );
        _do("resubmit", person(seed % BANKS), address(receivables), data, false);
        ReceivableVerdict memory verdict = _verdict(document.key, uint64(document.value));
        data = abi.encodeCall(
            IReceivableRegistry.recordVerdict,
            (verdict, _signed(ATTESTOR, receivables.verdictId(verdict)))
        );
        _do("resubmit", person(STRANGER), address(receivables), data, false);
    }

    /// @dev The debtor's signature over one document, carried for the same or for another.
    function confirm(uint256 seed, uint256 over) external then_ {
        (seed, over) = (_mix(seed), _mix(over));
        uint256 d = lastDocument;
        if (seed % 2 == 0) d = seed % _documents.length;
        uint256 signed = over % 3 == 0 ? d : over % _documents.length;
        Document storage document = _documents[d];
        bool allowed = signed == d && !document.confirmed && _isRunning(d);
        bytes memory signature = _signed(DEBTOR, receivables.confirmationId(_documents[signed].key));
        bytes memory data = abi.encodeCall(IReceivableRegistry.confirm, (document.key, signature));
        _do("confirm", person(STRANGER), address(receivables), data, allowed);
        if (allowed) document.confirmed = true;
    }

    // ----------------------------------------------------------------- the book

    function documentAt(uint256 d) external view returns (Document memory) {
        return _documents[d];
    }

    function partAt(uint256 c) external view returns (Part memory) {
        return _parts[c];
    }

    function loanAt(uint256 i) external view returns (Loan memory) {
        return _loans[i];
    }

    function counts() external view returns (uint256 documents, uint256 parts, uint256 loans) {
        return (_documents.length, _parts.length, _loans.length);
    }

    function _rules() internal view override returns (address) {
        return address(this);
    }

    function _register(uint256 value) private {
        uint256 d = _documents.length;
        bytes32 key = keccak256(abi.encode("declaration", d));
        VM.prank(person(d % BANKS));
        receivables.submit(key, DocumentKind.CustomsDeclaration, person(EXPORTER), BASIS);
        ReceivableVerdict memory verdict = _verdict(key, uint64(value));
        receivables.recordVerdict(verdict, _signed(ATTESTOR, receivables.verdictId(verdict)));
        Document storage document = _documents.push();
        (document.key, document.value, document.open) = (key, value, value);
        document.claims.push(_parts.length);
        _parts.push(Part(d, EXPORTER, value, 0));
        lastDocument = d;
    }

    function _apply(FinanceTerms memory terms, uint256 bank, uint256 d) private {
        bytes memory data = abi.encodeCall(finance.applyFor, (terms, ""));
        _do("applyFor", person(EXPORTER), address(finance), data, true);
        Loan storage loan = _loans.push();
        (loan.terms, loan.id, loan.document, loan.bank) = (terms, finance.financeId(terms), d, bank);
        (loan.principal, loan.fee) = (terms.principal, terms.fee);
    }

    function _approve(uint256 i) private {
        Loan storage loan = _loans[i];
        FinanceTerms storage terms = loan.terms;
        uint256 c = terms.claim - 1;
        Part storage part = _parts[c];
        Document storage document = _documents[loan.document];
        uint256 ceiling = (document.value * ADVANCE) / 10_000;
        uint256 used = document.outstanding + document.collected;
        bool allowed =
            part.owner == EXPORTER &&
                part.finance == 0 &&
                _isRunning(loan.document) &&
                terms.face <= part.amount &&
                terms.principal <= (terms.face * ceiling) / document.value &&
                used + terms.principal <= ceiling;
        _do("approve", person(loan.bank), address(finance), abi.encodeCall(finance.approve, (terms)), allowed);
        lastDocument = loan.document;
        if (!allowed) return;
        document.outstanding += terms.principal;
        if (terms.face != part.amount) {
            _divide(c, terms.face);
            c = _parts.length - 1;
        }
        _parts[c].finance = i + 1;
        (loan.standing, loan.since, loan.claim) = (Standing.Approved, _clock, c + 1);
    }

    function _divide(uint256 c, uint256 amount) private {
        _parts[c].amount -= amount;
        uint256 d = _parts[c].document;
        _documents[d].claims.push(_parts.length);
        _parts.push(Part(d, _parts[c].owner, amount, 0));
        lastDocument = d;
    }

    /// @dev Fee, interest, principal, in this order; answers with the rest.
    function _repaid(Loan storage loan, uint256 payer, uint256 amount) private returns (uint256 left) {
        if (!_isLive(loan)) return amount;
        _accrue(loan);
        left = amount;
        uint256 fee = left < loan.fee ? left : loan.fee;
        left -= fee;
        uint256 interest = loan.accrued / PARTS;
        if (left < interest) interest = left;
        left -= interest;
        uint256 principal = left < loan.principal ? left : loan.principal;
        left -= principal;
        loan.fee -= fee;
        loan.accrued -= interest * PARTS;
        loan.principal -= principal;
        loan.received += amount - left;
        _documents[loan.document].outstanding -= principal;
        lastDocument = loan.document;
        _pay(payer, loan.bank, amount - left);
        if (loan.principal == 0) (loan.standing, loan.since) = (Standing.Repaid, _clock);
    }

    /// @dev Day by day, as a clerk would.
    function _accrue(Loan storage loan) private {
        uint256 due = (loan.terms.maturity + 8 hours) / 1 days;
        uint256 today = _today();
        for (uint256 day = loan.day; day < today; ++day) {
            uint256 interest = loan.principal * (day < due ? RATE : OVERDUE_RATE);
            loan.accrued += interest;
            loan.agreed += interest;
        }
        loan.day = today;
    }

    function _collected(uint256 c, uint256 amount) private {
        _parts[c].amount -= amount;
        Document storage document = _documents[_parts[c].document];
        document.collected += amount;
        document.open -= amount;
        lastDocument = _parts[c].document;
    }

    function _pay(uint256 from, uint256 to, uint256 amount) private {
        purse[from] -= amount;
        purse[to] += amount;
    }

    function _isLive(Loan storage loan) private view returns (bool) {
        return loan.standing == Standing.Disbursed || loan.standing == Standing.Overdue;
    }

    function _isRunning(uint256 d) private view returns (bool) {
        return !_documents[d].defaulted && _documents[d].collected != _documents[d].value;
    }

    function _today() private view returns (uint256) {
        return (_clock + 8 hours) / 1 days;
    }

    // ------------------------------------------------------------------ choices

    function _mix(uint256 seed) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed)));
    }

    function _document(uint256 seed) private view returns (Document storage) {
        return _documents[seed % _documents.length];
    }

    /// @dev One of the last claims, mostly a free one with something left.
    function _claim(uint256 seed) private view returns (uint256 c) {
        uint256 count = _parts.length;
        uint256 first = count > RECENT ? count - RECENT : 0;
        c = first + (seed % (count - first));
        if (seed % 8 == 0) return c;
        for (uint256 i = first; i < count; ++i) {
            if (_parts[i].amount != 0 && _parts[i].finance == 0) return i;
        }
    }

    function _loan(uint256 seed) private view returns (Loan storage) {
        uint256 count = _loans.length;
        return _loans[count - 1 - (seed % (count > RECENT ? RECENT : count))];
    }

    /// @dev The last one with this standing, seldom any.
    function _pick(uint256 seed, Standing standing) private view returns (Loan storage) {
        if (seed % 8 == 1) return _loan(seed >> 8);
        uint256 count = _loans.length;
        for (uint256 i = count; i > 0 && count - i < 4 * RECENT; --i) {
            if (_loans[i - 1].standing == standing) return _loans[i - 1];
        }
        return _loan(seed >> 8);
    }
}
